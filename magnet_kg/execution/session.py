"""The `Executor` seam: open a session on a world; call; snapshot; restore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from magnet_kg.domain.context import Context
from magnet_kg.domain.function import Function


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call gave back: its JSON output. A failed call's output is `{"error": {"code", "message"}}`."""

    output: Any
    failed: bool = False

    @property
    def error_code(self) -> str | None:
        """The error's code when the call failed."""
        return str(self.output["error"]["code"]) if self.failed else None


# What a session saves is its executor's own affair.
Snapshot = object


class Session(Protocol):
    """One dialogue's hold on a world. State lives for the whole dialogue (METHOD.md §5)."""

    @property
    def context(self) -> Context:
        """What the system message may state about this world."""

    def known(self, function: str) -> Mapping[str, Sequence[str]]:
        """Names of what is there from the beginning, by the parameter of this function that takes them.

        Whoever speaks to a model may speak of these; a parameter of which nothing is known is not in it.
        """

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """Call a function, by id. Errors of the function are outcomes; only an unknown id raises."""

    def snapshot(self) -> Snapshot:
        """The whole state, to be given to `restore` of a session of the same executor in the same process."""

    def restore(self, snapshot: Snapshot) -> None:
        """Put the world back to a snapshot, exactly."""

    def digest(self) -> str:
        """A hash of the state: equal states give equal digests in any process."""


class Executor(Protocol):
    """Runs the functions it lists, each session in a world of its own."""

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions it can run, by id."""

    def runner(self, function: str) -> str:
        """What runs a function: "toolkit", "aws", "mcp", "simulator" or "model"."""

    def replays(self, function: str) -> bool:
        """Whether the same calls in the same world give the same again, so that a row may be claimed to replay."""

    def open(self, world: int) -> Session:
        """A session in the world made from this seed."""
