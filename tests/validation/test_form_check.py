"""form: a chat template raises on rows that are not well formed, in the middle of somebody's training."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dialogues import bench, check, good_row, with_message

from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import ChatMessage, Trajectory
from magnet_kg.validation.failure import Evidence, Failure


def found(row: Trajectory, evidence: Evidence | None = None) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row, evidence)}


def test_two_user_messages_in_a_row() -> None:
    row = good_row("single")
    twice = ChatMessage(role="user", content="Are you there?")
    assert found(row.model_copy(update={"messages": (*row.messages[:2], twice, *row.messages[2:])})) == {
        ("form", "roles out of order")
    }


def test_a_system_message_in_the_middle() -> None:
    row = good_row("single")
    late = ChatMessage(role="system", content="Be kind.")
    assert ("form", "roles out of order") in found(
        row.model_copy(update={"messages": (*row.messages[:2], late, *row.messages[2:])})
    )


def test_a_dialogue_that_ends_with_the_user() -> None:
    row = good_row("single")
    last = ChatMessage(role="user", content="Thanks!")
    assert found(row.model_copy(update={"messages": (*row.messages, last)})) == {
        ("form", "the dialogue does not end with the assistant")
    }


@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_an_assistant_who_says_nothing(nothing: str) -> None:
    row = good_row("irrelevance")
    assert found(with_message(row, len(row.messages) - 1, content=nothing)) == {("form", "an empty message")}


def test_a_call_of_a_function_that_is_not_offered() -> None:
    row = good_row("single")
    rest = tuple(one for one in row.tools if one != row.calls[0].function)
    failures = check(row.model_copy(update={"tools": rest}))
    assert [(f.check, f.reason, f.detail) for f in failures] == [
        ("form", "a call of a function that is not offered", row.calls[0].function.split("/")[1])
    ]


def test_a_call_before_its_function_is_offered() -> None:
    """In a split turn the function comes with the user's next message: no earlier message may call it."""
    row = good_row("multi_turn", lambda r: bool(r.tools_added))
    (turn,) = list(row.tools_added)[:1]
    last = row.messages[-1].turn or ""
    late = {last: row.tools_added[turn], **{k: v for k, v in row.tools_added.items() if k != turn}}
    assert last != turn
    assert ("form", "a call of a function that is not offered") in found(row.model_copy(update={"tools_added": late}))


def _renamed(row: Trajectory, name: str) -> Evidence:
    """The evidence in which a function that is offered, and never called, has another name."""
    called = {call.function for call in row.calls}
    spare: Function = bench().evidence.functions[next(one for one in row.tools if one not in called)]
    functions = {**bench().evidence.functions, spare.id: spare.model_copy(update={"name": name})}
    return replace(bench().evidence, functions=functions)


@pytest.mark.parametrize("name", ["get weather", "get.weather", "x" * 65, "wörter"])
def test_a_tool_name_that_providers_refuse(name: str) -> None:
    row = good_row("single")
    assert found(row, _renamed(row, name)) == {("form", "a tool name that providers refuse")}


def test_two_tools_with_one_name() -> None:
    row = good_row("single")
    taken = row.calls[0].function.split("/")[1]
    failures: list[Failure] = check(row, _renamed(row, taken))
    assert ("form", "two tools with one name") in {(f.check, f.reason) for f in failures}
