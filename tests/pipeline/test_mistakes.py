"""`magnet-kg mistakes` with students that go wrong in known ways, behind a real server, on rows of a real run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Done, invoked
from model_server.script import Question, Reply, ToolCall
from model_server.serving import serving
from run_fixture import FinishedRun
from students import Play, Rows, asks_again, never_calls, perfect, rubbish, student

from magnet_kg.domain.mistake import Mistake, SampledTrajectory

# Two of each kind of row, or more: what is sampled is spread over the whole run.
FEW = ("--rows", "12", "--samples", "2")
Sampled = Callable[[Play], tuple[Path, dict[str, Any]]]


@pytest.fixture
def run(finished_run: FinishedRun, tmp_path: Path) -> Path:
    return finished_run.copied(tmp_path / "quick")


@pytest.fixture
def sampled(run: Path) -> Sampled:
    """Sample a student; gives the run's folder and the report."""

    def of(play: Play) -> tuple[Path, dict[str, Any]]:
        with student(Rows(run), play) as server:
            return run, mistakes(run, server.openai)

    return of


def mistakes(run: Path, url: str, *more: str) -> dict[str, Any]:
    done = invoked("mistakes", run, "--student", url, *FEW, "--json", *more)
    assert done.code == 0, done.err
    report: dict[str, Any] = json.loads(done.out)
    assert report == json.loads((run / "mistakes_report.json").read_bytes())
    return report


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def holds(run: Path) -> Done:
    done = invoked("check", run)
    assert done.code == 0, done.out
    return done


# --- what each of them does wrong


def test_a_perfect_student_makes_no_mistake(sampled: Sampled) -> None:
    run, report = sampled(perfect)
    assert report["trajectories"] == 24
    assert (report["wrong"], report["turn_success"], report["by_kind"]) == (0, 1.0, {})
    assert report["without_a_mistake"] == 24
    assert report["calls"] > report["turns"] / 2
    assert (run / "mistakes.jsonl").read_bytes() == b""
    assert not (run / "export" / "preference_student.jsonl").exists()
    assert set(report["by_row_kind"]) == {"single", "parallel", "multiple", "multi_turn", "irrelevance"}


def test_a_student_that_never_calls_misses_every_call(sampled: Sampled) -> None:
    run, report = sampled(never_calls)
    assert report["calls"] == 0
    # "Nothing else is needed" says, to code, that something cannot be had; where a question is due, it is none.
    assert set(report["by_kind"]) <= {"missing_call", "wrong_summary"}
    needing = sum(some["turns"] for label, some in report["by_row_kind"].items() if label in ("single", "parallel"))
    missed = sum(report["by_row_kind"][label]["by_kind"]["missing_call"] for label in ("single", "parallel"))
    assert missed == needing
    assert report["pairs"]["written"] > 0
    for row in lines(run / "export" / "preference_student.jsonl"):
        wrong = {error["turn"] for error in row["errors"]}
        turns = json.loads(row["provenance"])["rejected"]["message_turns"][len(row["prompt"]) :]
        said = [m for m, turn in zip(row["rejected"], turns, strict=True) if turn in wrong]
        assert not any(message.get("tool_calls") for message in said)


def test_a_student_that_asks_again_is_told_from_one_that_calls_nothing(sampled: Sampled) -> None:
    _, report = sampled(asks_again)
    assert report["by_kind"]["history_value"] > 0
    assert report["by_error"]["long_dependency"] > 0
    assert report["by_row_kind"]["irrelevance"]["wrong"] == 0
    assert "history_value" not in report["by_row_kind"]["single"]["by_kind"]


def test_a_student_that_calls_the_first_tool_calls_where_nothing_can_be_called(run: Path) -> None:
    rows = Rows(run)

    def first(question: Question) -> Reply:
        _, spoken = rows.turn(question)
        return Reply("So.") if spoken else Reply("", (ToolCall(question.tools[0]["function"]["name"], {}),))

    with serving(first, models=("student",)) as server:
        report = mistakes(run, server.openai)
    empty = report["by_row_kind"]["irrelevance"]
    assert empty["by_kind"] == {"needless_call": empty["wrong"]}
    assert empty["wrong"] == empty["turns"] or "walk" in report["by_operation"]
    assert report["calls"] == report["turns"]
    assert report["by_error"]["miss_func_or_params"] >= empty["wrong"]


def test_rubbish_is_answered_counted_and_nothing_of_it_reaches_a_row(sampled: Sampled) -> None:
    run, report = sampled(rubbish)
    assert report["turn_success"] == 0
    assert report["malformed_calls"] == report["calls"] == 3 * report["turns"]
    assert set(report["by_kind"]) == {"malformed_call", "wrong_summary"}
    if (run / "export" / "preference_student.jsonl").exists():
        assert "no such function" not in (run / "export" / "preference_student.jsonl").read_text()


def test_a_student_that_comes_to_no_end_is_stopped(run: Path) -> None:
    def endless(question: Question) -> Reply:
        return Reply("", (ToolCall(question.tools[0]["function"]["name"], {}),))

    with serving(endless, models=("student",)) as server:
        report = mistakes(run, server.openai, "--kind", "single", "--samples", "1")
    assert report["by_kind"] == {"no_end": report["turns"]}
    assert report["pairs"] == {"written": 0, "by_error": {}, "rejected": {}}


def test_wrong_numbers_in_a_message_are_found_though_the_calls_are_right(sampled: Sampled) -> None:
    def boasts(turn: list[dict[str, Any]], spoken: int) -> Reply:
        reply = perfect(turn, spoken)
        return reply if reply.calls else Reply(f"{reply.text} That makes 918,273 in all.")

    _, report = sampled(boasts)
    assert report["by_kind"] == {"wrong_summary": report["turns"]}
    assert report["pairs"]["by_error"] == {"wrong_summary": report["pairs"]["written"]}


