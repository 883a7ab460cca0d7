"""`magnet-kg train`: teach a model with exported rows, and see what a trainer sees."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.text import Text

from magnet_kg.cli.options import json_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.training.averaging import average as averaged
from magnet_kg.training.preview import Preview, Side, preview_row
from magnet_kg.training.processes import is_first
from magnet_kg.training.record import CURVES, PICTURE, RECORD
from magnet_kg.training.rows import Method
from magnet_kg.training.session import Interrupted, TrainTask
from magnet_kg.training.session import train as train_model
from magnet_kg.training.settings import load_settings

Command = Callable[..., None]
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def train() -> None:
    """Teach a model with a run's rows; needs 'magnet-kg[train]'."""


_SHARED = (
    click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path)),
    click.option("--model", required=True, type=_FOLDER, help="Folder of the model to begin with."),
    click.option("--out", required=True, type=_FOLDER, help="Folder that becomes the taught model."),
    click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings as YAML."),
    click.option(
        "--hold-out", "hold_out", multiple=True, metavar="TOOLKIT",
        help="Leave out rows that offer or call a function of it. May be given again, or with commas.",
    ),
    click.option("--epochs", type=click.FloatRange(0, min_open=True), help="[default: 1]"),
    click.option("--max-steps", type=click.IntRange(1), help="End after so many steps."),
    click.option("--learning-rate", type=click.FloatRange(0, min_open=True), help="[default: by size, and --lora]"),
    click.option("--max-tokens", type=click.IntRange(16), help="Longer rows are left out. [default: the context]"),
    click.option(
        "--trained-tokens", type=click.IntRange(1), metavar="N",
        help="Draw rows, in the order of the seed, for so many trained tokens an epoch. [default: all rows]",
    ),
    click.option("--lora", type=click.IntRange(1), metavar="RANK", help="Train adapters instead of all weights."),
    click.option("--precision", type=click.Choice(("auto", "bf16", "fp32")), help="[default: auto]"),
    click.option("--batches-per-step", type=click.IntRange(1), help="Batches whose gradients make a step."),
    click.option("--gradient-checkpointing", is_flag=True, default=None, help="Less memory, a third more time."),
    click.option("--no-sharing", "share_prefixes", flag_value=False, type=bool, default=None,
                 help="Compute what rows begin with anew for each."),
    click.option("--save-steps", type=click.IntRange(1), help="A checkpoint every so many. [default: ten in all]"),
    click.option("--threads", type=click.IntRange(1), help="Of the processor. [default: all]"),
    click.option("--seed", type=click.IntRange(0), help="[default: 1]"),
    json_option,
)  # fmt: skip


def _shared(command: Command) -> Command:
    for option in reversed(_SHARED):
        command = option(command)
    return command


@train.command(
    short_help="Supervised: the assistant's tokens of every turn.",
    epilog="\b\nExamples:\n  magnet-kg train sft runs/quick --model models/base --out models/sft\n"
    "  magnet-kg train sft runs/a runs/b/export/sft.parquet --model models/base --out models/sft --lora 16",
)
@_shared
@click.option("--batch-tokens", type=click.IntRange(16), help="Tokens that are computed at once. [default: 4096]")
@click.option("--no-packing", "packing", flag_value=False, type=bool, default=None, help="One row at a time.")
@click.option(
    "--until-calls", type=click.FloatRange(0, 1), metavar="SHARE",
    help="Share of the rows of one turn that end after the assistant's first calls. [default: 0]",
)  # fmt: skip
@click.option(
    "--text-weight", type=click.FloatRange(0, min_open=True), metavar="WEIGHT",
    help="How much the loss of messages without calls counts. [default: 1]",
)  # fmt: skip
@click.option(
    "--opening-weight", type=click.FloatRange(0, min_open=True), metavar="WEIGHT",
    help="How much the first token of each message counts, which decides whether anything is called. [default: 1]",
)  # fmt: skip
def sft(**given: Any) -> None:
    """Teach a model the rows of DATA: runs' folders, export folders, .jsonl or .parquet files; run again to resume.

    Loss is on the assistant's tokens alone, calls included. With --until-calls 1, rows of kind single, parallel
    and multiple end with their first calls, which is all that benchmarks of one turn judge; a model that shall also
    say what it found sees some of them whole. Answers can be worded in many ways, so that most of the loss is of them:
    --text-weight 0.1 turns a small model to the calls, and to whether to call. What --config and the flags leave open
    is decided by the model and the hardware, and written to OUT/training.json.
    """
    _train("sft", given)


@train.command(
    short_help="By preference: multi-turn DPO on pairs.",
    epilog="\b\nExample:\n  magnet-kg train mdpo runs/quick --model models/sft --out models/mdpo",
)
@_shared
@click.option("--beta", type=click.FloatRange(0, min_open=True), help="How closely it stays to MODEL. [default: 0.1]")
@click.option("--sft-weight", type=click.FloatRange(0), help="Of a supervised loss on the chosen side. [default: 0]")
@click.option("--length-normalised", is_flag=True, default=None, help="Log-probabilities as means over tokens.")
@click.option("--pairs-per-batch", type=click.IntRange(1), help="Pairs that are computed at once. [default: 1]")
def mdpo(**given: Any) -> None:
    """Teach a model the preference pairs of DATA; run again to resume.

    The loss covers the assistant's tokens of every turn of both sides, never those of users, tools or the system.
    """
    _train("mdpo", given)


