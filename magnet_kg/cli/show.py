"""`magnet-kg show`: a row as a person would read it, with what proves it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.text import Text

from magnet_kg.domain.dialogue import Origin
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.rows import find_row, read_record

_LONG = 400


@click.command(
    short_help="Read a row, with what proves it.",
    epilog="\b\nExamples:\n  magnet-kg show runs/quick 1\n  magnet-kg show runs/quick multi_turn-00003 --full",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("row")
@click.option("--full", is_flag=True, help="Outputs in full length.")
def show(folder: Path, row: str, full: bool) -> None:
    """Show ROW (an id, or a number from 1) of the export in DIR.

    The dialogue, the origin of each value, the operations on its path, and the edges and verdicts behind it.
    """
    where, found = find_row(folder, row)
    read = read_record(found, where)
    console = Console(highlight=False, soft_wrap=True)
    if isinstance(read, PreferencePair):
        _show(console, read.chosen, full, "chosen")
        _show_rejected(console, read, full)
    else:
        _show(console, read, full, None)


def _show(console: Console, t: Trajectory, full: bool, side: str | None) -> None:
    console.print(Text(f"{t.row}  {t.kind}{f'  ({side})' if side else ''}", style="bold"))
    console.print(f"world {t.world}, seed {t.seed}, {_by(t)}; {len(t.tools)} functions offered\n", style="dim")
    _messages(console, t, full)
    console.print(Text("\nPath", style="bold"))
    names = {s.id: s for turn in t.turns for s in (*turn.steps, *turn.wanted)}
    for turn in t.turns:
        steps = ", ".join(f"{s.function} ({s.role.replace('_', ' ')})" for s in turn.steps or turn.wanted)
        gap = (
            f"  [{turn.missing.kind}, {'resolved' if turn.missing.resolved else 'unresolved'}]" if turn.missing else ""
        )
        console.print(Text(f"  {turn.id}: {steps}{gap}"))
    if t.operations:
        console.print(Text("\nOperations", style="bold"))
    for operation in t.operations:
        about = ", ".join(names[s].function for s in operation.steps if s in names)
        console.print(Text(f"  {operation.operation} {operation.detail} {' + '.join(operation.turns)}  {about}"))
    if t.edges:
        console.print(Text("\nEdges and the verdicts behind them", style="bold"))
    for edge in t.edges:
        nested = ", nested" if edge.nested else ""
        console.print(
            Text(
                f"  {edge.source} → {edge.target}: {edge.kind.replace('_', ' ')}{nested} ({edge.confidence:.1f}),"
                f" by {edge.judge}, verdict {edge.verdict}\n      {edge.rationale}"
            )
        )


def _by(t: Trajectory) -> str:
    """Who wrote the row: one for all, or by duty."""
    if len({*t.writers.values()}) < 2:
        return f"by {next(iter(t.writers.values()), t.teacher)}"
    return ", ".join(f"{duty} by {name}" for duty, name in t.writers.items())


def _show_rejected(console: Console, pair: PreferencePair, full: bool) -> None:
    console.print(Text("\nRejected", style="bold red"))
    wrong = {error.turn for error in pair.errors}
    for error in pair.errors:
        console.print(Text(f"  {error.error} at {error.turn}: {error.evidence}", style="red"))
    _messages(console, pair.rejected, full, only=wrong)


def _messages(console: Console, t: Trajectory, full: bool, only: set[str] | None = None) -> None:
    origins = {call.id: call.origins for call in t.calls}
    for message in t.messages:
        if only is not None and message.turn not in only:
            continue
        if message.role == "tool":
            console.print(Text(f"      → {_short(message.content, full)}", style="dim"))
            continue
        if message.content:
            style = {"user": "cyan", "assistant": "green"}.get(message.role, "dim")
            console.print(Text(f"{message.role:>9}  {message.content}", style=style))
        for call in message.calls:
            arguments = ", ".join(f"{k}={_json(v)}" for k, v in call.arguments.items())
            console.print(Text(f"{message.role:>9}  {call.name}({arguments})", style="green"))
            for origin in origins.get(call.id, ()):
                console.print(Text(f"             {origin.parameter}: {describe_origin(origin)}", style="dim"))


def describe_origin(origin: Origin) -> str:
    """Where a value comes from, in one phrase."""
    match origin.source:
        case "said" | "known":
            form = f", read as {origin.form}" if origin.form not in (None, "verbatim") else ""
            return f"{origin.source}, “{origin.text}” in {origin.turn}[{origin.start}:{origin.end}]{form}"
        case "bound":
            return f"bound to {origin.path} of {origin.call}"
        case "chosen":
            criterion = origin.criterion
            assert criterion is not None
            how = (
                " and ".join(f"{k} is {v}" for k, v in criterion.match.items())
                or f"{criterion.take} {criterion.by or ''}"
            )
            said = f", “{origin.text}” in {origin.turn}" if origin.text else ""
            return f"chosen from {origin.path} of {origin.call} ({how.strip()}{said})"
        case "stated":
            return f"stated in the system message ({origin.form})"
        case "computed":
            return f"computed: {origin.operation} of {', '.join(describe_origin(part) for part in origin.inputs)}"
        case "default":
            return "the declared default"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _short(text: str, full: bool) -> str:
    return text if full or len(text) <= _LONG else f"{text[:_LONG]} … ({len(text):,} characters)"
