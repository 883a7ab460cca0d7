"""The leaderboard, opened: the categories and items that are asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.bfcl.handler import Handler
from magnet_kg.evaluation.bridge import Environment
from magnet_kg.evaluation.bridged import BridgedBenchmark
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import Asked
from magnet_kg.student.caller import ToolCaller

ENVIRONMENT = Environment("bfcl", "bfcl_side", ("BFCL_PROJECT_ROOT",))
ALL = "all"


class Bfcl(BridgedBenchmark):
    """See `BridgedBenchmark`.

    Args:
        categories: as the leaderboard names them, or groups of them: single_turn, live, non_live, multi_turn, all.
        limit: items of each category at most.
    """

    name = "bfcl"

    def __init__(self, categories: Sequence[str] = (ALL,), limit: int | None = None) -> None:
        super().__init__(ENVIRONMENT, limit)
        self._wanted = categories
        self._several: frozenset[str] = frozenset()

    def _chosen(self, about: dict[str, Any]) -> Sequence[str]:
        """In the leaderboard's order."""
        groups: dict[str, list[str]] = {name: about.pop(name) for name in about.keys() - {"version"}}
        self._several = frozenset(groups["multi_turn"])
        known = [*groups["single_turn"], *groups["multi_turn"]]
        named = {**{one: [one] for one in known}, **groups, ALL: known}
        for one in self._wanted:
            if one not in named:
                raise MagnetError(f"there is no category {one}", do=f"It is one of {', '.join(sorted(named))}")
        taken = {category for one in self._wanted for category in named[one]}
        return [one for one in known if one in taken]

    def player(self, student: ToolCaller) -> Callable[[Asked], Awaitable[ItemResult]]:
        """See `Benchmark.player`."""
        handler = Handler(student, self._bridge, self._several)
        return lambda item: handler.play(item.category, item.id)
