"""Recipe `broad` on two cores: time, functions, variety of requests, each beside its bar; and rows to be read.

    python benchmarks/broad.py [--rows 20000] [--seed 1] [--graph URI] [--keep DIR] [--read 100]

The graph holds the three catalogs already, or they are added first; that is not part of the run's time. `--read N`
prints N single-turn rows, drawn by the seed, for a person to judge: which of them could a person have written?
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson
from yardsticks import distinct, distinct_openings, self_bleu, shuffled

CATALOGS = ("aws", "google", "tooluniverse")
SERVER = "files=npx -y @modelcontextprotocol/server-filesystem {scratch}"


def command(*arguments: str, log: Path) -> float:
    """Run magnet-kg; the seconds that it took."""
    began = time.monotonic()
    with log.open("ab") as out:
        done = subprocess.run([sys.executable, "-m", "magnet_kg.cli.main", *arguments], stdout=out, stderr=out)
    if done.returncode:
        sys.exit(log.read_text(errors="replace")[-3000:])
    return time.monotonic() - began


def rows_of(run: Path) -> Iterator[dict[str, Any]]:
    with (run / "export" / "sft.jsonl").open("rb") as lines:
        yield from map(orjson.loads, lines)


def calls_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (call["function"]["name"], call["function"]["arguments"])
        for message in row["messages"]
        for call in message.get("tool_calls") or ()
    ]


def told(row: dict[str, Any]) -> str:
    lines = [f"## {row['id']}"]
    for message in row["messages"][1:]:
        if message["role"] == "user":
            lines.append(f"user       {message['content']}")
        elif message["role"] == "assistant" and message["content"]:
            lines.append(f"assistant  {message['content']}")
        lines += [
            f"call       {c['function']['name']} {c['function']['arguments']}" for c in message.get("tool_calls") or ()
        ]
    return "\n".join(lines)


def verdict(holds: bool) -> str:
    return "holds" if holds else "MISSED"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--graph", help="a graph; an embedded one is made by default")
    parser.add_argument("--keep", type=Path, help="keep the run here")
    parser.add_argument("--read", type=int, default=0, help="print so many single-turn rows")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="magnet-kg-broad-"))
    graph = arguments.graph or f"ladybug:{folder / 'graph.ladybug'}"
    log = folder / "log"
    added = sum(command("catalog", "add", name, "--skip-bad", "--graph", graph, log=log) for name in CATALOGS)
    run = arguments.keep or folder / "run"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = command(
        "run", "broad", "--out", str(run), "--rows", str(arguments.rows), "--seed", str(arguments.seed),
        "--workers", "2", "--server", SERVER, "--graph", graph, log=log,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report = json.loads((run / "report.json").read_text())
    rows = list(rows_of(run))
    over_catalogs = [row for row in rows if row["id"].startswith("catalogs-")]
    functions = {name for row in over_catalogs for name, _ in calls_of(row)}
    asked = shuffled([m["content"] for row in over_catalogs for m in row["messages"] if m["role"] == "user"])
    limit = 300 * len(rows) / 20_000
    variety = distinct(asked, 2, 5000)
    print(
        f"recipe broad, {len(rows):,} of {report['wanted']:,} rows, 2 workers (catalogs added before, {added:.0f} s)\n"
    )
    print("| figure | here | bar | |\n|---|---|---|---|")
    print(f"| wall time, s | {seconds:.0f} | ≤ {limit:.0f} | {verdict(seconds <= limit)} |")
    print(f"| processor time of all processes, s | {used:.0f} | | |")
    print(
        f"| different functions of catalogs called | {len(functions):,} | ≥ 5,000 | {verdict(len(functions) >= 5000)} |"
    )
    print(f"| distinct-2 at 5,000 tokens | {variety:.3f} | ≥ 0.65 | {verdict(variety >= 0.65)} |")
    print(f"| self-BLEU-4 | {self_bleu(asked):.3f} | | |")
    print(f"| distinct first three words | {distinct_openings(asked):.3f} | | |")
    pools: dict[str, int] = {}
    for row in rows:
        name = row["id"].rpartition("-")[0]
        pools[name] = pools.get(name, 0) + 1
    for name, count in sorted(pools.items()):
        print(f"| rows {name} | {count:,} | | |")
    rejected = sum(report["rejected"].values())
    print(f"\nrejected and made anew: {rejected:,} ({rejected / (len(rows) + rejected):.1%} of all attempts)")
    for reason, count in list(report["rejected"].items())[:15]:
        print(f"  {count:>6,}  {reason}")
    single = [row for row in over_catalogs if "-single-" in row["id"]]
    for row in Random(arguments.seed).sample(single, min(arguments.read, len(single))):
        print(f"\n{told(row)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
