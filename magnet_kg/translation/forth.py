"""Forth: message, functions and previous outputs become filled calls, executed one by one."""

from __future__ import annotations

from dataclasses import replace

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.path import PathTurn
from magnet_kg.teacher.protocol import Scene, Teacher


async def fill_and_execute(teacher: Teacher, scene: Scene, turn: PathTurn, message: UserMessage) -> DialogueTurn:
    """The turn with its calls filled and executed; outputs, errors included, are there for the next call.

    Raises:
        Untranslatable: a value has no source.
    """
    done = DialogueTurn(id=turn.id, user=message)
    while len(done.calls) < len(turn.steps):
        open_steps = turn.steps[len(done.calls) :]
        for call in await teacher.fill(replace(scene, history=(*scene.history, done)), turn, message, open_steps):
            done = await execute_call(scene, done, call)
    return done


async def execute_call(scene: Scene, turn: DialogueTurn, call: FunctionCall) -> DialogueTurn:
    """The turn with one more call and what it gave back."""
    outcome = await scene.session.call(call.function, call.arguments)
    observation = Observation(call=call.id, output=outcome.output, failed=outcome.failed)
    return turn.model_copy(update={"calls": (*turn.calls, call), "observations": (*turn.observations, observation)})
