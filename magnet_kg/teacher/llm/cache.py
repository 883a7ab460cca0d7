"""Answers on disk: no call that was finished is ever made again."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import queue
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError, file_error
from magnet_kg.teacher.llm.reply import Question, Reply
from magnet_kg.teacher.settings import TeacherSettings

FILE_NAME = "answers.sqlite"
# "mgkg": tells our files from anybody else's.
_APPLICATION = 0x6D676B67
_BATCH = 256
# Seconds to wait for another process that writes.
_BUSY = 60.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    key BLOB PRIMARY KEY, model TEXT NOT NULL, task TEXT NOT NULL, form TEXT NOT NULL, finish TEXT NOT NULL,
    text TEXT NOT NULL, calls TEXT NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,
    made REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spending (
    model TEXT NOT NULL, task TEXT NOT NULL, calls INTEGER NOT NULL, tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL, usd REAL NOT NULL, PRIMARY KEY (model, task)) WITHOUT ROWID;
"""
_READ = "SELECT text, finish, tokens_in, tokens_out, form, calls FROM answers WHERE key = ?"
_WRITE = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SPEND = """INSERT INTO spending VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + 1,
    tokens_in = tokens_in + excluded.tokens_in, tokens_out = tokens_out + excluded.tokens_out,
    usd = usd + excluded.usd"""


def question_key(settings: TeacherSettings, question: Question) -> bytes:
    """Everything that shapes the answer, and nothing else: where the server is does not."""
    shape = {
        "model": settings.model,
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "structured": settings.structured if question.schema else None,
        "prompt": question.prompt_hash,
        "messages": question.messages,
        "schema": question.schema and question.schema.hash,
        "tools": question.tools,
        "sample": question.sample,
    }
    return hashlib.sha256(orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)).digest()


@dataclass(frozen=True)
class Spent:
    """What was paid for one task of one model."""

    model: str
    task: str
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float


@dataclass(frozen=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    writes: bool
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]


_Ended = tuple[asyncio.Future[Any], Any, Exception | None]


class AnswerCache:
    """A sqlite file that several processes may share; one thread reads and writes it, so no event loop ever waits.

    What is written survives the process being killed at any moment after `put` has returned.

    Args:
        folder: where the file is; it is made on first use.

    Raises:
        MagnetError: the folder cannot be written, or the file is damaged or somebody else's.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise file_error(error, folder) from None
        with self._told():
            self._connection = self._open()
            self.usd = self._total()
        self._thread = threading.Thread(target=self._serve, name="answers", daemon=True)
        self._thread.start()

    async def get(self, key: bytes) -> Reply | None:
        """The answer to a question, where there is one."""
        row = await self._ask(lambda connection: connection.execute(_READ, (key,)).fetchone(), writes=False)
        if row is None:
            return None
        text, finish, tokens_in, tokens_out, form, calls = row
        return Reply(text, finish, tokens_in, tokens_out, form, tuple(orjson.loads(calls)), known=True)

    async def put(
        self, key: bytes, model: str, task: str, reply: Reply, usd: float, *, unless_there: bool = False
    ) -> bool:
        """Keeps an answer and what it cost; it is on disk, and in `usd`, when this returns.

        Args:
            key: of the question.
            model: who answered.
            task: for whom it was asked.
            reply: the answer.
            usd: what it cost.
            unless_there: keep and count nothing where there is an answer: several processes may be given the same one,
                which was paid once.

        Returns:
            Whether it was kept.
        """
        answer = (reply.form, reply.finish, reply.text, orjson.dumps(reply.calls).decode())
        row = (key, model, task, *answer, reply.tokens_in, reply.tokens_out, time.time())
        spent = (model, task, reply.tokens_in, reply.tokens_out, usd)

        def write(connection: sqlite3.Connection) -> bool:
            if unless_there and connection.execute(_READ, (key,)).fetchone() is not None:
                return False
            connection.execute(_WRITE, row)
            connection.execute(_SPEND, spent)
            return True

        return bool(await self._ask(write, writes=True))

    def spending(self) -> list[Spent]:
        """What has been paid so far for the answers in this file, by all processes and runs that wrote it."""
        with self._told(), contextlib.closing(self._open()) as connection:
            rows = connection.execute("SELECT * FROM spending ORDER BY model, task").fetchall()
        return [Spent(*row) for row in rows]

    def close(self) -> None:
        """Writes what is left to write; the cache is of no more use then."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    async def _ask(self, work: Callable[[sqlite3.Connection], Any], *, writes: bool) -> Any:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
        self._jobs.put(_Job(work, writes, loop, done))
        return await done

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            while len(jobs) < _BATCH and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    self._jobs.put(None)
                    break
                jobs.append(job)
            self._answer(jobs)
        self._connection.close()

    def _answer(self, jobs: list[_Job]) -> None:
        by_loop: defaultdict[asyncio.AbstractEventLoop, list[_Ended]] = defaultdict(list)
        try:
            with self._told():
                results = self._work(jobs)
            for job, result in zip(jobs, results, strict=True):
                by_loop[job.loop].append((job.done, result, None))
        except Exception as error:
            for job in jobs:
                by_loop[job.loop].append((job.done, None, error))
        for loop, ended in by_loop.items():
            with contextlib.suppress(RuntimeError):  # The loop has ended, and nobody waits for it any more.
                loop.call_soon_threadsafe(_tell, ended)

    def _work(self, jobs: list[_Job]) -> list[Any]:
        """All jobs in order, in one transaction where anything is written: one commit for many answers."""
        if not any(job.writes for job in jobs):
            return [job.work(self._connection) for job in jobs]
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            results = [job.work(self._connection) for job in jobs]
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        self.usd = self._total()
        return results

    def _total(self) -> float:
        return float(self._connection.execute("SELECT coalesce(sum(usd), 0) FROM spending").fetchone()[0])

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != _APPLICATION and tables:
            connection.close()
            raise MagnetError(
                "this file is not a cache of answers", where=str(self.path), do="Move it away, or name another folder"
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing with NORMAL; only a machine that loses power may lose its last answers.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.executescript(_TABLES)
        return connection

    @contextlib.contextmanager
    def _told(self) -> Any:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise MagnetError(
                f"the cache of answers cannot be used: {error}",
                where=str(self.path),
                do="Check its permissions and the space on its disk, and give the same command again",
            ) from None
        except sqlite3.DatabaseError as error:
            raise MagnetError(
                f"the cache of answers is damaged: {error}",
                where=str(self.path),
                do="Move it away: answers are then asked, and paid for, once more",
            ) from None


def _tell(ended: list[_Ended]) -> None:
    for done, result, error in ended:
        if done.done():
            continue
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)
