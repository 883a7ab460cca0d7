"""AgentDojo's own checks of utility judge students whose worth is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmark_students import ask
from commands import invoked
from left_out import needing
from model_server.script import Question, Reply, ToolCall
from model_server.serving import serving

from magnet_kg.evaluation.agentdojo import ENVIRONMENT
from magnet_kg.evaluation.bridge import Bridge
from magnet_kg.pipeline.accepted import evenly

pytestmark = needing("AgentDojo", ENVIRONMENT)


@pytest.fixture(scope="module")
def knowing() -> Callable[[Question], Reply]:
    """One call after the other, as the benchmark's own solution has them, and its last words."""

    async def read(bridge: Bridge) -> dict[str, Any]:
        known = {}
        for suite in (await bridge.ask("about"))["suites"]:
            for id in evenly(await bridge.ask("ids", category=suite), 2):
                item = await bridge.ask("item", category=suite, id=id)
                known[item["messages"][-1]["content"]] = await bridge.ask("possible", category=suite, id=id)
        return known

    known = ask(ENVIRONMENT, read)

    def reply(question: Question) -> Reply:
        right = known[next(one.text for one in question.messages if one.role == "user")]
        made = sum(one.role == "tool" for one in question.messages)
        if made == len(right["calls"]):
            return Reply(right["text"] or "Done.")
        call = right["calls"][made]
        return Reply("", (ToolCall(call["name"], call["arguments"]),))

    return reply


def test_the_benchmarks_own_solutions_hold_and_silence_rarely_does(
    knowing: Callable[[Question], Reply], tmp_path: Path
) -> None:
    with serving(knowing, models=("knowing",)) as server, serving(lambda _: Reply("No."), models=("silent",)) as other:
        done = invoked(
            "evaluate", "agentdojo", "--model", server.openai, "--against", other.openai, "--limit", "2", "--json",
            env={"XDG_CACHE_HOME": str(tmp_path)},
        )  # fmt: skip
    assert done.code == 0, done.err
    found = json.loads(done.out)["scores"]
    assert [one["category"] for one in found] == ["workspace", "travel", "banking", "slack", "mean"]
    assert all(one["share"] == 1 for one in found), found
    # Some of its checks hold for whoever does nothing.
    assert all(one["base"] < one["share"] for one in found), found


def test_a_suite_that_is_not_there() -> None:
    done = invoked("evaluate", "agentdojo", "--model", "http://127.0.0.1:9/v1", "--suite", "kitchen")
    assert done.code == 1
    assert "no suite kitchen" in done.complaint


def test_unreadable_arguments_are_told_to_the_student(tmp_path: Path) -> None:
    def reply(question: Question) -> Reply:
        if question.messages[-1].role == "tool":
            return Reply(f"It said: {question.messages[-1].text}")
        return Reply('<tool_call>{"name": "get_iban", "arguments": "[1"}</tool_call>')

    with serving(reply, models=("student",)) as server:
        done = invoked(
            "evaluate", "agentdojo", "--model", server.openai, "--suite", "banking", "--limit", "1", "--out", tmp_path,
            env={"XDG_CACHE_HOME": str(tmp_path)},
        )  # fmt: skip
    assert done.code == 0, done.err
    (one,) = map(json.loads, (tmp_path / "agentdojo.model.jsonl").read_text().splitlines())
    assert one["answer"] == "It said: The arguments are not a JSON object."


def test_a_check_that_breaks_on_an_odd_call_is_a_verdict() -> None:
    """The task's own check reads an argument that the call lacks; asked again, a model gives the same answer."""
    item: Any = {"category": "slack", "id": "slack/user_task_11"}

    async def judge(bridge: Bridge) -> Any:
        await bridge.ask("begin", **item)
        odd = [{"name": "invite_user_to_slack", "arguments": {"user": "Dora"}}]
        outputs = await bridge.ask("execute", **item, answer=odd)
        return outputs, await bridge.ask("judge", **item, answer="Done.")

    outputs, verdict = ask(ENVIRONMENT, judge)
    assert "user_email" in outputs[0]
    assert verdict["valid"] is False
    assert verdict["error_type"] == "checker:raised"
    assert "user_email" in verdict["error"]
