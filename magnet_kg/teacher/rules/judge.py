"""Dependencies by rules, from what any catalog has: names, types, descriptions and schemas.

Three questions are asked of a pair. Is what the source returns an input of the target that identifies a thing (the same
concept: a contact id, a tracking number, a city)? Is the target a transformer (convert, split, express) of the kind of
quantity that the source returns? Does the source answer whether the target may be called? Nothing else makes an edge:
a person says amounts, dates and texts, so that two functions sharing "amount" do not feed one another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

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
from magnet_kg.domain.concept import Returns, Takes
from magnet_kg.domain.dependency import Binding, Dependency, DependencyKind
from magnet_kg.domain.function import Function
from magnet_kg.teacher.protocol import Judgement

_IDENTIFYING = frozenset(
    [
        "id",
        "code",
        "token",
        "key",
        "uuid",
        "reference",
        "number",
        "email",
        "phone",
        "symbol",
        "sku",
        "slug",
        "address",
        "url",
        "path",
    ]
)
# What names one thing of the world all by itself, without saying whose it is.
_UNIQUE = frozenset(["symbol", "email", "sku", "isbn", "iban", "vin", "slug", "uuid", "guid"])
_NAMES = frozenset(["name", "title"])
_PLACES = frozenset(["city", "airport", "country", "region", "station", "location", "timezone"])
_EVERYDAY = frozenset(
    [
        "amount",
        "date",
        "day",
        "time",
        "text",
        "limit",
        "count",
        "status",
        "type",
        "name",
        "title",
        "note",
        "query",
        "quantity",
        "rating",
        "price",
        "description",
        "month",
        "year",
        "minute",
        "hour",
        "total",
        "number",
        "value",
        "size",
        "unit",
        "sort",
        "category",
        "currency",
        "moment",
        "label",
        "message",
        "reason",
        "relation",
    ]
)
_ACTIONS = frozenset(
    [
        "add",
        "book",
        "buy",
        "cancel",
        "change",
        "create",
        "delete",
        "make",
        "move",
        "order",
        "pay",
        "place",
        "reserve",
        "schedule",
        "send",
        "set",
        "submit",
        "transfer",
        "update",
    ]
)
_CHECKS = frozenset(
    [
        "available",
        "availability",
        "exist",
        "valid",
        "open",
        "allowed",
        "possible",
        "in_stock",
        "stock",
        "eligible",
        "free",
    ]
)


def judge_pair(source: Function, target: Function) -> Judgement:
    """The judgement of one ordered pair."""
    nested = _transform_bindings(source, target)
    if nested:
        return _positive(source, target, nested, nested_edge=True, echoed=False)
    bindings, echoed = _same_things(source, target)
    required = target.required
    if bindings and (not required or any(b.parameter.removesuffix("[]") in required for b in bindings)):
        return _positive(source, target, bindings, nested_edge=False, echoed=echoed)
    if _decides(source, target):
        rationale = f"{_named(source)} tells whether {_named(target)} can succeed for the same thing"
        return Judgement(target.id, Dependency(kind="prerequisite", confidence=0.7, rationale=rationale))
    return Judgement(target.id, reason=_why_not(source, target, bindings))


def judge_candidates(source: Function, candidates: Sequence[Function]) -> list[Judgement]:
    """The judgements of one source with its candidates, in their order."""
    return [judge_pair(source, target) for target in candidates]


def _positive(
    source: Function, target: Function, bindings: Sequence[Binding], *, nested_edge: bool, echoed: bool
) -> Judgement:
    required = set(target.required)
    bound = {b.parameter.removesuffix("[]") for b in bindings}
    kind: DependencyKind = "output_is_input" if required and required <= bound else "output_is_partial_input"
    said = "; ".join(f"{b.output} is what {b.parameter} asks for" for b in bindings)
    rationale = f"{said}. {_named(target)} gives it in another form" if nested_edge else said
    if echoed:
        rationale += f"; {_named(source)} was itself called with it"
    # What a person may as well say (a city) makes a weaker edge than what only a system knows (an id).
    weak = all(is_sayable(target, b.parameter) for b in bindings)
    confidence = 0.8 if nested_edge else 0.5 if weak else 0.6 if echoed else 0.9
    return Judgement(
        target.id,
        Dependency(
            kind=kind,
            bindings=tuple(bindings),
            nested=nested_edge,
            confidence=confidence,
            rationale=rationale,
        ),
    )


def _same_things(source: Function, target: Function) -> tuple[list[Binding], bool]:
    """What the source returns that the target asks for, and whether the source was itself called with all of it."""
    use, wanted = concepts_of(source), concepts_of(target).takes
    returned = {output.concept for output in use.returns}
    known = returned | {take.concept for take in use.takes}
    wanted = tuple(take for take in wanted if take.concept in returned)
    if not wanted or _measured(target):
        return [], True  # a transformer is led to by what it transforms, never by what it asks for beside that
    bindings: list[Binding] = []
    echoed = True
    for take in sorted(wanted, key=lambda t: not t.required):
        used = {b.output for b in bindings if "[]" not in b.output}
        fitting = [r for r in use.returns if r.path not in used and _same_thing(r, take)]
        if _names_a_known_thing(take, known) or (_is_name(take) and not is_lookup(target)):
            fitting = []  # by its name one looks up what one has no id of, and nothing new is called like something old
        if fitting:
            match = min(fitting, key=partial(_rank, take=take))
            bindings.append(Binding(output=match.path, parameter=take.parameter))
            echoed = echoed and any(t.concept == match.concept for t in use.takes)
    return bindings, echoed


def _rank(output: Returns, take: Takes) -> tuple[bool, int, str]:
    """Outputs with the parameter's own name first, then those higher up in the result."""
    own = take.parameter.removesuffix("[]")
    return output.path.rsplit(".", 1)[-1].removesuffix("[]") != own, output.path.count("."), output.path


