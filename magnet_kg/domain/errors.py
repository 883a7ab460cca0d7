"""The one error a user sees: what is wrong, where, and what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path


class MagnetError(Exception):
    """A problem that the user can act on; the command line prints it in one line and exits with 1.

    Args:
        what: what is wrong, a sentence without a full stop.
        where: a file with line, a URI, a row id: wherever the user should look.
        do: what the user can do about it.
    """

    def __init__(self, what: str, *, where: str | None = None, do: str | None = None) -> None:
        self.what = what
        self.where = where
        self.do = do
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.do}." if self.do else f"{text}."

    def __reduce__(self) -> tuple[object, tuple[str, str | None, str | None]]:
        # An exception with keyword-only arguments does not survive the way back from a worker process by itself.
        return _rebuild, (self.what, self.where, self.do)


def _rebuild(what: str, where: str | None, do: str | None) -> MagnetError:
    return MagnetError(what, where=where, do=do)


def file_error(error: OSError, path: Path | str | None = None) -> MagnetError:
    """What the user can do about a file that cannot be read or written; `path` is named where the error names none."""
    where = error.filename or path
    place = None if where is None else str(where)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return MagnetError(
            "the disk is full, or a limit on the size of files is reached",
            where=place,
            do="Free some space and give the same command; finished rows are kept",
        )
    advice = "Check who owns it and its permissions" if error.errno in (errno.EACCES, errno.EPERM) else None
    return MagnetError((error.strerror or str(error)).lower(), where=place, do=advice)


class Untranslatable(Exception):  # noqa: N818  (a verdict about a row, not a fault of the program)
    """A path, or one step of it, that cannot honestly become words and calls; the reason becomes data.

    Args:
        reason: a short, countable reason ("no producer", "criterion not unique").
        step: the id of the step that cannot be translated, where there is one.
    """

    def __init__(self, reason: str, step: str | None = None) -> None:
        super().__init__(reason, step)
        self.reason = reason
        self.step = step


class Unanswered(Exception):  # noqa: N818  (a verdict about a row, not a fault of the program)
    """A model that gave no answer that could be used; the row is rejected, with the reason as data.

    Args:
        reason: short and countable ("the answer does not fit its schema", "the model refused").
        detail: what shows it, without anything secret.
        known: whether that was so before: all that it said was kept from an earlier time, and nothing was asked now.
    """

    def __init__(self, reason: str, detail: str = "", *, known: bool = False) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.known = known
