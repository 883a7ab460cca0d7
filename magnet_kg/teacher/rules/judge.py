"""Dependencies by rules, from what any catalog has: names, types, descriptions and schemas.

Three questions are asked of a pair. Is what the source returns an input of the target that identifies a thing (the same
concept: a contact id, a tracking number, a city)? Is the target a transformer (convert, split, express) of the kind of
quantity that the source returns? Does the source answer whether the target may be called? Nothing else makes an edge:
a person says amounts, dates and texts, so that two functions sharing "amount" do not feed one another; and what belongs
to one call alone (a page token, a request id) feeds nothing.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from functools import cache

from magnet_kg.catalog import concepts, quantities, telling
from magnet_kg.catalog import words as naming
from magnet_kg.catalog.telling import is_name, tells_which
from magnet_kg.catalog.words import words
from magnet_kg.domain.concept import Returns, Takes
from magnet_kg.domain.dependency import Binding, Dependency, DependencyKind
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import content_hash
from magnet_kg.teacher.protocol import Judgement
from magnet_kg.teacher.rules import judged
from magnet_kg.teacher.rules.judged import Facts, facts_of, same_thing

_RULES = (judged, concepts, quantities, telling, naming)
# Of two moments or amounts, the other one: when something ends, and what was there before.
_UNIT_PRICES = frozenset("average daily each hourly lowest minimum monthly night nightly per unit".split())
_LATER = frozenset("end arrive arrival return until out previous previously conflict expected".split())


@cache
def judging_rules() -> str:
    """A digest of the rules, by which verdicts tell whether others were judged by the same."""
    return content_hash([inspect.getsource(module) for module in (*_RULES, sys.modules[__name__])])


def judge_pair(source: Function, target: Function) -> Judgement:
    """The judgement of one ordered pair."""
    return _judge(facts_of(source), facts_of(target))


def judge_candidates(source: Function, candidates: Sequence[Function]) -> list[Judgement]:
    """The judgements of one source with its candidates, in their order."""
    given = facts_of(source)
    return [_judge(given, facts_of(target)) for target in candidates]


def _judge(source: Facts, target: Facts) -> Judgement:
    nested = _transform_bindings(source, target)
    if nested:
        return _positive(source, target, nested, nested_edge=True, echoed=False)
    bindings, echoed = _same_things(source, target)
    required = target.required
    if bindings and (not required or any(b.parameter.removesuffix("[]") in required for b in bindings)):
        return _positive(source, target, bindings, nested_edge=False, echoed=echoed)
    if _decides(source, target):
        rationale = f"{source.name} tells whether {target.name} can succeed for the same thing"
        return Judgement(target.id, Dependency(kind="prerequisite", confidence=0.7, rationale=rationale))
    return Judgement(target.id, reason=_why_not(source, target, bindings))


def _positive(
    source: Facts, target: Facts, bindings: Sequence[Binding], *, nested_edge: bool, echoed: bool
) -> Judgement:
    required = target.required
    bound = {b.parameter.removesuffix("[]") for b in bindings}
    kind: DependencyKind = "output_is_input" if required and required <= bound else "output_is_partial_input"
    said = "; ".join(f"{b.output} is what {b.parameter} asks for" for b in bindings)
    rationale = f"{said}. {target.name} gives it in another form" if nested_edge else said
    if echoed:
        rationale += f"; {source.name} was itself called with it"
    # What a person may as well say (a city) makes a weaker edge than what only a system knows (an id).
    weak = bound <= target.sayable
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


def _same_things(source: Facts, target: Facts) -> tuple[list[Binding], bool]:
    """What the source returns that the target asks for, and whether the source was itself called with all of it."""
    returned = source.returned
    wanted = [take for take in target.asked if take.concept in returned]
    if not wanted or target.measured:
        return [], True  # a transformer is led to by what it transforms, never by what it asks for beside that
    bindings: list[Binding] = []
    echoed = True
    used: set[str] = set()
    for take in wanted:
        fitting = [r for r in returned[take.concept] if r.path not in used and same_thing(r, take, source, target)]
        if not fitting:
            continue
        match = fitting[0] if len(fitting) == 1 else min(fitting, key=lambda r: _rank(r, take))
        bindings.append(Binding(output=match.path, parameter=take.parameter))
        echoed = echoed and match.concept in source.taken
        if "[]" not in match.path:
            used.add(match.path)
    return bindings, echoed


def _rank(output: Returns, take: Takes) -> tuple[bool, int, str]:
    """Outputs with the parameter's own name first, then those higher up in the result."""
    own = take.parameter.removesuffix("[]")
    return output.path.rsplit(".", 1)[-1].removesuffix("[]") != own, output.path.count("."), output.path


