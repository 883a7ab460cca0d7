"""Positive distillation: the trajectory under the reference calls as a hint (METHOD.md §6)."""

from __future__ import annotations

from magnet_kg.distillation.stage import Stage, turns_by_id
from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.execution.session import Executor
from magnet_kg.teacher.protocol import Hint, Teacher


async def distill_trajectory(teacher: Teacher, executor: Executor, dialogue: Dialogue) -> Trajectory:
    """Play the dialogue in a fresh world; each turn's final message is written from what its calls returned."""
    stage = Stage.open(teacher, executor, dialogue.path, "respond", stated=dialogue.path.stated or _rests(dialogue))
    turns = turns_by_id(dialogue.path)
    for reference in dialogue.turns:
        turn = turns[reference.id]
        told = stage.say(turn, reference.user)
        await stage.perform(turn, told, Hint(calls=reference.calls))
    return stage.trajectory()


# Forms of words that mean something only to who knows what day it is.
_TODAY = ("day", "moment")


def _rests(dialogue: Dialogue) -> bool:
    """Whether a value rests on what the system message states: today, or a fact of the person."""
    origins = [origin for turn in dialogue.turns for call in turn.calls for origin in call.origins]
    mentions = [mention for turn in dialogue.turns for mention in turn.user.mentions]
    return any(o.source == "stated" or o.form in _TODAY for o in origins) or any(m.form in _TODAY for m in mentions)
