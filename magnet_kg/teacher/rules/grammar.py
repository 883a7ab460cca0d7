"""The small grammar of phrases: `{slot}`, `(one|or another)`, `[left out at times]`, and `\\(` for the sign itself.

A template is parsed once into parts and rendered many times. Rendering gives pieces, not a string, because whoever
renders must know afterwards at which place of the message each value stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Generic, TypeVar

M = TypeVar("M")


class GrammarError(ValueError):
    """A template that cannot be parsed; the message says what is wrong and at which character."""


@dataclass(frozen=True, slots=True)
class Piece(Generic[M]):
    """A stretch of text, with what it stands for where it says a value."""

    text: str
    meaning: M | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """`{name}` or `{name:form}`."""

    name: str
    form: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """`(a|b)`; the alternatives are sequences of parts."""

    options: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """`[…]`."""

    parts: tuple[Part, ...]


# Names of parameters are other people's: `page-size`, `$top`, `user.name`.
_SLOT = re.compile(r"([^\s{}()\[\]|:]+)(?::(\w+))?\}")

# Signs with a meaning, which a backslash before them takes away.
_SIGNS = tuple("()[]{}|\\")

Part = str | Slot | Choice | Optional
Fill = Callable[[str | None], list[Piece[M]]]


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed phrase. `needed` are the slots outside of brackets, `optional` those inside."""

    source: str
    parts: tuple[Part, ...]
    needed: frozenset[str]
    optional: frozenset[str]

    def render(self, given: Mapping[str, Fill[M]], rng: Random) -> list[Piece[M]]:
        """Pieces of text with every slot filled.

        Args:
            given: for each slot that has a value, what gives its pieces for a form (`None`, "poss", …).
            rng: chooses alternatives and, for brackets without slots, whether they are used.

        Raises:
            KeyError: a needed slot is not given.
        """
        return list(_render(self.parts, given, rng))


@lru_cache(maxsize=65536)
def parse(source: str) -> Template:
    """Parse a template.

    Raises:
        GrammarError: an unbalanced bracket or an empty slot.
    """
    parts, end = _parse_sequence(source, 0, "")
    if end != len(source):
        raise GrammarError(f"unexpected '{source[end]}' at character {end + 1}")
    needed, optional = set(_slots(parts, outside=True)), set(_slots(parts, outside=False))
    return Template(source, parts, frozenset(needed), frozenset(optional - needed))


def literal(text: str) -> str:
    """The template that says a text as it is."""
    return "".join(f"\\{char}" if char in _SIGNS else char for char in text)


def joined(pieces: Sequence[Piece[M]]) -> str:
    """The text of the pieces."""
    return "".join(piece.text for piece in pieces)


def _render(parts: tuple[Part, ...], given: Mapping[str, Fill[M]], rng: Random) -> Iterator[Piece[M]]:
    for part in parts:
        match part:
            case str():
                yield Piece(part)
            case Slot():
                yield from given[part.name](part.form)
            case Choice():
                yield from _render(rng.choice(part.options), given, rng)
            case Optional():
                inner = set(_slots(part.parts, outside=True))
                if inner <= given.keys() and (inner or rng.random() < 0.5):
                    yield from _render(part.parts, given, rng)


def _slots(parts: tuple[Part, ...], *, outside: bool) -> Iterator[str]:
    for part in parts:
        match part:
            case Slot():
                yield part.name
            case Choice():
                for option in part.options:
                    yield from _slots(option, outside=outside)
            case Optional() if not outside:
                yield from _slots(part.parts, outside=False)
            case _:
                pass


def _parse_sequence(source: str, at: int, stop: str) -> tuple[tuple[Part, ...], int]:
    parts: list[Part] = []
    text = ""
    while at < len(source) and source[at] not in stop:
        char = source[at]
        if char in "([{":
            if text:
                parts.append(text)
                text = ""
            part, at = _PARSERS[char](source, at + 1)
            parts.append(part)
        elif char == "\\" and source[at + 1 : at + 2] in _SIGNS:
            text += source[at + 1]
            at += 2
        elif char in ")]}":
            raise GrammarError(f"'{char}' without its opening bracket at character {at + 1}")
        else:
            text += char
            at += 1
    if text:
        parts.append(text)
    return tuple(parts), at


def _parse_slot(source: str, at: int) -> tuple[Part, int]:
    match = _SLOT.match(source, at)
    if match is None:
        raise GrammarError(f"a slot is {{name}} or {{name:form}}, at character {at}")
    return Slot(match[1], match[2]), match.end()


def _parse_choice(source: str, at: int) -> tuple[Part, int]:
    options = []
    start = at
    while True:
        parts, at = _parse_sequence(source, at, "|)")
        options.append(parts)
        if at >= len(source):
            raise GrammarError(f"'(' without ')' at character {start}")
        at += 1
        if source[at - 1] == ")":
            return Choice(tuple(options)), at


def _parse_optional(source: str, at: int) -> tuple[Part, int]:
    parts, end = _parse_sequence(source, at, "]")
    if end >= len(source):
        raise GrammarError(f"'[' without ']' at character {at}")
    return Optional(parts), end + 1


_PARSERS: dict[str, Callable[[str, int], tuple[Part, int]]] = {
    "{": _parse_slot,
    "(": _parse_choice,
    "[": _parse_optional,
}
