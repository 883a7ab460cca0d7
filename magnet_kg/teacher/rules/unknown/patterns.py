"""A text that fits a regular expression, for ids whose form only a pattern tells."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from re import _constants as codes  # type: ignore[attr-defined]  # isort: skip
from re import _parser as parser  # type: ignore[attr-defined]  # isort: skip

_NICE = "abcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST = 80


class _TooLongError(ValueError):
    """The pattern asks for more than anybody says."""


def from_pattern(pattern: str, rng: Random, shortest: int = 0, longest: int = 64) -> str | None:
    """A text that a pattern matches, or None where the pattern is none of the simple ones.

    Args:
        pattern: of a JSON Schema.
        rng: draws.
        shortest: characters that it has at least.
        longest: characters that it has at most.
    """
    try:
        tree = parser.parse(re.sub(r"\\p\{\w+\}", r"\\w", pattern))
        for count in (6, 10, max(1, shortest)):
            text = "".join(_of(tree, rng, count))
            if shortest <= len(text) <= min(longest, _LONGEST):
                return text
    except (re.error, _TooLongError, OverflowError, RecursionError):
        return None
    return None


def _of(tree: Any, rng: Random, count: int) -> list[str]:
    made: list[str] = []
    for code, argument in tree:
        made += _one(code, argument, rng, count)
        if len(made) > _LONGEST:
            raise _TooLongError
    return made


def _one(code: Any, argument: Any, rng: Random, count: int) -> list[str]:
    if code is codes.LITERAL:
        return [chr(argument)]
    if code is codes.IN:
        return [_in(argument, rng)]
    if code is codes.ANY:
        return [rng.choice(_NICE)]
    if code is codes.BRANCH:
        return _of(rng.choice(argument[1]), rng, count)
    if code is codes.SUBPATTERN:
        return _of(argument[3], rng, count)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        low, high, inner = argument
        times = min(max(low, min(count, 12)), high) if high > 1 else int(low or rng.random() < 0.5)
        if times > _LONGEST:
            raise _TooLongError
        return [part for _ in range(times) for part in _of(inner, rng, count)]
    if code is codes.AT or code is codes.ASSERT_NOT or code is codes.ASSERT:
        return []
    raise _TooLongError


def _in(options: Any, rng: Random) -> str:
    if options and options[0][0] is codes.NEGATE:
        return rng.choice(_NICE)
    allowed = "".join(_chars(code, argument) for code, argument in options)
    nice = [c for c in _NICE if c in allowed] or [c for c in allowed if c.isalnum()] or list(allowed)
    if not nice:
        raise _TooLongError
    return rng.choice(nice)


def _chars(code: Any, argument: Any) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.RANGE:
        return "".join(chr(c) for c in range(argument[0], min(argument[1], argument[0] + 128) + 1))
    if code is codes.CATEGORY:
        return {codes.CATEGORY_DIGIT: "0123456789", codes.CATEGORY_WORD: _NICE}.get(argument, "")
    return ""
