"""Back: the functions of a turn, with the history, become the user's message."""

from __future__ import annotations

from magnet_kg.domain.dialogue import UserMessage
from magnet_kg.domain.path import PathTurn
from magnet_kg.teacher.protocol import Scene, Teacher


async def write_message(teacher: Teacher, scene: Scene, turn: PathTurn) -> UserMessage:
    """The user's message of a turn.

    Raises:
        Untranslatable: nothing honest leads to these functions.
    """
    return await teacher.ask(scene, turn)
