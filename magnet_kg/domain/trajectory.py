"""Trajectories and preference pairs: what a model is trained on (METHOD.md §6)."""

from __future__ import annotations

from typing import Literal

from magnet_kg.domain.context import Context
from magnet_kg.domain.dependency import EdgeUse
from magnet_kg.domain.dialogue import FunctionCall, Observation
from magnet_kg.domain.path import Kind, Link, NodeOperation, PathTurn
from magnet_kg.domain.record import JsonObject, Record

Role = Literal["system", "user", "assistant", "tool"]
ErrorKind = Literal["nested_missing", "short_dependency", "long_dependency", "wrong_summary", "miss_func_or_params"]


class ToolCall(Record):
    """A call in a chat message."""

    id: str
    name: str
    arguments: JsonObject


class ChatMessage(Record):
    """One message. `turn` names the turn of the path that it belongs to (none for the system message).

    Tool messages carry `call` (the id that they answer) and `name`; their content is JSON.
    """

    role: Role
    content: str = ""
    turn: str | None = None
    calls: tuple[ToolCall, ...] = ()
    call: str | None = None
    name: str | None = None


class Trajectory(Record):
    """A dialogue as chat messages, with everything that proves it.

    `tools` are the ids of the functions offered from the start, `tools_added` those offered with a later turn, by
    turn id. `calls` repeats every executed call with its origins, `observations` what each gave back. `executors` names
    what ran them; where one of those cannot be reset, `replays` is false and nobody claims that the calls give the same
    again. `writers` names who wrote what, by duty.
    """

    row: str
    kind: Kind
    world: int
    seed: int
    context: Context
    messages: tuple[ChatMessage, ...]
    tools: tuple[str, ...]
    tools_added: dict[str, tuple[str, ...]] = {}
    turns: tuple[PathTurn, ...]
    links: tuple[Link, ...] = ()
    operations: tuple[NodeOperation, ...] = ()
    edges: tuple[EdgeUse, ...] = ()
    calls: tuple[FunctionCall, ...] = ()
    observations: tuple[Observation, ...] = ()
    state: str
    teacher: str
    prompt_hash: str
    writers: dict[str, str] = {}
    function_hashes: dict[str, str] = {}
    executors: tuple[str, ...] = ()
    replays: bool = True

    @property
    def simulated(self) -> bool:
        """Whether outputs in it were made up: from schemas, or by a model."""
        return not {"simulator", "model"}.isdisjoint(self.executors)


class NamedError(Record):
    """An error at a turn: one of the paper's five, with what shows it."""

    turn: str
    error: ErrorKind
    evidence: str
    injected: bool = False


class PreferencePair(Record):
    """A chosen and a rejected trajectory for the same prompt (the system message and the first user message)."""

    row: str
    chosen: Trajectory
    rejected: Trajectory
    errors: tuple[NamedError, ...]
