"""Rows on disk: appended as they are made, complete or absent, found again by id.

A row is one line of JSON whose first "row" is its id. A file that was cut off in the middle of a line loses that line
when it is opened again, and nothing else.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from magnet_kg.domain.errors import MagnetError, file_error
from magnet_kg.export.files import written_whole

_ID = re.compile(rb'"row":"([^"]+)"')
# What a killed run loses at most, a chunk of the workers; a write costs nothing beside making the rows.
_FLUSH_EVERY = 16


class RowFile:
    """An append-only file of rows with an index from id to place.

    Args:
        path: the file; it is made where it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, int] = {}
        self._end = self._recover()
        self._file: IO[bytes] = path.open("ab", buffering=1 << 20)
        self._unflushed = 0

    def __contains__(self, row: object) -> bool:
        return row in self._places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def append(self, row: str, line: bytes) -> None:
        """Add a row; it is on disk after `flush`, or after a while.

        Raises:
            MagnetError: the disk is full, or the file cannot be written.
        """
        try:
            self._file.write(line)
            self._places[row] = self._end
            self._end += len(line)
            self._unflushed += 1
            if self._unflushed >= _FLUSH_EVERY:
                self.flush()
        except OSError as error:
            raise file_error(error, self.path) from error

    def flush(self) -> None:
        """Hand everything to the operating system."""
        try:
            self._file.flush()
        except OSError as error:
            raise file_error(error, self.path) from error
        self._unflushed = 0

    def read(self, rows: list[str]) -> Iterator[tuple[str, bytes]]:
        """The lines of these rows, in this order."""
        self.flush()
        with self.path.open("rb", buffering=1 << 20) as lines:
            for row in rows:
                lines.seek(self._places[row])
                yield row, lines.readline()

    def line(self, row: str) -> bytes:
        """The line of a row."""
        ((_, line),) = self.read([row])
        return line

    def close(self) -> None:
        """Flush and close."""
        try:
            self._file.close()
        except OSError as error:
            raise file_error(error, self.path) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        # The first error is the one to tell; what could not be flushed is made again.
        with suppress(OSError):
            self._file.close()

    def _recover(self) -> int:
        if not self.path.is_file():
            return 0
        end = 0
        with self.path.open("rb", buffering=1 << 20) as lines:
            for line in lines:
                match = _ID.search(line, 0, 400)
                if not line.endswith(b"\n") or match is None:
                    break
                self._places[match[1].decode()] = end
                end += len(line)
        if end < self.path.stat().st_size:
            os.truncate(self.path, end)
        return end


class RunLock:
    """Holds a run's folder, so that two runs never write into the same files.

    The folder is made where it does not exist, and removed again when the run fails before it has written anything.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / ".lock"
        self._file: IO[str] | None = None
        self._made = False

    def __enter__(self) -> Self:
        self._made = not self._folder.exists()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Who held it last removes the file: a lock on a file that is gone holds nobody back.
            while self._file is None or not self._is_in_place(self._file):
                self._file = self._locked()
        except OSError as error:
            raise file_error(error, self._folder) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._file is not None
        self._path.unlink(missing_ok=True)
        self._file.close()
        if kind is not None and self._made:
            with suppress(OSError):
                self._folder.rmdir()

    def _locked(self) -> IO[str]:
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise MagnetError(
                "another run is writing here", where=str(self._folder), do="Wait for it, or give another --out"
            ) from error
        return file

    def _is_in_place(self, file: IO[str]) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False


def write_atomically(path: Path, data: bytes) -> None:
    """Write a whole file: it is there complete, or as it was before.

    Raises:
        MagnetError: the disk is full, or the file cannot be written.
    """
    with written_whole(path) as partial:
        partial.write_bytes(data)
