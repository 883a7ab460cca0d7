"""The leaderboard's own checkers judge students whose worth is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from benchmark_students import answers, ask, knowing
from commands import Done, invoked
from left_out import needing
from model_server.script import Reply, ToolCall
from model_server.serving import serving

from magnet_kg.evaluation.bfcl.benchmark import ENVIRONMENT
from magnet_kg.evaluation.bridge import Bridge
from magnet_kg.pipeline.accepted import evenly

pytestmark = needing("BFCL", ENVIRONMENT)

SINGLE = ("simple_python", "multiple", "parallel", "parallel_multiple", "live_simple", "live_multiple",
          "live_parallel", "live_parallel_multiple", "irrelevance", "live_irrelevance", "live_relevance")  # fmt: skip
SEVERAL = ("multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context")


def evaluated(server: str, categories: Sequence[str], cache: Path, *options: str | Path) -> Done:
    chosen = [part for one in categories for part in ("--category", one)]
    return invoked("evaluate", "bfcl", "--model", server, *chosen, *options, env={"XDG_CACHE_HOME": str(cache)})


def shares(done: Done) -> dict[str, float]:
    assert done.code == 0, done.err
    return {one["category"]: one["share"] for one in json.loads(done.out)["scores"]}


@pytest.fixture(scope="module")
def known() -> Any:
    async def read(bridge: Bridge) -> Any:
        items = []
        for category in (*SINGLE, *SEVERAL):
            items += [(category, one) for one in evenly(await bridge.ask("ids", category=category), 3)]
        return await answers(bridge, items)

    return ask(ENVIRONMENT, read)


def test_right_answers_are_right_in_every_category(known: Any, tmp_path: Path) -> None:
    with serving(knowing(known), models=("student",)) as server:
        done = evaluated(server.openai, (*SINGLE, *SEVERAL), tmp_path, "--limit", "3", "--json", "--out", tmp_path)
        assert shares(done) == dict.fromkeys((*SINGLE, *SEVERAL, "mean"), 1.0)
        asked = server.counts.calls
        again = evaluated(server.openai, (*SINGLE, *SEVERAL), tmp_path, "--limit", "3", "--json")
        assert json.loads(again.out) == json.loads(done.out)
        assert server.counts.calls == asked, "what is known is not asked again"
    lines = [json.loads(line) for line in (tmp_path / "bfcl.model.jsonl").read_text().splitlines()]
    assert len(lines) == 3 * len((*SINGLE, *SEVERAL))
    assert all(one["messages"] for one in lines)


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        (Reply("I would rather not."), {"ast_decoder:decoder_failed"}),
        (Reply('<tool_call>{"name": "f", "arguments": {oops}</tool_call>'), {"ast_decoder:decoder_failed"}),
        (
            Reply('<tool_call>{"name": "ls", "arguments": null}</tool_call>'),
            {"ast_decoder:decoder_wrong_output_format"},
        ),
        (Reply("", (ToolCall("no_such_function", {}),)), {"simple_function_checker:wrong_func_name"}),
    ],
)
def test_what_is_wrong_has_the_checkers_name(answer: Reply, kinds: set[str], tmp_path: Path) -> None:
    with serving(lambda _: answer, models=("student",)) as server:
        categories = ("simple_python", "irrelevance", "multi_turn_base")
        done = evaluated(server.openai, categories, tmp_path, "--limit", "2", "--json")
    found = shares(done)
    assert found["simple_python"] == found["multi_turn_base"] == 0
    assert found["irrelevance"] == (0 if answer.calls else 1)
    assert set(json.loads(done.out)["students"]["openai:student"]["errors"]["simple_python"]) == kinds


def test_the_better_of_two_students_and_by_how_much(known: Any, tmp_path: Path) -> None:
    with serving(knowing(known)) as server, serving(lambda _: Reply("No.")) as other:
        against = ("--against", f"{other.openai}#base", "--limit", "3")
        done = evaluated(f"{server.openai}#tuned", ("multiple", "irrelevance"), tmp_path, *against)
    assert done.code == 0, done.err
    table = " ".join(done.out.split())
    assert "multiple │ 3 │ 0.0% │ 100.0% │ +100.0 │ +100.0 to +100.0" in table
    assert "irrelevance │ 3 │ 100.0% │ 100.0% │ +0.0" in table


def test_a_student_that_never_comes_to_an_end_is_stopped_where_the_leaderboard_stops_it(tmp_path: Path) -> None:
    with serving(lambda _: Reply("", (ToolCall("no_such_function", {}),)), models=("student",)) as server:
        done = evaluated(server.openai, ("multi_turn_base",), tmp_path, "--limit", "1", "--json", "--out", tmp_path)
        assert server.counts.calls == 21
    (one,) = map(json.loads, (tmp_path / "bfcl.model.jsonl").read_text().splitlines())
    assert shares(done)["multi_turn_base"] == 0
    assert one["error_type"] == "multi_turn:force_terminated"


def test_calls_reach_nothing_but_the_items_functions(tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt"
    calls = [
        {"open": json.dumps({"file": str(spoilt), "mode": "w"})},
        {f"open({str(spoilt)!r}, 'w').close": "{}"},
        {"ls": json.dumps({f"a=open({str(spoilt)!r}, 'w'), b": 1})},
        # Python reads these letters as plain ones.
        {"ｏｐｅｎ": json.dumps({"file": str(spoilt), "mode": "w"})},
    ]

    async def execute(bridge: Bridge) -> Any:
        (id,) = evenly(await bridge.ask("ids", category="multi_turn_base"), 1)
        return await bridge.ask("execute", category="multi_turn_base", id=id, answer=calls)

    outputs = ask(ENVIRONMENT, execute)["outputs"]
    assert len(outputs) == 4
    assert all("Error during execution" in one for one in outputs)
    assert not spoilt.exists()
