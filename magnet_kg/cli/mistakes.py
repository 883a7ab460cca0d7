"""`magnet-kg mistakes`: what a student does wrong on a run's dialogues, and pairs from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click
import orjson
from rich.console import Console
from rich.table import Table

from magnet_kg.cli.options import json_option, servers_option, toolkits_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.cli.teachers import budget_option
from magnet_kg.domain.mistake import MISTAKE_KINDS
from magnet_kg.domain.path import Kind
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.pipeline.accepted import require_run
from magnet_kg.pipeline.mistakes import SampleSettings, find_mistakes
from magnet_kg.pipeline.models import CallSettings
from magnet_kg.pipeline.pools import settings_of
from magnet_kg.pipeline.recipe import KINDS
from magnet_kg.pipeline.resume import require_same_toolkits
from magnet_kg.pipeline.students import StudentAt
from magnet_kg.pipeline.workbench import open_workbench


@click.command(
    short_help="Sample a student's own mistakes, and write pairs from them.",
    epilog="\b\nExamples:\n  magnet-kg mistakes runs/quick --student http://127.0.0.1:8000/v1\n"
    "  magnet-kg mistakes runs/quick --student models/sft --samples 4 --kind multi_turn --rows 200",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--student", required=True, metavar="URL_OR_PATH", help="OpenAI-compatible server, or a model's folder.")
@click.option("--model", metavar="NAME", help="As the server names it. [default: the one that it has]")
@click.option("--samples", type=click.IntRange(1), default=10, show_default=True, help="Trajectories a dialogue.")
@click.option("--temperature", type=click.FloatRange(0, 2), default=1.0, show_default=True)
@click.option(
    "--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Of rows; may be given again. [default: all]"
)
@click.option("--rows", type=click.IntRange(1), help="So many dialogues at most, spread over all. [default: all]")
@click.option(
    "--pairs-per-row", type=click.IntRange(0), default=2, show_default=True, help="Pairs of one dialogue at most."
)
@click.option(
    "--concurrency", type=click.IntRange(1, 4096), default=16, show_default=True, help="Calls in flight at most."
)
@click.option("--timeout", type=click.FloatRange(1), default=120.0, show_default=True, help="Seconds for one call.")
@click.option(
    "--key-file", type=click.Path(dir_okay=False, path_type=Path),
    help="A file with the student's key alone. [default: OPENAI_API_KEY]",
)  # fmt: skip
@budget_option
@toolkits_option
@servers_option
@json_option
def mistakes(
    folder: Path,
    student: str,
    model: str | None,
    samples: int,
    temperature: float,
    kinds: tuple[str, ...],
    rows: int | None,
    pairs_per_row: int,
    concurrency: int,
    timeout: float,
    key_file: Path | None,
    budget: float | None,
    toolkits: tuple[Path, ...],
    servers: dict[str, ServerSettings],
    as_json: bool,
) -> None:
    """Lead a student through the accepted dialogues of DIR, and see where it goes wrong; run again to resume.

    Its calls are executed in the dialogue's world, and every turn is compared with the reference by itself: after a
    wrong turn the world and the history are put back. From its mistakes come preference pairs, whose rejected side goes
    wrong as it did: DIR/export/preference_student.*.
    """
    require_run(folder)
    bench = open_workbench(settings_of(folder, toolkits, servers))
    require_same_toolkits(folder, [toolkit.name for toolkit in bench.toolkits])
    settings = SampleSettings(samples, temperature, cast(tuple[Kind, ...], kinds), rows, pairs_per_row, concurrency)
    at = StudentAt(student, model, key_file, timeout)
    with StageBars(Console(stderr=True)) as bars:
        report = find_mistakes(folder, bench, at, settings, CallSettings(budget), bars)
    if as_json:
        click.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2))
        return
    print_mistakes(Console(highlight=False), report)


def print_mistakes(console: Console, report: dict[str, Any]) -> None:
    """What is at the end of the command: where it goes wrong, and what came of it."""
    shown = [kind for kind in MISTAKE_KINDS if kind in report["by_kind"]]
    for title, key in (("By operation", "by_operation"), ("By kind of row", "by_row_kind")):
        table = Table(
            "", "turns", "right", *(kind.replace("_", " ") for kind in shown), title=title, title_justify="left"
        )
        for label, some in report[key].items():
            kinds = [f"{some['by_kind'].get(kind, 0):,}" for kind in shown]
            table.add_row(label, f"{some['turns']:,}", f"{1 - some['wrong'] / some['turns']:.1%}", *kinds)
        console.print(table)
    console.print(
        f"{report['model']}: {report['turns'] - report['wrong']:,} of {report['turns']:,} turns right, "
        f"{report['without_a_mistake']:,} of {report['trajectories']:,} trajectories without a mistake; "
        f"{report['calls']:,} calls, {report['malformed_calls']:,} of them malformed, {report['idle_calls']:,} idle"
    )
    named = ", ".join(f"{error} {count:,}" for error, count in report["by_error"].items())
    if named:
        console.print(f"The paper's errors: {named}")
    pairs = report["pairs"]
    rejected = sum(pairs["rejected"].values())
    console.print(f"{report['mistakes']:,} different mistakes, {pairs['written']:,} pairs, {rejected:,} rejected")
    for reason, count in list(pairs["rejected"].items())[:8]:
        console.print(f"{count:>7,}  {reason}")
    for reason, count in report["left_out"].items():
        console.print(f"{count:,} dialogues left out: {reason}")
