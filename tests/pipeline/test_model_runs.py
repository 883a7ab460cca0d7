"""A run with a model as the teacher: the same rows whatever answers first, nothing paid twice, and a clean stop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from commands import Done, invoked, started
from model_runs import recorded
from model_server import Faults, ModelServer, Question, Reply, serving
from model_server.script import Script
from model_server.table import Table
from until import wait_until

from magnet_kg.pipeline.recipe import load_recipe

RECIPE = """
name: small
seed: 3
worlds: 4
toolkits: [contacts, conversions]
attempts: 3
paths: {no_tool: 0}
teacher: {kind: llm, model: "openai:good"}
sft: {single: 3, parallel: 1, multi_turn: 3, irrelevance: 2}
preference: {single: 1, multi_turn: 1}
"""
NOTES = re.compile(r"\n*An earlier attempt at this dialogue was rejected.*\Z", re.DOTALL)
FILES = ("paths", "dialogues", "trajectories", "preferences", "accepted", "rejected")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("models")
    (home / "small.yaml").write_text(RECIPE)
    return home


@pytest.fixture(scope="module")
def good(home: Path) -> Table:
    """What the rules would answer to every prompt of the run."""
    return recorded(load_recipe(str(home / "small.yaml")))


@pytest.fixture(scope="module")
def whole(home: Path, good: Table) -> Path:
    """The run, one call after the other; its graph is judged, for those that are not about judging."""
    with serving(good.script()) as server:
        done = run(home, "whole", server, "--concurrency", "1")
        assert done.code == 0, done.err
        assert server.counts.calls == len(good.answers), "something was asked that the rules were not asked"
    return home / "whole"


def run(home: Path, out: str, server: ModelServer, *more: str) -> Done:
    """In this process, which has the toolkits loaded; what must be a process of its own is started as one."""
    command = ("run", home / "small.yaml", "--out", home / out, "--graph", f"ladybug:{home / 'graph'}")
    return invoked(*command, "--base-url", server.openai, *more)


def contents(folder: Path) -> dict[str, bytes]:
    named = {name: folder / f"{name}.jsonl" for name in FILES}
    exported = {path.name: path for path in (folder / "export").glob("*.jsonl")}
    return {name: path.read_bytes() for name, path in (named | exported).items() if path.exists()}


def report(folder: Path) -> dict[str, object]:
    found: dict[str, object] = orjson.loads((folder / "report.json").read_bytes())
    return found


def test_many_calls_at_once_give_the_bytes_of_one_after_the_other(home: Path, good: Table, whole: Path) -> None:
    with serving(good.script(), latency=0.03) as server:
        done = run(home, "many", server, "--concurrency", "16")
        assert done.code == 0, done.err
        assert server.counts.most > 4
    assert contents(home / "many") == contents(whole)


def test_a_finished_run_asks_nothing(home: Path, good: Table, whole: Path) -> None:
    before, questions = contents(whole), report(whole)["models"]["questions"]  # type: ignore[index]
    assert questions
    with serving(good.script()) as server:
        assert run(home, "whole", server).code == 0
        assert server.counts.calls == 0
    assert contents(whole) == before
    assert report(whole)["models"]["questions"] == questions, "what a row took is lost"  # type: ignore[index]


def test_a_model_judge_is_told_of_what_the_rules_have_judged(
    home: Path, good: Table, whole: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever pays for a better judge must learn that this graph's dependencies stay the rules'."""
    (home / "rules.yaml").write_text(RECIPE.replace('kind: llm, model: "openai:good"', "kind: rules"))
    graph = ("--graph", f"ladybug:{home / 'by-rules'}")
    assert invoked("run", home / "rules.yaml", "--out", home / "rules", *graph).code == 0
    assert not [one for one in caplog.messages if "judged" in one]
    with serving(good.script()) as server:
        done = invoked("run", home / "small.yaml", "--out", home / "told", *graph, "--base-url", server.openai)
        assert done.code == 0, done.err
        (told,) = [one for one in caplog.messages if "judged" in one]
        caplog.clear()
        assert run(home, "whole", server).code == 0
    assert re.match(r"(\d+) of \1 dependencies in this graph were judged by rules@\S+ before", told)
    assert not [one for one in caplog.messages if "judged" in one]


