"""`magnet-kg toolkit`: start a toolkit of one's own, and find out what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

import click
import orjson

from magnet_kg.cli.options import json_option, toolkits_option
from magnet_kg.domain.fault import Fault
from magnet_kg.execution.new_toolkit import new_toolkit
from magnet_kg.pipeline.toolkit_check import ToolkitReport, check_toolkits


@click.group(short_help="Write a toolkit of your own.")
def toolkit() -> None:
    """Write a toolkit of your own: functions, and the words in which people ask for them."""


@toolkit.command(epilog="\b\nExample:\n  magnet-kg toolkit new board_games")
@click.argument("name")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where. [default: here]")
def new(name: str, out: Path) -> None:
    """Make a folder NAME to start from: three functions, their phrases and a test, all of which work."""
    written = new_toolkit(name, out)
    for path in written:
        click.echo(path)
    folder = written[0].parent
    click.echo(
        f"\nNext:\n  magnet-kg toolkit check {folder}\n"
        f"  magnet-kg run my-recipe.yaml --toolkits {folder} --out runs/mine     "
        f"(with `toolkits: [{name}]` in the recipe)"
    )


@toolkit.command(epilog="\b\nExample:\n  magnet-kg toolkit check board_games")
@click.argument("path", type=click.Path(path_type=Path))
@toolkits_option
@json_option
@click.pass_context
def check(ctx: click.Context, path: Path, toolkits: tuple[Path, ...], as_json: bool) -> None:
    """Tell everything that is wrong with the toolkit in the folder PATH, or with each of several in it.

    Its code is run: first code and phrases are read, then dialogues are made as a run makes them. Exit 1 where there
    is an error; advice is no error.
    """
    reports = check_toolkits(path, toolkits)
    if as_json:
        click.echo(orjson.dumps([r.model_dump(mode="json") for r in reports], option=orjson.OPT_INDENT_2))
    else:
        for report in reports:
            _print(report)
    ctx.exit(1 if any(report.errors for report in reports) else 0)


def _print(report: ToolkitReport) -> None:
    click.echo(f"{report.toolkit or 'toolkit'}  ({report.functions} functions, {_near(report.folder)})")
    for title, faults in (("errors", report.errors), ("advice", report.advice)):
        if faults:
            click.echo(f"  {title}")
        for fault in faults:
            click.echo(f"    {_line(fault)}")
    if report.dialogues:
        click.echo(
            f"  {report.dialogues} dialogues with {report.calls} calls of these functions; "
            f"{report.held} of {report.dialogues} hold as rows"
        )
    for reason, count in list(report.rejected.items())[:5]:
        click.echo(f"    {count:>4}  {reason}")
    errors, advice = len(report.errors), len(report.advice)
    click.echo(f"  {errors or 'no'} error{'' if errors == 1 else 's'}, {advice or 'no'} advice")


def _line(fault: Fault) -> str:
    shown = fault.model_copy(update={"file": _near(fault.file)}) if fault.file else fault
    return str(shown.error)


def _near(path: str) -> str:
    """The path from here, where it is below here."""
    near = os.path.relpath(path)
    return path if near.startswith("..") else near
