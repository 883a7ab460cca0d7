"""A whole path, turn by turn: back, forth, execute."""

from __future__ import annotations

from dataclasses import dataclass

from magnet_kg.domain.dialogue import Dialogue, DialogueTurn, Dropped
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Kind, PathTurn, SignaturePath
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.session import Executor, Session
from magnet_kg.paths.prune import prune_steps, prune_turn
from magnet_kg.teacher.protocol import Scene, Teacher
from magnet_kg.translation.back import write_message
from magnet_kg.translation.forth import fill_and_execute

# Fewer turns, or fewer asked-for functions, than this are not what the row was meant to be.
SHORTEST_TURNS: dict[Kind, int] = {"multi_turn": 3}
FEWEST_ASKED: dict[Kind, int] = {"multiple": 2, "parallel": 2, "irrelevance": 0}


@dataclass
class _Progress:
    path: SignaturePath
    history: tuple[DialogueTurn, ...] = ()
    dropped: tuple[Dropped, ...] = ()


async def translate_path(teacher: Teacher, executor: Executor, path: SignaturePath) -> Dialogue:
    """The dialogue of a path. Steps that cannot honestly become words are dropped, each with its reason.

    Raises:
        Untranslatable: too little of the path is left.
    """
    session = executor.open(path.world)
    progress = _Progress(path)
    _long_enough(progress)
    index = 0
    while index < len(progress.path.turns):
        turn = progress.path.turns[index]
        scene = _scene(executor, session, progress, turn)
        before = session.snapshot()
        try:
            message = await write_message(teacher, scene, turn)
            done = await fill_and_execute(teacher, scene, turn, message)
        except Untranslatable as failure:
            session.restore(before)
            _drop(progress, turn, failure)
            # What is too short now gets no longer: nothing more is asked for it.
            _long_enough(progress)
            continue
        progress.history = (*progress.history, done)
        index += 1
    return Dialogue(
        path=progress.path,
        context=session.context,
        turns=progress.history,
        dropped=progress.dropped,
        state=session.digest(),
    )


def offered_at(path: SignaturePath, turn: str) -> tuple[str, ...]:
    """The functions offered at a turn: those from the start, and what empty turns before it waited for."""
    offered = list(path.tools)
    for one in path.turns:
        if one.completes is not None:
            offered += [f for f in added_by(path, one) if f not in offered]
        if one.id == turn:
            break
    return tuple(offered)


def added_by(path: SignaturePath, turn: PathTurn) -> tuple[str, ...]:
    """The functions that are offered with this turn because the empty turn before it lacked them."""
    empty = next((t for t in path.turns if t.id == turn.completes), None)
    if empty is None or empty.missing is None or empty.missing.kind != "miss_func":
        return ()
    return (path.steps[empty.missing.step].function,)


def _scene(executor: Executor, session: Session, progress: _Progress, turn: PathTurn) -> Scene:
    path = progress.path
    # A retry after a drop must not repeat the same choices: what has been dropped is part of the name.
    name = f"{turn.id}/{len(progress.dropped)}"
    return Scene(
        path=path,
        functions=executor.functions,
        context=session.context,
        history=progress.history,
        answers={},
        offered=offered_at(path, turn.id),
        session=session,
        rng=derived_rng(path.seed, "translate", path.row, name),
    )


def _drop(progress: _Progress, turn: PathTurn, failure: Untranslatable) -> None:
    steps = progress.path.steps
    step = failure.step if failure.step in steps else None
    done = {s.id for t in progress.path.turns[: len(progress.history)] for s in t.steps}
    if turn.missing is not None and (turn.missing.resolved or step is None):
        # The split cannot be told; the turn itself may be.
        shorter = prune_turn(progress.path, turn.id)
        about = turn.missing.step
    elif step is not None and step not in done:
        shorter = prune_steps(progress.path, [step])
        about = step
    else:
        shorter = prune_steps(progress.path, [s.id for s in (*turn.steps, *turn.wanted)])
        about = (turn.steps or turn.wanted)[0].id
    if turn.completes is not None and any(t.id == turn.completes for t in progress.path.turns):
        # Its empty turn has been told already and would now wait for nothing.
        raise Untranslatable(failure.reason, about)
    progress.dropped = (
        *progress.dropped,
        Dropped(step=about, function=steps[about].function, reason=failure.reason),
    )
    progress.path = shorter


def _long_enough(progress: _Progress) -> None:
    path = progress.path
    reason = f"too short after: {progress.dropped[0].reason}" if progress.dropped else "too short"
    if len(path.turns) < SHORTEST_TURNS.get(path.kind, 1):
        raise Untranslatable(reason)
    asked = sum(s.role != "insert_backward" for t in path.turns for s in (*t.steps, *t.wanted))
    if asked < FEWEST_ASKED.get(path.kind, 1):
        raise Untranslatable(reason)