def test_every_row_says_which_model_wrote_it(whole: Path) -> None:
    rows = [orjson.loads(line) for line in (whole / "export" / "sft.jsonl").read_bytes().splitlines()]
    assert rows
    for row in rows:
        writers = orjson.loads(row["provenance"])["writers"]
        assert {name.partition("@")[0] for name in writers.values()} == {"openai:good"}
    shown = invoked("show", whole, "1")
    assert "by openai:good@" in shown.out
    assert "openai:good" in (whole / "export" / "README.md").read_text()


def test_rows_are_checked_without_a_model(whole: Path) -> None:
    rows = (whole / "accepted.jsonl").read_bytes().splitlines()
    done = invoked("check", whole)
    assert done.code == 0, done.out
    assert f"{len(rows)} of {len(rows)} rows hold" in done.out


def test_a_run_goes_on_after_its_server_moved_and_fewer_calls_are_made_at_once(
    home: Path, good: Table, whole: Path
) -> None:
    with serving(good.script()) as server:
        assert run(home, "moved", server, "--concurrency", "4").code == 0
    (home / "moved" / "accepted.jsonl").unlink()
    with serving(good.script()) as server:
        done = run(home, "moved", server, "--concurrency", "2")
        assert done.code == 0, done.err
        assert server.counts.calls == 0
        other = run(home, "moved", server, "--teacher", "openai:other")
    assert contents(home / "moved") == contents(whole)
    assert other.code == 1
    assert "this folder holds another run" in other.complaint


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_goes_on_and_pays_for_nothing_twice(
    how: signal.Signals, home: Path, good: Table, whole: Path
) -> None:
    out = f"stopped-{how.name}"
    with serving(good.script(), latency=0.05) as server:
        for calls in (10, 30):
            process = started(
                "run", "small.yaml", "--out", out, "--graph", "ladybug:graph", "--base-url", server.openai,
                "--concurrency", "4", cwd=home,
            )  # fmt: skip
            wait_for(process, server, calls)
            os.killpg(process.pid, how)
            assert process.wait() in (130, -how, 0)
        done = run(home, out, server, "--concurrency", "4")
        assert done.code == 0, done.err
        assert server.counts.paid_again <= 2 * 4, "more was paid again than was in flight"
    assert contents(home / out) == contents(whole)
    assert report(home / out)["models"]["questions"] == report(whole)["models"]["questions"]  # type: ignore[index]


def test_a_budget_stops_the_run_and_a_larger_one_goes_on(home: Path, good: Table, whole: Path) -> None:
    (home / "prices.yaml").write_text("models: {'openai:good': {in: 10, out: 10}}")
    with serving(good.script()) as server:
        prices = ("--prices", str(home / "prices.yaml"))
        stopped = run(home, "budget", server, "--budget", "0.6usd", *prices, "--concurrency", "2")
        assert stopped.code == 1
        assert "the budget of 0.6 USD is spent" in stopped.complaint
        spent, paid = server.counts.calls, report_of_cache(home / "budget")
        assert 0 < paid <= 0.6
        assert 0 < spent < len(good.answers)
        partly = contents(home / "budget")
        done = run(home, "budget", server, "--budget", "$50", *prices)
        assert done.code == 0, done.err
        assert server.counts.paid_again == 0
    finished = contents(home / "budget")
    assert finished == contents(whole)
    assert all(finished[name].startswith(lines) for name, lines in partly.items())
    models = report(home / "budget")["models"]
    assert isinstance(models, dict)
    assert models["budget"] == 50
    assert models["usd"] > paid


def test_a_budget_too_small_for_a_row_is_told_before_anything_is_asked(home: Path, good: Table) -> None:
    (home / "prices.yaml").write_text("models: {'openai:good': {in: 10, out: 10}}")
    with serving(good.script()) as server:
        done = run(home, "poor", server, "--budget", "0.001", "--prices", str(home / "prices.yaml"))
        assert done.code == 1
        assert "too small for one row" in done.complaint
        assert server.counts.calls == 0


