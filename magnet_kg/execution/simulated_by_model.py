"""The executor for functions that nothing here can run, where a model makes up their outputs.

The calls of a dialogue and what they gave are its whole state: the model is shown them, and answers so that they stay
true. Rows that rest on it are marked `simulated`, and nobody claims that they replay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from magnet_kg.catalog.arguments import argument_fault
from magnet_kg.catalog.concepts import is_lookup
from magnet_kg.domain.context import Context
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import canonical, content_hash
from magnet_kg.execution.session import Outcome, Snapshot
from magnet_kg.execution.world import context_of


@dataclass(frozen=True)
class PastCall:
    """A call of this dialogue and what it gave."""

    function: Function
    arguments: Mapping[str, Any]
    outcome: Outcome

    @property
    def changed(self) -> bool:
        """Whether it may have changed something: it succeeded, and is no look-up by its name."""
        return not self.outcome.failed and not is_lookup(self.function)


class Simulate(Protocol):
    """Whoever makes up what a call gives back."""

    async def __call__(
        self, function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], world: int
    ) -> Outcome:
        """What the call gives in this world, after all calls of the history; the arguments fit the function's schema.

        Raises:
            Unanswered: the model gave no output that could be used.
            MagnetError: no call of the model can be made any more.
        """


class ModelSimulatorExecutor:
    """Has a model make up the outputs of functions; see `Executor`.

    Args:
        functions: by id.
        simulate: asks the model.
    """

    def __init__(self, functions: Mapping[str, Function], simulate: Simulate) -> None:
        self._functions = functions
        self._simulate = simulate

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions by id."""
        return self._functions

    def runner(self, function: str) -> str:
        """Always "model"."""
        return "model"

    def replays(self, function: str) -> bool:
        """Never: asked again, a model may say something else."""
        return False

    def open(self, world: int) -> ModelSimulatedSession:
        """A session in which nothing has been called yet."""
        return ModelSimulatedSession(self._functions, self._simulate, world)


class ModelSimulatedSession:
    """One dialogue's log of calls; see `Session`.

    What was asked once is not asked again: a call that is undone and made once more gives the same, and so does looking
    twice while nothing has changed.
    """

    def __init__(self, functions: Mapping[str, Function], simulate: Simulate, world: int) -> None:
        self._functions = functions
        self._simulate = simulate
        self._world = world
        self._log: tuple[PastCall, ...] = ()
        self._known: dict[str, Outcome] = {}

    @property
    def context(self) -> Context:
        """That of the world with this seed."""
        return context_of(self._world)

    def known(self, function: str) -> Mapping[str, Sequence[str]]:
        """Nothing: what there is, the model decides when it is asked."""
        return {}

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """Ask for what the function gives back; arguments that its schema refuses are a failed outcome, unasked.

        Raises:
            KeyError: no such function.
            Unanswered: the model gave no output that could be used.
        """
        called = self._functions[function]
        fault = argument_fault(called, arguments)
        if fault is not None:
            return Outcome({"error": {"code": "invalid_argument", "message": fault}}, failed=True)
        outcome = self._looked_up_before(called, arguments)
        if outcome is None:
            key = content_hash([self._place, function, dict(arguments)])
            if key not in self._known:
                self._known[key] = await self._simulate(called, arguments, self._log, self._world)
            outcome = self._known[key]
            self._log = (*self._log, PastCall(called, dict(arguments), outcome))
        return outcome

    def snapshot(self) -> Snapshot:
        """The calls so far."""
        return self._log

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to where these were the calls so far."""
        assert isinstance(snapshot, tuple)
        self._log = snapshot

    def digest(self) -> str:
        """The hash of the calls that changed something, with what they gave; reading leaves it as it is."""
        return content_hash([self._world, *(_told(past) for past in self._log if past.changed)])

    @property
    def _place(self) -> str:
        return content_hash([_told(past) for past in self._log])

    def _looked_up_before(self, function: Function, arguments: Mapping[str, Any]) -> Outcome | None:
        if not is_lookup(function):
            return None
        for past in reversed(self._log):
            if past.changed:
                return None
            if past.function.id == function.id and canonical(past.arguments) == canonical(arguments):
                return past.outcome
        return None


def _told(past: PastCall) -> list[Any]:
    return [past.function.id, dict(past.arguments), past.outcome.output]


async def nobody_simulates(
    function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], world: int
) -> Outcome:
    """Stands where rows are looked at that a model made outputs for, and no model is at hand.

    Raises:
        MagnetError: always.
    """
    raise MagnetError("outputs of this function are made up by a model, and there is none here", where=function.id)
