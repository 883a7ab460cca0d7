"""What came of a ladder: `ladder.json` with everything, `ladder.md` with the table, `ladder.png` with the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.export.files import written_whole
from magnet_kg.ladder.making import Counted
from magnet_kg.ladder.rungs import Rung
from magnet_kg.ladder.task import LadderTask
from magnet_kg.ladder.worth import Standing

REPORT, TABLE, PICTURE = "ladder.json", "ladder.md", "ladder.png"
COLUMNS = ("rung", "share", "95 %", "by seed", "gain", "95 %", "")


def write_report(
    task: LadderTask,
    counted: Mapping[tuple[str, int], Counted],
    trained: Mapping[tuple[str, int], Mapping[str, Any]],
    figures: Mapping[str, Sequence[Standing]],
) -> dict[str, Any]:
    """Write the report, the table and the picture; gives the report."""
    report = {
        "recipe": task.recipe.name,
        "model": task.model.resolve().name,
        "seeds": list(task.seeds),
        "held_out": list(task.held_out),
        "decontaminated": list(task.decontaminated),
        "same_rows": same_rows(task, counted),
        "rungs": [_rung(rung, task, counted, trained) for rung in task.rungs],
        "figures": {name: [_told(one) for one in standings] for name, standings in figures.items()},
    }
    with written_whole(task.out / REPORT) as partial:
        partial.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
    with written_whole(task.out / TABLE) as partial:
        partial.write_text("\n".join(_markdown(report, figures)) + "\n", encoding="utf-8")
    draw_ladder(figures, task.out / PICTURE)
    return report


def same_rows(task: LadderTask, counted: Mapping[tuple[str, int], Counted]) -> list[str]:
    """The rungs that have the very rows of the one before, with every seed."""

    def digests(rung: Rung) -> list[str]:
        return [counted[rung.name, seed].digest for seed in task.seeds]

    return [now.name for before, now in pairwise(task.rungs) if digests(before) == digests(now)]


def cells(one: Standing) -> tuple[str, ...]:
    """A rung as a row of the table, with `COLUMNS`."""
    seeds = " / ".join(f"{share:.1%}" for share in one.seeds.values())
    found = (one.rung, f"{one.share:.1%}", f"{one.low:.1%} to {one.high:.1%}", seeds)
    if one.gain is None:
        return (*found, "", "", "")
    verdict = f"{one.gain.verdict}; seeds disagree" if one.gain.disagreeing else one.gain.verdict
    between = f"{100 * one.gain.low:+.1f} to {100 * one.gain.high:+.1f}"
    return (*found, f"{100 * one.gain.difference:+.1f}", between, verdict)


def title(name: str, standings: Sequence[Standing]) -> str:
    """What stands above a table."""
    return f"{name}, {standings[0].items:,} items"


def draw_ladder(figures: Mapping[str, Sequence[Standing]], picture: Path) -> None:
    """A PNG with a panel for each figure: the mean of each rung with its interval, and a dot for each seed."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2 * len(figures)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(figures), 1, squeeze=False)[:, 0]
    for panel, (name, standings) in zip(panels, figures.items(), strict=True):
        places = range(len(standings))
        shares = [100 * one.share for one in standings]
        below = [max(0.0, 100 * (one.share - one.low)) for one in standings]
        above = [max(0.0, 100 * (one.high - one.share)) for one in standings]
        panel.errorbar(places, shares, yerr=[below, above], marker="o", capsize=3, linewidth=1.2)
        for place, one in enumerate(standings):
            panel.scatter([place] * len(one.seeds), [100 * s for s in one.seeds.values()], s=12, color="grey", zorder=3)
        panel.set_xticks(list(places), [one.rung for one in standings])
        panel.set_ylabel("%", fontsize=8)
        panel.set_title(title(name, standings), fontsize=9)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
    with written_whole(picture) as partial:
        figure.savefig(partial, dpi=120, format="png")


def _rung(
    rung: Rung,
    task: LadderTask,
    counted: Mapping[tuple[str, int], Counted],
    trained: Mapping[tuple[str, int], Mapping[str, Any]],
) -> dict[str, Any]:
    seeds = {}
    for seed in task.seeds:
        rows, done = counted[rung.name, seed], trained[rung.name, seed]
        seeds[seed] = {
            "rows": rows.rows,
            "dropped": rows.dropped,
            "trained_rows": done["rows"]["trained"],
            "trained_tokens": done["tokens"]["trained"],
            "steps": done["steps"],
            "seconds": done["seconds"],
        }
    return {"name": rung.name, "about": rung.about, "method": rung.method, "seeds": seeds}


def _told(one: Standing) -> dict[str, Any]:
    told = one.model_dump(mode="json")
    if one.gain is not None:
        told["gain"] |= {"verdict": one.gain.verdict, "disagreeing": one.gain.disagreeing}
    return told


def _markdown(report: Mapping[str, Any], figures: Mapping[str, Sequence[Standing]]) -> Iterator[str]:
    seeds = ", ".join(map(str, report["seeds"]))
    yield f"# Ladder of the recipe {report['recipe']}"
    yield ""
    yield f"Model {report['model']}; seeds {seeds}. Shares are means over seeds, gains over the rung before; intervals"
    yield "hold 95 % of a paired bootstrap over items. A rung whose gain may as well be 0, or that gained with one"
    yield "seed and lost with another, is not shown to help."
    yield ""
    for told, key in (("Held out", "held_out"), ("Rows were kept away from", "decontaminated")):
        if report[key]:
            yield f"{told}: {', '.join(report[key])}."
    for name in report["same_rows"]:
        yield f"{name} has the very rows of the rung before it: the recipe's functions leave it nothing to do."
    yield ""
    yield from _rows(("rung", "what it adds", "rows", "trained tokens", "steps"))
    yield from (_line(_amounts(one)) for one in report["rungs"])
    for name, standings in figures.items():
        yield from ("", f"## {title(name, standings)}", "")
        yield from _rows(COLUMNS)
        yield from (_line(cells(one)) for one in standings)
        if len(standings[0].categories) > 1:
            yield ""
            yield from _rows(("category", *(one.rung for one in standings)))
            for category in standings[0].categories:
                yield _line((category, *(f"{one.categories[category]:.1%}" for one in standings)))


def _amounts(rung: Mapping[str, Any]) -> tuple[str, ...]:
    several = list(rung["seeds"].values())
    amounts = (" / ".join(f"{one[key]:,}" for one in several) for key in ("trained_rows", "trained_tokens", "steps"))
    return (rung["name"], rung["about"], *amounts)


def _rows(columns: Sequence[str]) -> Iterator[str]:
    yield _line(columns)
    yield _line(["---"] * len(columns))


def _line(texts: Sequence[str]) -> str:
    return f"| {' | '.join(texts)} |"