def test_a_dry_run_asks_nobody_writes_nothing_and_is_about_right(home: Path, good: Table, whole: Path) -> None:
    before = sorted(home.iterdir())
    with serving(good.script()) as server:
        done = run(home, "dry", server, "--dry-run", "--cache", str(home / "unused"))
        assert done.code == 0, done.err
        assert server.counts.calls == 0
    assert sorted(home.iterdir()) == before
    estimated = {cells[1]: int(cells[3].replace(",", "")) for cells in table_rows(done.out) if cells[1]}
    paid = {one["task"]: one["calls"] for one in report(whole)["models"]["spent"]}  # type: ignore[index]
    # The graph is judged by now.
    assert "judge" not in estimated
    for task in ("ask", "fill", "respond"):
        assert 0.6 * paid[task] <= estimated[task] <= 1.6 * paid[task], (task, estimated, paid)


def spoiled(good: Script, wrong: str) -> Script:
    """Good answers, but for final messages: they say what nothing supports, until the prompt tells what was wrong."""

    def script(question: Question) -> Reply:
        first = next(one.text for one in question.messages if one.role == "user")
        if NOTES.search(first):
            # No such prompt is in the table: the answer is that to the prompt of the first try.
            plain = tuple(replace(one, text=NOTES.sub("", one.text)) for one in question.messages)
            return good(replace(question, messages=plain))
        if question.task == "respond":
            return Reply.of({"message": f"All done, that comes to {wrong}."})
        return good(question)

    return script


def test_a_row_that_fails_is_tried_again_with_what_was_wrong(home: Path, good: Table) -> None:
    with serving(spoiled(good.script(), "98,765.43")) as server:
        done = run(home, "tries", server, "--attempts", "2", "--rows", "7", "--concurrency", "8")
        assert done.code == 0, done.err
    rejected = [orjson.loads(line) for line in (home / "tries" / "rejected.jsonl").read_bytes().splitlines()]
    assert "answer" in {one["reasons"][0]["check"] for one in rejected if "~" not in one["row"]}
    tried = {
        orjson.loads(line)["path"]["row"]: line
        for line in (home / "tries" / "dialogues.jsonl").read_bytes().splitlines()
    }
    again = [row for row in tried if "~2" in row]
    assert again
    for row in again:
        told = orjson.loads(tried[row])
        assert any("98,765.43" in note for note in told["path"]["notes"])
        # What was well said is not asked for, and paid for, again.
        assert told["turns"] == orjson.loads(tried[row.partition("~")[0]])["turns"]
    tries = report(home / "tries")["models"]["tries"]  # type: ignore[index]
    assert [one["try"] for one in tries] == [1, 2]


def test_bad_answers_reject_rows_and_lose_none(home: Path, good: Table, whole: Path) -> None:
    """Every third answer is spoiled in one way or another; what remains of it is counted, and the run ends."""
    with serving(good.script(), faults=Faults(share=0.3, kinds=("truncated", "refusal", "empty"))) as server:
        done = run(home, "faults", server, "--concurrency", "8")
        assert done.code == 0, done.err
    rejected = [orjson.loads(line) for line in (home / "faults" / "rejected.jsonl").read_bytes().splitlines()]
    assert any(one["reasons"][0]["check"] == "answer" for one in rejected)
    accepted = [orjson.loads(line)["row"] for line in (home / "faults" / "accepted.jsonl").read_bytes().splitlines()]
    rows = {one.partition(".")[0] for one in accepted}
    assert len(rows) == len(accepted)
    given_up = {one["id"] for one in rejected} - rows
    assert len(rows) + len(given_up) == 11


def wait_for(process: subprocess.Popen[bytes], server: ModelServer, calls: int) -> None:
    """Until the server has answered so many calls, or the command has ended."""
    wait_until(lambda: server.counts.calls >= calls or process.poll() is not None, "calls")


def report_of_cache(folder: Path) -> float:
    from magnet_kg.teacher.llm.cache import AnswerCache

    cache = AnswerCache(folder / "calls")
    try:
        return cache.usd
    finally:
        cache.close()


def table_rows(output: str) -> Iterator[list[str]]:
    for line in output.splitlines():
        if line.startswith("│"):
            yield [cell.strip() for cell in line.strip("│").split("│")]