def _transform_bindings(source: Facts, target: Facts) -> list[Binding]:
    """Bindings of a transformer: the quantity itself, and what stands beside it (its currency, its time zone)."""
    measured = target.measured
    if not measured or source.transforms:
        return []
    outputs = source.quantities
    name, kind, unit = measured[0]
    same = [p for p, (found, size) in outputs.items() if found == kind and (None in (unit, size) or size == unit)]
    if words(target.name)[0] == "split":
        # People share what they pay, not what an hour costs.
        same = [p for p in same if not set(words(p.rpartition(".")[2])) & _UNIT_PRICES]
    path = _meant(_told(same, source, kind), name)
    if path is None:
        return []
    bindings = [Binding(output=path, parameter=name)]
    beside = [p for p in outputs if p != path and p.rpartition(".")[0] == path.rpartition(".")[0]]
    for other in target.required_in_order:
        going = [p for p in beside if _goes_with(p.rpartition(".")[2], other)]
        if other != name and going:
            # Of two time zones the one of the departure goes with the departure.
            along = next((p for p in going if _stems(p) & _stems(path)), going[0])
            bindings.append(Binding(output=along, parameter=other))
            beside.remove(along)
    return bindings


def _told(outputs: Sequence[str], source: Facts, kind: str) -> list[str]:
    """Those outputs that a request for the source would make one ask about.

    Of what a call changes, people go on from what they have set it to; a default that nobody has said comes back as
    an output, too, and nobody goes on from it.
    """
    own = {word for name, (found, _) in source.taken_quantities.items() if found == kind for word in words(name)[:1]}
    if own and not source.lookup:
        return [p for p in outputs if words(p.rpartition(".")[2])[0] in own or len(outputs) == 1]
    return [p for p in outputs if p not in source.taken_quantities or p in source.required]


def _meant(outputs: Sequence[str], parameter: str) -> str | None:
    """The one of several quantities of a kind that "that" would be, or None where it could be either.

    The parameter's own name, then totals, the beginning of what begins and ends, what stands higher up, plain names.
    """

    def rank(path: str) -> tuple[int, bool, int, bool, int]:
        leaf = words(path.rpartition(".")[2])
        later = bool(set(words(path)) & _LATER)
        return _beside_the_point(path, parameter), later, path.count("."), "[]" in path, len(leaf)

    best = min(map(rank, outputs), default=None)
    first = [path for path in outputs if rank(path) == best]
    return first[0] if len(first) == 1 else None


def _beside_the_point(output: str, parameter: str) -> int:
    """How far an output is from the quantity that one would ask about: the total before a fee."""
    own = output.rpartition(".")[2]
    if own == parameter:
        return 0
    return 1 if set(words(own)) & {"total", "price", "amount", "balance"} else 2


def _stems(output: str) -> set[str]:
    """The beginnings of an output's longer words: "departs_at" and "departure_time_zone" share one."""
    return {word[:5] for word in words(output.rpartition(".")[2]) if len(word) > 4}


def _goes_with(output: str, parameter: str) -> bool:
    """Whether an output beside a quantity is what a transformer asks for along with it: its currency, its time zone."""
    if words(output) == words(parameter):
        return True
    return words(parameter)[0] in ("source", "from") and words(output)[-1] == words(parameter)[-1]


def _decides(source: Facts, target: Facts) -> bool:
    """Whether the source answers yes or no about the thing on which the target acts."""
    return target.acts and source.answers and bool(source.own_ids & target.own_taken)


def _why_not(source: Facts, target: Facts, bindings: Sequence[Binding]) -> str:
    if bindings:
        return f"only optional inputs of {target.name} could come from {source.name}"
    shared = sorted(source.returned.keys() & target.taken)
    if not shared:
        return f"nothing that {source.name} returns is an input of {target.name}"
    telling = [concept for concept in shared if tells_which(concept)]
    if not telling:
        return f"they share {', '.join(shared)}, which a person says rather than looks up"
    told = f"they share {', '.join(telling)}"
    if source.removes:
        return f"{told}, but what {source.name} returns is gone by then"
    if all(is_name(concept) for concept in telling):
        return f"{told}, but {target.name} is not called with the name of what is there already, or its id is known"
    return f"{told}, but not as a value that {target.name} takes by itself"
