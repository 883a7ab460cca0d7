"""Rows in processes of their own: it must change no byte, count the same, and stop as cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import orjson
import pytest
from commands import magnet, started
from model_runs import recorded
from model_server import ServerProcess, ServerSettings, server_process
from model_server.table import Table
from until import wait_until

from magnet_kg.pipeline.recipe import load_recipe
from magnet_kg.pipeline.run import MANY_AT_ONCE

ROWS = MANY_AT_ONCE + 12
RECIPE = f"""
name: many
seed: 5
worlds: 3
toolkits: [contacts, conversions]
teacher: {{kind: llm, model: "openai:good", concurrency: {MANY_AT_ONCE}}}
sft: {{single: {ROWS - 6}, multi_turn: 6}}
"""
FILES = ("paths", "dialogues", "trajectories", "accepted", "rejected")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("workers")
    (home / "many.yaml").write_text(RECIPE)
    return home


@pytest.fixture(scope="module")
def good(home: Path) -> Path:
    """What the rules would answer to every prompt of the run."""
    table: Table = recorded(load_recipe(str(home / "many.yaml")))
    table.save(home / "answers.json")
    return home / "answers.json"


def command(out: str, server: ServerProcess, workers: int) -> list[str]:
    url = ("--base-url", server.openai, "--graph", "ladybug:graph")
    return ["run", "many.yaml", "--out", out, *url, "--workers", str(workers)]


def contents(folder: Path) -> dict[str, bytes]:
    paths = [*(folder / f"{name}.jsonl" for name in FILES), *(folder / "export").glob("*.jsonl")]
    return {path.name: path.read_bytes() for path in paths}


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Its worker processes, as soon as they have begun."""
    listed = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout
    named = {int(one): Path(f"/proc/{one}/cmdline") for one in listed.split()}
    return [one for one, path in named.items() if path.exists() and b"spawn_main" in path.read_bytes()]


def test_rows_made_in_two_processes_are_the_same_bytes_and_are_counted_alike(home: Path, good: Path) -> None:
    asked = {}
    for workers in (1, 2):
        with server_process(ServerSettings(latency=0.02), good) as server:
            done = magnet(*command(f"by-{workers}", server, workers), cwd=home)
            assert done.code == 0, done.err
            # The graph is judged once, by the first of both.
            answered = {task: count for task, count in server.counts()["answered"].items() if task != "judge"}
            report = orjson.loads((home / f"by-{workers}" / "report.json").read_bytes())
            asked[workers] = (answered, report["models"]["questions"])
    assert contents(home / "by-1") == contents(home / "by-2")
    assert asked[1] == asked[2]


def test_a_worker_that_is_killed_ends_the_run_in_one_line_and_it_goes_on(home: Path, good: Path) -> None:
    with server_process(ServerSettings(latency=0.3), good) as server:
        errors = home / "errors.txt"
        with errors.open("w") as stderr:
            process = started(*command("killed", server, 2), cwd=home, stderr=stderr)
            wait_until(lambda: process.poll() is not None or server.counts()["calls"] >= 20, "20 calls", 120)
            assert process.poll() is None, "the run ended before it could be hurt"
            victims = workers_of(process)
            assert len(victims) >= 2
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            assert process.wait(120) == 1
    assert "magnet-kg: a worker process was killed" in errors.read_text()
    assert "Traceback" not in errors.read_text()
    with server_process(ServerSettings(), good) as server:
        assert magnet(*command("killed", server, 2), cwd=home).code == 0
    assert contents(home / "killed") == contents(home / "by-1")


def test_a_budget_that_is_spent_stops_all_workers_and_a_larger_one_goes_on(home: Path, good: Path) -> None:
    (home / "prices.yaml").write_text("models: {openai:good: {in: 1000, out: 1000}}\n")
    with server_process(ServerSettings(), good) as server:
        bought = [*command("bought", server, 2), "--prices", "prices.yaml"]
        done = magnet(*bought, "--budget", "60usd", cwd=home)
        assert done.code == 1
        assert "the budget of 60 USD is spent" in done.complaint
        assert magnet(*bought, "--budget", "100000usd", cwd=home).code == 0
    assert contents(home / "bought") == contents(home / "by-1")
