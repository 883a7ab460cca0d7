"""What a ladder is asked for, and where its parts are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from magnet_kg.ladder.benchmarks import Measure
from magnet_kg.ladder.rungs import BASE, Rung
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.training.rows import Method
from magnet_kg.training.session import TrainTask
from magnet_kg.training.settings import MdpoSettings, SftSettings

Say = Callable[[str], None]


@dataclass(frozen=True)
class LadderTask:
    """A ladder.

    Attributes:
        recipe: of the top; its toolkits are those that may be in rows, without what is held out.
        rungs: of `rungs_of` that recipe.
        model: the folder of the base model.
        out: the ladder's folder.
        seeds: each of rows and of training alike.
        tokens: that are trained on at each rung; None for as many as the rung with the fewest has.
        measures: what every model is measured by.
        settings: of training by each method; the ladder sets their seed and trained tokens.
        held_out: toolkits that no row has a function of.
        decontaminated: benchmarks, by name or file, from which every row is kept away.
        graph: see `open_graph`.
        toolkits: folders of toolkits beside what is installed.
        workers: processes that make rows.
        max_tokens: of an answer.
        concurrency: items in flight at most.
    """

    recipe: Recipe
    rungs: tuple[Rung, ...]
    model: Path
    out: Path
    seeds: tuple[int, ...]
    tokens: int | None
    measures: tuple[Measure, ...]
    settings: Mapping[Method, SftSettings | MdpoSettings]
    held_out: tuple[str, ...] = ()
    decontaminated: tuple[str, ...] = ()
    graph: str | None = None
    toolkits: tuple[Path, ...] = ()
    workers: int = 1
    max_tokens: int = 1024
    concurrency: int = 32

    def place(self, rung: Rung, seed: int) -> Path:
        """The folder of a rung with a seed: its run, its rows, its model, its results."""
        return self.out / rung.name / str(seed)

    def run_folder(self, rung: Rung, seed: int) -> Path:
        """The folder of a rung's run. A graph knows runs by the names of their folders."""
        return self.place(rung, seed) / f"run-{rung.name}-{seed}"

    def rows(self, rung: Rung, seed: int) -> Path:
        """Where the rows are that are trained on."""
        return self.place(rung, seed) / "rows" if self.decontaminated else self.run_folder(rung, seed)

    def taught(self, rung: Rung, seed: int) -> Path:
        """The folder of a rung's model."""
        return self.place(rung, seed) / "model"

    def training(self, rung: Rung, seed: int, settings: SftSettings | MdpoSettings) -> TrainTask:
        """How a rung is trained: from the base model, or by preference from the model of the rung before."""
        before = self.rungs[self.rungs.index(rung) - 1]
        return TrainTask(
            method=rung.method,
            data=(self.rows(rung, seed),),
            model=self.model if rung.method == "sft" else self.taught(before, seed),
            out=self.taught(rung, seed),
            settings=settings,
        )

    @property
    def base_results(self) -> Path:
        """What the base model's results are."""
        return self.out / BASE / "results"

    @property
    def held_out_run(self) -> Path:
        """The folder of the run whose dialogues are over toolkits that are held out."""
        return self.out / "heldout" / "run-heldout"
