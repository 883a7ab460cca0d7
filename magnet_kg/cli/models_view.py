"""What models did, or would do, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from magnet_kg.pipeline.estimate import Estimate


def print_models(console: Console, models: Mapping[str, Any]) -> None:
    """The tables about models at the end of a command; see `report_models`."""
    calls = Table(
        "task", "model", "calls", "cached", "sent back", "failed", "tokens in", "tokens out", "USD",
        title="Models, in this command", title_justify="left",
    )  # fmt: skip
    for one in models["tasks"]:
        counts = [one["calls"], one["cached"], one["repaired"], one["failed"], one["tokens_in"], one["tokens_out"]]
        calls.add_row(one["task"], one["model"], *(f"{count:,}" for count in counts), dollars(one["usd"]))
    if models["tasks"]:
        console.print(calls)
    else:
        console.print("No model was asked anything: every answer was used before.")
    known = all(one["usd"] is not None for one in models["tasks"])
    paid = f"{sum(one['calls'] for one in models['spent']):,} calls, {dollars(models['usd'] if known else None)} USD"
    budget = "" if models["budget"] is None else f" of {dollars(models['budget'])}"
    console.print(f"Paid so far, with earlier commands: {paid}{budget}", highlight=False)
    if models["unanswered"]:
        table = Table("no usable answer", "task", "times", title="Unanswered", title_justify="left")
        for one in models["unanswered"]:
            table.add_row(one["reason"], one["task"], f"{one['rows']:,}")
        console.print(table)
    if len(models.get("tries", ())) > 1:
        table = Table("try on a path", "rows", "accepted", title="Tries", title_justify="left")
        for one in models["tries"]:
            table.add_row(
                str(one["try"]), f"{one['rows']:,}", f"{one['accepted']:,} ({one['accepted'] / one['rows']:.0%})"
            )
        console.print(table)
    for kind, one in models.get("questions", {}).items():
        each = ", ".join(f"{task} {count:g}" for task, count in one["per_row"].items())
        console.print(f"Questions for an accepted row, {kind}: {each}; {one['per_turn']:g} a turn", highlight=False)


def print_estimate(console: Console, estimate: Estimate, budget: float | None) -> None:
    """What a dry run has found."""
    table = Table(
        "stage", "task", "model", "calls", "tokens in", "tokens out", "USD",
        title="What models would be asked (nothing was)", title_justify="left",
    )  # fmt: skip
    for one in estimate.lines:
        counts = [f"{count:,}" for count in (one.calls, one.tokens_in, one.tokens_out)]
        table.add_row(one.stage, one.task, one.model, *counts, dollars(one.usd))
    sums = [sum(getattr(one, name) for one in estimate.lines) for name in ("calls", "tokens_in", "tokens_out")]
    table.add_row("all", "", "", *(f"{count:,}" for count in sums), dollars(estimate.usd), style="bold")
    console.print(table)
    console.print(
        "From a small sample that the rules have made; a token is taken for four bytes. What a model thinks before it"
        " answers,\nanswers that are sent back, and rows that fail validation and are made anew come on top.",
        highlight=False,
    )
    if estimate.usd is None:
        console.print("No price is known for every model: give --prices FILE to see what it costs.")
    if budget is not None and estimate.usd is not None and estimate.usd > budget:
        console.print(f"[yellow]That is more than the budget of {dollars(budget)} USD.[/yellow]", highlight=False)


def dollars(amount: float | None) -> str:
    """An amount of money; where a price is unknown, there is none."""
    if amount is None:
        return "unknown"
    return f"{amount:,.2f}" if amount >= 1 or amount == 0 else f"{amount:.2g}"