def _is_name(take: Takes) -> bool:
    """Whether a thing is asked for by its name or title."""
    named = take.concept.split()
    return len(named) > 1 and named[-1] in _NAMES


def _names_a_known_thing(take: Takes, known: Collection[str]) -> bool:
    """Whether the id of what is asked for by name is known already: the artist of an artist."""
    return _is_name(take) and f"{take.concept.rpartition(' ')[0]} id" in known


def _same_thing(output: Returns, take: Takes) -> bool:
    if (
        output.concept != take.concept
        or output.concept.startswith("quantity ")
        or output.type.split(":")[0] != take.type.split(":")[0]
        or output.type.startswith(("boolean", "number"))
    ):
        return False
    named = take.concept.split()
    if take.concept in _UNIQUE or (named[-1] in _IDENTIFYING and len(named) > 1):
        return True
    if _is_name(take):
        return take.required
    return named[-1] in _PLACES or (len(named) > 1 and named[-1] not in _EVERYDAY)


def _measured(target: Function) -> list[tuple[str, str, str | None]]:
    """What a transformer transforms: (parameter, kind of quantity, unit). Nothing for other functions."""
    key = target.id, target.content_hash
    if key not in _TRANSFORMED:
        kinds = {name: quantity_of(name, target.properties[name]) for name in target.required}
        _TRANSFORMED[key] = [
            (name, kind, unit_of(name)) for name, kind in kinds.items() if kind is not None and is_transformer(target)
        ]
    return _TRANSFORMED[key]


def _quantities(source: Function) -> dict[str, tuple[str | None, str | None]]:
    """Every output of a function with its kind of quantity and its unit."""
    key = source.id, source.content_hash
    if key not in _OUTPUTS:
        _OUTPUTS[key] = {p: (quantity_of(p, schema), unit_of(p)) for p, schema in leaf_schemas(source.returns or {})}
    return _OUTPUTS[key]


# Each function is judged against many others; what it takes and gives depends on its content alone.
_TRANSFORMED: dict[tuple[str, str], list[tuple[str, str, str | None]]] = {}
_OUTPUTS: dict[tuple[str, str], dict[str, tuple[str | None, str | None]]] = {}
_ANSWERS: dict[tuple[str, str], bool] = {}


def _transform_bindings(source: Function, target: Function) -> list[Binding]:
    """Bindings of a transformer: the quantity itself, and what stands beside it (its currency, its time zone)."""
    measured = _measured(target)
    if not measured or is_transformer(source):
        return []
    outputs = _quantities(source)
    name, kind, unit = measured[0]
    same = [p for p, (found, size) in outputs.items() if found == kind and (None in (unit, size) or size == unit)]
    if not same:
        return []
    path = min(same, key=lambda p: (_beside_the_point(p, name), p.count("."), "[]" in p, p))
    bindings = [Binding(output=path, parameter=name)]
    beside = [p for p in outputs if p != path and p.rpartition(".")[0] == path.rpartition(".")[0]]
    for other in target.required:
        going = [p for p in beside if _goes_with(p.rpartition(".")[2], other)]
        if other != name and going:
            bindings.append(Binding(output=going[0], parameter=other))
            beside.remove(going[0])
    return bindings


def _beside_the_point(output: str, parameter: str) -> int:
    """How far an output is from the quantity that one would ask about: the total before a fee."""
    own = output.rpartition(".")[2]
    if own == parameter:
        return 0
    return 1 if set(words(own)) & {"total", "price", "amount", "balance"} else 2


def _goes_with(output: str, parameter: str) -> bool:
    """Whether an output beside a quantity is what a transformer asks for along with it: its currency, its time zone."""
    if words(output) == words(parameter):
        return True
    return words(parameter)[0] in ("source", "from") and words(output)[-1] == words(parameter)[-1]


def _decides(source: Function, target: Function) -> bool:
    """Whether the source answers yes or no about the thing on which the target acts."""
    if words(target.name)[0] not in _ACTIONS:
        return False
    key = source.id, source.content_hash
    if key not in _ANSWERS:
        leaves = leaf_schemas(source.returns or {})
        _ANSWERS[key] = any(s.get("type") == "boolean" and set(words(path)) & _CHECKS for path, s in leaves)
    if not _ANSWERS[key]:
        return False
    same = {t.concept for t in concepts_of(source).takes if t.required and t.concept.split()[-1] == "id"}
    return bool(same & {t.concept for t in concepts_of(target).takes if t.required})


def _why_not(source: Function, target: Function, bindings: Sequence[Binding]) -> str:
    if bindings:
        return f"only optional inputs of {_named(target)} could come from {_named(source)}"
    shared = {r.concept for r in concepts_of(source).returns} & {t.concept for t in concepts_of(target).takes}
    if shared:
        return f"they share {', '.join(sorted(shared))}, which a person says rather than looks up"
    return f"nothing that {_named(source)} returns is an input of {_named(target)}"


def _named(function: Function) -> str:
    return function.name
