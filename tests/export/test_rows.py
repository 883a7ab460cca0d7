"""What a trainer may rely on in every row."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from exported import Row, called, preference_rows, sft_rows
from run_fixture import FinishedRun

import magnet_kg
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.export.preference import preference_row
from magnet_kg.export.sft import sft_row
from magnet_kg.pipeline.recipe import load_recipe


@pytest.fixture(scope="module")
def dialogues(finished_run: FinishedRun) -> list[tuple[Row, list[Row]]]:
    """Every row with its messages, of pairs both sides."""
    found = [(row, row["messages"]) for row in sft_rows(finished_run)]
    for row in preference_rows(finished_run):
        found += [(row, [*row["prompt"], *row[side]]) for side in ("chosen", "rejected")]
    return found


def test_ids_are_unique(finished_run: FinishedRun) -> None:
    ids = [row["id"] for row in (*sft_rows(finished_run), *preference_rows(finished_run))]
    assert len(set(ids)) == len(ids) == 120


def test_there_are_as_many_of_each_kind_as_the_recipe_says(finished_run: FinishedRun) -> None:
    recipe = load_recipe("quick").scaled(120)
    assert Counter(row["kind"] for row in sft_rows(finished_run)) == recipe.sft.by_kind
    assert Counter(row["kind"] for row in preference_rows(finished_run)) == recipe.preference.by_kind


def test_a_kind_is_what_its_name_says(finished_run: FinishedRun) -> None:
    for row in sft_rows(finished_run):
        turns = sum(message["role"] == "user" for message in row["messages"])
        calls = len(called(row["messages"]))
        match row["kind"]:
            case "irrelevance":
                assert (turns, calls) == (1, 0)
            case "parallel" | "multiple":
                assert turns == 1
                assert calls >= 2
            case "single":
                assert turns == 1
                assert calls >= 1
            case "multi_turn":
                assert turns >= 3


def test_calls_and_results_are_in_the_openai_form(dialogues: list[tuple[Row, list[Row]]]) -> None:
    for _, messages in dialogues:
        open_calls: dict[str, str] = {}
        for message in messages:
            assert message.keys() <= {"role", "content", "tool_calls", "tool_call_id", "name"}
            assert isinstance(message["content"], str)
            for call in message.get("tool_calls") or ():
                assert call.keys() == {"id", "type", "function"}
                assert call["type"] == "function"
                assert isinstance(json.loads(call["function"]["arguments"]), dict)
                assert call["id"] not in open_calls
                open_calls[call["id"]] = call["function"]["name"]
            if message["role"] == "tool":
                assert open_calls[message["tool_call_id"]] == message["name"]
                json.loads(message["content"])
        answered = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
        assert sorted(answered) == sorted(open_calls)


def test_what_is_called_has_been_offered(finished_run: FinishedRun) -> None:
    rows = [(row, row["messages"]) for row in sft_rows(finished_run)]
    rows += [(row, [*row["prompt"], *row["chosen"]]) for row in preference_rows(finished_run)]
    for row, messages in rows:
        offered = {tool["function"]["name"]: 0 for tool in json.loads(row["tools"])}
        for index, tools in json.loads(row["tools_added"]).items():
            offered |= {tool["function"]["name"]: int(index) for tool in tools}
        for index, name in called(messages):
            assert offered[name] <= index


def test_an_announced_tool_stands_in_the_message_that_announces_it(finished_run: FinishedRun) -> None:
    announced = 0
    for row in sft_rows(finished_run):
        at_first = [tool["function"]["name"] for tool in json.loads(row["tools"])]
        for index, tools in json.loads(row["tools_added"]).items():
            message = row["messages"][int(index)]
            assert message["role"] == "user"
            for tool in tools:
                announced += 1
                assert tool["function"]["name"] not in at_first
                lines = [json.loads(line) for line in message["content"].splitlines() if line.startswith("{")]
                assert tool in lines
    assert announced


def test_distractors_are_offered_too(finished_run: FinishedRun) -> None:
    for row in sft_rows(finished_run):
        offered = {tool["function"]["name"] for tool in json.loads(row["tools"])}
        assert len(offered - {name for _, name in called(row["messages"])}) >= 2
        # In no order that gives the answer away.
    first = [json.loads(row["tools"])[0]["function"]["name"] for row in sft_rows(finished_run)]
    wanted = [{name for _, name in called(row["messages"])} for row in sft_rows(finished_run)]
    assert 0 < sum(name in names for name, names in zip(first, wanted, strict=True)) < len(first) * 0.8


def test_tools_are_schemas_as_providers_take_them(finished_run: FinishedRun) -> None:
    for row in (*sft_rows(finished_run), *preference_rows(finished_run)):
        for tool in json.loads(row["tools"]):
            assert tool.keys() == {"type", "function"}
            assert tool["function"].keys() == {"name", "description", "parameters"}
            assert tool["function"]["description"]
            assert tool["function"]["parameters"]["type"] == "object"


def test_the_sides_of_a_pair_part_where_the_error_is(finished_run: FinishedRun) -> None:
    for row in preference_rows(finished_run):
        assert row["prompt"][-1]["role"] == "user"
        assert sum(message["role"] == "user" for message in row["prompt"]) == 1
        assert row["chosen"] != row["rejected"]
        turns = [turn["id"] for turn in json.loads(row["provenance"])["chosen"]["turns"]]
        assert {error["turn"] for error in row["errors"]} <= set(turns)
        assert {error["error"] for error in row["errors"]} <= {
            "wrong_summary", "miss_func_or_params", "short_dependency", "long_dependency", "nested_missing",
        }  # fmt: skip


def test_every_argument_says_where_it_comes_from(finished_run: FinishedRun) -> None:
    for row in sft_rows(finished_run):
        made = {
            call["id"]: json.loads(call["function"]["arguments"])
            for message in row["messages"]
            for call in message.get("tool_calls") or ()
        }
        proven = {call["id"]: call for call in json.loads(row["provenance"]).get("calls", [])}
        assert proven.keys() == made.keys()
        for name, arguments in made.items():
            assert {origin["parameter"] for origin in proven[name].get("origins", [])} >= arguments.keys()


def test_a_row_gives_its_record_and_the_record_its_row(finished_run: FinishedRun) -> None:
    functions = ToolkitExecutor().functions
    rows = [*sft_rows(finished_run), *preference_rows(finished_run)]
    records = list(magnet_kg.rows(finished_run.folder))
    for row, record in zip(rows, records, strict=True):
        again = sft_row(record, functions) if isinstance(record, Trajectory) else preference_row(record, functions)
        assert again == row


def test_a_row_has_all_that_the_run_knew(finished_run: FinishedRun) -> None:
    """The export alone proves a row; the run's files add nothing."""
    known: dict[str, Trajectory | PreferencePair] = {}
    for line in (finished_run.folder / "trajectories.jsonl").read_bytes().splitlines():
        trajectory = Trajectory.model_validate_json(line)
        known[trajectory.row] = trajectory
    for line in (finished_run.folder / "preferences.jsonl").read_bytes().splitlines():
        pair = PreferencePair.model_validate_json(line)
        known[pair.row] = pair
    for record in magnet_kg.rows(finished_run.folder):
        assert record == known[record.row]
