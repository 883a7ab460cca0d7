"""Held-out dialogues in the terminal: the figures, and where they come from."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from magnet_kg.evaluation.running import Evaluation

_TOLD = {
    "turn_success": "turn success",
    "dialogue_success": "dialogue success",
    "call_accuracy": "call accuracy",
    "led_turn_success": "turn success, led",
    "free_call_accuracy": "call accuracy, free",
    "turns_right": "turns right in words too, led",
    "malformed_calls": "turns with a malformed call, led",
}


def print_heldout(console: Console, evaluation: Evaluation) -> None:
    """The table of figures with their intervals, and turn success and call accuracy by kind of row and operation."""
    report = evaluation.report()
    both = evaluation.base is not None
    columns = ["", "of", evaluation.student.model, "95 %"]
    if evaluation.base is not None:
        columns += [evaluation.base.model, "difference", "95 %"]
    title = f"{report['dialogues']:,} held-out dialogues, {report['turns']:,} turns"
    table = Table(*columns, title=title, title_justify="left")
    for name, one in report["figures"].items():
        told = [_TOLD.get(name, name.replace("_", " ")), f"{one['of']:,}", f"{one['share']:.1%}"]
        told.append(f"{one['low']:.1%} to {one['high']:.1%}")
        table.add_row(*told, *_gained(one))
    console.print(table)
    for title, key in (("By kind of row", "by_kind"), ("By operation", "by_operation")):
        console.print(_by_label(title, report[key], both))
    for model, said in report["students"].items():
        for reason, count in said["unanswered"].items():
            console.print(f"{model}: {count:,} dialogues without an answer: {reason}")


def _gained(one: dict[str, Any]) -> list[str]:
    if "difference" not in one:
        return []
    between = f"{100 * one['gain_low']:+.1f} to {100 * one['gain_high']:+.1f}"
    return [f"{one['base']:.1%}", f"{100 * one['difference']:+.1f}", between]


def _by_label(title: str, labels: dict[str, dict[str, Any]], both: bool) -> Table:
    shown = ("turn_success", "call_accuracy")
    columns = [text for name in shown for text in ([_TOLD[name], "difference"] if both else [_TOLD[name]])]
    table = Table("", "turns", *columns, title=title, title_justify="left")
    for label, some in labels.items():
        cells = []
        for name in shown:
            one = some.get(name)
            cells.append("" if one is None else f"{one['share']:.1%}")
            if both:
                cells.append("" if one is None or "difference" not in one else f"{100 * one['difference']:+.1f}")
        table.add_row(label, f"{some['turn_success']['of']:,}", *cells)
    return table
