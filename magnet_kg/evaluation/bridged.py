"""A benchmark that lives in an environment of its own: opened, its categories and items listed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self

from magnet_kg.evaluation.bridge import Bridge, Environment
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import Asked
from magnet_kg.pipeline.accepted import evenly
from magnet_kg.student.caller import ToolCaller

# How items are asked and verdicts are read; whoever changes that counts on, so that older results are not shown.
ASKING = 2


class BridgedBenchmark(ABC):
    """Opened with `async with`.

    Attributes:
        about: what the environment says of itself, its version among it.
        items: that are asked, category by category.

    Args:
        environment: where it is installed.
        limit: items of each category at most, evenly spaced; None for all.

    Raises:
        MagnetError: it is not installed, or (when opened) has no such category.
    """

    def __init__(self, environment: Environment, limit: int | None) -> None:
        self.about: Mapping[str, Any] = {}
        self.items: Sequence[Asked] = ()
        self._limit = limit
        self._bridge = Bridge(environment)

    async def __aenter__(self) -> Self:
        await self._bridge.__aenter__()
        try:
            about = await self._bridge.ask("about")
            categories = self._chosen(about)
            self.about = {**about, "asking": ASKING}
            items: list[Asked] = []
            for category in categories:
                ids = await self._bridge.ask("ids", category=category)
                items += [Asked(category, one) for one in evenly(ids, self._limit)]
            self.items = items
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._bridge.__aexit__(None, None, None)

    @abstractmethod
    def _chosen(self, about: dict[str, Any]) -> Sequence[str]:
        """The categories that are asked; they are taken out of `about`.

        Raises:
            MagnetError: there is no such category.
        """

    @abstractmethod
    def player(self, student: ToolCaller) -> Callable[[Asked], Awaitable[ItemResult]]:
        """See `Benchmark.player`."""
