"""`magnet-kg ladder`: the same model taught with one operation more at each rung, and what each is worth."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from magnet_kg.cli.options import graph_option, json_option, toolkits_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.decontamination.benchmark import BENCHMARKS
from magnet_kg.ladder.benchmarks import HELD_OUT, measures_of
from magnet_kg.ladder.climbing import climb
from magnet_kg.ladder.held_out import without_toolkits
from magnet_kg.ladder.report import COLUMNS, PICTURE, REPORT, TABLE, cells, title
from magnet_kg.ladder.rungs import AUGMENTATIONS, rungs_of
from magnet_kg.ladder.task import LadderTask
from magnet_kg.pipeline.mapper import collect_rarely
from magnet_kg.pipeline.recipe import Recipe, load_recipe
from magnet_kg.training.session import Interrupted
from magnet_kg.training.settings import load_settings

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _seeds(ctx: click.Context, parameter: click.Parameter, given: str) -> tuple[int, ...]:
    try:
        seeds = tuple(dict.fromkeys(int(one) for one in given.split(",")))
    except ValueError:
        seeds = ()
    if len(seeds) < 2 or min(seeds) < 0:
        raise click.BadParameter(f"{given}: two or more whole numbers with commas are wanted, such as 1,2")
    return seeds


def _listed(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for one in given for name in one.split(",") if name.strip()))


@click.command(
    short_help="What each operation is worth: trained and measured.",
    epilog="\b\nExamples:\n  magnet-kg ladder quick --model models/base --out runs/ladder --hold-out hotels,banking\n"
    "  magnet-kg ladder paper --model models/base --out runs/ladder --tokens 4000000 --seeds 1,2,3 \\\n"
    "    --hold-out hotels,banking --evaluate heldout --evaluate bfcl:multi_turn --limit 100 --rung masked",
)
@click.argument("recipe")
@click.option("--model", required=True, type=_FOLDER, help="Folder of the base model.")
@click.option("--out", required=True, type=_FOLDER, help="Folder of the ladder.")
@click.option("--rows", type=click.IntRange(1), help="Rows and pairs that each rung makes. [default: the recipe's]")
@click.option(
    "--tokens",
    type=click.IntRange(1),
    metavar="N",
    help="Trained tokens of each rung. [default: those of the rung that has the fewest]",
)
@click.option("--seeds", default="1,2", show_default=True, callback=_seeds, metavar="N,N", help="At least two.")
@click.option(
    "--hold-out",
    "hold_out",
    multiple=True,
    callback=_listed,
    metavar="TOOLKIT",
    help="No row has a function of it, and held-out dialogues are over it. May be given again, or with commas.",
)
@click.option(
    "--evaluate",
    "benchmarks",
    multiple=True,
    default=("heldout",),
    show_default=True,
    metavar="BENCHMARK",
    help="heldout, bfcl or agentdojo, also bfcl:CATEGORY,… May be given again.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="Items of each category, suite, or kind of row (heldout: 60 of 200).",
)
@click.option(
    "--rung",
    "further",
    multiple=True,
    metavar="NAME",
    help=f"A rung more after split: {', '.join(AUGMENTATIONS)}, or KEY=VALUE of the recipe. May be given again.",
)
@click.option("--no-mdpo", "mdpo", is_flag=True, flag_value=False, default=True, help="End with supervised training.")
@click.option(
    "--decontaminate",
    "against",
    multiple=True,
    metavar="NAME_OR_FILE",
    help="Leave out rows that overlap with it. [default: bfcl and agentdojo where they are evaluated]",
)
@click.option("--no-decontamination", is_flag=True, help="Train on rows whatever they share with benchmarks.")
@click.option("--config", type=_FILE, help="Settings of supervised training as YAML.")
@click.option("--mdpo-config", type=_FILE, help="Settings of training by preference as YAML.")
@click.option("--max-tokens", type=click.IntRange(1), default=1024, show_default=True, help="Of one answer at most.")
@click.option("--concurrency", type=click.IntRange(1, 4096), default=32, show_default=True, help="Items in flight.")
@click.option("--workers", type=click.IntRange(1), help="Processes that make rows. [default: one per core, at most 8]")
@toolkits_option
@graph_option
@json_option
def ladder(recipe: str, rows: int | None, as_json: bool, **given: Any) -> None:
    """Teach MODEL the rows of RECIPE with one operation more at each rung, and measure what each is worth.

    Walks alone, + merge, + insert, + split, + mDPO: each rung is trained from MODEL on the same number of tokens, with
    every seed; mDPO goes on from the rung before. The same command goes on where it stopped. OUT gets a table
    (ladder.md), a picture (ladder.png), everything as JSON, and each rung's run, model and results in RUNG/SEED.
    """
    chosen = load_recipe(recipe)
    if rows is not None:
        chosen = chosen.scaled(rows)
    task = _task(chosen, **given)
    errors = Console(stderr=True, highlight=False)
    collect_rarely()
    with StageBars(errors) as bars:
        try:
            climbed = climb(task, bars, lambda text: errors.print(text, markup=False))
        except Interrupted:
            raise KeyboardInterrupt from None
    if as_json:
        click.echo((task.out / REPORT).read_text("utf-8"))
        return
    console = Console(highlight=False)
    for name, standings in climbed.figures.items():
        table = Table(*COLUMNS, title=title(name, standings), title_justify="left")
        for one in standings:
            table.add_row(*cells(one))
        console.print(table)
    for file in (TABLE, PICTURE, REPORT):
        click.echo(f"  {task.out / file}")


def _task(
    recipe: Recipe,
    benchmarks: tuple[str, ...],
    limit: int | None,
    further: tuple[str, ...],
    mdpo: bool,
    against: tuple[str, ...],
    no_decontamination: bool,
    config: Path | None,
    mdpo_config: Path | None,
    hold_out: tuple[str, ...],
    toolkits: tuple[Path, ...],
    workers: int | None,
    **given: Any,
) -> LadderTask:
    measures = measures_of(list(dict.fromkeys(benchmarks)), limit)
    if not hold_out and any(one.name == HELD_OUT for one in measures):
        raise MagnetError(
            "held-out dialogues are over toolkits that no row has, and none is held out",
            do="Give --hold-out TOOLKIT, or another benchmark: --evaluate bfcl",
        )
    kept = without_toolkits(recipe, hold_out, toolkits)
    against = against or tuple(one.name for one in measures if one.name in BENCHMARKS)
    return LadderTask(
        recipe=kept,
        rungs=rungs_of(kept, further, mdpo=mdpo),
        measures=measures,
        held_out=hold_out,
        decontaminated=() if no_decontamination else against,
        settings={"sft": load_settings("sft", config, {}), "mdpo": load_settings("mdpo", mdpo_config, {})},
        toolkits=toolkits,
        workers=workers or min(os.cpu_count() or 1, 8),
        **given,
    )
