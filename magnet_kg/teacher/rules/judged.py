"""What the judge knows of a function by itself, worked out once, and which values say the same of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from magnet_kg.catalog.concepts import (
    concepts_of,
    is_lookup,
    is_sayable,
    is_transformer,
    leaf_schemas,
    quantity_of,
    unit_of,
    words,
)
from magnet_kg.catalog.telling import is_name, tells_which
from magnet_kg.catalog.words import verb_of
from magnet_kg.domain.concept import Returns, Takes
from magnet_kg.domain.function import Function

_ACTIONS = frozenset(
    """
    add book buy cancel change create delete make move order pay place reserve schedule send set submit transfer update
    """.split()
)
_ON_EXISTING = frozenset("deploy deregister disable enable invoke reboot restart resume start stop suspend".split())
_REMOVES = frozenset("delete deregister destroy purge remove terminate unregister".split())
_AFTER_REMOVAL = frozenset("check describe get list query recover restore search undelete wait".split())
_ASKS = frozenset("can has is test validate verify".split())
_FAILURES = frozenset("error failed failure unprocessed unsuccessful".split())
_CHECKS = frozenset("available availability exist valid open allowed possible in_stock stock eligible free".split())


@dataclass(frozen=True, slots=True)
class Facts:
    """A function as the judge looks at it.

    Attributes:
        id: its id.
        name: its name.
        verb: what it does, by its name.
        lookup: whether it changes nothing.
        required: the required parameters.
        required_in_order: the same, in the order of the schema.
        asked: the parameters at the top that something may feed, the required ones first.
        taken: the concepts that it takes.
        returned: what it returns, by concept.
        known: the concepts that it takes or returns.
        own_ids: the concepts of the ids that it requires.
        own_taken: the concepts that it requires.
        sayable: the parameters that a person could say.
        measured: what a transformer transforms (parameter, kind of quantity, unit); nothing for other functions.
        quantities: every output with its kind of quantity and its unit.
        taken_quantities: every parameter that has one, in the same way.
        transforms: whether it is a transformer.
        answers: whether it answers yes or no to whether something is possible.
        acts: whether it does something for which that matters.
        removes: whether what it returns is gone.
    """

    id: str
    name: str
    verb: str
    lookup: bool
    required: frozenset[str]
    required_in_order: tuple[str, ...]
    asked: tuple[Takes, ...]
    taken: frozenset[str]
    returned: dict[str, list[Returns]]
    known: frozenset[str]
    own_ids: frozenset[str]
    own_taken: frozenset[str]
    sayable: frozenset[str]
    measured: tuple[tuple[str, str, str | None], ...]
    quantities: dict[str, tuple[str | None, str | None]]
    taken_quantities: dict[str, tuple[str | None, str | None]]
    transforms: bool
    answers: bool
    acts: bool
    removes: bool


def facts_of(function: Function) -> Facts:
    """What the judge knows of a function; the same for the same content."""
    key = function.id, function.content_hash
    if key not in _KNOWN:
        if len(_KNOWN) >= _KEPT:
            _KNOWN.clear()
        _KNOWN[key] = _work_out(function)
    return _KNOWN[key]


# Each function is judged against many others; what it takes and gives depends on its content alone.
_KNOWN: dict[tuple[str, str], Facts] = {}
_KEPT = 8192


def _work_out(function: Function) -> Facts:
    use = concepts_of(function)
    verb = verb_of(function.name, function.toolkit)
    returned: dict[str, list[Returns]] = {}
    for output in use.returns:
        returned.setdefault(output.concept, []).append(output)
    transforms = is_transformer(function)
    kinds = {name: quantity_of(name, function.properties.get(name, {})) for name in function.required}
    measured = [(name, kind, unit_of(name)) for name, kind in kinds.items() if kind is not None and transforms]
    leaves = list(leaf_schemas(function.returns or {}))
    own_taken = frozenset(t.concept for t in use.takes if t.required)
    taken = frozenset(t.concept for t in use.takes)
    return Facts(
        id=function.id,
        name=function.name,
        verb=verb,
        lookup=is_lookup(function),
        required=frozenset(function.required),
        required_in_order=function.required,
        asked=tuple(sorted((t for t in use.takes if "." not in t.parameter), key=lambda t: not t.required)),
        taken=taken,
        returned=returned,
        known=taken | returned.keys(),
        own_ids=frozenset(c for c in own_taken if c.split()[-1] == "id"),
        own_taken=own_taken,
        sayable=frozenset(name for name in function.properties if is_sayable(function, name)),
        measured=tuple(measured),
        quantities={path: (quantity_of(path, schema), unit_of(path)) for path, schema in leaves},
        taken_quantities={n: (quantity_of(n, schema), unit_of(n)) for n, schema in function.properties.items()},
        transforms=transforms,
        answers=(is_lookup(function) or verb in _ASKS)
        and any(s.get("type") == "boolean" and set(words(path)) & _CHECKS for path, s in leaves),
        acts=verb in _ACTIONS,
        removes=verb in _REMOVES,
    )


def same_thing(output: Returns, take: Takes, source: Facts, target: Facts) -> bool:
    """Whether an output and a parameter of one concept are about the same thing, and the one may be the other."""
    kind = output.type.partition(":")[0]
    if kind != take.type.partition(":")[0] or kind not in ("string", "integer") or not tells_which(take.concept):
        return False
    if _is_failure(output.path):
        return False
    if source.removes and target.verb not in _AFTER_REMOVAL and _is_gone(take.concept, source):
        return False
    if is_name(take.concept):
        return take.required and _calls_by_name(take.concept, source, target)
    if take.concept.startswith("tag key") and target.verb not in ("untag", "remove", "delete"):
        return False
    # Where the number of a thing stands for its id, the target must not tell the two apart.
    number = source.returned.get(f"{take.concept.removesuffix(' id')} number", ())
    return f"{take.concept.removesuffix(' id')} number" not in target.known or all(
        one.path != output.path or one is output for one in number
    )


@lru_cache(maxsize=65536)
def _is_failure(path: str) -> bool:
    """Whether a value stands in what did not work: there is nothing there to go on with."""
    return any(word in _FAILURES for name in path.split(".")[:-1] for word in words(name))


def _is_gone(concept: str, source: Facts) -> bool:
    """Whether a concept is the thing that the source removes: it was called with it."""
    return concept in source.own_taken


def _calls_by_name(concept: str, source: Facts, target: Facts) -> bool:
    """Whether the target is called with the name of something that is there, of which nothing better is known.

    By its name one looks up what one has no id of, and nothing new is called like something old.
    """
    existing = target.lookup or target.verb in _ON_EXISTING | _REMOVES
    return existing and f"{concept.rpartition(' ')[0]} id" not in source.known