# --- every turn by itself


def test_after_a_wrong_turn_the_next_is_judged_as_if_nothing_had_happened(run: Path) -> None:
    """Only the first turn goes wrong, by calls that change the world: all that follow are right."""
    rows = Rows(run)

    def stumbles(question: Question) -> Reply:
        turn, spoken = rows.turn(question)
        users = sum(message["role"] == "user" for message in question.body["messages"])
        if users == 1:
            return never_calls(turn, spoken)
        return perfect(turn, spoken)

    with serving(stumbles, models=("student",)) as server:
        mistakes(run, server.openai, "--kind", "multi_turn")
    sampled = [SampledTrajectory.model_validate(one) for one in lines(run / "student_samples.jsonl")]
    assert sampled
    for one in sampled:
        assert [turn.fault for turn in one.turns[1:]] == [None] * (len(one.turns) - 1)


def test_the_student_is_shown_what_the_exported_row_shows(run: Path) -> None:
    seen: list[Question] = []
    rows = Rows(run)

    def watching(question: Question) -> Reply:
        seen.append(question)
        return perfect(*rows.turn(question))

    with serving(watching, models=("student",)) as server:
        mistakes(run, server.openai, "--samples", "1")
    exported = [*lines(run / "export" / "sft.jsonl"), *lines(run / "export" / "preference.jsonl")]
    shown = {(json.dumps((row.get("messages") or row["prompt"])[:2]), json.dumps(json.loads(row["tools"]))) for row in
             exported}  # fmt: skip
    assert len(seen) > 30
    for question in seen:
        assert (json.dumps(question.body["messages"][:2]), json.dumps(list(question.tools))) in shown


# --- what is kept


def test_pairs_from_mistakes_hold_and_say_that_nobody_injected_them(run: Path) -> None:
    rows = Rows(run)

    def careless(question: Question) -> Reply:
        """Leaves the last call of a turn out, and calls where nothing can be called."""
        turn, spoken = rows.turn(question)
        calling = [at for at, m in enumerate(m for m in turn if m["role"] == "assistant") if m.get("tool_calls")]
        if not calling:
            return Reply("That is done.") if spoken else Reply("", (_without_arguments(question),))
        return perfect(turn, spoken) if spoken < calling[-1] else Reply("That is done.")

    with serving(careless, models=("student",)) as server:
        report = mistakes(run, server.openai)
    assert report["pairs"]["written"] > 5
    pairs = lines(run / "export" / "preference_student.jsonl")
    assert len(pairs) == report["pairs"]["written"]
    assert not any(error["injected"] for pair in pairs for error in pair["errors"])
    assert max(Counter(pair["id"].rpartition("-")[0] for pair in pairs).values()) <= 2
    assert f"{len(pairs):,} more pairs" in (run / "export" / "README.md").read_text()
    before = len(lines(run / "export" / "sft.jsonl")) + len(lines(run / "export" / "preference.jsonl"))
    assert f"{before + len(pairs):,} of {before + len(pairs):,} rows hold" in holds(run).out
    shown = invoked("show", run, pairs[0]["id"])
    assert shown.code == 0
    assert "Rejected" in shown.out


def _without_arguments(question: Question) -> ToolCall:
    functions = [tool["function"] for tool in question.tools]
    free = [one["name"] for one in functions if not one["parameters"].get("required")]
    return ToolCall(free[0] if free else functions[0]["name"], {})


def test_mistakes_are_kept_once_in_the_order_of_rows_and_turns(sampled: Sampled) -> None:
    run, report = sampled(never_calls)
    kept = [Mistake.model_validate(one) for one in lines(run / "mistakes.jsonl")]
    assert report["mistakes"] == len(kept) == report["wrong"] / 2
    assert all(one.times == 2 and one.sample == 0 and one.model == "openai:student" and one.operations for one in kept)
    assert [one.row for one in kept] == sorted(one.row for one in kept)


def test_a_second_call_asks_nothing_and_more_samples_ask_for_those_alone(run: Path) -> None:
    made = ("student_samples.jsonl", "mistakes.jsonl", "student_preferences.jsonl", "mistakes_report.json")
    with student(Rows(run), never_calls) as server:
        first = mistakes(run, server.openai)
        asked, before = server.counts.calls, {name: (run / name).read_bytes() for name in made}
        assert mistakes(run, server.openai) == first
        assert server.counts.calls == asked
        assert {name: (run / name).read_bytes() for name in made} == before
        assert mistakes(run, server.openai, "--samples", "3")["trajectories"] == 36
        assert server.counts.calls == asked * 3 / 2


def test_what_was_cut_off_goes_on_to_the_same_files(run: Path, tmp_path: Path, finished_run: FinishedRun) -> None:
    whole = finished_run.copied(tmp_path / "whole")
    with student(Rows(run), asks_again) as server:
        mistakes(whole, server.openai)
        mistakes(run, server.openai, "--samples", "1", "--pairs-per-row", "1")
        samples = run / "student_samples.jsonl"
        kept = samples.read_bytes()
        samples.write_bytes(kept[: len(kept) // 2])  # As a kill leaves it: the last line is not whole.
        (run / "mistakes.jsonl").unlink()
        mistakes(run, server.openai)
    for name in ("mistakes.jsonl", "export/preference_student.jsonl"):
        assert (run / name).read_bytes() == (whole / name).read_bytes(), name
