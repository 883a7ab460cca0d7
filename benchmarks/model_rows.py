"""Whole runs with a model at a local server: how busy they keep it, and what is lost, doubled or paid twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from model_runs import recorded
from model_server import ServerProcess
from until import wait_until

from magnet_kg.pipeline.plan import RowPlan, row_of
from magnet_kg.pipeline.recipe import Recipe, parse_recipe

COMMAND = (sys.executable, "-m", "magnet_kg.cli.main")
RECIPE = """
name: benchmark
seed: 2
worlds: 100
attempts: 4
toolkits: [contacts, calendar, conversions, events, rides, tasks]
teacher: {{kind: llm, model: "openai:benchmark", base_url: "{url}", concurrency: {concurrency}, timeout: {timeout}}}
{judging}{mix}
"""


@dataclass(frozen=True)
class RecordedRun:
    """A run in a folder of its own, whose every prompt has an answer of the rules.

    Attributes:
        home: the folder.
        mix: the rows, as the recipe says it.
        concurrency: calls in flight at most.
        timeout: seconds for one call.
        by_model: whether the model judges, too; the rules do otherwise.
    """

    home: Path
    mix: str
    concurrency: int
    timeout: float = 60.0
    by_model: bool = True

    @property
    def answers(self) -> Path:
        """The table for the server."""
        return self.home / "answers.json"

    @property
    def cache(self) -> Path:
        """The answers that the run has kept."""
        return self.home / "run" / "calls" / "answers.sqlite"

    def recipe(self, url: str = "http://127.0.0.1:9/v1") -> Recipe:
        """What is asked for."""
        return parse_recipe(self.text(url), "benchmark")

    def text(self, url: str) -> str:
        """The recipe."""
        judging = "" if self.by_model else "teachers: {judge: {kind: rules}}\n"
        return RECIPE.format(url=url, concurrency=self.concurrency, timeout=self.timeout, judging=judging, mix=self.mix)

    def record(self) -> float:
        """Play it beforehand; gives the seconds."""
        began = time.monotonic()
        recorded(self.recipe()).save(self.answers)
        return time.monotonic() - began

    def start(self, server: ServerProcess, out: str = "run", *flags: str) -> subprocess.Popen[bytes]:
        """`magnet-kg run` as a process group of its own."""
        (self.home / "benchmark.yaml").write_text(self.text(server.openai))
        command = [*COMMAND, "run", "benchmark.yaml", "--out", out, "--graph", "ladybug:graph", *flags]
        return subprocess.Popen(command, cwd=self.home, start_new_session=True, stdout=subprocess.DEVNULL)

    def run(self, server: ServerProcess, out: str = "run", *flags: str) -> None:
        """The same, to its end."""
        code = self.start(server, out, *flags).wait()
        assert code == 0, f"the run ended with {code}"

    def lines(self, name: str) -> list[Any]:
        """The lines of a file of the run."""
        return [json.loads(line) for line in (self.home / "run" / f"{name}.jsonl").read_bytes().splitlines()]

    def questions(self) -> Mapping[str, Any]:
        """Questions for an accepted row, by its kind."""
        report = json.loads((self.home / "run" / "report.json").read_text())
        found = report["models"]["questions"]
        assert isinstance(found, dict)
        return found

    def unaccounted(self) -> tuple[int, int, int]:
        """Rows that were asked for and are neither accepted nor given up, those that are there twice, and accepted."""
        recipe = self.recipe()
        accepted = [row_of(one["row"]) for one in self.lines("accepted")]
        rejected = {one["row"].partition("@")[0] for one in self.lines("rejected")}
        asked = {row_of(slot.row) for slot in RowPlan(recipe).open_slots(0, ())}
        given_up = {row for row in asked if all(f"{row}.{number}" in rejected for number in range(recipe.attempts))}
        doubled = len(accepted) - len(set(accepted)) + len(set(accepted) & given_up)
        return len(asked - set(accepted) - given_up), doubled, len(accepted)


def lost_after_kills(run: RecordedRun, server: ServerProcess, needed: int, kills: int, seed: int) -> int:
    """Answers that were on disk when the run was killed, at random points, and were asked for again."""
    chance, in_flight = Random(seed), 0
    for share in sorted(chance.random() for _ in range(kills)):
        process = run.start(server)
        _wait_for(process, server, needed * share)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait_until(lambda: not server.counts()["in_flight"], "the answers that were under way")
        in_flight = _answered(server) - _stored(run.cache)
    run.run(server)
    return _answered(server) - _stored(run.cache) - in_flight


def _wait_for(process: subprocess.Popen[bytes], server: ServerProcess, answers: float) -> None:
    """Until the server has given so many answers, or the command has ended."""
    wait_until(lambda: _answered(server) >= answers or process.poll() is not None, "answers", 600)


def _answered(server: ServerProcess) -> int:
    return sum(server.counts()["answered"].values())


def _stored(cache: Path) -> int:
    if not cache.exists():
        return 0
    with closing(sqlite3.connect(cache)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM answers").fetchone()
    return int(count)
