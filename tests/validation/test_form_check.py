"""form: a chat template raises on rows that are not well formed, in the middle of somebody's training."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dialogues import bench, check, good_row, user_message, with_message

from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, PathTurn
from magnet_kg.domain.trajectory import ChatMessage, Trajectory
from magnet_kg.validation.failure import Evidence, Failure


def found(row: Trajectory, evidence: Evidence | None = None) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row, evidence)}


def test_two_user_messages_in_a_row() -> None:
    """The second belongs to no turn, whichever it names."""
    row = good_row("single")
    for turn in (None, row.turns[0].id, "t99"):
        twice = ChatMessage(role="user", content="Are you there?", turn=turn)
        spoiled = row.model_copy(update={"messages": (*row.messages[:2], twice, *row.messages[2:])})
        assert ("form", "roles out of order") in found(spoiled)


def test_words_of_a_user_that_belong_to_no_turn() -> None:
    """Other checks read messages by their turns: an identifier in such a message would not be seen."""
    row = good_row("multi_turn", lambda r: len(r.turns) > 2)
    index = max(i for i, m in enumerate(row.messages) if m.role == "user")
    assert ("form", "not one message of the user for each turn") in found(with_message(row, index, turn=None))


def test_an_answer_that_is_counted_to_another_turn() -> None:
    row = good_row("multi_turn", lambda r: len(r.turns) > 2)
    last = len(row.messages) - 1
    assert ("form", "a message outside of its turn") in found(with_message(row, last, turn=row.turns[0].id))


def test_a_turn_of_the_path_that_was_never_told() -> None:
    row = good_row("multi_turn", lambda r: len(r.turns) > 2)
    told = [m for m in row.messages if m.turn != row.turns[-1].id]
    assert ("form", "not one message of the user for each turn") in found(
        row.model_copy(update={"messages": tuple(told)})
    )


def test_a_system_message_in_the_middle() -> None:
    row = good_row("single")
    late = ChatMessage(role="system", content="Be kind.")
    assert ("form", "roles out of order") in found(
        row.model_copy(update={"messages": (*row.messages[:2], late, *row.messages[2:])})
    )


def test_a_dialogue_that_ends_with_the_user() -> None:
    row = good_row("single")
    last = ChatMessage(role="user", content="Thanks!", turn="t99")
    more = PathTurn(id="t99")
    spoiled = row.model_copy(update={"messages": (*row.messages, last), "turns": (*row.turns, more)})
    assert found(spoiled) == {("form", "the dialogue does not end with the assistant")}


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


def offered_later(row: Trajectory) -> bool:
    return any(turn != row.turns[-1].id for turn in row.tools_added)


def test_a_call_before_its_function_is_offered() -> None:
    """In a split turn the function comes with the user's next message: no earlier message may call it."""
    row = good_row("multi_turn", offered_later)
    turn = next(turn for turn in row.tools_added if turn != row.turns[-1].id)
    late = {k: v for k, v in row.tools_added.items() if k != turn} | {row.turns[-1].id: row.tools_added[turn]}
    assert ("form", "a call of a function that is not offered") in found(row.model_copy(update={"tools_added": late}))


def test_a_function_that_is_offered_without_being_announced() -> None:
    """The model reads of it in the chat, or not at all."""
    row = good_row("multi_turn", offered_later)
    turn = next(iter(row.tools_added))
    index = user_message(row, turn)
    own = row.messages[index].content.split("\n\n")[0]
    assert found(with_message(row, index, content=own)) == {("form", "a function is offered without a word")}


@pytest.mark.parametrize("kind", ["irrelevance", "multi_turn"])
def test_a_function_that_is_said_to_be_missing_and_is_offered(kind: Kind) -> None:
    """A model that is shown "I can't" beside the tool that can learns to refuse.

    Where the function was announced later, the announcement now counts as the user's words and leaks its names.
    """

    def lacks(row: Trajectory) -> bool:
        return any(t.missing is not None and t.missing.kind == "miss_func" for t in row.turns)

    row = good_row(kind, lacks)
    turn = next(t for t in row.turns if t.missing is not None and t.missing.kind == "miss_func")
    assert turn.missing is not None
    wanted = next(s.function for s in turn.wanted if s.id == turn.missing.step)
    added = {k: v for k, v in row.tools_added.items() if wanted not in v}
    offered = row.model_copy(update={"tools": (*row.tools, wanted), "tools_added": added})
    missing = ("form", "what is said to be missing is offered")
    assert found(offered) == {missing} if kind == "irrelevance" else missing in found(offered)


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
