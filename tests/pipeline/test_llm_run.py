"""Whole runs with a model for the teacher, against a real server: nothing lost, nothing doubled, nothing paid twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from commands import COMMAND, environment, magnet
from llm_run_fixture import ENVIRONMENT, KEY, ROWS, LlmRun
from model_server import Faults, ModelServer, serving

from magnet_kg.pipeline.plan import RowPlan, row_of
from magnet_kg.pipeline.recipe import Recipe

# An answer that left the server a moment before a kill may still have been on its way: that call was in flight.
_ON_ITS_WAY = 0.25
_FILES = ("paths", "dialogues", "trajectories", "preferences", "accepted", "rejected")


def rows_of(run: Path) -> dict[str, bytes]:
    return {name: (run / f"{name}.jsonl").read_bytes() for name in _FILES}


def report_of(run: Path) -> dict[str, Any]:
    report = json.loads((run / "report.json").read_text())
    assert isinstance(report, dict)
    return report


def accepted_in(run: Path) -> list[str]:
    return [json.loads(line)["row"] for line in (run / "accepted.jsonl").read_text().splitlines()]


def holds_no_key(folder: Path) -> bool:
    return not any(KEY.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("model", ["openai:small", "google:small"])
def test_a_run_gives_valid_rows_and_a_rerun_asks_nothing(model: str, llm_run: LlmRun, tmp_path: Path) -> None:
    with serving(llm_run.table.script(), key=KEY) as server:
        done = llm_run.made(tmp_path, server, model)
        assert done.code == 0, done.err
        run = tmp_path / "run"
        assert len(accepted_in(run)) == ROWS
        assert llm_run.table.unknown == []
        assert magnet("check", "run", cwd=tmp_path).code == 0
        assert server.counts.paid_again == 0
        told = {one["task"]: one["calls"] for one in report_of(run)["models"]["tasks"]}
        assert sum(told.values()) == server.counts.calls, "the report tells every call"

        before, calls = rows_of(run), server.counts.calls
        assert llm_run.made(tmp_path, server, model).code == 0
        assert llm_run.made(tmp_path, server, model, "--out", "again", "--cache", "run/calls").code == 0
        assert server.counts.calls == calls
        assert rows_of(run) == before
        assert rows_of(tmp_path / "again") == before
    assert holds_no_key(tmp_path)
    assert KEY not in done.out + done.err


def test_a_killed_run_pays_for_nothing_twice_and_gives_the_same_rows(llm_run: LlmRun, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    with serving(llm_run.table.script()) as server:
        assert llm_run.made(whole, server).code == 0
        needed = server.counts.calls
    chance = Random(11)
    with serving(llm_run.table.script(), latency=0.03) as server:
        kills = [
            _killed_after(server, round(needed * share), llm_run.command(killed, server), killed)
            for share in sorted(chance.random() for _ in range(3))
        ]
        assert llm_run.made(killed, server).code == 0
        assert rows_of(killed / "run") == rows_of(whole / "run")
        assert _lost(server, kills) == []


def test_faults_of_every_kind_lose_and_double_no_row(llm_run: LlmRun, tmp_path: Path) -> None:
    faults = Faults(share=0.2, seed=5, retry_after=0.1)
    with serving(llm_run.table.script(), faults=faults) as server:
        done = llm_run.made(tmp_path, server)
        assert done.code == 0, done.err
        assert set(server.counts.faults) == set(faults.kinds)
    assert_none_lost(tmp_path / "run", llm_run.recipe)
    assert magnet("check", "run", cwd=tmp_path).code == 0


def assert_none_lost(run: Path, recipe: Recipe) -> None:
    """Each row that was asked for is there once, or every attempt at it was rejected; no line is there twice."""
    for name in _FILES:
        lines = [json.loads(line)["row"] for line in (run / f"{name}.jsonl").read_text().splitlines()]
        assert len(lines) == len(set(lines)), name
    accepted = [row_of(one) for one in accepted_in(run)]
    assert len(accepted) == len(set(accepted))
    rejected = {json.loads(line)["row"].partition("@")[0] for line in (run / "rejected.jsonl").read_text().splitlines()}
    asked = {row_of(slot.row) for slot in RowPlan(recipe).open_slots(0, ())}
    given_up = {row for row in asked if all(f"{row}.{attempt}" in rejected for attempt in range(recipe.attempts))}
    assert asked == set(accepted) | given_up
    assert not set(accepted) & given_up


def _killed_after(server: ModelServer, calls: int, command: list[str], home: Path) -> float:
    """Start a command, kill it once the server has answered so many calls in all; gives when that was."""
    process = subprocess.Popen(
        [*COMMAND, *command], cwd=home, env=environment(**ENVIRONMENT), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while server.counts.answered.total() < calls and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.poll() is None, "it ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return time.time()


def _lost(server: ModelServer, kills: list[float]) -> list[str]:
    """Answers that had arrived before a kill, and were asked for again after it."""
    return [
        mark
        for mark, times in server.counts.finished.items()
        for first, second in pairwise(times)
        if any(first < kill - _ON_ITS_WAY and kill < second for kill in kills)
    ]
