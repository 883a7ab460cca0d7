"""A small model from nothing to figures: rows, training, the leaderboard, unseen toolkits, mDPO, each beside its bar.

    python benchmarks/student.py --model MODEL [--out runs/student] [--limit 60] [--stage single|dialogues|mdpo]
        [--single 750] [--dialogues 240] [--pairs 60]
    python benchmarks/student.py --taught MODEL [--preferring MODEL] [--out runs/student] [--limit 60]

Three models come of it, one from the other: `single` (recipe `general`, cut after the first calls), `dialogues` (recipe
`dialogues`, with half of `general` again, so that nothing is forgotten) and `mdpo` (the pairs of `dialogues`). The
figures are of `dialogues`, the errors of `mdpo` beside it. Hotels and banking are seen by none of them and are what the
dialogues for measuring are about. Numbers of steps are for two processor cores (some hours in all); on a GPU give 0 for
whole epochs. Every part goes on where it was interrupted; delete its folder to do it anew.

Needs `make bfcl`, and the catalogs of the recipe general (extra `catalogs`, ToolUniverse).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import yaml
from figures import Figures

from magnet_kg.evaluation.heldout.figures import ERRORS
from magnet_kg.pipeline.recipe import load_recipe

HELD_OUT = ("hotels", "banking")
BARS = {"simple_python": 0.60, "multiple": 0.50, "parallel": 0.30, "irrelevance": 0.75}
MULTI_TURN, CALLS = "multi_turn_base", 0.60
STAGES = ("single", "dialogues", "mdpo")
# So many requests in a row offer the same functions (`requests` of the recipe general).
TOGETHER = 6
# Trees of so many tokens are what two cores compute in ten seconds.
BATCH = ("--batch-tokens", "2048", "--batches-per-step", "1", "--save-steps", "50")


def command(*arguments: object) -> None:
    """Run magnet-kg, and end with it where it fails."""
    done = subprocess.run([sys.executable, "-m", "magnet_kg.cli.main", *map(str, arguments)], stdout=sys.stderr)
    if done.returncode:
        sys.exit(done.returncode)


def made(recipe: str | Path, out: Path) -> Path:
    """The rows of a recipe that share nothing with the leaderboard."""
    clean = out.with_name(f"{out.name}-clean")
    if not (clean / "decontamination.json").exists():
        command("run", recipe, "--out", out)
        command("decontaminate", out, "--benchmark", "bfcl", "--out", clean)
    return clean


def unseen(out: Path, dialogues: int) -> Path:
    """Dialogues over the toolkits that nothing is trained on."""
    whole = load_recipe("dialogues").model_dump(mode="json")
    recipe = out.with_suffix(".yaml")
    own = {"name": "unseen", "seed": 2, "toolkits": list(HELD_OUT), "sft": {"multi_turn": dialogues}, "preference": {}}
    recipe.write_text(yaml.safe_dump(whole | own, sort_keys=False))
    command("run", recipe, "--out", out)
    return out


def rehearsal(rows: Path, share: int, out: Path) -> Path:
    """One of so many rows of a file, in another; those that offer the same functions stay together, which is cheap."""
    with rows.open() as lines:
        out.write_text("".join(line for number, line in enumerate(lines) if number // TOGETHER % share == 0))
    return out


def trained(method: str, model: Path, out: Path, data: tuple[Path, ...], steps: int, *further: object) -> Path:
    """A model trained by a method; with 0 for steps, an epoch."""
    bound = ("--max-steps", steps) if steps else ()
    held = [flag for name in HELD_OUT for flag in ("--hold-out", name)]
    command("train", method, *data, "--model", model, "--out", out, *bound, *held, *further)
    return out


def sft(model: Path, out: Path, data: tuple[Path, ...], steps: int, *further: object) -> Path:
    return trained("sft", model, out, data, steps, *further, *BATCH)


def teach(model: Path, out: Path, steps: Mapping[str, int], stage: str) -> tuple[Path, Path | None]:
    """The model of the last stage that is supervised, and the one after mDPO where that is the last."""
    general = made("general", out / "rows-general")
    once = sft(
        model, out / "single", (general,), steps["single"], "--until-calls", 1, "--max-tokens", 900,
        "--learning-rate", 4e-4,
    )  # fmt: skip
    if stage == "single":
        return once, None
    rows = made("dialogues", out / "rows-dialogues")
    again = rehearsal(general / "sft.jsonl", 2, out / "rehearsal.jsonl")
    talking = sft(
        once, out / "dialogues", (rows, again), steps["dialogues"], "--until-calls", 0.5, "--max-tokens", 2500,
        "--text-weight", 0.1, "--learning-rate", 3e-4,
    )  # fmt: skip
    if stage == "dialogues":
        return talking, None
    return talking, trained("mdpo", talking, out / "mdpo", (rows,), steps["mdpo"], "--max-tokens", 3000)


def evaluated(benchmark: str, model: Path, out: Path, *further: object) -> dict[str, Any]:
    """The report of an evaluation."""
    command("evaluate", benchmark, *further, "--model", model, "--out", out)
    report: dict[str, Any] = json.loads((out / f"{benchmark}.json").read_text())
    return report


def scores(model: Path, out: Path, categories: Iterable[str], limit: int) -> dict[str, tuple[float, int]]:
    """What the leaderboard's checkers find right: category → (share, of so many items)."""
    wanted = [flag for one in categories for flag in ("--category", one)]
    found = evaluated("bfcl", model, out, *wanted, "--limit", limit)["scores"]
    return {score["category"]: (score["share"], score["items"]) for score in found}


