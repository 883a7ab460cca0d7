"""Several executors as one: a dialogue may cross toolkits, AWS, MCP servers and simulated functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from magnet_kg.domain.context import Context
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import content_hash
from magnet_kg.execution.session import Executor, Outcome, Session, Snapshot
from magnet_kg.execution.world import context_of


class _Joined(Mapping[str, Function]):
    """The functions of several executors, looked up in order."""

    def __init__(self, parts: Sequence[Mapping[str, Function]]) -> None:
        self._parts = parts
        self._places: dict[object, int] = {}

    def place(self, key: object) -> int | None:
        """Which part has a function; parts only grow, so that what was found stays where it is."""
        if key not in self._places:
            found = next((at for at, part in enumerate(self._parts) if key in part), None)
            if found is None:
                return None
            self._places[key] = found
        return self._places[key]

    def __getitem__(self, key: str) -> Function:
        at = self.place(key)
        if at is None:
            raise KeyError(key)
        return self._parts[at][key]

    def __contains__(self, key: object) -> bool:
        return self.place(key) is not None

    def __iter__(self) -> Iterator[str]:
        return (key for at, part in enumerate(self._parts) for key in part if not self._before(key, at))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _before(self, key: str, at: int) -> bool:
        return any(key in part for part in self._parts[:at])


class CombinedExecutor:
    """Runs every function with the first executor that lists it; see `Executor`.

    Args:
        executors: where two list a function, the first of them runs it.
    """

    def __init__(self, executors: Sequence[Executor]) -> None:
        self._executors = tuple(executors)
        self._functions = _Joined([executor.functions for executor in executors])

    @property
    def functions(self) -> Mapping[str, Function]:
        """All functions by id."""
        return self._functions

    def runner(self, function: str) -> str:
        """What runs a function."""
        return self._executors[self._at(function)].runner(function)

    def replays(self, function: str) -> bool:
        """As the executor says that runs it."""
        return self._executors[self._at(function)].replays(function)

    def open(self, world: int) -> CombinedSession:
        """A session in which nothing is open yet; an executor's session opens when it is first called."""
        return CombinedSession(self._executors, self._at, world)

    def _at(self, function: str) -> int:
        at = self._functions.place(function)
        if at is None:
            raise KeyError(function)
        return at


class CombinedSession:
    """A dialogue's hold on the worlds of several executors; see `Session`."""

    def __init__(self, executors: Sequence[Executor], at: Any, world: int) -> None:
        self._executors = executors
        self._at = at
        self._world = world
        self._sessions: dict[int, Session] = {}

    @property
    def context(self) -> Context:
        """That of the world, the same for all executors."""
        return context_of(self._world)

    def known(self, function: str) -> Mapping[str, Sequence[str]]:
        """As the session says in which the function is run."""
        at = self._at(function)
        session = self._sessions.get(at) or self._executors[at].open(self._world)
        return session.known(function)

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Outcome:
        """Call a function where it is run."""
        at = self._at(function)
        if at not in self._sessions:
            self._sessions[at] = self._executors[at].open(self._world)
        return await self._sessions[at].call(function, arguments)

    def snapshot(self) -> Snapshot:
        """The states of all sessions that are open."""
        return {at: session.snapshot() for at, session in self._sessions.items()}

    def restore(self, snapshot: Snapshot) -> None:
        """Put every session back; those that were opened since are gone, and another session's are opened here."""
        assert isinstance(snapshot, dict)
        had = self._sessions
        self._sessions = {at: had[at] if at in had else self._executors[at].open(self._world) for at in snapshot}
        for at, saved in snapshot.items():
            self._sessions[at].restore(saved)

    def digest(self) -> str:
        """The hash of the states of what was called; where that is one executor alone, that one's."""
        digests = {str(at): session.digest() for at, session in sorted(self._sessions.items())}
        return next(iter(digests.values())) if len(digests) == 1 else content_hash(digests)
