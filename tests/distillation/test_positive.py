"""Positive distillation: the chat that a model is trained on, played once more in a fresh world."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from dialogues import KINDS, Made, answer, bench, make, user_message

from magnet_kg.distillation.stage import announcement, system_message

MANY = 40


def made() -> Iterator[Made]:
    return (one for kind in KINDS for number in range(MANY) if (one := make(kind, number)) is not None)


def test_the_trajectory_makes_the_dialogue_s_calls_and_gets_its_outputs() -> None:
    for one in made():
        calls = [call for turn in one.dialogue.turns for call in turn.calls]
        assert list(one.row.calls) == calls
        assert list(one.row.observations) == [o for turn in one.dialogue.turns for o in turn.observations]
        assert one.row.state == one.dialogue.state


def test_the_first_message_states_the_context_and_nothing_else_does() -> None:
    for one in made():
        first, *rest = one.row.messages
        assert first.role == "system"
        assert first.content == system_message(one.row.context)
        assert one.row.context.user_name in first.content
        assert one.row.context.currency in first.content
        assert one.row.context.time_zone in first.content
        assert all(message.role != "system" for message in rest)


def test_each_turn_goes_from_the_user_over_calls_to_an_answer() -> None:
    for one in made():
        for turn in one.row.turns:
            own = [m for m in one.row.messages if m.turn == turn.id]
            assert own[0].role == "user"
            assert own[-1].role == "assistant"
            assert own[-1].content
            assert all(m.calls or m.role == "tool" for m in own[1:-1])
            assert sum(m.role == "user" for m in own) == 1


def test_calls_that_need_nothing_of_one_another_are_made_at_once() -> None:
    """Parallel calls are one message: a model that makes them one by one is slow."""
    together = [one for one in made() if one.row.kind == "parallel"]
    assert together
    for one in together:
        needs = any(origin.call for call in one.row.calls for origin in call.origins)
        messages = [m for m in one.row.messages if m.calls]
        assert needs or len(messages) == 1


def test_a_call_waits_for_the_output_that_it_needs() -> None:
    for one in made():
        place = {call.id: index for index, m in enumerate(one.row.messages) for call in m.calls}
        answered = {m.call: index for index, m in enumerate(one.row.messages) if m.role == "tool"}
        for call in one.row.calls:
            for origin in call.origins:
                if origin.call is not None:
                    assert answered[origin.call] < place[call.id]


def test_tool_messages_hold_the_output_as_json() -> None:
    for one in made():
        outputs = {o.call: o.output for o in one.row.observations}
        for message in one.row.messages:
            if message.role == "tool":
                assert message.call is not None
                assert orjson.loads(message.content) == outputs[message.call]
                assert message.name


def test_a_function_that_comes_later_is_announced_where_it_comes() -> None:
    """The system message is written before: whoever reads the chat must see the new tool in it."""
    seen = 0
    for one in made():
        for turn, added in one.row.tools_added.items():
            seen += 1
            definitions = [bench().executor.functions[function] for function in added]
            assert one.row.messages[user_message(one.row, turn)].content.endswith(announcement(definitions))
            assert not set(added) & set(one.row.tools)
    assert seen


def test_the_users_words_are_those_of_the_dialogue() -> None:
    for one in made():
        for turn in one.dialogue.turns:
            assert one.row.messages[user_message(one.row, turn.id)].content.startswith(turn.user.text)


def test_a_row_carries_where_it_came_from() -> None:
    for one in made():
        row = one.row
        assert (row.row, row.kind, row.world, row.seed) == (
            one.path.row,
            one.path.kind,
            one.path.world,
            one.path.seed,
        )
        assert row.turns == one.dialogue.path.turns
        for function, hashed in row.function_hashes.items():
            assert bench().executor.functions[function].content_hash == hashed


@pytest.mark.parametrize("kind", ["single", "irrelevance"])
def test_an_answer_is_written_from_what_came_back(kind: str) -> None:
    for one in made():
        if one.row.kind == kind:
            text = one.row.messages[answer(one.row, one.row.turns[-1].id)].content
            assert text
            assert not text.startswith(one.dialogue.turns[-1].user.text)
