"""Gathers questions into batches, hands them in, waits, and gives the answers out.

A batch is noted on disk before it is handed in, and the note goes when its answers are in the cache. Whoever comes back
after a run was killed goes on with the same batches: nothing that was handed in is paid twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.teacher.llm.batch_book import Job, JobBook
from magnet_kg.teacher.llm.carrier import FAILED
from magnet_kg.teacher.llm.gemini_batches import Entry, GeminiBatches, Look
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.reply import Form, NotTaken, RateLimited, Reply, TooLong, Unavailable

# Of the price of the same question by itself.
PRICE = 0.5
# Failures in a row after which the provider counts as down.
_FAILURES = 12
# How often a question goes into a batch.
_TRIES = 2
_GO_ON = "Give the same command again later: it goes on with the batches that were handed in"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """When batches are handed in and looked at.

    Attributes:
        quiet: seconds without a new question, after which those that are there are handed in.
        most: questions of one batch.
        size: bytes of their messages; the provider takes 20 MB.
        at_once: batches that are open at once; the provider takes 100.
        first: seconds to the first look at a batch.
        growth: of the time between two looks.
        longest: seconds between two looks.
        patience: seconds for which a batch is waited for; the provider gives it up after 48 hours.
    """

    quiet: float = 2.0
    most: int = 1000
    size: int = 12_000_000
    at_once: int = 50
    first: float = 5.0
    growth: float = 1.5
    longest: float = 120.0
    patience: float = 49 * 3600.0

    def wait(self, looks: int, at_least: float | None = None) -> float:
        """Seconds to wait after so many looks or failures, and at least what the server asks for."""
        return max(at_least or 0.0, min(self.longest, self.first * self.growth ** min(looks, 99)))


@dataclass(frozen=True)
class Asked:
    """A question that waits; `size` in bytes."""

    task: str
    entry: Entry
    size: int


class BatchDesk:
    """One for a model and an event loop.

    Args:
        model: as the settings name it.
        address: the server's.
        office: whose cache and accounts take the answers.
        batches: the provider's.
        pace: when batches are handed in and looked at.
    """

    def __init__(self, model: str, address: str, office: Office, batches: GeminiBatches, pace: Pace) -> None:
        self._model = model
        self._address = address
        self._office = office
        self._batches = batches
        self._pace = pace
        self._book = JobBook(office.cache.path.parent)
        self._waiting: dict[str, tuple[Asked, asyncio.Future[Reply]]] = {}
        self._queue: dict[str, Asked] = {}
        self._handed_in: set[str] = set()
        self._tries: Counter[str] = Counter()
        self._places = asyncio.Semaphore(pace.at_once)
        self._tasks: set[asyncio.Task[None]] = set()
        self._gathering: asyncio.Task[None] | None = None
        self._closing = self._closed_with_the_loop()

    async def open(self) -> None:
        """Goes on with what an earlier run has handed in."""
        await anext(self._closing)
        for job in self._book.jobs(self._model, self._address):
            self._start(job, {})

    async def ask(self, key: bytes, asked: Asked) -> Reply:
        """The answer to a question, whenever its batch has it.

        Raises:
            Unanswered: the provider failed on it twice.
            MagnetError: the provider takes no batches, or is down.
        """
        name = key.hex()
        if name not in self._handed_in and (known := await self._office.cache.get(key)) is not None:
            return known
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[name] = (asked, answer)
        if name not in self._handed_in:
            self._put(name, asked)
        try:
            return await answer
        finally:
            del self._waiting[name]
            self._queue.pop(name, None)

    def _put(self, name: str, asked: Asked) -> None:
        self._queue[name] = asked
        if self._gathering is None or self._gathering.done():
            self._gathering = asyncio.ensure_future(self._gather())

    async def _gather(self) -> None:
        """Hands in what is there whenever a batch is full, or nothing new has come for a while."""
        while self._queue:
            before = len(self._queue)
            await asyncio.sleep(self._pace.quiet)
            is_quiet = len(self._queue) <= before
            while self._queue and (is_quiet or len(self._queue) >= self._pace.most):
                self._hand_in(self._take())

    def _take(self) -> dict[str, Asked]:
        """The next questions that fit into one batch; one that is too large by itself goes alone."""
        taken: dict[str, Asked] = {}
        size = 0
        for name, asked in islice(self._queue.items(), self._pace.most):
            size += asked.size
            if taken and size > self._pace.size:
                break
            taken[name] = asked
        for name in taken:
            del self._queue[name]
        return taken

    def _hand_in(self, taken: Mapping[str, Asked]) -> None:
        now = time.time()
        digest = hashlib.sha256("".join([*taken, str(now)]).encode()).hexdigest()[:16]
        job = Job(
            label=f"magnet-kg-{digest}",
            model=self._model,
            address=self._address,
            tasks={name: asked.task for name, asked in taken.items()},
            form=next(iter(taken.values())).entry.form,
            submitted=now,
        )
        self._start(job, {name: asked.entry for name, asked in taken.items()})

    def _start(self, job: Job, entries: Mapping[str, Entry]) -> None:
        self._handed_in.update(job.keys)
        task = asyncio.ensure_future(self._told(job, self._follow(job, entries)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _told(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        """The work on a batch; whoever waits for it learns when it cannot go on."""
        try:
            async with self._places:
                await work
        except Exception as error:
            self._handed_in.difference_update(job.keys)
            for name in job.keys:
                self._settle(name, error)

    async def _follow(self, job: Job, entries: Mapping[str, Entry]) -> None:
        """A batch from its note to its answers; `entries` are there where it is handed in by this process."""
        if entries:
            self._book.write(job)
        is_new = job.name is None
        if is_new:
            name = await self._named(job, entries)
            job = job.model_copy(update={"name": name})
            if name is not None:
                self._book.write(job)
        self._tell(job, is_new=bool(entries))
        look = await self._ended(job, 0 if is_new else -1)
        await self._keep(job, look)
        self._book.remove(job)
        self._hand_out(job, look)

    async def _named(self, job: Job, entries: Mapping[str, Entry]) -> str | None:
        """The name of the batch; None for one that an earlier process noted and never handed in.

        What broke off while it was handed in may be there all the same, and is looked for by its label.
        """
        unsure = not entries
        for failures in range(_FAILURES):
            try:
                found = await self._batches.find(job.label) if unsure else None
                if found is not None or not entries:
                    return found
                unsure = True
                return await self._batches.submit(job.label, entries)
            except (Unavailable, RateLimited) as failure:
                last = failure
                await asyncio.sleep(self._pace.wait(failures, getattr(failure, "after", None)))
            except (NotTaken, TooLong) as refusal:
                self._book.remove(job)
                raise MagnetError(
                    f"{self._address} does not take a batch for {self._model}: {refusal}",
                    do="Check the model's name, temperature and max_tokens, or leave mode: batch out",
                ) from None
        raise self._down(last)

    async def _ended(self, job: Job, looks: int) -> Look:
        """The last look at a batch."""
        if job.name is None:
            return Look("gone")
        failures = 0
        while True:
            if looks >= 0:
                await asyncio.sleep(self._pace.wait(looks))
            looks += 1
            try:
                look = await self._batches.look(job.name, job.keys, cast(Form, job.form))
            except (Unavailable, RateLimited) as failure:
                failures += 1
                if failures >= _FAILURES:
                    raise self._down(failure) from None
                continue
            failures = 0
            if look.state != "waiting":
                return look
            if time.time() - job.submitted > self._pace.patience:
                hours = f"{self._pace.patience / 3600:g} hours"
                raise MagnetError(f"{job.name} of {self._model} has not ended in {hours}", do=_GO_ON)

    async def _keep(self, job: Job, look: Look) -> None:
        """Answers into the cache, for whoever asks, now or in another run."""
        for name, reply in look.replies.items():
            key, task = bytes.fromhex(name), job.tasks[name]
            usd = self._office.accounts.usd(self._model, reply.tokens_in, reply.tokens_out, PRICE)
            # There already, where a process was killed between here and the end of the note, or where another one waits
            # for the same batch.
            if await self._office.cache.put(key, self._model, task, reply, usd or 0.0, unless_there=True):
                self._office.accounts.answered(self._model, task, reply, usd)

    def _hand_out(self, job: Job, look: Look) -> None:
        self._handed_in.difference_update(job.keys)
        for name in job.keys:
            reply = look.replies.get(name)
            if reply is None:
                self._again(job, name, look)
            else:
                self._settle(name, reply)

    def _again(self, job: Job, name: str, look: Look) -> None:
        """A question without an answer goes into another batch, once."""
        asked, _ = self._waiting.get(name, (None, None))
        if asked is None:
            return
        self._office.accounts.failed(self._model, asked.task)
        self._tries[name] += 1
        if self._tries[name] < _TRIES and look.state != "cancelled":
            self._put(name, asked)
        elif look.state == "done":
            self._settle(name, Unanswered(FAILED, look.failures.get(name, "")))
        else:
            why = look.failures.get(name) or f"the batch is {look.state}"
            self._settle(name, MagnetError(f"{job.name or job.label} of {self._model}: {why}", do=_GO_ON))

    def _settle(self, name: str, outcome: Reply | Exception) -> None:
        _, answer = self._waiting.get(name, (None, None))
        if answer is None or answer.done():
            return
        if isinstance(outcome, Reply):
            answer.set_result(outcome)
        else:
            answer.set_exception(outcome)

    def _tell(self, job: Job, *, is_new: bool) -> None:
        if job.name is not None:
            what = "handed in" if is_new else "handed in before, and waited for again"
            _log.warning(
                "%s: %d questions to %s, %s; answers take minutes to a day, and the same command goes on with them",
                job.name, len(job.tasks), job.model, what,
            )  # fmt: skip

    def _down(self, failure: Unavailable | RateLimited) -> MagnetError:
        return MagnetError(f"{self._address} does not answer for batches of {self._model}: {failure.what}", do=_GO_ON)

    async def _closed_with_the_loop(self) -> AsyncIterator[None]:
        """An event loop that ends closes its asynchronous generators, and so the connections."""
        try:
            yield
        finally:
            await self._batches.aclose()
