"""split: an empty turn in which something is missing, followed by the turn itself or left open (METHOD.md §4)."""

from __future__ import annotations

from magnet_kg.catalog.concepts import is_sayable
from magnet_kg.domain.path import Missing, Step
from magnet_kg.paths.draft import Draft, DraftTurn


def split_turns(draft: Draft, probability: float, unresolved_share: float) -> None:
    """Turn one or two turns into an empty turn and what completes it.

    Args:
        draft: the path.
        probability: that the path gets an empty turn, where one of its turns can be split; half as often a second one.
        unresolved_share: how often the user moves on instead of giving what is missing.
    """
    for chance in (probability, probability / 2):
        if draft.rng.random() >= chance:
            return
        ways = [
            (turn, way)
            for turn in draft.turns
            if turn.missing is None and turn.completes is None
            for way in (_miss_func, _miss_params)
            if way(draft, turn, dry=True, unresolved=False)
        ]
        if not ways:
            return
        # What later turns need has to happen; among the others the user may move on.
        idle = [
            one for one in ways if not _needed_later(draft, one[0]) and one[1](draft, one[0], dry=True, unresolved=True)
        ]
        unresolved = bool(idle) and draft.rng.random() < unresolved_share
        options = idle if unresolved else ways
        # The kind is drawn first: few turns can lack a function, many a value.
        kind = draft.rng.choice(sorted({way.__name__ for _, way in options}))
        turn, way = draft.rng.choice([one for one in options if one[1].__name__ == kind])
        way(draft, turn, dry=False, unresolved=unresolved)


def leave_value_open(draft: Draft, turn: DraftTurn) -> bool:
    """Let the user leave out a value of this turn for good, where one can be left out: the assistant has to ask."""
    if not _miss_params(draft, turn, dry=True, unresolved=True):
        return False
    return _miss_params(draft, turn, dry=False, unresolved=True)


def _miss_func(draft: Draft, turn: DraftTurn, *, dry: bool, unresolved: bool) -> bool:
    """The function of the turn's first intent is not offered yet. It must not have been used before."""
    asked = [s for s in turn.steps if s.role != "insert_backward"]
    if len(asked) != 1 or asked[0].role != "walk":
        return False  # whoever can do a part of what is asked should do that part
    step = asked[0]
    # An unresolved one is never offered, so that nothing after it may use the function either.
    others = [s.function for t in draft.turns for s in (*t.steps, *t.wanted) if s.id != step.id]
    before = others if unresolved else [s.function for s in draft.steps_before(turn, turn.steps[0])]
    before += [s.function for s in turn.steps if s.id != step.id]
    if step.function in before:
        return False
    return dry or _split(draft, turn, Missing(kind="miss_func", step=step.id, resolved=not unresolved))


def _miss_params(draft: Draft, turn: DraftTurn, *, dry: bool, unresolved: bool) -> bool:
    """The user leaves out a required value that nothing but the user can supply."""
    functions = [step.function for step in turn.steps]
    own = {step.id for step in turn.steps}
    options = [
        (step, parameter)
        for step in turn.steps
        if step.role == "walk"
        and functions.count(step.function) == 1
        # What is asked of its result would be asked before there is any: "remind me later. When is that in Oslo?"
        and not any(link.source == step.id and link.target in own for link in draft.links)
        for parameter in _only_said(draft, step)
    ]
    if not options:
        return False
    if dry:
        return True
    step, parameter = draft.rng.choice(options)
    return _split(draft, turn, Missing(kind="miss_params", step=step.id, parameter=parameter, resolved=not unresolved))


def _only_said(draft: Draft, step: Step) -> list[str]:
    function = draft.functions[step.function]
    linked = draft.linked(step)
    said = [name for name in function.required if name not in linked]
    return said if step.function in draft.asked else [name for name in said if is_sayable(function, name)]


def _split(draft: Draft, turn: DraftTurn, missing: Missing) -> bool:
    if missing.resolved:
        empty = draft.make_turn()
        empty.missing, empty.wanted = missing, list(turn.steps)
        turn.completes = empty.id
        draft.turns.insert(draft.turns.index(turn), empty)
        draft.record("split", missing.kind, [empty.id, turn.id], [missing.step])
    else:
        # The turn itself stays empty, under the id by which earlier operations name it.
        turn.missing, turn.wanted, turn.steps = missing, turn.steps, []
        draft.record("split", missing.kind, [turn.id], [missing.step])
    return True


def _needed_later(draft: Draft, turn: DraftTurn) -> bool:
    """Whether a later turn uses an output of this one, so that it has to happen."""
    own = {step.id for step in turn.steps}
    return any(link.source in own and link.target not in own for link in draft.links)
