"""insert: nested calls that the user never names (METHOD.md §4), forward and backward."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from magnet_kg.catalog.concepts import concepts_of, is_lookup, is_sayable, words
from magnet_kg.catalog.words import CALLS_OFF, verb_of
from magnet_kg.domain.dependency import Edge
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Step
from magnet_kg.paths.draft import Draft, DraftTurn
from magnet_kg.paths.walk import Neighbourhood

DEEPEST = 3
_LATEST = frozenset(["recent", "latest", "last", "newest"])
MOST_NESTED = 2


def find_unsupplied(functions: Mapping[str, Function], neighbourhood: Neighbourhood) -> dict[str, str]:
    """Functions that need a value which nobody can say and none of the others returns, each with such a parameter.

    Where only some toolkits are chosen, what pays by card lacks the toolkit that lists the cards: no path through such
    a function could ever be told.
    """
    unsupplied: dict[str, str] = {}
    while True:
        lacks = {
            one: parameter
            for one, function in functions.items()
            if one not in unsupplied and (parameter := _unsupplied(function, neighbourhood, functions, unsupplied))
        }
        if not lacks:
            return unsupplied
        unsupplied |= lacks


def _unsupplied(
    function: Function, neighbourhood: Neighbourhood, functions: Mapping[str, Function], without: Mapping[str, str]
) -> str | None:
    needed = [name for name in function.required if not is_sayable(function, name)]
    if not needed:
        return None
    edges = [e for e in neighbourhood.into(function.id) if e.source in functions and e.source not in without]
    return next((name for name in needed if not any(_binds(edge, name) for edge in edges)), None)


class NoProducerError(Exception):
    """A required parameter that nobody can say and nothing returns."""


def insert_forward(draft: Draft, probability: float, long_share: float, prefer: Edge | None = None) -> None:
    """For the last function of a turn, add neighbours over nested edges, in the same turn or a random later one.

    Args:
        draft: the path.
        probability: of each of at most two neighbours.
        long_share: how often it goes to a later turn, where there is one.
        prefer: an edge that is used for certain where its source is asked for.
    """
    for index, turn in enumerate(list(draft.turns)):
        asked = [s for s in turn.steps if s.role == "walk"]
        if not asked:
            continue
        preferred = [s for s in asked if prefer is not None and s.function == prefer.source]
        after = (preferred or asked)[-1]
        nested = [e for e in draft.neighbourhood.out_of(after.function) if e.dependency.nested]
        draft.rng.shuffle(nested)
        nested.sort(key=lambda edge: edge != prefer)
        for edge in nested[:MOST_NESTED]:
            if edge != prefer and draft.rng.random() >= probability:
                continue
            # A message that wishes for more than two things in passing is none that people write.
            later = [t for t in _until_called_off(draft, after, index + 1) if _wishes(t) < MOST_NESTED]
            short = _wishes(turn) < MOST_NESTED
            if later and (not short or draft.rng.random() < long_share):
                _insert_after(draft, turn, after, edge, draft.rng.choice(later))
            elif short:
                _insert_after(draft, turn, after, edge, turn)


def _until_called_off(draft: Draft, asked: Step, start: int) -> list[DraftTurn]:
    """The turns from one on, up to where what was asked for is called off: nobody asks then when it begins."""
    use = concepts_of(draft.functions[asked.function])
    things = {*(one.concept for one in use.returns), *(one.concept for one in use.takes)}

    def ends(step: Step) -> bool:
        function = draft.functions[step.function]
        taken = {one.concept for one in concepts_of(function).takes if one.concept.endswith(" id")}
        return verb_of(function.name, function.toolkit) in CALLS_OFF and bool(taken & things)

    return list(takewhile(lambda turn: not any(map(ends, turn.steps)), draft.turns[start:]))


def _wishes(turn: DraftTurn) -> int:
    return sum(step.role in ("insert_short", "insert_long") for step in turn.steps)


def _insert_after(draft: Draft, turn: DraftTurn, asked: Step, edge: Edge, place: DraftTurn) -> None:
    step = draft.new_step(edge.target, "insert_short" if place is turn else "insert_long")
    if place is turn:
        turn.steps.insert(turn.steps.index(asked) + 1, step)
    else:
        place.steps.append(step)
    draft.link(edge, asked, step)
    draft.record("insert", "short" if place is turn else "long", [turn.id, place.id], [asked.id, step.id])


def insert_backward(draft: Draft, reuse: float) -> None:
    """Give every required parameter that no person could say a producer: an earlier step, or one inserted before.

    Args:
        draft: the path.
        reuse: how often an earlier step that returned such a value is used again; otherwise a new thing is looked up.

    Raises:
        NoProducerError: nothing returns the value.
    """
    for turn in draft.turns:
        for step in list(turn.steps):
            _supply(draft, turn, step, 0.0 if step.id in draft.fresh else reuse, depth=0)


def _supply(draft: Draft, turn: DraftTurn, step: Step, reuse: float, depth: int) -> None:
    function = draft.functions[step.function]
    for parameter in function.required:
        if parameter in draft.linked(step) or is_sayable(function, parameter):
            continue
        incoming = [e for e in draft.neighbourhood.into(step.function) if _binds(e, parameter)]
        if draft.rng.random() < reuse and _reuse(draft, turn, step, incoming, parameter):
            continue
        producer = _choose_producer(draft, incoming, parameter, depth)
        # Whoever has listed all of one's own cards need not list them again; a search may be made for something else.
        if producer is None or not draft.functions[producer.source].required:
            again = incoming if producer is None else [producer]
            if _reuse(draft, turn, step, again, parameter):
                continue
        if producer is None and step.function in draft.asked:
            continue
        if producer is None:
            raise NoProducerError(f"{step.function}.{parameter}")
        _insert_before(draft, turn, step, producer, parameter, reuse, depth)


def _reuse(draft: Draft, turn: DraftTurn, step: Step, incoming: list[Edge], parameter: str) -> bool:
    by_source = {e.source: e for e in incoming}
    for earlier in draft.steps_before(turn, step):
        edge = by_source.get(earlier.function)
        if edge is not None and draft.link(edge, earlier, step, parameter):
            return True
    return False


def _choose_producer(draft: Draft, incoming: list[Edge], parameter: str, depth: int) -> Edge | None:
    """A source that a person can set off: best one that needs nothing unsayable itself."""
    direct, deep = [], []
    for edge in incoming:
        source = draft.functions[edge.source]
        if edge.dependency.nested or not is_lookup(source):  # nobody books a flight to learn a booking's id
            continue
        if all(is_sayable(source, name) for name in source.required):
            direct.append(edge)
        elif depth + 1 < DEEPEST and parameter not in source.required:
            deep.append(edge)
    options = direct or deep
    if not options:
        return None
    return draft.rng.choices(options, [_fitness(draft, edge, parameter) for edge in options])[0]


def _fitness(draft: Draft, edge: Edge, parameter: str) -> float:
    """How readily one thinks of a source: of a contact search for a contact, rather than of the list of birthdays.

    Whether what is looked for is among the latest few nobody knows beforehand.
    """
    source = draft.functions[edge.source]
    target = draft.functions[edge.target]
    concept = next((t.concept for t in concepts_of(target).takes if t.parameter == parameter), "")
    about = set(concept.split()[:-1]) & set(words(source.name))
    few = not source.required and bool(_LATEST & set(words(source.name)))
    return (12 if about else 1) * (4 if source.required else 0.1 if few else 1)


def _insert_before(
    draft: Draft, turn: DraftTurn, step: Step, edge: Edge, parameter: str, reuse: float, depth: int
) -> None:
    producer = draft.new_step(edge.source, "insert_backward")
    turn.steps.insert(turn.steps.index(step), producer)
    draft.link(edge, producer, step, parameter)
    draft.record("insert", "backward", [turn.id], [producer.id, step.id])
    _supply(draft, turn, producer, reuse, depth + 1)


def _binds(edge: Edge, parameter: str) -> bool:
    return any(b.parameter == parameter for b in edge.dependency.bindings)
