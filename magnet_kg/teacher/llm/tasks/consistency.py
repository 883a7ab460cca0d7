"""Where a made-up output contradicts what a dialogue has seen: as far as code can tell without knowing the functions.

Three things are looked for. An id that the call was made with comes back as another one. A thing that was deleted comes
back. A thing that was shown before, told by its ids, looks different although nothing was changed since. What could be
otherwise for a reason that only a person sees is left to the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from magnet_kg.catalog.concepts import is_lookup
from magnet_kg.catalog.words import words
from magnet_kg.domain.function import Function
from magnet_kg.execution.simulated_by_model import PastCall
from magnet_kg.execution.simulated_value import field_words
from magnet_kg.execution.simulator import meaning_of, names_in

# A key, a token or a code is as often no id: tags have keys.
_IDS = frozenset("id arn identifier uuid guid sku".split())
_Scalars = dict[str, Any]
_Identity = frozenset[tuple[str, Any]]


def contradictions(
    function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], output: Mapping[str, Any]
) -> Iterator[str]:
    """What the output of a successful call contradicts, in sentences for the model."""
    yield from _other_ids(function, arguments, output)
    yield from _back_again(function, arguments, history, output)
    if is_lookup(function):
        yield from _looks_different(history, output)


def _other_ids(function: Function, arguments: Mapping[str, Any], output: Mapping[str, Any]) -> Iterator[str]:
    meaning = meaning_of(function)
    given = {name: one for name, one in arguments.items() if _is_id(name) and isinstance(one, str | int)}
    if meaning.act in ("create", "other"):
        # What comes of it may have other ids beside that of the thing itself: a new revision, a copy.
        given = {name: one for name, one in given.items() if field_words(name, meaning.noun) == ("id",)}
    for holder in (output, *(one for one in output.values() if isinstance(one, Mapping))):
        for name, value in _scalars(holder).items():
            if name in given and str(given[name]) != str(value):
                yield f"The call was made with {name} {given[name]!r}, and the output has {name} {value!r}."


def _back_again(
    function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], output: Mapping[str, Any]
) -> Iterator[str]:
    meaning = meaning_of(function)
    if meaning.act not in ("read", "list", "update", "delete"):
        return
    shown = _names(output) if meaning.act == "list" else set(names_in(arguments, meaning.noun))
    for name in sorted(shown & _gone(meaning.kind, history)):
        yield f"{name} was deleted before: a list cannot have it any more, and another call for it fails."


def _gone(kind: str, history: Sequence[PastCall]) -> set[str]:
    """The names of the things of a kind that were deleted, and not made again."""
    gone: set[str] = set()
    for past in history:
        meaning = meaning_of(past.function)
        if meaning.kind == kind and not past.outcome.failed:
            names = names_in(past.arguments, meaning.noun)
            gone = gone | {*names} if meaning.act == "delete" else gone - {*names} if meaning.act == "create" else gone
    return gone


def _looks_different(history: Sequence[PastCall], output: Mapping[str, Any]) -> Iterator[str]:
    now = _things(output)
    for past in reversed(history):
        if not past.outcome.failed:
            before = _things(past.outcome.output)
            for identity in sorted(now.keys() & before.keys(), key=str):
                yield from _different(identity, before[identity], now[identity], past.function.name)
        if past.changed:
            return


def _different(identity: _Identity, before: _Scalars, now: _Scalars, shown_by: str) -> Iterator[str]:
    told = ", ".join(f"{name} {value}" for name, value in sorted(identity))
    for name in before.keys() & now.keys() if before != now else ():
        if before[name] != now[name]:
            was, is_now = before[name], now[name]
            yield f"{told}: {name} was {was!r} when {shown_by} gave it, is {is_now!r} now, and nothing has changed it."


def _things(value: Any) -> dict[_Identity, _Scalars]:
    """The objects of an output by all their ids; those that share theirs with another object are left out."""
    found: dict[_Identity, _Scalars] = {}
    doubled: set[_Identity] = set()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            own = _scalars(node)
            identity = frozenset((name, one) for name, one in own.items() if _is_id(name))
            if identity:
                doubled |= {identity} & found.keys()
                found[identity] = own
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return {identity: own for identity, own in found.items() if identity not in doubled}


def _names(value: Any) -> set[str]:
    """What the things of a list are called: their ids and names, or the elements themselves."""
    if isinstance(value, Mapping):
        own = {str(one) for name, one in _scalars(value).items() if _is_id(name) or words(name)[-1] == "name"}
        return own.union(*(_names(one) for one in value.values() if isinstance(one, Mapping | list)))
    if isinstance(value, list):
        return {one for one in value if isinstance(one, str)}.union(*(_names(one) for one in value))
    return set()


def _scalars(node: Mapping[str, Any]) -> _Scalars:
    return {name: one for name, one in node.items() if isinstance(one, str | int | float) and one != ""}


def _is_id(name: str) -> bool:
    return words(name)[-1] in _IDS
