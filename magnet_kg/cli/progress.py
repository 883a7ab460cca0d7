"""Progress in the terminal: a bar a stage."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


class StageBars:
    """A bar for each stage; a stage that has more to do in a later round goes on with the same bar."""

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            TextColumn("{task.description:>13}"),
            BarColumn(bar_width=40),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._totals: dict[str, int] = {}

    def start(self, stage: str, total: int) -> None:
        """See `Progress.start`."""
        self._totals[stage] = self._totals.get(stage, 0) + total
        # Not before: what fails earlier is told in one line, without an empty one for bars that are not there.
        self._bars.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=self._totals[stage])
        self._bars.update(self._tasks[stage], total=self._totals[stage])

    def advance(self, stage: str, count: int = 1) -> None:
        """See `Progress.advance`."""
        self._bars.advance(self._tasks[stage], count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # Bars that never started have nothing to end; stopping them would print an empty line.
        if self._tasks:
            self._bars.stop()
