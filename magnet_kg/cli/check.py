"""`magnet-kg check`: verify every exported row again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from magnet_kg.cli.options import servers_option, toolkits_option
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.pipeline.checking import check_export
from magnet_kg.pipeline.pools import settings_of
from magnet_kg.pipeline.resume import require_same_toolkits
from magnet_kg.pipeline.workbench import open_workbench

_SHOWN = 20


@click.command(short_help="Verify every exported row again.", epilog="\b\nExample:\n  magnet-kg check runs/quick")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@toolkits_option
@servers_option
@click.pass_context
def check(ctx: click.Context, folder: Path, toolkits: tuple[Path, ...], servers: dict[str, ServerSettings]) -> None:
    """Verify every exported row of DIR again, from its own content; exit 1 when one fails.

    Calls are made again, origins are read again, claims are looked up again. No graph and no run files are needed.
    Rows are replayed in the world that they were made in: give the same --toolkits and --server as when they were made.
    """
    bench = open_workbench(settings_of(folder, toolkits, servers))
    require_same_toolkits(folder, [toolkit.name for toolkit in bench.toolkits])
    evidence = bench.evidence
    reasons: Counter[str] = Counter()
    rows = bad = 0
    for where, row, failures in check_export(folder, evidence):
        rows += 1
        bad += bool(failures)
        for failure in failures:
            reasons[f"{failure.check}: {failure.reason}"] += 1
            if reasons.total() <= _SHOWN:
                click.echo(f"{where} {row}: {failure.check}: {failure.reason} ({failure.detail})")
    for reason, count in reasons.most_common():
        click.echo(f"{count:>7,}  {reason}")
    click.echo(f"{rows - bad:,} of {rows:,} rows hold")
    ctx.exit(1 if bad else 0)
