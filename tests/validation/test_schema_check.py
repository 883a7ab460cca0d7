"""schema: a model that learns calls which validators refuse, or results that belong to other calls, learns errors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from dialogues import bench, check, good_row, with_call, with_message, with_output

from magnet_kg.domain.trajectory import ChatMessage, ToolCall, Trajectory


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def checks(row: Trajectory) -> set[str]:
    return {failure.check for failure in check(row)}


def calling(row: Trajectory) -> int:
    """The first message with calls."""
    return next(index for index, message in enumerate(row.messages) if message.calls)


def two_at_once() -> Trajectory:
    return good_row("parallel", lambda r: any(len(m.calls) > 1 for m in r.messages))


@pytest.mark.parametrize("extra", [{"colour": "red"}, {"page": 1}])
def test_an_argument_that_the_function_does_not_know(extra: dict[str, Any]) -> None:
    """Such an argument has no origin and replays as an error too, so that two more checks see it."""
    row = good_row("single", lambda r: bool(r.calls[0].arguments))
    call = row.calls[0]
    spoiled = with_call(row, call.model_copy(update={"arguments": {**call.arguments, **extra}}))
    assert checks(spoiled) == {"schema", "grounded", "replay"}


def test_a_required_argument_that_is_missing() -> None:
    """It replays as an error too."""
    row = good_row("single", lambda r: bool(bench().evidence.functions[r.calls[0].function].required))
    call = row.calls[0]
    needed = bench().evidence.functions[call.function].required[0]
    rest = {name: value for name, value in call.arguments.items() if name != needed}
    assert checks(with_call(row, call.model_copy(update={"arguments": rest}))) == {"schema", "replay"}


def test_a_function_whose_schema_has_become_stricter_than_the_call() -> None:
    row = good_row("single")
    function = bench().evidence.functions[row.calls[0].function]
    parameters = {**function.parameters, "required": [*function.required, "urgency"]}
    functions = {
        **bench().evidence.functions,
        function.id: function.model_copy(update={"parameters": parameters}),
    }
    failures = check(row, replace(bench().evidence, functions=functions))
    assert {(f.check, f.reason) for f in failures} == {("schema", "arguments do not fit the schema")}


def test_a_call_of_a_function_that_nobody_knows() -> None:
    """What nobody knows is not offered either."""
    row = good_row("single")
    index = calling(row)
    unknown = row.messages[index].calls[0].model_copy(update={"name": "do_magic"})
    spoiled = with_message(row, index, calls=(unknown,))
    assert checks(spoiled) == {"schema", "form"}
    assert ("schema", "call of an unknown function") in found(spoiled)


def test_a_tool_that_nobody_knows_is_a_reason_and_not_a_crash() -> None:
    row = good_row("single")
    assert found(row.model_copy(update={"tools": (*row.tools, "nowhere/nothing")})) == {
        ("schema", "call of an unknown function")
    }


def test_results_that_answer_each_other_s_calls() -> None:
    row = two_at_once()
    at = calling(row)
    first, second = row.messages[at + 1], row.messages[at + 2]
    swapped = (*row.messages[: at + 1], second, first, *row.messages[at + 3 :])
    assert found(row.model_copy(update={"messages": swapped})) == {("schema", "result without its call")}


def test_a_call_that_gets_no_result() -> None:
    row = two_at_once()
    at = calling(row)
    more = ToolCall(id="call_99", name=row.messages[at].calls[0].name, arguments=row.messages[at].calls[0].arguments)
    spoiled = with_message(row, at, calls=(*row.messages[at].calls, more))
    assert checks(spoiled) >= {"schema"}
    assert ("schema", "call without its result") in found(spoiled)


def test_two_calls_with_one_id() -> None:
    row = two_at_once()
    at = calling(row)
    calls = row.messages[at].calls
    twice = tuple(call.model_copy(update={"id": calls[0].id}) for call in calls)
    assert ("schema", "call id used twice") in found(with_message(row, at, calls=twice))


def test_a_message_that_shows_other_arguments_than_were_checked() -> None:
    """The messages are what is trained on: an origin that proves another value proves nothing."""

    def free_text(row: Trajectory) -> list[str]:
        schemas = bench().evidence.functions[row.calls[0].function].properties
        return [n for n, v in row.calls[0].arguments.items() if isinstance(v, str) and not schemas[n].get("enum")]

    row = good_row("single", lambda r: bool(free_text(r)))
    at = calling(row)
    told = row.messages[at].calls[0]
    name = free_text(row)[0]
    other = told.model_copy(update={"arguments": {**told.arguments, name: f"{told.arguments[name]} "}})
    assert found(with_message(row, at, calls=(other,))) == {
        ("schema", "the messages show other calls than were made"),
    }


def test_a_call_in_the_messages_that_nothing_proves() -> None:
    """Without this a call could be put into an exported row that no other check ever looks at."""
    row = good_row("single")
    at = calling(row)
    told, result = row.messages[at].calls[0], row.messages[at + 1]
    again = (
        ChatMessage(
            role="assistant", turn=told and row.messages[at].turn, calls=(told.model_copy(update={"id": "x"}),)
        ),
        result.model_copy(update={"call": "x"}),
    )
    spoiled = row.model_copy(update={"messages": (*row.messages[:at], *again, *row.messages[at:])})
    assert found(spoiled) == {("schema", "the messages show other calls than were made")}


@pytest.mark.parametrize("content", ['{"all":"well"}', "not JSON", ""])
def test_a_result_in_the_messages_that_the_call_never_gave(content: str) -> None:
    row = good_row("single")
    at = next(index for index, message in enumerate(row.messages) if message.role == "tool")
    assert found(with_message(row, at, content=content)) == {
        ("schema", "a message shows another result than the call gave")
    }


def test_a_result_under_another_function_s_name() -> None:
    row = good_row("single")
    at = next(index for index, message in enumerate(row.messages) if message.role == "tool")
    assert found(with_message(row, at, name="do_magic")) == {
        ("schema", "a message shows another result than the call gave")
    }


def test_a_result_written_with_other_spaces_is_the_same_result() -> None:
    """Whoever passes rows through another JSON library keeps good rows."""
    row = good_row("single")
    at = next(index for index, message in enumerate(row.messages) if message.role == "tool")
    spaced = orjson.dumps(orjson.loads(row.messages[at].content), option=orjson.OPT_INDENT_2).decode()
    assert not check(with_message(row, at, content=spaced))


def test_an_optional_argument_given_with_a_wrong_type() -> None:
    row = good_row("single", lambda r: bool(_optional(r)))
    call = row.calls[0]
    spoiled = call.model_copy(update={"arguments": {**call.arguments, _optional(row): {"not": "that"}}})
    assert "schema" in checks(with_call(row, spoiled))


def _optional(row: Trajectory) -> str:
    function = bench().evidence.functions[row.calls[0].function]
    names = [n for n in function.properties if n not in function.required and n not in row.calls[0].arguments]
    return names[0] if names else ""


def test_an_output_changed_in_both_places_is_left_to_the_replay() -> None:
    row = good_row("single", lambda r: isinstance(r.observations[0].output, dict))
    output = {**row.observations[0].output, "remark": "all is well"}
    assert checks(with_output(row, row.calls[0].id, output)) == {"replay"}
