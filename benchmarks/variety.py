"""How various, how long, how complete 2,000 rows of recipe `paper` are: each figure beside its bar, for two seeds.

    python benchmarks/variety.py [--rows 2000] [--seeds 1 2] [--workers 2] [--keep DIR]

A row's user messages are counted without the definitions that are announced after them; of a pair, the chosen side.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from yardsticks import distinct, distinct_openings, quantiles, self_bleu, shuffled

from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.graph import open_graph
from magnet_kg.graph.verdicts import edges_from

MULTI_WORDS, SINGLE_WORDS = (14, 27, 51), (9, 14, 22)


@dataclass(frozen=True)
class Figure:
    """A measured value with its bar and whether it holds."""

    name: str
    value: str
    bar: str
    holds: bool


def rows_of(folder: Path) -> Iterator[dict[str, Any]]:
    accepted = {orjson.loads(line)["row"] for line in (folder / "accepted.jsonl").open("rb")}
    for line in (folder / "trajectories.jsonl").open("rb"):
        row = orjson.loads(line)
        if row["row"] in accepted:
            yield row
    for line in (folder / "preferences.jsonl").open("rb"):
        pair = orjson.loads(line)
        if pair["row"] in accepted:
            yield pair["chosen"]


def own_words(row: dict[str, Any], message: dict[str, Any]) -> str:
    text: str = message["content"]
    return text.rpartition("\n\n")[0] if message["turn"] in row.get("tools_added", {}) else text


def identifier(names: set[str]) -> re.Pattern[str]:
    strict = sorted(n for n in names if re.search(r"[_\d]", n) or re.search(r"[a-z][A-Z]", n))
    return re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, strict)) + r")(?!\w)")


def text_figures(label: str, messages: list[str], bars: dict[str, float], words: tuple[int, ...]) -> Iterator[Figure]:
    shuffled_words = shuffled(messages)
    for budget in (5000, 20000):
        bar = bars.get(f"distinct {budget}")
        if bar is not None:
            value = distinct(shuffled_words, 2, budget)
            yield Figure(f"distinct-2 at {budget:,} tokens, {label}", f"{value:.3f}", f"≥ {bar}", value >= bar)
    value = self_bleu(shuffled_words)
    yield Figure(f"self-BLEU-4, {label}", f"{value:.3f}", f"≤ {bars['bleu']}", value <= bars["bleu"])
    found = quantiles([len(m.split()) for m in messages], 0.1, 0.5, 0.9)
    near = all(abs(a - b) <= 0.35 * b for a, b in zip(found, words, strict=True))
    shown, bar_shown = (" / ".join(f"{v:.0f}" for v in vs) for vs in (found, words))
    yield Figure(f"words p10 / p50 / p90, {label}", shown, f"{bar_shown} ± 35 %", near)


def measure(folder: Path, graph: str) -> list[Figure]:
    rows = list(rows_of(folder))
    functions = ToolkitExecutor().functions
    multi = [row for row in rows if row["kind"] == "multi_turn"]
    said: dict[bool, list[str]] = {True: [], False: []}
    for row in rows:
        said[row["kind"] == "multi_turn"] += [own_words(row, m) for m in row["messages"] if m["role"] == "user"]
    everything = said[True] + said[False]
    figures = list(
        text_figures(
            "multi-turn", said[True], {"distinct 5000": 0.72, "distinct 20000": 0.55, "bleu": 0.30}, MULTI_WORDS
        )
    )
    figures += text_figures("single-turn", said[False], {"distinct 5000": 0.68, "bleu": 0.32}, SINGLE_WORDS)
    openings = distinct_openings(shuffled(everything))
    figures.append(Figure("distinct first three words", f"{openings:.3f}", "≥ 0.75", openings >= 0.75))
    names = {n for f in functions.values() for n in (f.name, *f.properties)}
    leaks = sum(bool(identifier(names).search(text)) for text in everything)
    figures.append(Figure("messages with an identifier", str(leaks), "0", leaks == 0))
    by_row = Counter(text for r in rows for text in {own_words(r, m) for m in r["messages"] if m["role"] == "user"})
    twice = sum(count for count in by_row.values() if count > 1) - sum(count > 1 for count in by_row.values())
    share = twice / by_row.total()
    figures.append(Figure("exact duplicates among rows", f"{share:.2%}", "< 0.5 %", share < 0.005))
    called = {call["function"] for row in rows for call in row.get("calls", ())}
    missed = sorted(functions.keys() - called)
    figures.append(Figure("functions called", f"{len(called)} of {len(functions)}", "100 %", not missed))
    with open_graph(graph) as store:
        edges = [edge for found in edges_from(store, sorted(functions)).values() for edge in found]
    nested = {(e.source, e.target) for e in edges if e.dependency.nested and e.target in functions}
    used = set()
    for row in rows:
        steps = {s["id"]: s["function"] for t in row["turns"] for s in (*t.get("steps", ()), *t.get("wanted", ()))}
        used |= {
            (steps[link["source"]], steps[link["target"]])
            for link in row.get("links", ())
            if {link["source"], link["target"]} <= steps.keys()
        }
    exercised = len(nested & used)
    figures.append(
        Figure(
            "nested edges exercised",
            f"{exercised} of {len(nested)} ({exercised / len(nested):.0%})",
            "≥ 80 %",
            exercised >= 0.8 * len(nested),
        )
    )
    turns, calls = (
        len([1 for r in multi for m in r["messages"] if m["role"] == "user"]),
        sum(len(r.get("calls", ())) for r in multi),
    )
    for name, value, bar, margin in (
        ("turns", turns / len(multi), 4.71, 0.25),
        ("calls", calls / len(multi), 15.13, 1.2),
        ("calls per turn", calls / turns, 3.2, 0.25),
    ):
        figures.append(Figure(name, f"{value:.2f}", f"{bar} ± {margin}", abs(value - bar) <= margin))
    offered = (
        quantiles([len(r.get("tools", ())) for r in multi], 0.5)[0],
        quantiles([len(r.get("tools", ())) for r in rows], 0.5)[0],
    )
    figures.append(
        Figure(
            "tools offered p50, multi-turn / all",
            f"{offered[0]:.0f} / {offered[1]:.0f}",
            "≥ 20 / ≥ 8",
            offered[0] >= 20 and offered[1] >= 8,
        )
    )
    report = json.loads((folder / "report.json").read_text())
    checks = ("schema", "grounded", "replay", "unleaked", "necessary", "summary", "form", "proof", "distinct", "wrong")
    refused = {k: n for k, n in report["rejected"].items() if k.split(":")[0] in checks}
    rate = sum(refused.values()) / (len(rows) + sum(refused.values()))
    figures.append(Figure("rows rejected by validation", f"{rate:.1%}", "< 5 %", rate < 0.05))
    for reason, count in refused.items():
        print(f"  rejected {count:>4}  {reason}")
    if missed:
        print("  never called:", ", ".join(missed))
    lacking = sorted(nested - used)
    if lacking:
        print(
            f"  nested edges without an insert: {len(lacking)}, such as",
            ", ".join(f"{a} → {b}" for a, b in lacking[:6]),
        )
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep the runs here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="magnet-kg-variety-") as scratch:
        measured = []
        for seed in arguments.seeds:
            folder = (arguments.keep or Path(scratch)) / f"seed-{seed}"
            graph = f"ladybug:{Path(scratch) / 'graph.ladybug'}"
            command = [sys.executable, "-m", "magnet_kg.cli.main", "run", "paper", "--rows", str(arguments.rows)]
            command += [
                "--seed",
                str(seed),
                "--out",
                str(folder),
                "--workers",
                str(arguments.workers),
                "--graph",
                graph,
            ]
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            if ended.returncode:
                sys.stderr.write(ended.stderr[-2000:])
                return ended.returncode
            print(f"seed {seed}")
            measured.append(measure(folder, graph))
    print(f"\nrecipe paper, {arguments.rows:,} rows and pairs\n")
    print("| figure | bar | " + " | ".join(f"seed {seed}" for seed in arguments.seeds) + " |")
    print("|---|---|" + "---|" * len(measured))
    for figures in zip(*measured, strict=True):
        cells = [f"{f.value} {'holds' if f.holds else 'MISSED'}" for f in figures]
        print(f"| {figures[0].name} | {figures[0].bar} | " + " | ".join(cells) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
