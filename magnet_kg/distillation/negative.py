"""Negative distillation: a trajectory with one wrong turn, written under a wrong hint (METHOD.md §6).

The wrong calls are executed like any others. The turns after it go on as the reference does, filled again from what has
now really happened; where that is no longer possible both sides end there, so that they stay comparable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from magnet_kg.distillation.errors import name_call_error
from magnet_kg.distillation.inject import ERRORS, WrongHint, wrong_hints
from magnet_kg.distillation.stage import Stage, turns_by_id
from magnet_kg.domain.dialogue import Dialogue, DialogueTurn, FunctionCall, Origin, groups_of
from magnet_kg.domain.errors import Unanswered, Untranslatable
from magnet_kg.domain.path import PathTurn
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.trajectory import ErrorKind, NamedError, PreferencePair
from magnet_kg.domain.values import lookup
from magnet_kg.execution.session import Executor
from magnet_kg.teacher.protocol import Hint, Reference, Teacher

# A wrong hint need not show: a message without a number cannot get one wrong.
MOST_TRIES = 4


async def distill_pair(teacher: Teacher, executor: Executor, dialogue: Dialogue) -> PreferencePair:
    """A pair from one dialogue: the error is drawn first, evenly, among those that the dialogue gives room for.

    Where a wrong hint does not show, or the teacher finds no words for it, another one is tried.

    Raises:
        Untranslatable: the dialogue gives room for none, or none shows.
        Unanswered: the last that was tried got no answer that could be used.
    """
    path = dialogue.path
    rng = derived_rng(path.seed, "negative", path.row)
    turns = turns_by_id(path)
    room = wrong_hints(dialogue, turns, executor.functions, rng)
    order = [error for error in ERRORS if room[error]]
    if not order:
        raise Untranslatable("no room for an error")
    kind = draw_error(order, rng)
    failure: Exception = Untranslatable("no room for an error")
    for wrong in rng.sample(room[kind], min(len(room[kind]), MOST_TRIES)):
        try:
            return await pair_with(teacher, executor, dialogue, wrong)
        except (Untranslatable, Unanswered) as one:
            failure = one
    raise failure


def draw_error(errors: Sequence[ErrorKind], rng: Random) -> ErrorKind:
    """One of these errors: every dialogue has room for a wrong summary, few for a missing nested call."""
    return rng.choices(errors, [2 if error == "wrong_summary" else 3 for error in errors])[0]


async def pair_with(teacher: Teacher, executor: Executor, dialogue: Dialogue, wrong: WrongHint) -> PreferencePair:
    """The pair whose rejected side goes wrong as the hint says.

    Raises:
        Untranslatable: what shall go wrong does not show.
    """
    turns = turns_by_id(dialogue.path)
    rejected = Stage.open(teacher, executor, dialogue.path, "respond")
    told = await _play_wrong(rejected, dialogue, wrong)
    error = await _named(rejected, dialogue, wrong, turns[wrong.turn])
    chosen = Stage.open(teacher, executor, dialogue.path, "respond")
    for reference in dialogue.turns[:told]:
        turn = turns[reference.id]
        await chosen.perform(turn, chosen.say(turn, reference.user), Hint(calls=reference.calls))
    return PreferencePair(
        row=dialogue.path.row, chosen=chosen.trajectory(), rejected=rejected.trajectory(), errors=(error,)
    )


async def _play_wrong(stage: Stage, dialogue: Dialogue, wrong: WrongHint) -> int:
    """Play all turns, the wrong one wrongly; gives how many turns could be told."""
    turns = turns_by_id(dialogue.path)
    for count, reference in enumerate(dialogue.turns):
        turn = turns[reference.id]
        passed = any(past.id == wrong.turn for past in stage.history)
        if turn.id == wrong.turn:
            await _wrong_turn(stage, turn, reference, wrong)
        elif not passed:
            await stage.perform(turn, stage.say(turn, reference.user), Hint(calls=reference.calls))
        elif not await _later_turn(stage, turn, reference):
            return count
    return len(dialogue.turns)


async def _wrong_turn(stage: Stage, turn: PathTurn, reference: DialogueTurn, wrong: WrongHint) -> None:
    replaced = wrong.replace or {}
    done = stage.say(turn, reference.user)
    if wrong.moves is not None:
        for calls in wrong.moves:
            done = await stage.execute(turn, done, tuple(_proven(stage, done, call) for call in calls))
        await stage.perform(turn, done, wrong.told)
        return
    gone_wrong = False
    # Side by side where the chosen side makes them so: how calls are grouped is not what is wrong.
    for group in groups_of((*reference.calls, *wrong.invented)):
        made: list[FunctionCall] = []
        for call in group:
            if call.id in wrong.leave_out:
                gone_wrong = True
            elif call.id in replaced:
                gone_wrong = True
                made.append(replaced[call.id])
            elif gone_wrong and call not in wrong.invented:
                # The world may be another one now: what follows is filled from what has really come back.
                filled = await _refill(stage, turn, done, call)
                made += [] if filled is None else [filled]
            else:
                made.append(call)
        if made:
            done = await stage.execute(turn, done, tuple(made))
    await stage.perform(turn, done, wrong.told)


def _proven(stage: Stage, done: DialogueTurn, call: FunctionCall) -> FunctionCall:
    """A student's call with those origins of the reference's that hold here, too."""
    outputs = {o.call: o.output for past in (*stage.history, done) for o in past.observations}

    def there(origin: Origin) -> bool:
        return origin.call is None or origin.call in outputs

    def holds(origin: Origin) -> bool:
        if not (there(origin) and all(map(there, origin.inputs))):
            return False
        if origin.call is None:
            return True
        try:
            return bool(lookup(outputs[origin.call], origin.path or "") == lookup(call.arguments, origin.parameter))
        except (LookupError, ValueError):
            return False

    return call.model_copy(update={"origins": tuple(origin for origin in call.origins if holds(origin))})


async def _refill(stage: Stage, turn: PathTurn, done: DialogueTurn, call: FunctionCall) -> FunctionCall | None:
    step = stage.path.steps[call.step]
    try:
        filled = await stage.teacher.fill(stage.scene(turn, done), turn, done.user, (step,))
    except Untranslatable:
        return None
    return filled[0].model_copy(update={"id": call.id})


async def _later_turn(stage: Stage, turn: PathTurn, reference: DialogueTurn) -> bool:
    """Whether a turn after the wrong one could be told; nothing of it is on stage where it could not."""
    messages, snapshot = len(stage.messages), stage.session.snapshot()
    done = stage.say(turn, reference.user)
    for group in groups_of(reference.calls):
        filled = [one for call in group if (one := await _refill(stage, turn, done, call)) is not None]
        if len(filled) < len(group):
            del stage.messages[messages:]
            stage.tools_added.pop(turn.id, None)
            stage.session.restore(snapshot)
            return False
        done = await stage.execute(turn, done, tuple(filled))
    await stage.perform(turn, done, Hint())
    return True


async def _named(stage: Stage, dialogue: Dialogue, wrong: WrongHint, turn: PathTurn) -> NamedError:
    """The error as it shows; what was injected and does not show is no pair.

    Raises:
        Untranslatable: the turn went right, or wrong in another way.
    """
    reference = next(t for t in dialogue.turns if t.id == turn.id)
    at = next(index for index, t in enumerate(stage.history) if t.id == turn.id)
    candidate, answer = stage.history[at], stage.answers[turn.id]
    earlier = {call.id: t.id for t in dialogue.turns for call in t.calls}
    named = name_call_error(turn, reference, candidate, answer, earlier)
    if named is None:
        scene = replace(stage.scene(turn), history=stage.history[: at + 1])
        named = await stage.teacher.name_error(scene, Reference(reference, turn), candidate, answer)
    if named is None or named.error != wrong.error:
        raise Untranslatable(f"the {'injected' if wrong.injected else 'sampled'} {wrong.error} does not show")
    return named.model_copy(update={"injected": wrong.injected})
