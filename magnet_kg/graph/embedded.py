"""Opens ladybug files: one database a file and process, shared by every store on it.

Two writing Database objects on one path in one process lose commits silently (the lock is the process's, and
closing one of them releases it), so every store on a path shares one database, one connection and one lock.
The file itself is never opened by anything else here, for the same reason.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ladybug

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.store import NoGraphError, Row

# COPY of 300,000 edges needs it; pages are taken as they are used.
_BUFFER_POOL = 2 << 30
# ladybug reserves 8 TB of addresses by default, which containers with a limit on them refuse.
_MAX_SIZE = 1 << 38
_OPEN_ATTEMPTS = 20
_CANNOT_WRITE = "Cannot write to file"
# What a checkpoint says that could not make its file longer.
_CANNOT_GROW = re.compile(r"checkpoint failed.*Cannot read from file", re.DOTALL)
_TORN_LOG = "WAL file is corrupted"

_log = logging.getLogger(__name__)

_Key = tuple[int, Path]
_databases: dict[_Key, SharedDatabase] = {}
_registry_lock = threading.Lock()


class SharedDatabase:
    """The one database of this process on a path."""

    def __init__(self, path: Path, read_only: bool) -> None:
        self.path = path
        self.users = 0
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._broken: MagnetError | None = None
        self._open(read_only)

    @property
    def broken(self) -> bool:
        """Whether it can no longer be used in this process, because the disk was full."""
        return self._broken is not None

    @property
    def where(self) -> str:
        """The URI to show."""
        return f"ladybug:{self.path}"

    def execute(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run one statement in a transaction of its own."""
        with self._lock:
            self._check()
            try:
                result = self._connection.execute(text, dict(parameters))
                assert not isinstance(result, list), "a query file holds one statement"
                with result:
                    rows: list[Row] = [dict(row) for row in result.rows_as_dict()]
            except RuntimeError as error:
                raise self._failed(error) from error
            return rows

    def copy(self, text: str, table: Any) -> None:
        """Bulk-load an Arrow table, on a connection of its own.

        A connection keeps a prepared statement, and with it memory, for every table that it has seen.
        """
        with self._lock:
            self._check()
            connection = ladybug.Connection(self._database)
            try:
                connection.execute(text, {"rows": table})
            except RuntimeError as error:
                raise self._failed(error) from error
            finally:
                connection.close()

    def allow_writing(self) -> None:
        """Reopen for writing what was opened for reading only."""
        with self._lock:
            self._check()
            if self._database.read_only:
                self._shut()
                try:
                    self._open(read_only=False)
                except MagnetError:
                    self._open(read_only=True)
                    raise

    def close(self) -> None:
        """Close the file; the lock on it is released."""
        with self._lock:
            if self._broken is None:
                self._shut()

    def _check(self) -> None:
        if self._process != os.getpid():
            raise MagnetError(
                "the graph was opened by another process than the one that uses it",
                where=self.where,
                do="Open it where it is used",
            )
        if self._broken is not None:
            raise self._broken

    def _failed(self, error: RuntimeError) -> Exception:
        explained = _explained(error, self.where)
        if _CANNOT_WRITE in str(error) and isinstance(explained, MagnetError):
            # Closing would write again, and failing at that ladybug ends the process at once, without a word
            # to the user. The database stays open and out of use; the next process finds all that was
            # committed.
            self._broken = explained
            for each in (self._database, self._connection):
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(each))
        return explained

    def _open(self, read_only: bool) -> None:
        self._database = _open_database(self.path, read_only)
        self._connection = ladybug.Connection(self._database)

    def _shut(self) -> None:
        self._connection.close()
        self._database.close()


def acquire(path: Path, read_only: bool) -> SharedDatabase:
    """The process's database on this path, opened if need be; every `acquire` wants its `release`."""
    path = path.expanduser().resolve()
    key = (os.getpid(), path)
    with _registry_lock:
        database = _databases.get(key)
        if database is None:
            database = _databases[key] = SharedDatabase(path, read_only)
        elif not read_only:
            database.allow_writing()
        database.users += 1
        return database


