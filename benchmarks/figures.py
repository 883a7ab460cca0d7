"""Figures beside their bars, a line each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Figures:
    """Prints a table as it grows, and knows whether all of it holds."""

    hold: bool = True
    _begun: bool = False

    def row(self, what: str, here: str, bar: str, holds: bool) -> None:
        """A figure with its bar."""
        self.hold = self.hold and holds
        self._print(what, here, bar, "holds" if holds else "MISSED")

    def note(self, what: str, here: str) -> None:
        """A figure without one."""
        self._print(what, here, "", "")

    def _print(self, *cells: str) -> None:
        if not self._begun:
            self._begun = True
            print("| figure | here | bar | |\n|---|---|---|---|")
        print(f"| {' | '.join(cells)} |", flush=True)
