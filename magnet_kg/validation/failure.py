"""What every check needs, and what it says of a row that fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from magnet_kg.domain.dialogue import FunctionCall, Observation
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import Record
from magnet_kg.domain.trajectory import ChatMessage, Trajectory
from magnet_kg.execution.session import Executor
from magnet_kg.wording.forms import Lexicon


class Failure(Record):
    """A check that a row fails, with what shows it. `reason` is short and countable, `detail` names the place."""

    check: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Evidence:
    """What a row is checked against.

    Attributes:
        functions: the definitions that the row's calls and tools name, by id.
        executor: runs the calls again.
        lexicon: words → value of a parameter with a closed set of values, by function id and parameter; empty for any
            other.
    """

    functions: Mapping[str, Function]
    executor: Executor
    lexicon: Callable[[str, str], Lexicon] = lambda function, parameter: {}


class Reading:
    """A trajectory with the look-ups that several checks share, made once."""

    def __init__(self, trajectory: Trajectory) -> None:
        self.trajectory = trajectory

    @cached_property
    def calls(self) -> dict[str, FunctionCall]:
        """Executed calls by id, in order."""
        return {call.id: call for call in self.trajectory.calls}

    @cached_property
    def outputs(self) -> dict[str, Observation]:
        """What each call gave back, by call id."""
        return {o.call: o for o in self.trajectory.observations}

    @cached_property
    def user_messages(self) -> dict[str, ChatMessage]:
        """The user's message of each turn."""
        return {m.turn: m for m in self.trajectory.messages if m.role == "user" and m.turn}

    def own_words(self, turn: str) -> str:
        """What the user says in a turn, without the definitions that are announced after it."""
        content = self.user_messages[turn].content
        return content.rpartition("\n\n")[0] if turn in self.trajectory.tools_added else content

    @cached_property
    def turn_of_call(self) -> dict[str, str]:
        """The turn in which each call was made."""
        return {c.id: m.turn or "" for m in self.trajectory.messages for c in m.calls}

    @cached_property
    def order(self) -> dict[str, int]:
        """The position of each turn's user message and of each call, for what came before what."""
        places: dict[str, int] = {}
        for index, message in enumerate(self.trajectory.messages):
            if message.role == "user" and message.turn:
                places[message.turn] = index
            for call in message.calls:
                places[call.id] = index
        return places

    def before(self, call: str) -> list[tuple[str, Any]]:
        """The outputs that an assistant had seen when it made this call, by call id."""
        at = self.order[call]
        return [
            (m.call, self.outputs[m.call].output)
            for m in self.trajectory.messages[:at]
            if m.role == "tool" and m.call in self.outputs
        ]
