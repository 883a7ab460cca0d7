"""What the models of a ladder are measured by: a benchmark, opened for each, and the figures that are read off it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.agentdojo import AgentDojo
from magnet_kg.evaluation.bfcl.benchmark import ALL, Bfcl
from magnet_kg.evaluation.heldout.dialogues import HeldOut, played_dialogue
from magnet_kg.evaluation.heldout.figures import counts_of, further_figures
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import Further, Opened
from magnet_kg.pipeline.pools import settings_of
from magnet_kg.pipeline.workbench import open_workbench

HELD_OUT, BFCL, AGENTDOJO = "heldout", "bfcl", "agentdojo"
NAMES = (HELD_OUT, BFCL, AGENTDOJO)
# The figures of held-out dialogues that are to be quoted: what a user gets, and what a student can do.
_HELD_OUT_FIGURES = ("turn_success", "call_accuracy")
# Held-out dialogues of each kind, where no limit says it: a student answers several messages in each.
_HELD_OUT = 60
# Category → (items, 2): of each item how much is right, and of how much.
Counts = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Measure:
    """A benchmark as it is asked for.

    Attributes:
        name: one of `NAMES`.
        parts: categories of bfcl, suites of agentdojo; all, where it is empty.
        limit: items of each category, suite or kind of row, evenly spaced; None for all, or 60 held-out dialogues of
            each kind.
    """

    name: str
    parts: tuple[str, ...] = ()
    limit: int | None = None

    @property
    def further(self) -> Further:
        """What its report says beside scores."""
        return further_figures if self.name == HELD_OUT else lambda found, base: {}

    def opener(self, held_out_run: Path, toolkits: Sequence[Path]) -> Callable[[], Opened]:
        """What opens it; `held_out_run` and the toolkits are those of held-out dialogues.

        Raises:
            MagnetError: it is not installed.
        """
        if self.name == BFCL:
            return lambda: Bfcl(self.parts or (ALL,), self.limit)
        if self.name == AGENTDOJO:
            return lambda: AgentDojo(self.parts, self.limit)
        bench = open_workbench(settings_of(held_out_run, toolkits, {}))
        return lambda: HeldOut(held_out_run, bench, limit=self.limit or _HELD_OUT)

    def require(self) -> None:
        """Make sure that it can be opened, and has these parts; what is held out is looked at where it is made.

        Raises:
            MagnetError: it is not installed, or there is no such part.
        """
        if self.name != HELD_OUT:
            asyncio.run(_opened(self.opener(Path(), ())))

    def counts(self, results: Sequence[ItemResult]) -> dict[str, Counts]:
        """Its figures by name: for each category what was counted in each item, in the items' order."""
        if self.name == HELD_OUT:
            played = [played_dialogue(one) for one in results]
            return {
                f"{self.name} {figure.replace('_', ' ')}": {"all": np.array(counts_of(figure, played), dtype=float)}
                for figure in _HELD_OUT_FIGURES
            }
        by_category: dict[str, list[tuple[float, float]]] = {}
        for one in results:
            by_category.setdefault(one.category, []).append((float(one.valid), 1.0))
        return {self.name: {category: np.array(counts) for category, counts in by_category.items()}}


def measures_of(named: Sequence[str], limit: int | None) -> tuple[Measure, ...]:
    """What is asked for, such as `heldout`, `bfcl`, `bfcl:multi_turn,irrelevance`, `agentdojo:banking`.

    Raises:
        MagnetError: there is no such benchmark, or it is named twice.
    """
    measures: list[Measure] = []
    for one in named:
        name, _, parts = one.partition(":")
        if name not in NAMES or (name == HELD_OUT and parts):
            raise MagnetError(f"there is no benchmark {one}", do=f"Give {', '.join(NAMES)}, or bfcl:CATEGORY")
        if name in {measure.name for measure in measures}:
            raise MagnetError(f"{name} is named twice", do=f"Give its parts with commas: {name}:ONE,OTHER")
        measures.append(Measure(name, tuple(part.strip() for part in parts.split(",") if part.strip()), limit))
    return tuple(measures)


async def _opened(open_benchmark: Callable[[], Any]) -> None:
    async with open_benchmark():
        pass
