"""Positive distillation: the trajectory under the reference calls as a hint (METHOD.md §6)."""

from __future__ import annotations

from magnet_kg.distillation.stage import Stage, turns_by_id
from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.execution.session import Executor
from magnet_kg.teacher.protocol import Hint, Teacher


async def distill_trajectory(teacher: Teacher, executor: Executor, dialogue: Dialogue) -> Trajectory:
    """Play the dialogue in a fresh world; each turn's final message is written from what its calls returned."""
    stage = Stage.open(teacher, executor, dialogue.path, "respond")
    turns = turns_by_id(dialogue.path)
    for reference in dialogue.turns:
        turn = turns[reference.id]
        told = stage.say(turn, reference.user)
        await stage.perform(turn, told, Hint(calls=reference.calls))
    return stage.trajectory()
