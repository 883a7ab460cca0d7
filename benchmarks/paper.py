"""Recipe `paper` on two cores: time, memory, means and rejections, each beside its bar.

    python benchmarks/paper.py [--rows N] [--workers 2] [--keep DIR]

Memory is sampled twice a second from /proc as the sum over the run's processes: RSS counts pages that they share once
for each, PSS splits them fairly.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARS = {"seconds": 600, "gigabytes": 2.0, "turns": (4.71, 0.4), "calls": (15.13, 2.0)}
EXPECTED = {
    "operations": ("merge", "insert short", "insert long", "insert backward", "split miss_func", "split miss_params"),
    "missing": ("miss_func resolved", "miss_func unresolved", "miss_params resolved", "miss_params unresolved"),
    "errors": ("wrong_summary", "miss_func_or_params", "short_dependency", "long_dependency", "nested_missing"),
}
SAMPLE_EVERY = 0.5


def descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def memory_of(process: int) -> tuple[int, int]:
    """(RSS, PSS) in kilobytes; zeros for a process that has left."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0, 0
    values = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:] if ":" in line}
    return values.get("Rss", 0), values.get("Pss", 0)


def watch(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Peak RSS and PSS of a process tree in gigabytes, until it ends."""
    rss_peak = pss_peak = 0
    while process.poll() is None:
        sampled = [memory_of(one) for one in descendants(process.pid)]
        rss_peak = max(rss_peak, sum(rss for rss, _ in sampled))
        pss_peak = max(pss_peak, sum(pss for _, pss in sampled))
        time.sleep(SAMPLE_EVERY)
    return rss_peak / 1e6, pss_peak / 1e6


def verdict(holds: bool) -> str:
    return "holds" if holds else "MISSED"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, help="fewer rows, in the same mix; the bar for time is scaled")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep the run here")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="magnet-kg-paper-"))
    out = arguments.keep or folder / "run"
    command = [sys.executable, "-m", "magnet_kg.cli.main", "run", "paper", "--out", str(out)]
    command += ["--workers", str(arguments.workers), "--graph", f"ladybug:{folder / 'graph.ladybug'}"]
    command += ["--rows", str(arguments.rows)] if arguments.rows else []
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        rss, pss = watch(process)
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.stderr.write((folder / "log").read_text(errors="replace")[-2000:])
        return process.returncode
    report = json.loads((out / "report.json").read_text())
    made = sum(report["rows"].values()) + sum(report["pairs"].values())
    multi = report["multi_turn"]
    limit = BARS["seconds"] * made / 38_556
    assert isinstance(limit, float)
    print(f"recipe paper, {made:,} of {report['wanted']:,} rows and pairs, {arguments.workers} workers\n")
    print("| figure | here | bar | |\n|---|---|---|---|")
    print(f"| wall time, s | {seconds:.0f} | ≤ {limit:.0f} | {verdict(seconds <= limit)} |")
    print(f"| processor time of all processes, s | {used.ru_utime + used.ru_stime:.0f} | | |")
    print(f"| rows/s | {made / seconds:.0f} | | |")
    print(f"| peak memory, GB, PSS of all processes | {pss:.2f} | ≤ 2.00 | {verdict(pss <= 2)} |")
    print(f"| the same, RSS | {rss:.2f} | ≤ 2.00 | {verdict(rss <= 2)} |")
    for key, (mean, margin) in (("turns", (4.71, 0.4)), ("calls", (15.13, 2.0))):
        holds = verdict(abs(multi[key] - mean) <= margin)
        print(f"| mean {key}, multi-turn | {multi[key]} | {mean} ± {margin} | {holds} |")
    print(f"| calls per turn | {multi['calls_per_turn']} | (paper 3.2) | |")
    for group in ("operations", "missing", "errors"):
        for key in (*EXPECTED[group], *(key for key in report[group] if key not in EXPECTED[group])):
            count = report[group].get(key, 0)
            print(f"| {key} | {count:,} | > 0 | {verdict(count > 0)} |")
    rejected = sum(report["rejected"].values())
    print(f"\nrejected and made anew: {rejected:,} ({rejected / (made + rejected):.1%} of all attempts)")
    for reason, count in list(report["rejected"].items())[:15]:
        print(f"  {count:>6,}  {reason}")
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
