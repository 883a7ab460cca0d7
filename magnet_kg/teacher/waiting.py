"""Much that waits for a model at once: bounded, and with the results in the order of what was asked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class InOrder(Generic[Item, Result]):
    """Works on items side by side and gives the results in the order of the items.

    One event loop works on all of them, while somebody waits in `next`. What fails stops the rest: nothing new is
    begun, what waits for a paid answer gets it, and the results before the failure are given before it is raised.

    Args:
        work: what is done with an item.
        source: the next item; None where there is none for now. It is asked again when a result was taken, so that
            results may bring new items.
        at_once: items that are worked on at once.
        ahead: items whose results may wait for an earlier one; what is kept in memory.
    """

    def __init__(
        self,
        work: Callable[[Item], Awaitable[Result]],
        source: Callable[[], Item | None],
        at_once: int,
        ahead: int | None = None,
    ) -> None:
        self._work = work
        self._source = source
        self._at_once = at_once
        self._ahead = max(at_once, ahead or 16 * at_once)
        self._begun: deque[asyncio.Task[Result]] = deque()
        self._active: set[asyncio.Task[Result]] = set()
        self._ended = asyncio.Event()
        self._stopping = False

    async def next(self) -> list[Result]:
        """The next results, one at least; none, where nothing is left.

        Raises:
            Exception: what the work on the next item raised.
        """
        while True:
            await self._begin()
            if not self._begun:
                return []
            if finished := self.finished():
                return finished
            if self._begun[0].done() and not self._active:
                return [self._begun.popleft().result()]
            self._ended.clear()
            await self._ended.wait()

    def finished(self) -> list[Result]:
        """The results that are there without waiting, up to the first that is not."""
        found = []
        while self._begun and self._begun[0].done() and not self._failed(self._begun[0]):
            found.append(self._begun.popleft().result())
        return found

    async def cancel(self) -> None:
        """Stop everything that waits; what is finished can still be taken."""
        self._stopping = True
        for task in self._active:
            task.cancel()
        # Errors are in the tasks, for whoever takes their results.
        await asyncio.gather(*self._active, return_exceptions=True)

    async def _begin(self) -> None:
        while not self._stopping and len(self._active) < self._at_once and len(self._begun) < self._ahead:
            item = self._source()
            if item is None:
                return
            task = asyncio.ensure_future(self._run(item))
            self._begun.append(task)
            self._active.add(task)
            task.add_done_callback(self._end)
            # Each sends its first question before the next one is begun: beginning many takes a while.
            await asyncio.sleep(0)

    async def _run(self, item: Item) -> Result:
        return await self._work(item)

    def _end(self, task: asyncio.Task[Result]) -> None:
        self._active.discard(task)
        # Looked at in any case: an error that nobody looks at is told as one that was forgotten.
        self._stopping |= self._failed(task)
        self._ended.set()

    @staticmethod
    def _failed(task: asyncio.Task[Result]) -> bool:
        return task.cancelled() or task.exception() is not None
