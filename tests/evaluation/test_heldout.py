"""`magnet-kg evaluate heldout` with students whose worth is known, behind a real server, on rows of a real run."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from commands import Done, invoked
from model_server.script import Question, Reply, ToolCall
from model_server.serving import serving
from run_fixture import FinishedRun
from students import Rows, never_calls, perfect, rubbish, student

from magnet_kg.domain.mistake import JudgedTurn, TurnFault
from magnet_kg.evaluation.heldout.dialogues import PlayedDialogue
from magnet_kg.evaluation.heldout.figures import figures, figures_by

ERRORS = {"nested_missing", "short_dependency", "long_dependency", "wrong_summary", "miss_func_or_params"}


@pytest.fixture
def rows(finished_run: FinishedRun) -> Rows:
    return Rows(finished_run.folder)


def evaluated(rows: Rows, cache: Path, *given: str | Path) -> Done:
    return invoked("evaluate", "heldout", rows.folder, *given, env={"XDG_CACHE_HOME": str(cache)})


def report(rows: Rows, cache: Path, server: str, *given: str | Path) -> dict[str, Any]:
    done = evaluated(rows, cache, "--model", server, "--json", *given)
    assert done.code == 0, done.err
    told: dict[str, Any] = json.loads(done.out)
    return told


def shares(told: dict[str, Any]) -> dict[str, float]:
    return {name: one["share"] for name, one in told["figures"].items()}


def test_a_perfect_student_has_everything_and_is_asked_once(rows: Rows, tmp_path: Path) -> None:
    with student(rows, perfect) as server:
        told = report(rows, tmp_path, server.openai, "--limit", "2", "--out", tmp_path / "out")
        found = shares(told)
        assert {name: found[name] for name in found if name not in {*ERRORS, "malformed_calls"}} == {
            "turn_success": 1.0, "dialogue_success": 1.0, "call_accuracy": 1.0,
            "led_turn_success": 1.0, "free_call_accuracy": 1.0, "turns_right": 1.0,
        }  # fmt: skip
        assert {found[name] for name in ERRORS} == {0.0}
        assert found["malformed_calls"] == 0.0
        assert set(told["by_kind"]) == {"single", "parallel", "multiple", "multi_turn", "irrelevance"}
        assert "call_accuracy" not in told["by_kind"]["irrelevance"], "no call can be made there"
        asked = server.counts.calls
        assert asked == _messages(rows, tmp_path / "out" / "heldout.model.jsonl")
        assert report(rows, tmp_path, server.openai, "--limit", "2") == told
        assert server.counts.calls == asked, "what is known is not asked again"
        report(rows, tmp_path, server.openai, "--limit", "3")
        assert server.counts.calls > asked


def _messages(rows: Rows, results: Path) -> int:
    """The assistant's messages in the rows of these results."""
    played = {json.loads(line)["id"].partition("@")[0] for line in results.read_text().splitlines()}
    told = {}
    for name in ("sft", "preference"):
        for line in (rows.folder / "export" / f"{name}.jsonl").read_text().splitlines():
            row = json.loads(line)
            told[row["id"]] = row.get("messages") or [*row["prompt"], *row["chosen"]]
    return sum(message["role"] == "assistant" for one in played for message in told[one])


def test_one_early_error_spoils_what_runs_free_and_nothing_that_is_led(rows: Rows, tmp_path: Path) -> None:
    """Only the first turn goes wrong, by calling nothing; all that follow are played as the row has them."""

    def stumbles(question: Question) -> Reply:
        turn, spoken = rows.turn(question)
        users = sum(message["role"] == "user" for message in question.body["messages"])
        return never_calls(turn, spoken) if users == 1 else perfect(turn, spoken)

    with serving(stumbles, models=("student",)) as server:
        told = report(rows, tmp_path, server.openai, "--out", tmp_path / "out", "--limit", "6")
    results = [json.loads(line) for line in (tmp_path / "out" / "heldout.model.jsonl").read_text().splitlines()]
    several = [one["answer"] for one in results if one["category"] == "multi_turn"]
    assert several
    for one in several:
        assert all("fault" not in turn for turn in one["led"][1:]), "each turn is judged by itself"
        assert one["led"][0].get("fault") == one["free"][0].get("fault")
    wanted = sum(turn.get("wanted", 0) for one in several for turn in one["led"])
    missed = sum(turn.get("wanted", 0) for one in several for turn in one["led"][:1] if "fault" in turn)
    led = told["by_kind"]["multi_turn"]["call_accuracy"]
    assert (led["of"], led["share"]) == (wanted, pytest.approx(1 - missed / wanted))
    # A world that lacks what the first turn should have changed does not become right by itself.
    kinds = [turn["fault"]["kind"] for one in several for turn in one["free"][1:] if "fault" in turn]
    assert "spoiled_world" in kinds
    assert told["figures"]["turn_success"]["share"] < told["figures"]["led_turn_success"]["share"]
    assert told["figures"]["dialogue_success"]["share"] < 0.5


