"""Several executors of the same functions, one of them drawn for each world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.session import Executor, Session


class DrawnExecutor:
    """Opens a session of one of several executors, by the world's seed; see `Executor`.

    Args:
        members: they list the same functions, and are the same kind of runner.
        weights: the share of the worlds of each.
    """

    def __init__(self, members: Sequence[Executor], weights: Sequence[float]) -> None:
        self._members = members
        self._weights = weights

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions by id."""
        return self._members[0].functions

    def runner(self, function: str) -> str:
        """As the first says."""
        return self._members[0].runner(function)

    def replays(self, function: str) -> bool:
        """Only if it does, whoever is drawn."""
        return all(member.replays(function) for member in self._members)

    def open(self, world: int) -> Session:
        """A session of the one that is drawn for the world."""
        if len(self._members) == 1:
            return self._members[0].open(world)
        return derived_rng(world, "executor").choices(self._members, self._weights)[0].open(world)