def release(database: SharedDatabase) -> None:
    """Say that one user is done; the last one closes the file."""
    with _registry_lock:
        database.users -= 1
        key = (os.getpid(), database.path)
        # What a fork inherited stays open: closing it there would write to the parent's file.
        if database.users == 0 and not database.broken and _databases.get(key) is database:
            del _databases[key]
            database.close()


def _open_database(path: Path, read_only: bool) -> ladybug.Database:
    where = f"ladybug:{path}"
    _check_place(path, read_only, where)
    whole_log = True
    for attempt in range(1, _OPEN_ATTEMPTS + 1):
        try:
            return ladybug.Database(
                path,
                buffer_pool_size=_BUFFER_POOL,
                max_db_size=_MAX_SIZE,
                read_only=read_only,
                throw_on_wal_replay_failure=whole_log,
            )
        except RuntimeError as error:
            if whole_log and _TORN_LOG in str(error):
                # What a full disk leaves at the end of the log was never committed; all before it is sound.
                _log.warning("%s: the end of the log cannot be read and is left out", where)
                whole_log = False
            # A reader that meets a writer in the middle of its checkpoint comes back a moment later.
            elif read_only and "checkpoint" in str(error).lower() and attempt < _OPEN_ATTEMPTS:
                time.sleep(0.05 * attempt)
            else:
                raise _explained(error, where) from error
    raise AssertionError("unreachable")


def _check_place(path: Path, read_only: bool, where: str) -> None:
    if path.is_dir():
        raise MagnetError("a graph is a file, this is a folder", where=where, do="Name a file in it")
    if not path.parent.is_dir():
        raise MagnetError("the folder does not exist", where=where, do=f"Create it: mkdir -p {path.parent}")
    if not path.exists():
        if read_only:
            raise NoGraphError("no graph is there yet", where=where, do="Build one: magnet-kg graph build")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise MagnetError("the folder cannot be written to", where=where, do="Choose another one")
    elif not os.access(path, os.R_OK if read_only else os.R_OK | os.W_OK):
        raise MagnetError("the file cannot be opened", where=where, do="Check who owns it and its permissions")


def _explained(error: RuntimeError, where: str) -> Exception:
    """What the user can do about an error of ladybug's; an error of ours in a query stays as it is."""
    text = str(error)
    if held := re.search(r"Lock is held by PID (\d+)", text):
        return MagnetError(
            f"process {held[1]} is writing to this graph",
            where=where,
            do=f"Wait for it or end it (kill {held[1]}); several writers at once need Neo4j: magnet-kg db up",
        )
    if "Could not set lock" in text:
        return MagnetError("another process is writing to this graph", where=where, do="Wait for it or end it")
    if "not a valid Lbug database file" in text:
        return MagnetError("the file is not a ladybug database", where=where, do="Choose another path")
    if _CANNOT_WRITE in text or "No space left" in text or _CANNOT_GROW.search(text):
        return MagnetError(
            "the disk is full, or a limit on the size of files is reached",
            where=where,
            do="Make room and run the same command again; what was saved before is kept",
        )
    if "Buffer manager exception" in text:
        return MagnetError(
            "the graph outgrows the memory of the embedded engine",
            where=where,
            do="Use Neo4j: magnet-kg db up",
        )
    if re.search(r"Table \w+ does not exist", text):
        return NoGraphError("no graph is there yet", where=where, do="Build one: magnet-kg graph build")
    if "checkpoint" in text.lower():
        return MagnetError("another process is writing to this graph", where=where, do="Run the same command again")
    if "IO exception" in text:
        return MagnetError(f"the file cannot be used ({text.splitlines()[0]})", where=where)
    return error
