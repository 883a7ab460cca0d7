"""The leaderboard, opened: the categories and items that are asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.bfcl.handler import Handler
from magnet_kg.evaluation.bridge import Bridge, Environment
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import Asked
from magnet_kg.pipeline.accepted import evenly
from magnet_kg.student.caller import ToolCaller

ENVIRONMENT = Environment("bfcl", "bfcl_side", ("BFCL_PROJECT_ROOT",))
ALL = "all"


class Bfcl:
    """Opened with `async with`.

    Args:
        categories: as the leaderboard names them, or groups of them: single_turn, live, non_live, multi_turn, all.
        limit: items of each category at most, evenly spaced; None for all.

    Raises:
        MagnetError: it is not installed, or there is no such category.
    """

    name = "bfcl"

    def __init__(self, categories: Sequence[str] = (ALL,), limit: int | None = None) -> None:
        self.about: Mapping[str, Any] = {}
        self.items: Sequence[Asked] = ()
        self._wanted = categories
        self._limit = limit
        self._several: frozenset[str] = frozenset()
        self._bridge = Bridge(ENVIRONMENT)

    async def __aenter__(self) -> Bfcl:
        await self._bridge.__aenter__()
        try:
            about = await self._bridge.ask("about")
            self.about = {"version": about.pop("version")}
            self._several = frozenset(about["multi_turn"])
            items = []
            for category in _chosen(self._wanted, about):
                ids = await self._bridge.ask("ids", category=category)
                items += [Asked(category, one) for one in evenly(ids, self._limit)]
            self.items = items
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._bridge.__aexit__(None, None, None)

    def player(self, student: ToolCaller) -> Callable[[Asked], Awaitable[ItemResult]]:
        """See `Benchmark.player`."""
        handler = Handler(student, self._bridge, self._several)
        return lambda item: handler.play(item.category, item.id)


def _chosen(wanted: Sequence[str], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """The categories in the leaderboard's order."""
    known = [*groups["single_turn"], *groups["multi_turn"]]
    named = {**{one: [one] for one in known}, **groups, ALL: known}
    for one in wanted:
        if one not in named:
            raise MagnetError(f"there is no category {one}", do=f"It is one of {', '.join(sorted(named))}")
    taken = {category for one in wanted for category in named[one]}
    return [one for one in known if one in taken]
