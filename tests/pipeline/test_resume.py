"""A run that is killed costs its user nothing but the time: what comes out is what would have come out."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import Done, magnet, started
from run_fixture import RUN, FinishedRun
from until import wait_until

from magnet_kg.graph import open_graph
from magnet_kg.graph.provenance import list_runs, list_steps
from magnet_kg.graph.stats import graph_stats
from magnet_kg.pipeline.rows import RowFile

KILLS = 20
_DEADLINE = 120.0


@dataclass(frozen=True)
class KillPoint:
    """A place in a run: a file (of the run's folder, or of the graph beside it) that has grown to so many bytes."""

    file: str
    size: int = 0

    def reached(self, home: Path) -> bool:
        try:
            return os.stat(home / self.file).st_size >= self.size
        except FileNotFoundError:
            return False


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_killed_twenty_times_gives_the_bytes_of_one_that_was_not(
    workers: int, finished_run: FinishedRun, tmp_path: Path
) -> None:
    points = list(_kill_points(finished_run.folder))
    kills = 0
    while points := [point for point in points if not point.reached(tmp_path)]:
        # Every other time only the parent dies, as when memory runs out: its workers must not go on without it.
        kills += _killed_at(points, tmp_path, workers, whole_group=kills % 2 == 0)
        _holds_nothing_else(tmp_path / "quick", finished_run.folder)
    assert kills >= KILLS
    assert magnet(*RUN, "--workers", str(workers), cwd=tmp_path).code == 0
    assert _contents(tmp_path / "quick") == _contents(finished_run.folder)
    assert _graph(tmp_path) == _graph(finished_run.home)


def test_one_worker_gives_the_bytes_of_two(finished_run: FinishedRun, tmp_path: Path) -> None:
    assert magnet(*RUN, "--workers", "1", cwd=tmp_path).code == 0
    assert _contents(tmp_path / "quick") == _contents(finished_run.folder)


def test_a_finished_run_is_left_as_it_is(finished_run: FinishedRun, tmp_path: Path) -> None:
    run = finished_run.copied(tmp_path / "quick")
    finished_run.copied_graph(tmp_path / "graph")
    written = {file: file.stat().st_mtime_ns for file in run.glob("*.jsonl")}
    assert magnet(*RUN, cwd=tmp_path).code == 0
    assert _contents(run) == _contents(finished_run.folder)
    assert {file: file.stat().st_mtime_ns for file in written} == written


def test_ctrl_c_leaves_a_run_that_goes_on(finished_run: FinishedRun, tmp_path: Path) -> None:
    with (tmp_path / "errors").open("w+") as errors:
        process = started(*RUN, "--workers", "2", cwd=tmp_path, stderr=errors)
        wait_until(
            lambda: KillPoint("quick/dialogues.jsonl", 1).reached(tmp_path) or process.poll() is not None,
            "rows",
            _DEADLINE,
        )
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() == 130
        wait_until(lambda: not list(_group(process.pid)), "its processes end", _DEADLINE)
        errors.seek(0)
        said = errors.read()
    assert said.splitlines()[-1].startswith("magnet-kg: interrupted; the same command goes on")
    assert "Traceback" not in said
    assert "Warning" not in said
    _holds_nothing_else(tmp_path / "quick", finished_run.folder)
    assert magnet(*RUN, "--workers", "1", cwd=tmp_path).code == 0
    assert _contents(tmp_path / "quick") == _contents(finished_run.folder)


def test_a_worker_that_runs_out_of_memory_is_told(finished_run: FinishedRun, tmp_path: Path) -> None:
    with (tmp_path / "errors").open("w+") as errors:
        process = started(*RUN, "--workers", "2", cwd=tmp_path, stderr=errors)
        wait_until(
            lambda: KillPoint("quick/dialogues.jsonl", 1).reached(tmp_path) or process.poll() is not None,
            "rows",
            _DEADLINE,
        )
        # What the kernel does to the largest process; the last one of the group may be a helper that nobody misses.
        os.kill(max(set(_group(process.pid)) - {process.pid}, key=_resident), signal.SIGKILL)
        assert process.wait() == 1
        errors.seek(0)
        said = Done(1, "", errors.read()).complaint
    assert "a worker process was killed" in said
    assert "--workers" in said
    wait_until(lambda: not list(_group(process.pid)), "its processes end", _DEADLINE)
    _holds_nothing_else(tmp_path / "quick", finished_run.folder)


@pytest.mark.parametrize("cut", [1, 17, 400])
def test_a_line_that_was_cut_off_is_made_again(cut: int, finished_run: FinishedRun, tmp_path: Path) -> None:
    """What a power failure leaves: a part of the last line."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes((finished_run.folder / "trajectories.jsonl").read_bytes())
    with RowFile(path) as whole:
        ids = list(whole)
        last = dict(whole.read(ids[-1:]))
    os.truncate(path, path.stat().st_size - cut)
    with RowFile(path) as rows:
        assert list(rows) == ids[:-1]
        rows.append(ids[-1], last[ids[-1]])
    assert path.read_bytes() == (finished_run.folder / "trajectories.jsonl").read_bytes()


def _kill_points(finished: Path) -> Iterator[KillPoint]:
    """From the first byte of the graph to the last of the provenance.

    There are more than are needed: a run on a busy machine gets past some of them before they are seen.
    """
    yield KillPoint("graph")
    yield KillPoint("graph.wal", 1000)
    yield KillPoint("graph.wal", 50_000)
    yield KillPoint("graph.wal.checkpoint", 50_000)
    yield KillPoint("quick/recipe.yaml")
    for name, parts in (("paths", 4), ("dialogues", 6), ("trajectories", 5), ("accepted", 4)):
        size = (finished / f"{name}.jsonl").stat().st_size
        for part in range(parts):
            yield KillPoint(f"quick/{name}.jsonl", 1 + size * part // parts)
        if name == "trajectories":
            yield KillPoint("quick/preferences.jsonl", 1)
    yield KillPoint("quick/export/.sft.jsonl.partial")
    yield KillPoint("quick/export/sft.jsonl")
    yield KillPoint("quick/export/preference.jsonl")
    yield KillPoint("quick/report.json")


def _killed_at(points: Sequence[KillPoint], home: Path, workers: int, whole_group: bool) -> bool:
    """Run until the first of the points is reached and kill; says whether the run was still going."""
    process = started(*RUN, "--workers", str(workers), cwd=home)
    wait_until(lambda: any(point.reached(home) for point in points) or process.poll() is not None, "rows", _DEADLINE)
    with suppress(ProcessLookupError):  # it may have ended since
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    killed = process.wait() == -signal.SIGKILL
    wait_until(lambda: not list(_group(process.pid)), "its processes end", _DEADLINE)
    return killed


def _holds_nothing_else(run: Path, finished: Path) -> None:
    """What a killed run leaves is the beginning of what it would have made: nothing is out of order, nothing twice."""
    for path in run.glob("*.jsonl"):
        made, _, _ = path.read_bytes().rpartition(b"\n")
        assert (finished / path.name).read_bytes().startswith(made), path.name
    for path in (run / "export").glob("[!.]*"):
        assert path.read_bytes() == (finished / "export" / path.name).read_bytes(), path.name


def _contents(run: Path) -> dict[str, bytes]:
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def _graph(home: Path) -> tuple[object, ...]:
    with open_graph(f"ladybug:{home / 'graph'}", read_only=True) as store:
        rows = [path.partition(b'"row":"')[2].partition(b'"')[0].decode() for path in _lines(home, "accepted")]
        return graph_stats(store), list_runs(store), [list_steps(store, "quick", row) for row in rows]


def _lines(home: Path, name: str) -> Sequence[bytes]:
    return (home / "quick" / f"{name}.jsonl").read_bytes().splitlines()


def _resident(process: int) -> int:
    """The pages of a process that are in memory; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except FileNotFoundError:
        return 0


def _group(leader: int) -> Iterator[int]:
    """The processes of a group that still run."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    for pid, group, state in (line.split() for line in listed.splitlines()):
        if int(group) == leader and not state.startswith("Z"):
            yield int(pid)
