"""Progress: who wants to know how far a run is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how far each stage is."""

    def start(self, stage: str, total: int) -> None:
        """A stage begins, or has this much more to do."""

    def advance(self, stage: str, count: int = 1) -> None:
        """So many rows are done."""


class NoBars:
    """Says nothing."""

    def start(self, stage: str, total: int) -> None:
        """See `Progress.start`."""

    def advance(self, stage: str, count: int = 1) -> None:
        """See `Progress.advance`."""
