"""Many things that wait under way at once, their results in the order in which they were asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
# Results that wait for a slower one before them hold up nobody, until so many times what may be under way.
_WAITING = 4


async def in_order(jobs: Iterable[Callable[[], Awaitable[T]]], most: int) -> AsyncIterator[T]:
    """The result of each job, in order, with at most so many under way at once.

    What fails, fails where its result would have come; what is under way then is given up.
    """
    slots = asyncio.Semaphore(most)
    waiting: deque[asyncio.Task[T]] = deque()

    async def held(job: Callable[[], Awaitable[T]]) -> T:
        async with slots:
            return await job()

    try:
        for job in jobs:
            waiting.append(asyncio.create_task(held(job)))
            if len(waiting) >= _WAITING * most:
                yield await waiting[0]
                waiting.popleft()
        while waiting:
            yield await waiting[0]
            waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
