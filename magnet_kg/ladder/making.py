"""The rows of every rung: made, kept away from benchmarks, and counted in tokens, before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.decontamination.benchmark import Benchmark
from magnet_kg.evaluation.decontamination.cleaning import REPORT as CLEANED
from magnet_kg.evaluation.decontamination.cleaning import decontaminate, is_decontaminated
from magnet_kg.evaluation.decontamination.overlap import Overlaps
from magnet_kg.evaluation.results import folder_identity
from magnet_kg.export.files import written_whole
from magnet_kg.export.rows import REPORT
from magnet_kg.ladder.rungs import Rung
from magnet_kg.ladder.task import LadderTask, Say
from magnet_kg.pipeline.progress import Progress
from magnet_kg.pipeline.recipe import Mix, Recipe
from magnet_kg.pipeline.resume import resolved_recipe
from magnet_kg.pipeline.run import run_recipe
from magnet_kg.training.encoding import encode_rows
from magnet_kg.training.session import rows_for

_COUNTS = "tokens.json"
# Dialogues over held-out toolkits are made with a seed of their own, whatever seeds the rungs have.
_HELD_OUT_SEED = 10_007
# Of each kind.
_HELD_OUT_ROWS = 200


@dataclass(frozen=True)
class Counted:
    """The rows of a rung with one seed.

    Attributes:
        rows: that fit the model.
        tokens: that could be trained on.
        longest: of these, in one row.
        dropped: rows that share something with a benchmark.
        digest: of the files.
    """

    rows: int
    tokens: int
    longest: int
    dropped: int
    digest: str


def make_rows(
    task: LadderTask, benchmarks: Sequence[Benchmark], progress: Progress, say: Say
) -> dict[tuple[str, int], Counted]:
    """Make the rows of all rungs with all seeds, and count them; what is there is left as it is.

    Args:
        task: what is asked for.
        benchmarks: those from which rows are kept away, read.
        progress: told how far each stage is.
        say: told what is made.

    Raises:
        MagnetError: a run's folder holds another run, no row is left, or what `run_recipe` and `decontaminate` raise.
    """
    for rung in task.rungs:
        for seed in task.seeds:
            _make_run(rung.seeded(seed), task.run_folder(rung, seed), task, progress, say)
    if benchmarks:
        _clean(task, benchmarks, progress, say)
    model = folder_identity(task.model)
    return {(rung.name, seed): _count(task, rung, seed, model, progress) for rung in task.rungs for seed in task.seeds}


def make_held_out(task: LadderTask, progress: Progress, say: Say) -> None:
    """Make the dialogues over held-out toolkits, of each kind that the recipe has.

    They are as many whatever limit there is: of those that are here, another limit takes others.

    Raises:
        MagnetError: what `run_recipe` raises.
    """
    kinds = [kind for kind, count in task.recipe.sft.by_kind.items() if count] or ["multi_turn"]
    recipe = task.recipe.model_copy(
        update={
            "seed": _HELD_OUT_SEED, "toolkits": task.held_out, "preference": Mix(), "pools": {}, "masked": 0.0,
            "sft": Mix.model_validate(dict.fromkeys(kinds, _HELD_OUT_ROWS)),
        }
    )  # fmt: skip
    _make_run(recipe, task.held_out_run, task, progress, say)


def _make_run(recipe: Recipe, folder: Path, task: LadderTask, progress: Progress, say: Say) -> None:
    # The report is what a run writes last.
    if (folder / REPORT).exists():
        if resolved_recipe(folder)["recipe_hash"] != recipe.hash:
            raise MagnetError(
                "the run that is here was made with another recipe", where=str(folder),
                do="Give another --out, or what was given before; or remove it with the model beside it",
            )  # fmt: skip
        return
    say(f"{folder.name}: {recipe.total:,} rows to make")
    run_recipe(recipe, folder, graph=task.graph, workers=task.workers, toolkits=task.toolkits, progress=progress)


def _clean(task: LadderTask, benchmarks: Sequence[Benchmark], progress: Progress, say: Say) -> None:
    """Take out of each run what overlaps with the benchmarks; again, where the run or a benchmark is another now."""
    places = [(rung, seed) for rung in task.rungs for seed in task.seeds]
    missing = [
        (rung, seed)
        for rung, seed in places
        if not is_decontaminated([task.run_folder(rung, seed)], benchmarks, task.rows(rung, seed))
    ]
    if not missing:
        return
    overlaps = Overlaps(benchmarks)
    for rung, seed in missing:
        found = decontaminate([task.run_folder(rung, seed)], overlaps, task.rows(rung, seed), progress)
        say(f"{rung.name}, seed {seed}: {found['dropped']:,} of {found['rows']:,} rows overlap with a benchmark")


def _count(task: LadderTask, rung: Rung, seed: int, model: str, progress: Progress) -> Counted:
    from magnet_kg.training.models import context_of, load_config, load_tokenizer

    settings = task.settings[rung.method]
    # As they are trained on: a row may end early.
    rows = rows_for(task.training(rung, seed, settings))
    file = task.place(rung, seed) / _COUNTS
    most = settings.max_tokens or context_of(load_config(task.model))
    asked = {"rows": rows.digest, "until_calls": rows.ended, "longest": most, "model": model}
    known = _read(file)
    if known is None or known["asked"] != asked:
        progress.start("tokens", 1)
        examples = encode_rows(load_tokenizer(task.model)[0], rows, rung.method, most)
        progress.advance("tokens")
        known = {"asked": asked, "rows": len(examples.examples), "tokens": examples.trained}
        known["longest"] = max(one.trained for one in examples.examples)
        with written_whole(file) as partial:
            partial.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    report = _read(task.rows(rung, seed) / CLEANED) if task.decontaminated else None
    dropped = report["dropped"] if report else 0
    return Counted(known["rows"], known["tokens"], known["longest"], dropped, rows.digest)


def _read(file: Path) -> dict[str, Any] | None:
    return dict(orjson.loads(file.read_bytes())) if file.exists() else None
