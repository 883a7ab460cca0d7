"""Faults: what is wrong in a toolkit that a person wrote, and where, so that all of them can be told at once."""

from __future__ import annotations

from collections.abc import Sequence

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.record import Record


class Fault(Record):
    """One thing that is wrong: a sentence without a full stop, its place, and what to do about it."""

    what: str
    file: str | None = None
    line: int | None = None
    function: str | None = None
    do: str | None = None

    @property
    def where(self) -> str | None:
        """`file:line`, as far as they are known."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file

    @property
    def error(self) -> MagnetError:
        """The fault as the error that stops a command."""
        what = f"{self.function}: {self.what}" if self.function else self.what
        return MagnetError(what, where=self.where, do=self.do)


def raise_first(faults: Sequence[Fault], *, all_with: str) -> None:
    """Raise the first of these faults, if there is one, and say where all of them are told.

    Args:
        faults: in the order in which they are to be told.
        all_with: the command that tells all.
    """
    if not faults:
        return
    first = faults[0]
    if len(faults) > 1:
        rest = f"{len(faults) - 1} more: `{all_with}` tells all of them"
        first = first.model_copy(update={"do": f"{first.do}. {rest}" if first.do else rest})
    raise first.error
