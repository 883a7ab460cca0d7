"""The `Mapper` seam: apply a stage to rows with bounded workers; results come back in the order of the rows."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.workbench import Workbench, WorkbenchSettings, open_workbench
from magnet_kg.teacher.waiting import InOrder

# Rows of one piece of work: few, since some executors take seconds for one.
CHUNK = 4
Item = TypeVar("Item")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Result:
    """What a stage makes of a row: a line, or the reasons why there is none. `extra` is for the stage's own use."""

    row: str
    line: bytes | None = None
    reasons: tuple[tuple[str, str, str], ...] = ()
    extra: Any = None


Stage = Callable[[Workbench, str, bytes], Awaitable[Result]]


class Performs(Protocol):
    """Applies a stage to a row, wherever that happens."""

    async def __call__(self, stage: Stage, row: str, line: bytes) -> Result:
        """What the stage makes of the row.

        Raises:
            MagnetError: no model can be asked any more.
        """


def performed_here(bench: Workbench) -> Performs:
    """Stages in this process."""

    async def perform(stage: Stage, row: str, line: bytes) -> Result:
        return await stage(bench, row, line)

    return perform


class Mapper(Protocol):
    """Applies a stage to rows."""

    def map(self, stage: Stage, rows: Iterable[tuple[str, bytes]]) -> Iterator[Result]:
        """The stage's result for each (id, line), in order; memory does not grow with the number of rows."""


class LocalMapper:
    """Runs stages in this process, or in several beside it.

    Args:
        workers: processes; with one, everything happens in this process.
        settings: how each process sets its workbench up.
    """

    def __init__(self, workers: int, settings: WorkbenchSettings) -> None:
        self._workers = workers
        self._settings = settings
        self._pool: ProcessPoolExecutor | None = None

    def map(self, stage: Stage, rows: Iterable[tuple[str, bytes]]) -> Iterator[Result]:
        """See `Mapper.map`."""
        chunks = _chunks(rows)
        if self._workers == 1:
            for chunk in chunks:
                yield from _work(self._settings, stage, chunk)
            return
        waiting: deque[Future[list[Result]]] = deque()
        try:
            for chunk in chunks:
                waiting.append(self._open_pool().submit(_work, self._settings, stage, chunk))
                if len(waiting) > 3 * self._workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise MagnetError(
                "a worker process was killed",
                do="If memory ran out, give fewer --workers; the same command goes on",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _open_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forking a process that has threads (a driver, a progress bar) can hang: start afresh.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=begin_worker)
        return self._pool


class ConcurrentMapper:
    """Works on rows that wait for a model, many at once in the event loop of this process.

    What a row waits for is bounded by who answers it; rows are bounded here. A run that cannot go on (no more budget,
    no key, the provider is down), or that is interrupted, gives the results of finished rows first.

    Args:
        runner: the event loop, which everything that talks to a model has in common.
        at_once: rows that are worked on at once.
    """

    def __init__(self, runner: asyncio.Runner, at_once: int) -> None:
        self._runner = runner
        self._at_once = at_once

    def flow(self, work: Callable[[Item], Awaitable[Done]], source: Callable[[], Item | None]) -> Iterator[Done]:
        """What the work gives for each item of a source, in order; see `InOrder` for what a source is."""
        under_way = InOrder(work, source, self._at_once)
        try:
            while finished := self._runner.run(under_way.next()):
                yield from finished
        except KeyboardInterrupt:
            self._runner.run(under_way.cancel())
            yield from under_way.finished()
            raise
        finally:
            self._runner.run(under_way.cancel())


def _work(settings: WorkbenchSettings, stage: Stage, chunk: list[tuple[str, bytes]]) -> list[Result]:
    bench = open_workbench(settings)

    async def all_rows() -> list[Result]:
        return [await stage(bench, row, line) for row, line in chunk]

    return asyncio.run(all_rows())


def _chunks(rows: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def begin_worker() -> None:
    """What every process does first that works for another."""
    collect_rarely()
    _follow_parent()


def collect_rarely() -> None:
    """Look for garbage in cycles seldom: looking through functions and phrases, which stay, takes a tenth of a run."""
    gc.set_threshold(50_000, 20, 100)


def _follow_parent() -> None:
    """A worker whose parent was killed waits forever for work: let it leave. Ctrl+C is for the parent to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
