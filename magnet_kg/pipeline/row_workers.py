"""Rows that wait for a model, worked on in processes beside the event loop that talks to the models.

One process computes some fifty answers' worth of prompts, calls and checks a second, which is less than many servers
answer. So stages may run in several; whatever they ask of a model goes through the process that began them, where the
limits, the budget, the accounts and the answers on disk are one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.mapper import Result, Stage, begin_worker
from magnet_kg.pipeline.models import staff
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench
from magnet_kg.teacher.llm.caller import Carries, Counts, ModelCaller
from magnet_kg.teacher.llm.reply import Question, Reply
from magnet_kg.teacher.mixed import Roster
from magnet_kg.teacher.settings import TeacherSettings

Given = TypeVar("Given")
_LENGTH = 4
# Bytes of a message that is read at once: prompts are some tens of kilobytes.
_BUFFER = 2**20


@dataclass(frozen=True)
class _Job:
    """Apply a stage to a row."""

    number: int
    stage: Stage
    row: str
    line: bytes


@dataclass(frozen=True)
class _Ask:
    """Carry a question to the model of these settings."""

    number: int
    settings: TeacherSettings
    question: Question


@dataclass(frozen=True)
class _Count:
    """Count something (see `Counts`)."""

    what: str
    values: tuple[str, str]


@dataclass(frozen=True)
class _Outcome(Generic[Given]):
    """What became of a job or a question: a value, or what was raised."""

    number: int
    value: Given | None = None
    error: BaseException | None = None


@dataclass
class _Line:
    """One end of the line between two processes: messages in both directions, and what is waited for."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    async def open(cls, end: socket.socket) -> _Line:
        """The line over one end of a pair of sockets."""
        return cls(*await asyncio.open_connection(sock=end, limit=_BUFFER))

    def send(self, message: object) -> None:
        """Send without waiting."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        self.writer.write(len(data).to_bytes(_LENGTH, "big") + data)

    async def receive(self) -> Any:
        """The next message; None, when the other end is closed."""
        try:
            length = int.from_bytes(await self.reader.readexactly(_LENGTH), "big")
            # Both ends are ours: a pair of sockets that nobody else holds.
            return pickle.loads(await self.reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def asked(self, message: Callable[[int], object]) -> Any:
        """Send a message that has a number, and wait for its outcome; raises what it raised."""
        number = next(self._numbers)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self.send(message(number))
            return await self.waiting[number]
        finally:
            del self.waiting[number]

    def settle(self, outcome: _Outcome[Any]) -> None:
        """Hand an outcome to whoever still waits for it."""
        waiting = self.waiting.get(outcome.number)
        if waiting is None or waiting.done():
            return
        if outcome.error is not None:
            waiting.set_exception(outcome.error)
        else:
            waiting.set_result(outcome.value)

    def answer(self, number: int, work: Awaitable[Any]) -> None:
        """Do something for the other end, and send what becomes of it."""

        async def done() -> None:
            try:
                outcome = _Outcome(number, await work)
            except Exception as error:
                outcome = _Outcome(number, error=error)
            self.send(outcome)

        task = asyncio.ensure_future(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class RowWorkers:
    """Processes that apply stages to rows, with models asked through this one.

    Args:
        count: processes.
        settings: how each sets its workbench up.
        roster: who has which duty there.
        carriers: what carries questions to the model of these settings, in this process.
        counts: what counts them.
    """

    def __init__(
        self,
        count: int,
        settings: WorkbenchSettings,
        roster: Roster,
        carriers: Callable[[TeacherSettings], Carries],
        counts: Callable[[], Counts],
    ) -> None:
        self._carriers = carriers
        self._carrier_of: dict[TeacherSettings, Carries] = {}
        self._counts = counts
        self._ends: list[socket.socket] = []
        self._processes: list[BaseProcess] = []
        self._lines: list[_Line] = []
        self._opening: asyncio.Task[None] | None = None
        self._readers: list[asyncio.Task[None]] = []
        # Forking a process that has threads can hang: start afresh.
        context = multiprocessing.get_context("spawn")
        for _ in range(count):
            here, there = socket.socketpair()
            process = context.Process(target=_work, args=(there, settings, roster), daemon=True)
            process.start()
            there.close()
            self._ends.append(here)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        for reader in self._readers:
            reader.cancel()
        for line in self._lines:
            line.writer.close()
        for end in self._ends:
            end.close()

    async def perform(self, stage: Stage, row: str, line: bytes) -> Result:
        """See `Performs`: the process that has the least to do does it."""
        # Not before there is an event loop; once for all who come first.
        self._opening = self._opening or asyncio.ensure_future(self._open())
        await asyncio.shield(self._opening)
        least = min(self._lines, key=lambda one: len(one.waiting))
        result = await least.asked(lambda number: _Job(number, stage, row, line))
        assert isinstance(result, Result)
        return result

    async def _open(self) -> None:
        while self._ends:
            line = await _Line.open(self._ends.pop())
            self._readers.append(asyncio.ensure_future(self._read(line)))
            self._lines.append(line)

    async def _read(self, line: _Line) -> None:
        while (message := await line.receive()) is not None:
            match message:
                case _Outcome():
                    line.settle(message)
                case _Ask():
                    line.answer(message.number, self._carrier(message.settings).carry(message.question))
                case _Count():
                    getattr(self._counts(), message.what)(*message.values)
        killed = MagnetError(
            "a worker process was killed", do="If memory ran out, give fewer --workers; the same command goes on"
        )
        for number in list(line.waiting):
            line.settle(_Outcome(number, error=killed))

    def _carrier(self, settings: TeacherSettings) -> Carries:
        if settings not in self._carrier_of:
            self._carrier_of[settings] = self._carriers(settings)
        return self._carrier_of[settings]


@dataclass(frozen=True)
class _RemoteCarrier:
    """Asks the process that began this one to carry a question (`Carries`)."""

    line: _Line
    settings: TeacherSettings

    @property
    def model(self) -> str:
        """The model as the settings name it."""
        return self.settings.model or ""

    async def carry(self, question: Question) -> Reply:
        """See `Carrier.carry`."""
        reply = await self.line.asked(lambda number: _Ask(number, self.settings, question))
        assert isinstance(reply, Reply)
        return reply


@dataclass(frozen=True)
class _RemoteCounts:
    """Lets the process that began this one count (`Counts`)."""

    line: _Line

    def asked(self, row: str, task: str) -> None:
        """Something was asked for a row."""
        self.line.send(_Count("asked", (row, task)))

    def repaired(self, model: str, task: str) -> None:
        """An answer was sent back."""
        self.line.send(_Count("repaired", (model, task)))

    def unanswered(self, task: str, reason: str) -> None:
        """A row was given up."""
        self.line.send(_Count("unanswered", (task, reason)))


def _work(end: socket.socket, settings: WorkbenchSettings, roster: Roster) -> None:
    """A worker process: jobs come in, outcomes go out, until the other end is closed."""
    begin_worker()
    rules = open_workbench(settings)

    async def serve() -> None:
        line = await _Line.open(end)
        counts = _RemoteCounts(line)
        bench = staff(rules, roster, lambda one: ModelCaller(_RemoteCarrier(line, one), counts))
        while (message := await line.receive()) is not None:
            match message:
                case _Outcome():
                    line.settle(message)
                case _Job(number, stage, row, text):
                    line.answer(number, stage(bench, row, text))

    asyncio.run(serve())
