"""A ladder from a recipe to a table: what `magnet-kg ladder` does, in order. What is done is never done again."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.decontamination.benchmark import Benchmark, read_benchmark
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import EvaluationSettings, evaluate
from magnet_kg.ladder.benchmarks import HELD_OUT, Counts, Measure
from magnet_kg.ladder.making import Counted, make_held_out, make_rows
from magnet_kg.ladder.report import same_rows, write_report
from magnet_kg.ladder.rungs import BASE, Rung
from magnet_kg.ladder.task import LadderTask, Say
from magnet_kg.ladder.worth import Standing, standings
from magnet_kg.pipeline.progress import NoBars, Progress
from magnet_kg.pipeline.rows import RunLock
from magnet_kg.pipeline.students import StudentAt
from magnet_kg.training.packages import require_packages
from magnet_kg.training.record import model_digest, read_record
from magnet_kg.training.rows import Method
from magnet_kg.training.session import train
from magnet_kg.training.settings import TrainSettings

_CACHE = "cache"


@dataclass(frozen=True)
class Climbed:
    """What came of a ladder: the standings of its rungs by figure, and what `ladder.json` holds."""

    figures: Mapping[str, Sequence[Standing]]
    report: Mapping[str, Any]


def climb(task: LadderTask, progress: Progress | None = None, say: Say = lambda text: None) -> Climbed:
    """Make, train and measure every rung with every seed, and write the table and the picture.

    Args:
        task: what is asked for.
        progress: told how far each stage is.
        say: told in a sentence what the user should know.

    Raises:
        MagnetError: something that is needed is missing, before anything is made; a rung has fewer trained tokens than
            are asked, before anything is trained; or what the parts raise.
        Interrupted: by Ctrl-C, after a checkpoint was written.
    """
    benchmarks = _require(task)
    with RunLock(task.out):
        return _Ladder(task, benchmarks, progress or NoBars(), say).climb()


def _require(task: LadderTask) -> list[Benchmark]:
    """Look for everything that is needed before anything is spent; gives what rows are kept away from."""
    for rung in task.rungs:
        _require_whole_epochs(rung.method, task.settings[rung.method])
    require_packages()
    from magnet_kg.training.models import context_of, load_config, load_tokenizer

    load_tokenizer(task.model)
    context_of(load_config(task.model))
    for measure in task.measures:
        measure.require()
    return [read_benchmark(name) for name in dict.fromkeys(task.decontaminated)]


def _require_whole_epochs(method: Method, settings: TrainSettings) -> None:
    """Rungs are compared on the same number of trained tokens: no training may end before it has seen all of them."""
    if settings.max_steps is not None:
        raise MagnetError(
            f"max_steps: {settings.max_steps} would end each training after another number of tokens",
            where=f"settings of {method}", do="Leave it out; --tokens says how long each training is",
        )  # fmt: skip
    if not settings.epochs.is_integer():
        raise MagnetError(
            f"epochs: {settings.epochs} would end each training after another number of tokens",
            where=f"settings of {method}", do="Give a whole number; --tokens says how many tokens an epoch has",
        )  # fmt: skip


@dataclass(frozen=True)
class _Ladder:
    task: LadderTask
    benchmarks: Sequence[Benchmark]
    progress: Progress
    say: Say

    def climb(self) -> Climbed:
        task = self.task
        counted = make_rows(task, self.benchmarks, self.progress, self.say)
        if any(measure.name == HELD_OUT for measure in task.measures):
            make_held_out(task, self.progress, self.say)
        for name in same_rows(task, counted):
            self.say(f"{name}: the very rows of the rung before it; the recipe's functions leave it nothing to do")
        tokens = tokens_of(task, counted)
        trained = {}
        for seed in task.seeds:
            for rung in task.rungs:
                trained[rung.name, seed] = self._train(rung, seed, tokens[rung.name, seed])
        figures = self._measure()
        return Climbed(figures, write_report(task, counted, trained, figures))

    def _train(self, rung: Rung, seed: int, tokens: int) -> dict[str, Any]:
        settings = self.task.settings[rung.method].model_copy(update={"trained_tokens": tokens, "seed": seed})
        asked = self.task.training(rung, seed, settings)
        known = read_record(asked.out)
        if rung.method == "mdpo" and known is not None and _taught_from_another(known, asked.model):
            self.say(f"{rung.name}, seed {seed}: once more, since the model of the rung before is another one now")
            shutil.rmtree(asked.out)
            known = None
        if known is None or not known["finished"]:
            self.say(f"{rung.name}, seed {seed}: {tokens:,} trained tokens")
        done = train(asked, self.progress, lambda text: self.say(f"{rung.name}, seed {seed}: {text}"))
        if done != known:
            _give_memory_back()
        return done

    def _measure(self) -> dict[str, list[Standing]]:
        """The standings of all rungs, by figure."""
        task = self.task
        figures: dict[str, list[Standing]] = {}
        for measure in task.measures:
            found: list[tuple[str, dict[int | None, dict[str, Counts]]]] = [
                (BASE, {None: self._counts(measure, task.model, task.base_results)})
            ]
            for rung in task.rungs:
                of_rung: dict[int | None, dict[str, Counts]] = {}
                for seed in task.seeds:
                    self.say(f"{rung.name}, seed {seed}: {measure.name}")
                    results = task.place(rung, seed) / "results"
                    of_rung[seed] = self._counts(measure, task.taught(rung, seed), results)
                found.append((rung.name, of_rung))
            for figure in found[0][1][None]:
                figures[figure] = standings(
                    [(rung, {seed: counts[figure] for seed, counts in of_rung.items()}) for rung, of_rung in found]
                )
        return figures

    def _counts(self, measure: Measure, model: Path, out: Path) -> dict[str, Counts]:
        return measure.counts(self._results(measure, model, out))

    def _results(self, measure: Measure, model: Path, out: Path) -> tuple[ItemResult, ...]:
        task = self.task
        settings = EvaluationSettings(out, cache=task.out / _CACHE, concurrency=task.concurrency)
        student = StudentAt(str(model), max_tokens=task.max_tokens)
        opener = measure.opener(task.held_out_run, task.toolkits)
        known = self._kept(measure)
        evaluation = evaluate(opener, student, None, settings, self.progress, measure.further)
        if self._kept(measure) != known:
            _give_memory_back()
        return evaluation.student.results

    def _kept(self, measure: Measure) -> int:
        """Bytes of the results that are kept of a benchmark."""
        return sum(file.stat().st_size for file in (self.task.out / _CACHE).rglob(f"{measure.name}/*.jsonl"))


def tokens_of(task: LadderTask, counted: Mapping[tuple[str, int], Counted]) -> dict[tuple[str, int], int]:
    """How many tokens are trained on, by rung and seed: the same for all, and for pairs at most as many.

    Raises:
        MagnetError: a rung has fewer with one of the seeds, or a pair alone has more.
    """
    supervised = {rung.name for rung in task.rungs if rung.method == "sft"}
    (rung, seed), least = min(
        ((at, one.tokens) for at, one in counted.items() if at[0] in supervised), key=lambda item: item[1]
    )
    tokens = task.tokens or least
    if tokens > least:
        rows = -(-task.recipe.total * tokens // least)
        raise MagnetError(
            f"{rung}, seed {seed}, has {least:,} trained tokens and {tokens:,} are asked: with fewer than the others, "
            "it would not be compared fairly", where=str(task.out),
            do=f"Give --tokens {least}, or another --out and about --rows {rows}",
        )  # fmt: skip
    longest = max((one.longest for at, one in counted.items() if at[0] not in supervised), default=0)
    if longest > tokens:
        raise MagnetError(
            f"a pair has {longest:,} trained tokens, more than the {tokens:,} of a rung", where=str(task.out),
            do=f"Give --tokens {longest} or more with rows enough, or --no-mdpo",
        )  # fmt: skip
    return {at: tokens if at[0] in supervised else min(tokens, one.tokens) for at, one in counted.items()}


def _taught_from_another(known: Mapping[str, Any], model: Path) -> bool:
    """Whether a training began with a model of other files than the folder has now, as far as its record says so."""
    # A record without a name for the model was written when that name was all that was asked of it.
    return "model" in known and bool(known["asked"]["model"] != model_digest(model))


def _give_memory_back() -> None:
    """A model of a rung that is done must not stand in the next one's way."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
