"""A small model from nothing to figures: rows, training, the leaderboard, unseen toolkits, mDPO, each beside its bar.

    python benchmarks/student.py --model MODEL [--out runs/student] [--limit 60] [--stage single|dialogues|mdpo]
        [--single 750] [--dialogues 240] [--pairs 60]

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


def taught(method: str, model: Path, out: Path, data: tuple[Path, ...], steps: int, *further: object) -> Path:
    """A model taught by a method; with 0 for steps, an epoch."""
    bound = ("--max-steps", steps) if steps else ()
    held = [flag for name in HELD_OUT for flag in ("--hold-out", name)]
    command("train", method, *data, "--model", model, "--out", out, *bound, *held, *further)
    return out


def evaluated(benchmark: str, model: Path, out: Path, *further: object) -> dict[str, Any]:
    """The report of an evaluation."""
    command("evaluate", benchmark, *further, "--model", model, "--out", out)
    report: dict[str, Any] = json.loads((out / f"{benchmark}.json").read_text())
    return report


def leaderboard(figures: Figures, model: Path, out: Path, limit: int) -> None:
    wanted = [flag for name in (*BARS, MULTI_TURN) for flag in ("--category", name)]
    report = evaluated("bfcl", model, out / "bfcl", *wanted, "--limit", limit)
    for score in report["scores"]:
        name, share, items = score["category"], score["share"], score["items"]
        told = f"{share:.1%} of {items}"
        if name in BARS:
            figures.row(name, told, f">= {BARS[name]:.0%}", share >= BARS[name])
        elif name == MULTI_TURN:
            figures.row(name, told, "> 0", share > 0)


def dialogue(figures: Figures, run: Path, model: Path, base: Path, out: Path) -> None:
    """Held-out dialogues: what the taught model does, and which errors mDPO makes rarer."""
    found = evaluated("heldout", model, out / "heldout", run, "--against", base)["figures"]
    calls, turns = found["call_accuracy"], found["turn_success"]
    figures.row("held-out calls", f"{calls['base']:.1%} of {calls['of']}", f">= {CALLS:.0%}", calls["base"] >= CALLS)
    figures.note("held-out turns", f"{turns['base']:.1%} of {turns['of']}, after mDPO {turns['share']:.1%}")
    figures.note("held-out calls after mDPO", f"{calls['share']:.1%}")
    for error in ERRORS:
        one = found[error]
        told = f"{one['base']:.1%} to {one['share']:.1%} [{one['gain_low']:+.1%}, {one['gain_high']:+.1%}]"
        figures.row(f"{error.replace('_', ' ')}, of {one['of']} turns", told, "lower", one["share"] < one["base"])


@click.command(help=__doc__)
@click.option("--model", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("runs/student"))
@click.option("--limit", type=int, default=60, show_default=True, help="Items of each category of the leaderboard.")
@click.option("--unseen", "measured", type=int, default=40, show_default=True, help="Held-out dialogues.")
@click.option("--single", type=int, default=750, show_default=True, help="Steps; 0 for an epoch.")
@click.option("--dialogues", type=int, default=240, show_default=True, help="Steps; 0 for an epoch.")
@click.option("--pairs", type=int, default=60, show_default=True, help="Steps; 0 for an epoch.")
@click.option("--stage", type=click.Choice(STAGES), default=STAGES[-1], show_default=True, help="The last one.")
def main(
    model: Path, out: Path, limit: int, measured: int, single: int, dialogues: int, pairs: int, stage: str
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    figures = Figures()
    general = made("general", out / "rows-general")
    once = taught(
        "sft", model, out / "single", (general,), single, "--until-calls", 1, "--max-tokens", 900,
        "--learning-rate", 4e-4, *BATCH,
    )  # fmt: skip
    if stage == "single":
        leaderboard(figures, once, out / "single-figures", limit)
        sys.exit(not figures.hold)
    rows = made("dialogues", out / "rows-dialogues")
    again = rehearsal(general / "sft.jsonl", 2, out / "rehearsal.jsonl")
    talking = taught(
        "sft", once, out / "dialogues", (rows, again), dialogues, "--until-calls", 0.5, "--max-tokens", 2500,
        "--learning-rate", 3e-4, *BATCH,
    )  # fmt: skip
    leaderboard(figures, talking, out / "figures", limit)
    if stage == "mdpo":
        preferring = taught("mdpo", talking, out / "mdpo", (rows,), pairs, "--max-tokens", 3000)
        dialogue(figures, unseen(out / "rows-unseen", measured), preferring, talking, out / "figures")
    sys.exit(not figures.hold)


if __name__ == "__main__":
    main()