def leaderboard(figures: Figures, model: Path, out: Path, limit: int, several: int) -> None:
    """Items of one turn beside their bars; those of several turns are many prompts each, so fewer of them."""
    found = scores(model, out / "bfcl", BARS, limit)
    for name, bar in BARS.items():
        share, items = found[name]
        figures.row(name, f"{share:.1%} of {items}", f">= {bar:.0%}", share >= bar)
    share, items = scores(model, out / "bfcl-multi-turn", [MULTI_TURN], several)[MULTI_TURN]
    figures.row(MULTI_TURN, f"{share:.1%} of {items}", "> 0", share > 0)


def dialogues_of(figures: Figures, run: Path, model: Path, preferring: Path | None, out: Path, limit: int) -> None:
    """Held-out dialogues: what the taught model does, and which errors mDPO makes rarer."""
    against = ("--against", model) if preferring else ()
    found = evaluated("heldout", preferring or model, out / "heldout", run, "--limit", limit, *against)["figures"]
    taught_has = "base" if preferring else "share"
    calls, turns = found["call_accuracy"], found["turn_success"]
    right = calls[taught_has]
    figures.row("held-out calls", f"{right:.1%} of {calls['of']}", f">= {CALLS:.0%}", right >= CALLS)
    figures.note("held-out turns", f"{turns[taught_has]:.1%} of {turns['of']}")
    if not preferring:
        return
    figures.note("held-out calls / turns after mDPO", f"{calls['share']:.1%} / {turns['share']:.1%}")
    for error in ERRORS:
        one = found[error]
        told = f"{one['base']:.1%} to {one['share']:.1%} [{one['gain_low']:+.1%}, {one['gain_high']:+.1%}]"
        figures.row(f"{error.replace('_', ' ')}, of {one['of']} turns", told, "lower", one["share"] < one["base"])


@click.command(help=__doc__)
@click.option("--model", type=click.Path(path_type=Path, exists=True, file_okay=False), help="The base model.")
@click.option("--taught", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Measure this one.")
@click.option(
    "--preferring", type=click.Path(path_type=Path, exists=True, file_okay=False), help="--taught after mDPO."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("runs/student"))
@click.option("--limit", type=int, default=60, show_default=True, help="Items of each category of one turn.")
@click.option("--several", type=int, default=10, show_default=True, help="Items of several turns.")
@click.option("--unseen", "measured", type=int, default=40, show_default=True, help="Held-out dialogues made.")
@click.option("--asked", type=int, default=40, show_default=True, help="Of these, so many are asked.")
@click.option("--single", type=int, default=750, show_default=True, help="Steps; 0 for an epoch.")
@click.option("--dialogues", type=int, default=240, show_default=True, help="Steps; 0 for an epoch.")
@click.option("--pairs", type=int, default=60, show_default=True, help="Steps; 0 for an epoch.")
@click.option("--stage", type=click.Choice(STAGES), default=STAGES[-1], show_default=True, help="The last one.")
def main(
    model: Path | None,
    taught: Path | None,
    preferring: Path | None,
    out: Path,
    limit: int,
    several: int,
    measured: int,
    asked: int,
    single: int,
    dialogues: int,
    pairs: int,
    stage: str,
) -> None:
    if (model is None) == (taught is None) or (preferring and not taught):
        raise click.UsageError("give --model to teach it, or --taught, with --preferring or without, to measure it")
    out.mkdir(parents=True, exist_ok=True)
    figures = Figures()
    if model is not None:
        taught, preferring = teach(model, out, {"single": single, "dialogues": dialogues, "mdpo": pairs}, stage)
    assert taught is not None
    leaderboard(figures, taught, out / "figures", limit, several)
    if stage != "single":
        dialogues_of(figures, unseen(out / "rows-unseen", measured), taught, preferring, out / "figures", asked)
    sys.exit(not figures.hold)


if __name__ == "__main__":
    main()
