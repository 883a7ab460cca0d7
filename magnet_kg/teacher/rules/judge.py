"""Dependencies by rules, from what any catalog has: names, types, descriptions and schemas.

Three questions are asked of a pair. Is what the source returns an input of the target that identifies a thing (the same
concept: a contact id, a tracking number, a city)? Is the target a transformer (convert, split, express) of the kind of
quantity that the source returns? Does the source answer whether the target may be called? Nothing else makes an edge:
a person says amounts, dates and texts, so that two functions sharing "amount" do not feed one another.
"""

from __future__ import annotations

from collections.abc import Sequence

from magnet_kg.catalog.concepts import concepts_of, is_sayable, is_transformer, leaf_schemas, quantity_of, words
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
    takes, returns = concepts_of(source).takes, concepts_of(source).returns
    wanted = concepts_of(target).takes
    nested = _transform_bindings(source, target)
    if nested:
        return _positive(source, target, nested, nested_edge=True, echoed=False)
    bindings: list[Binding] = []
    echoed = True
    for take in sorted(wanted, key=lambda t: not t.required):
        used = {b.output for b in bindings if "[]" not in b.output}
        match = next((r for r in _best_first(returns, take) if _same_thing(r, take) and r.path not in used), None)
        if match is not None:
            bindings.append(Binding(output=match.path, parameter=take.parameter))
            echoed = echoed and any(t.concept == match.concept for t in takes)
    required = {take.parameter for take in wanted if take.required}
    if bindings and (required & {b.parameter for b in bindings} or not required):
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


def _best_first(returns: Sequence[Returns], take: Takes) -> list[Returns]:
    """Outputs with the parameter's own name first, then those higher up in the result."""
    own = take.parameter.removesuffix("[]")
    return sorted(
        returns,
        key=lambda r: (r.path.rsplit(".", 1)[-1].removesuffix("[]") != own, r.path.count("."), r.path),
    )


def _same_thing(output: Returns, take: Takes) -> bool:
    if (
        output.concept.startswith("quantity ")
        or output.concept != take.concept
        or output.type.split(":")[0] != take.type.split(":")[0]
    ):
        return False
    named = take.concept.split()
    if output.type.startswith(("boolean", "number")):
        return False
    if named[-1] in _IDENTIFYING and len(named) > 1:
        return True
    return named[-1] in _PLACES or (len(named) > 1 and named[-1] not in _EVERYDAY)


def _transform_bindings(source: Function, target: Function) -> list[Binding]:
    """Bindings of a transformer: the quantity itself, and what stands beside it (its currency, its time zone)."""
    if not is_transformer(target) or is_transformer(source):
        return []
    outputs = dict(leaf_schemas(source.returns or {}))
    for name in target.required:
        kind = quantity_of(name, target.properties[name])
        if kind is None:
            continue
        same = [path for path, schema in outputs.items() if quantity_of(path, schema) == kind]
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
    return []


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
    answers = any(
        schema.get("type") == "boolean" and set(words(path)) & _CHECKS
        for path, schema in leaf_schemas(source.returns or {})
    )
    same = {t.concept for t in concepts_of(source).takes if t.required and t.concept.split()[-1] == "id"} & {
        t.concept for t in concepts_of(target).takes if t.required
    }
    return answers and bool(same)


def _why_not(source: Function, target: Function, bindings: Sequence[Binding]) -> str:
    if bindings:
        return f"only optional inputs of {_named(target)} could come from {_named(source)}"
    shared = {r.concept for r in concepts_of(source).returns} & {t.concept for t in concepts_of(target).takes}
    if shared:
        return f"they share {', '.join(sorted(shared))}, which a person says rather than looks up"
    return f"nothing that {_named(source)} returns is an input of {_named(target)}"


def _named(function: Function) -> str:
    return function.name
