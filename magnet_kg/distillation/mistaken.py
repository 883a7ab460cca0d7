"""Values as a model takes them by mistake, in the place of one that a call gave (METHOD.md §6, negative).

What the rejected side of a pair shows has to be what models do: they take another entry of the list, what has the same
name in another output, the name of a thing for its identifier, or they copy badly. From a value that nobody would come
upon a model learns nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from random import Random
from typing import Any

from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.values import leaves, lookup, siblings
from magnet_kg.wording.calendar import parse_iso

_IDENTIFIER = ("_id", "_code", "_number")
_NAME = ("name", "title", "nickname", "label", "symbol")
# Digits that a bad copy has wrong, at most.
_WRONG_DIGITS = 2


def mistaken_value(origin: Origin, right: Any, outputs: Mapping[str, Any], rng: Random) -> Any:
    """A value that somebody could take for the right one; None where there is none.

    Args:
        origin: where the right one stands: a call and a path in its output.
        right: it.
        outputs: of the calls so far, by their ids.
        rng: draws the kind of mistake first, so that the many entries of a list do not hide the other kinds.
    """
    kinds = [[one for one in kind if _fits(one, right)] for kind in _kinds(origin, right, outputs)]
    kinds.append([one for one in (change_value(right, rng),) if one != right])
    there = [kind for kind in kinds if kind]
    return rng.choice(rng.choice(there)) if there else None


def called_by_user(origin: Origin, lookup_call: FunctionCall) -> str | None:
    """What the user calls the thing whose identifier an origin is: what takes its place when nobody looks it up.

    Nothing that only the lookup's output tells: who skipped it cannot know that.
    """
    if not _is_identifier(origin.path or ""):
        return None
    matched = origin.criterion.match.values() if origin.criterion else ()
    chosen = (value for value in matched if isinstance(value, str) and value in (origin.text or ""))
    asked = (one for one in lookup_call.origins if one.source in ("said", "known") and one.form == "verbatim")
    return next(chain(chosen, (str(lookup(lookup_call.arguments, one.parameter)) for one in asked)), None)


def _kinds(origin: Origin, right: Any, outputs: Mapping[str, Any]) -> Iterator[list[Any]]:
    output, path = outputs[origin.call or ""], origin.path or ""
    yield [one.value for one in siblings(output, path)]
    yield list(_names(origin, outputs))
    name = _leaf(path)
    elsewhere = (one for call, other in outputs.items() if call != origin.call for one in leaves(other))
    yield [value for place, value in elsewhere if name and _leaf(place) == name]
    if isinstance(right, int | float):
        yield [value for value in _holder(output, path).values() if isinstance(value, int | float)]


def _names(origin: Origin, outputs: Mapping[str, Any]) -> Iterator[str]:
    path = origin.path or ""
    if not _is_identifier(path):
        return
    for key, value in _holder(outputs[origin.call or ""], path).items():
        if key.endswith(_NAME) and isinstance(value, str):
            yield value


def _holder(output: Any, path: str) -> Mapping[str, Any]:
    """The object that a path's value stands in."""
    outer = path.rpartition(".")[0]
    found = lookup(output, outer) if outer else output
    return found if isinstance(found, Mapping) else {}


def _is_identifier(path: str) -> bool:
    return _leaf(path).endswith(_IDENTIFIER)


def _leaf(path: str) -> str:
    """The name that a path ends with; an element of a list has none."""
    last = path.rpartition(".")[2]
    return "" if last.isdigit() else last


def _fits(value: Any, right: Any) -> bool:
    alike = type(value) is type(right) or {type(value), type(right)} == {int, float}
    return alike and value != right


def change_value(value: Any, rng: Random) -> Any:
    """A value of the same kind that is not this one: another day or amount, other digits, an end that is missing."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice([1, 2, 5])
    if isinstance(value, float):
        return round(value * rng.choice([0.5, 1.1, 2, 10]) + 1, 2)
    if not isinstance(value, str):
        return value
    moment = parse_iso(value)
    if moment is not None:
        return (moment + timedelta(days=rng.choice([-1, 1, 7]))).isoformat()
    digits = [found.start() for found in re.finditer(r"\d", value)]
    if digits:
        wrong = rng.sample(digits, min(len(digits), _WRONG_DIGITS))
        return "".join(str((int(one) + rng.randint(1, 8)) % 10) if at in wrong else one for at, one in enumerate(value))
    return _cut(value)


def _cut(text: str) -> str:
    """A text without its last word, or its last letters; a short one has its last letter twice."""
    words = text.split()
    if len(words) > 1:
        return " ".join(words[:-1])
    return text[:-2] if len(text) > 4 else text + text[-1:]
