"""`magnet-kg decontaminate`: training rows without what a benchmark asks or offers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from magnet_kg.cli.options import json_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.evaluation.decontamination.benchmark import BENCHMARKS, read_benchmark
from magnet_kg.evaluation.decontamination.cleaning import REPORT
from magnet_kg.evaluation.decontamination.cleaning import decontaminate as decontaminate_rows
from magnet_kg.evaluation.decontamination.overlap import Overlaps

_SHOWN = 15


@click.command(
    short_help="Take out rows that overlap with a benchmark.",
    epilog="\b\nExamples:\n  magnet-kg decontaminate runs/quick --benchmark bfcl --out runs/clean\n"
    "  magnet-kg decontaminate runs/a runs/b --benchmark bfcl --benchmark agentdojo --benchmark mine.jsonl --out clean",
)
@click.argument("data", type=click.Path(path_type=Path), metavar="DATA...", nargs=-1, required=True)
@click.option(
    "--benchmark", "benchmarks", required=True, multiple=True, metavar="NAME_OR_FILE",
    help=f"{', '.join(BENCHMARKS)}, or a JSON lines file with `question` and `tools`. May be given again.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@json_option
def decontaminate(data: tuple[Path, ...], benchmarks: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Write the rows of DATA (runs, exports, .jsonl files) that share nothing with a benchmark.

    A row is taken out when 13 words in a row of a user message stand in a question (or a whole question of 5 to 12
    words), when it calls a function by the name of one of the benchmark's, or when it offers one with the same schema.
    DIR gets the other rows as they are, and decontamination.json: what overlaps with what, and in which rows.
    """
    overlaps = Overlaps([read_benchmark(name) for name in dict.fromkeys(benchmarks)])
    with StageBars(Console(stderr=True)) as bars:
        report = decontaminate_rows(data, overlaps, out, bars)
    if as_json:
        click.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2))
        return
    print_report(Console(highlight=False), report, out)


def print_report(console: Console, report: dict[str, Any], out: Path) -> None:
    """What is at the end of the command: how much was taken out, by which rule, and what most often."""
    table = Table("rule", "rows", "share", title="Taken out", title_justify="left")
    for rule, count in report["by_rule"].items():
        table.add_row(rule.replace("_", " "), f"{count:,}", f"{count / report['rows']:.2%}")
    console.print(table)
    if report["overlaps"]:
        most = Table("rows", "rule", "in a row", "of the benchmark", title="Most often", title_justify="left")
        for one in report["overlaps"][:_SHOWN]:
            theirs = f"{one['theirs']} ({one['benchmark']})"
            most.add_row(f"{one['rows']:,}", one["rule"].replace("_", " "), one["ours"], theirs)
        console.print(most)
    for one in report["files"]:
        console.print(f"{one['kept']:,} of {one['rows']:,} rows kept of {one['file']}")
    console.print(f"{report['dropped']:,} of {report['rows']:,} rows taken out ({report['share']:.1%}); {out / REPORT}")