def test_a_student_beside_another(rows: Rows, tmp_path: Path) -> None:
    with student(rows, perfect) as tuned, student(rows, never_calls) as base:
        told = report(rows, tmp_path, tuned.openai, "--against", base.openai, "--limit", "3")
        calls = told["figures"]["call_accuracy"]
        assert (calls["share"], calls["base"], calls["difference"]) == (1.0, 0.0, 1.0)
        assert (calls["gain_low"], calls["gain_high"]) == (1.0, 1.0)
        turns = told["figures"]["turn_success"]
        assert turns["gain_low"] <= turns["difference"] <= turns["gain_high"]
        back = report(rows, tmp_path, base.openai, "--against", tuned.openai, "--limit", "3")
        assert back["figures"]["turn_success"]["difference"] == -turns["difference"]
        assert back["figures"]["short_dependency"]["share"] > 0
        done = evaluated(rows, tmp_path, "--model", tuned.openai, "--against", base.openai, "--limit", "3")
    assert "call accuracy" in done.out
    assert "+100.0" in done.out


def test_rubbish_and_needless_calls_are_no_success(rows: Rows, tmp_path: Path) -> None:
    def eager(question: Question) -> Reply:
        """Calls the first function that is offered, whatever is asked."""
        _, spoken = rows.turn(question)
        return Reply("So.") if spoken else Reply("", (ToolCall(question.tools[0]["function"]["name"], {}),))

    with student(rows, rubbish) as server:
        found = shares(report(rows, tmp_path / "rubbish", server.openai, "--limit", "2"))
        assert (found["call_accuracy"], found["turns_right"], found["malformed_calls"]) == (0.0, 0.0, 1.0)
    with serving(eager, models=("student",)) as server:
        told = report(rows, tmp_path / "eager", server.openai, "--limit", "2")
    refusals = told["by_kind"]["irrelevance"]
    assert refusals["turn_success"]["share"] + refusals["miss_func_or_params"]["share"] == 1.0


def test_a_dialogue_that_gets_no_answer_has_made_no_call(rows: Rows, tmp_path: Path) -> None:
    with student(rows, lambda turn, spoken: Reply(refused=True)) as server:
        told = report(rows, tmp_path, server.openai, "--limit", "1")
    assert shares(told)["call_accuracy"] == 0.0
    assert told["figures"]["turn_success"]["of"] == told["turns"]


def test_only_dialogues_over_the_toolkits_that_are_held_out(rows: Rows, tmp_path: Path) -> None:
    lines = (rows.folder / "trajectories.jsonl").read_text().splitlines()
    by_row = {
        row["row"]: {step["function"].split("/")[0] for turn in row["turns"] for step in turn.get("steps", ())}
        for row in map(json.loads, lines)
    }
    name = next(iter(sorted(set.union(*(some for some in by_row.values() if len(some) == 1)))))
    with student(rows, perfect) as server:
        out = tmp_path / "out"
        report(rows, tmp_path, server.openai, "--hold-out", name, "--out", out)
        played = [json.loads(line)["id"] for line in (out / "heldout.model.jsonl").read_text().splitlines()]
        assert played
        assert all(by_row.get(one.partition("@")[0], {name}) in ({name}, set()) for one in played)
        done = evaluated(rows, tmp_path, "--model", server.openai, "--hold-out", "astrology")
    assert done.code == 1
    assert "no rows over astrology alone" in done.complaint


def test_what_cannot_work_is_said_before_anybody_is_asked(rows: Rows, tmp_path: Path) -> None:
    done = invoked("evaluate", "heldout", tmp_path, "--model", "models/none")
    assert "no run here" in done.complaint
    done = evaluated(rows, tmp_path, "--model", "models/none")
    assert "no such student" in done.complaint


def test_an_operation_that_one_dialogue_has_is_as_sure_as_the_draws_that_have_it() -> None:
    plain, rare = (
        PlayedDialogue(led=(turn,), free=(turn,))
        for turn in (JudgedTurn(turn="t", operations=(one,)) for one in ("merge", "insert"))
    )
    found = figures_by(lambda _, turn: turn.operations, ["multi_turn"] * 8, [*[plain] * 7, rare])
    assert (found["insert"]["turn_success"].low, found["insert"]["turn_success"].share) == (1.0, 1.0)


def test_intervals_are_of_whole_dialogues() -> None:
    """Ten turns of one dialogue that go the same way say no more than one of them."""
    right = JudgedTurn(turn="t", operations=())
    wrong = right.model_copy(update={"fault": TurnFault(kind="no_end", evidence="")})
    played = [PlayedDialogue(led=(turn,) * 10, free=(turn,) * 10) for turn in [right] * 20 + [wrong] * 20]
    figure = figures(played)["turn_success"]
    error = sqrt(0.5 * 0.5 / 40)
    assert figure.of == 400
    assert figure.low == pytest.approx(0.5 - 1.96 * error, abs=0.03)
    assert figure.high == pytest.approx(0.5 + 1.96 * error, abs=0.03)