@train.command(
    short_help="The exact tokens of a row, and which are trained on.",
    epilog="\b\nExamples:\n  magnet-kg train preview runs/quick 1 --model models/base\n"
    "  magnet-kg train preview runs/quick/export/preference.jsonl pair-single-00000 --model models/base --ids",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("row")
@click.option("--model", required=True, type=_FOLDER, help="Folder of the model; only its tokenizer is read.")
@click.option("--ids", is_flag=True, help="A line a token: place, id, text, whether trained.")
@click.option("--until-calls", is_flag=True, help="End a row of one turn after the assistant's first calls.")
@json_option
def preview(file: Path, row: str, model: Path, ids: bool, until_calls: bool, as_json: bool) -> None:
    """Show ROW (an id, or a number from 1) of FILE or of a run's folder as a trainer sees it.

    Green on dark is what the model is trained to write; the rest it only reads. Without colours, as in a file, trained
    text stands between ⟦ and ⟧.
    """
    shown = preview_row(file, row, model, ending=until_calls)
    if as_json:
        click.echo(orjson.dumps(_as_json(shown), option=orjson.OPT_INDENT_2))
        return
    console = Console(highlight=False, soft_wrap=True)
    ended = ", ends after the assistant's first calls" if shown.ended else ""
    console.print(f"[bold]{shown.row}[/bold]{ended}, chat template: {shown.template}")
    for side in shown.sides:
        console.print(f"\n[bold]{side.name}[/bold]" if side.name else "")
        if ids:
            _print_tokens(console, side)
        else:
            console.print(_coloured(side, plain=not console.is_terminal))
        console.print(f"[dim]{len(side.encoded):,} tokens, {side.encoded.trained:,} trained on[/dim]")


@train.command(
    short_help="The mean of several taught models.",
    epilog="\b\nExample:\n  magnet-kg train average models/round1 models/round2 --out models/mean",
)
@click.argument("models", nargs=-1, required=True, type=_FOLDER)
@click.option("--out", required=True, type=_FOLDER, help="Folder that becomes the mean.")
@json_option
def average(models: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Make a model whose weights are the means of those of MODELS, which were taught from one another or the same one.

    What they differ in by chance evens out, so that the mean may be better than each at what all of them were taught;
    what only one of them was taught gets weaker. A folder that is given twice weighs twice.
    """
    with StageBars(Console(stderr=True, highlight=False)) as bars:
        done = averaged(models, out, bars)
    if as_json:
        click.echo(orjson.dumps(done, option=orjson.OPT_INDENT_2))
        return
    click.echo(f"{out}  the mean of {len(models)} models")


def _train(method: Method, given: dict[str, Any]) -> None:
    data, model, out = given.pop("data"), given.pop("model"), given.pop("out")
    config, hold_out, as_json = given.pop("config"), given.pop("hold_out"), given.pop("as_json")
    flags = {key: value for key, value in given.items() if value is not None}
    if "lora" in flags:
        flags["lora"] = {"rank": flags["lora"], "alpha": 2 * flags["lora"]}
    settings = load_settings(method, config, flags)
    held = tuple(name.strip() for one in hold_out for name in one.split(",") if name.strip())
    errors = Console(stderr=True, highlight=False)
    with StageBars(errors) as bars:
        try:
            done = train_model(
                TrainTask(method, data, model, out, settings, held), bars, lambda text: errors.print(text, markup=False)
            )
        except Interrupted:
            raise KeyboardInterrupt from None
    if not is_first():
        return
    if as_json:
        click.echo(orjson.dumps(done, option=orjson.OPT_INDENT_2))
        return
    _print_done(done, out)


def _print_done(done: dict[str, Any], out: Path) -> None:
    rows, last = done["rows"], done.get("last") or {}
    parts = [f"{rows['trained']:,} of {rows['read']:,} rows", f"{done['tokens']['trained']:,} trained tokens"]
    parts += [f"{done['steps']:,} steps", f"{done['seconds']:,.0f} s"]
    if done["tokens_per_second"]:
        parts.append(f"{done['tokens_per_second']:,.0f} tokens of rows/s")
    parts += [f"{name.replace('_', ' ')} {last[name]:.3f}" for name in ("loss", "preference_accuracy") if name in last]
    click.echo(", ".join(parts))
    for name in (RECORD, CURVES, PICTURE):
        if (out / name).exists():
            click.echo(f"  {out / name}")
    click.echo(f"  {out}  the taught model")


def _coloured(side: Side, *, plain: bool) -> Text:
    text = Text()
    at = 0
    for start, end in [*side.encoded.runs, (len(side.encoded), len(side.encoded))]:
        text.append("".join(side.pieces[at:start]), style="dim")
        if end > start:
            said = "".join(side.pieces[start:end])
            text.append(f"⟦{said}⟧" if plain else said, style="bold green")
        at = end
    return text


def _print_tokens(console: Console, side: Side) -> None:
    for at, (piece, number, trained) in enumerate(zip(side.pieces, side.encoded.ids, side.encoded.mask, strict=True)):
        mark = "trained" if trained else ""
        console.print(Text(f"{at:>6} {int(number):>7} {piece!r:<24} {mark}", style="bold green" if trained else "dim"))


def _as_json(shown: Preview) -> dict[str, Any]:
    sides = [
        {
            "side": side.name or None,
            "tokens": len(side.encoded),
            "trained": side.encoded.trained,
            "ids": side.encoded.ids.tolist(),
            "mask": side.encoded.mask.astype(int).tolist(),
            "text": side.text,
        }
        for side in shown.sides
    ]
    return {"row": shown.row, "template": shown.template, "until_calls": shown.ended, "sides": sides}


if __name__ == "__main__":
    # What `accelerate launch --module magnet_kg.cli.train` runs.
    from magnet_kg.cli.main import main

    main(["train", *sys.argv[1:]])
