"""Whole runs with a model for the teacher, against a real server: nothing lost, nothing doubled, nothing paid twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from random import Random

from commands import COMMAND, environment, magnet
from llm_run_fixture import CONCURRENCY, ENVIRONMENT, KEY, ROWS, FinishedLlmRun, LlmRun
from model_server import Faults, ModelServer, serving
from until import wait_until

from magnet_kg.pipeline.plan import RowPlan, row_of
from magnet_kg.pipeline.recipe import Recipe

_FILES = ("paths", "dialogues", "trajectories", "preferences", "accepted", "rejected")


def rows_of(run: Path) -> dict[str, bytes]:
    return {name: (run / f"{name}.jsonl").read_bytes() for name in _FILES}


def accepted_in(run: Path) -> list[str]:
    return [json.loads(line)["row"] for line in (run / "accepted.jsonl").read_text().splitlines()]


def test_a_run_gives_valid_rows_and_tells_what_it_asked(finished_llm_run: FinishedLlmRun) -> None:
    assert len(accepted_in(finished_llm_run.folder)) == ROWS
    assert magnet("check", "run", cwd=finished_llm_run.home).code == 0
    report = json.loads((finished_llm_run.folder / "report.json").read_text())
    assert sum(one["calls"] for one in report["models"]["tasks"]) == finished_llm_run.calls


def test_the_key_is_nowhere(finished_llm_run: FinishedLlmRun) -> None:
    files = [file for file in finished_llm_run.home.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if KEY.encode() in file.read_bytes()]


def test_a_rerun_asks_nothing(llm_run: LlmRun, finished_llm_run: FinishedLlmRun, tmp_path: Path) -> None:
    shutil.copytree(finished_llm_run.home, tmp_path, dirs_exist_ok=True)
    with serving(llm_run.table.script()) as server:
        assert llm_run.made(tmp_path, server).code == 0
        shutil.rmtree(tmp_path / "again", ignore_errors=True)
        command = [*llm_run.command(tmp_path, server), "--out", "again", "--cache", "run/calls"]
        assert magnet(*command, cwd=tmp_path, env=ENVIRONMENT).code == 0
        assert server.counts.calls == 0
    assert rows_of(tmp_path / "run") == rows_of(finished_llm_run.folder)
    assert rows_of(tmp_path / "again") == rows_of(finished_llm_run.folder), "all rows anew from the answers"


def test_gemini_gives_the_same_rows(llm_run: LlmRun, finished_llm_run: FinishedLlmRun, tmp_path: Path) -> None:
    with serving(llm_run.table.script(), key=KEY) as server:
        done = llm_run.made(tmp_path, server, "google:small")
    assert done.code == 0, done.err
    assert server.counts.calls == finished_llm_run.calls
    assert accepted_in(tmp_path / "run") == accepted_in(finished_llm_run.folder)


def test_a_killed_run_pays_for_nothing_twice_and_gives_the_same_rows(
    llm_run: LlmRun, finished_llm_run: FinishedLlmRun, tmp_path: Path
) -> None:
    chance = Random(11)
    again = 0
    with serving(llm_run.table.script(), latency=0.03) as server:
        for share in sorted(chance.random() for _ in range(3)):
            _kill_after(round(finished_llm_run.calls * share), server, llm_run.command(tmp_path, server), tmp_path)
            in_flight = server.counts.answered.total() - again - _stored(tmp_path / "run" / "calls")
            assert 0 <= in_flight <= CONCURRENCY
            again += in_flight
        assert llm_run.made(tmp_path, server).code == 0
        assert server.counts.answered.total() == finished_llm_run.calls + again, (
            "an answer that was there is paid again"
        )
    assert rows_of(tmp_path / "run") == rows_of(finished_llm_run.folder)


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
        lines = [json.loads(line) for line in (run / f"{name}.jsonl").read_text().splitlines()]
        rows = [one["row"] if "row" in one else one["path"]["row"] for one in lines]
        assert len(rows) == len(set(rows)), name
    accepted = [row_of(one) for one in accepted_in(run)]
    assert len(accepted) == len(set(accepted))
    rejected = {json.loads(line)["row"].partition("@")[0] for line in (run / "rejected.jsonl").read_text().splitlines()}
    asked = {row_of(slot.row) for slot in RowPlan(recipe).open_slots(0, ())}
    given_up = {row for row in asked if all(f"{row}.{attempt}" in rejected for attempt in range(recipe.attempts))}
    assert asked == set(accepted) | given_up
    assert not set(accepted) & given_up


def _kill_after(calls: int, server: ModelServer, command: list[str], home: Path) -> None:
    """Start a command, and kill it once the server has answered so many calls in all."""
    process = subprocess.Popen(
        [*COMMAND, *command], cwd=home, env=environment(**ENVIRONMENT), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_until(lambda: server.counts.answered.total() >= calls or process.poll() is not None, "answers", 120)
    assert process.poll() is None, "it ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not server.counts.in_flight, "the answers that were under way")


def _stored(cache: Path) -> int:
    """Answers on disk."""
    with closing(sqlite3.connect(cache / "answers.sqlite")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM answers").fetchone()
    return int(count)
