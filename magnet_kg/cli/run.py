"""`magnet-kg run`: a recipe from functions to files that a trainer loads."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from magnet_kg.cli.models_view import print_estimate, print_models
from magnet_kg.cli.options import graph_option, servers_option, toolkits_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.cli.teachers import TeacherFlags, teacher_options
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.pipeline.mapper import collect_rarely
from magnet_kg.pipeline.recipe import load_recipe, recipe_names
from magnet_kg.pipeline.run import run_recipe


@click.command(
    short_help="Make a recipe's rows, or go on with them.",
    epilog="\b\nExamples:\n  magnet-kg run quick --out runs/quick\n  magnet-kg run paper --out runs/paper --workers 2\n"
    "  magnet-kg run my-recipe.yaml --out runs/mine --rows 500 --seed 7\n"
    f"\nBuilt-in recipes: {', '.join(recipe_names())}.",
)
@click.argument("recipe", default="quick")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the run.")
@click.option("--rows", type=click.IntRange(1), help="This many rows and pairs in all, in the recipe's mix.")
@click.option("--seed", type=click.IntRange(0), help="Instead of the recipe's seed.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Processes. [default: one per core, at most 8]")
@toolkits_option
@servers_option
@graph_option
@teacher_options(rows=True)
def run(
    recipe: str,
    out: Path,
    rows: int | None,
    seed: int | None,
    workers: int | None,
    toolkits: tuple[Path, ...],
    servers: dict[str, ServerSettings],
    graph: str | None,
    teachers: TeacherFlags,
) -> None:
    """Make the rows of RECIPE (a built-in name or a .yaml file); run again to resume.

    The same recipe and seed give the same bytes, with any number of workers and on either graph engine. With a model
    as the teacher, a finished answer is kept and never paid for twice.
    """
    chosen = load_recipe(recipe)
    if rows is not None:
        chosen = chosen.scaled(rows)
    if seed is not None:
        chosen = chosen.model_copy(update={"seed": seed})
    if servers:
        chosen = chosen.model_copy(update={"servers": {**chosen.servers, **servers}})
    chosen = teachers.taught(chosen)
    console = Console()
    if teachers.dry_run:
        from magnet_kg.pipeline.estimate import estimate_run

        estimate = estimate_run(chosen, graph=graph, toolkits=toolkits, prices=teachers.calls.prices)
        print_estimate(console, estimate, teachers.calls.budget)
        return
    began = time.monotonic()
    collect_rarely()
    with StageBars(Console(stderr=True)) as bars:
        report = run_recipe(
            chosen,
            out,
            graph=graph,
            workers=workers or min(os.cpu_count() or 1, 8),
            toolkits=toolkits,
            calls=teachers.calls,
            progress=bars,
        )
    print_report(console, report, time.monotonic() - began)
    console.print("\nWritten:")
    for path in sorted([*out.glob("*.json*"), *out.glob("*.yaml"), *(out / "export").iterdir()]):
        if not path.name.startswith("."):
            console.print(f"  {path}  [dim]{_size(path.stat().st_size)}[/dim]", soft_wrap=True, highlight=False)


def print_report(console: Console, report: dict[str, Any], seconds: float) -> None:
    """The table at the end of a run."""
    kinds = Table("kind", "rows", "pairs", title="Rows", title_justify="left")
    for kind in sorted({*report["rows"], *report["pairs"]}):
        kinds.add_row(kind, f"{report['rows'].get(kind, 0):,}", f"{report['pairs'].get(kind, 0):,}")
    rows, pairs = sum(report["rows"].values()), sum(report["pairs"].values())
    kinds.add_row("all", f"{rows:,}", f"{pairs:,}", style="bold")
    console.print(kinds)
    multi = report["multi_turn"]
    if multi["turns"] is not None:
        means = Table("mean over multi-turn rows", "here", "paper", title="Dialogues", title_justify="left")
        for key, label in (("turns", "turns"), ("calls", "calls"), ("calls_per_turn", "calls per turn")):
            means.add_row(label, f"{multi[key]}", f"{multi['paper'][key]}")
        means.add_row("share that crosses toolkits", f"{multi['across_toolkits']:.0%}", "")
        console.print(means)
    counts = Table("operation, gap or error", "count", title="Operations, empty turns, errors", title_justify="left")
    for group in ("operations", "missing", "errors"):
        for key, count in report[group].items():
            counts.add_row(key, f"{count:,}")
    console.print(counts)
    if report["rejected"]:
        rejected = Table("rejected, by first reason", "rows", title="Rejected and made anew", title_justify="left")
        shown = list(report["rejected"].items())
        for reason, count in shown[:12]:
            rejected.add_row(reason, f"{count:,}")
        if len(shown) > 12:
            rejected.add_row(f"{len(shown) - 12} other reasons", f"{sum(c for _, c in shown[12:]):,}")
        console.print(rejected)
    if "models" in report:
        print_models(console, report["models"])
    if "unsupplied" in report:
        named = sorted(f"{function} ({parameter})" for function, parameter in report["unsupplied"].items())
        console.print(f"Left out, since nothing here gives what they need: {', '.join(named)}", highlight=False)
    short = report["wanted"] - rows - pairs
    if short:
        console.print(f"[yellow]{short:,} rows could not be made; rejected.jsonl says why.[/yellow]")
    console.print(f"{rows + pairs:,} rows in {seconds:.1f} s ({(rows + pairs) / seconds:,.0f} rows/s)", highlight=False)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count:,} bytes"
