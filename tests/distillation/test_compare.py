"""A student's turn beside the reference: what is an error and of which kind, what another form, what another way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest
from dialogues import KINDS, bench, good_rows
from hypothesis import given
from hypothesis import strategies as st

from magnet_kg.distillation.compare import Compared, Expected, compare_turn, same_value
from magnet_kg.distillation.mistaken import change_value
from magnet_kg.distillation.sampling import ReferenceTurn, Sampler
from magnet_kg.distillation.student import Harness, Played
from magnet_kg.domain.dialogue import FunctionCall
from magnet_kg.domain.path import Kind
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.export.chat import to_chat
from magnet_kg.teacher.protocol import Teacher

# What a student says: (name, arguments) for each call of a message, or a text.
Say = Sequence[tuple[str, Any]] | str


class Scripted:
    """A student that says these one after the other."""

    model = "scripted"

    def __init__(self, says: Sequence[Say]) -> None:
        self._says = iter(says)

    async def chat(self, messages: Any, tools: Any, sample: int) -> dict[str, Any]:
        say = next(self._says)
        if isinstance(say, str):
            return {"content": say}
        return {"tool_calls": [{"function": {"name": name, "arguments": given}} for name, given in say]}


@cache
def turns(kind: Kind = "multi_turn", number: int = 8) -> tuple[ReferenceTurn, ...]:
    """The turns of the first good rows of a kind."""
    found: list[ReferenceTurn] = []
    for made, _ in zip(good_rows(kind), range(number), strict=False):
        teacher: Teacher = bench().teacher
        sampler = Sampler(Scripted([]), teacher, bench().executor, 1.0, asyncio.Lock())
        found += asyncio.run(sampler.prepare(made.dialogue, made.row, to_chat(made.row.messages), [])).turns
    return tuple(found)


def play(turn: ReferenceTurn, *says: Say, most: int = 30) -> tuple[Played, Compared]:
    """The turn as somebody plays it who says this."""

    async def played() -> Played:
        session = bench().executor.open(1)  # Whichever: the world is that of the snapshot.
        session.restore(turn.before)
        return await Harness(Scripted(says), session, turn.names, [], 0, asyncio.Lock()).play([], most)

    done = asyncio.run(played())
    return done, compare_turn(turn.expected, done)


def said(calls: Sequence[FunctionCall]) -> list[tuple[str, Any]]:
    return [(call.function.rpartition("/")[2], dict(call.arguments)) for call in calls]


def with_calls(*needs: Callable[[Expected], bool], kind: Kind = "multi_turn") -> list[ReferenceTurn]:
    found = [t for t in turns(kind) if t.expected.told.calls and all(need(t.expected) for need in needs)]
    assert found
    return found


# --- what is right


@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_is_right_one_call_at_a_time_and_in_its_own_groups(kind: Kind) -> None:
    for turn in turns(kind, 4):
        calls = said(turn.expected.told.calls)
        played, compared = play(turn, *[[call] for call in calls], "There.")
        assert compared.fault is None
        assert compared.idle == 0
        assert played.state == turn.expected.state


def test_times_with_seconds_and_numbers_with_a_point_are_the_same_values() -> None:
    seen = 0
    for turn in with_calls():
        calls = [(name, {key: _other_form(value) for key, value in given.items()}) for name, given in
                 said(turn.expected.told.calls)]  # fmt: skip
        seen += str(calls) != str(said(turn.expected.told.calls))
        _, compared = play(turn, *[[call] for call in calls], "There.")
        assert compared.fault is None, (calls, compared.fault)
    assert seen > 3


def _other_form(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and len(value) == 16 and value[10:11] == "T":
        return f"{value}:00"
    if isinstance(value, str) and len(value) == 5 and value[2:3] == ":":
        return f"{value}:00"
    return value


def test_independent_calls_may_be_made_in_any_order() -> None:
    """Where the calls of a turn need nothing of one another, nothing is wrong about the last one first."""
    seen = 0
    for turn in with_calls(lambda e: len(e.told.calls) > 1):
        calls = turn.expected.told.calls
        ids = {call.id for call in calls}
        if any(part.call in ids for call in calls for o in call.origins for part in (o, *o.inputs)):
            continue
        _, compared = play(turn, [*reversed(said(calls))], "There.")
        assert compared.fault is None
        seen += 1
    assert seen


def test_a_lookup_more_is_idle_and_no_error() -> None:
    turn = with_calls()[0]
    calls = said(turn.expected.told.calls)
    read = next(call for call, made in zip(calls, turn.expected.told.calls, strict=True)
                if made.id not in turn.expected.changed)  # fmt: skip
    _, compared = play(turn, [read], *[[call] for call in calls], "There.")
    assert compared.fault is None
    assert compared.idle == 1


def test_a_lookup_whose_value_the_student_knows_may_be_left_out() -> None:
    """Another way to the same state and the same outputs is right."""
    seen = 0
    for turn in with_calls():
        roles = {step.id: step.role for step in turn.expected.turn.steps}
        calls = [c for c in turn.expected.told.calls if roles[c.step] != "insert_backward"]
        if not calls or len(calls) == len(turn.expected.told.calls):
            continue
        _, compared = play(turn, *[[call] for call in said(calls)], "There.")
        assert compared.fault is None
        seen += 1
    assert seen


def test_a_call_that_failed_and_was_made_again_rightly_is_right() -> None:
    turn = with_calls(lambda e: any(c.arguments for c in e.told.calls))[0]
    calls = said(turn.expected.told.calls)
    name = next(name for name, given in calls if given)
    _, compared = play(turn, [(name, {"no_such_parameter": 1})], *[[call] for call in calls], "There.")
    assert compared.fault is None


# --- what is wrong


def test_calling_nothing_is_a_missing_call() -> None:
    for turn in with_calls():
        _, compared = play(turn, "That is done.")
        assert compared.fault is not None
        assert compared.fault.kind == "missing_call"
        assert compared.fault.error is not None


def test_asking_for_what_the_history_holds_is_told_from_a_missing_call() -> None:
    # A conversion that nobody asks for by name is a nested call first, wherever its amount stood.
    here = with_calls(
        lambda e: any(e.earlier[o.call] != e.turn.id for o in e.told.calls[0].origins if o.call),
        lambda e: e.turn.steps[0].role == "walk",
    )
    for turn in here:
        _, compared = play(turn, "Which one do you mean?")
        assert compared.fault is not None
        assert (compared.fault.kind, compared.fault.error) == ("history_value", "long_dependency")
        assert compared.fault.detail == "ask"


def test_a_wrong_value_is_told_by_where_the_right_one_stood() -> None:
    kinds = set()
    for turn in with_calls():
        expected = turn.expected
        roles = {step.id: step.role for step in expected.turn.steps}
        for at, call in enumerate(expected.told.calls):
            # A lookup that goes wrong does no harm to somebody who knows its result, as this one does.
            for origin in call.origins if roles[call.step] != "insert_backward" else ():
                wrong = change_value(call.arguments.get(origin.parameter), derived_rng(1, call.id))
                if origin.parameter not in call.arguments or (isinstance(wrong, str) and len(wrong) < 3):
                    continue
                calls = said(expected.told.calls)
                calls[at] = (calls[at][0], {**calls[at][1], origin.parameter: wrong})
                played, compared = play(turn, *[[one] for one in calls], "There.")
                # What a later call of the turn sets once more, as two meals for one booking, is in no state.
                read = [(o.call not in expected.changed, o.output) for o in expected.told.observations]
                seen = all(c.output == output for (looks, output), c in zip(read, played.calls, strict=True) if looks)
                if seen and played.state == expected.state:
                    continue  # It made no difference.
                assert compared.fault is not None
                assert compared.fault.kind in ("wrong_value", "history_value")
                kinds.add(compared.fault.kind)
    assert kinds == {"wrong_value", "history_value"}


def test_a_second_change_of_the_state_is_harmful() -> None:
    seen = 0
    for turn in with_calls(lambda e: bool(e.changed)):
        calls = said(turn.expected.told.calls)
        again = next(said([c])[0] for c in turn.expected.told.calls if c.id in turn.expected.changed)
        played, compared = play(turn, *[[call] for call in calls], [again], "There.")
        if not played.calls[-1].changed:
            continue  # Such as paying what is paid.
        assert compared.fault is not None
        assert compared.fault.kind == "harmful_call"
        assert compared.fault.error is None
        seen += 1
    assert seen


def test_a_call_where_nothing_can_be_called_is_needless_whatever_is_said_then() -> None:
    empty = [t for t in turns("irrelevance", 6) if t.expected.empty]
    for turn in empty:
        _, compared = play(turn, [(next(iter(turn.names)), {})], "I cannot do that.")
        assert compared.fault is not None
        assert (compared.fault.kind, compared.fault.error) == ("needless_call", "miss_func_or_params")


def test_what_cannot_be_called_is_answered_and_counts_where_the_turn_goes_wrong() -> None:
    turn = with_calls()[0]
    calls = said(turn.expected.told.calls)
    broken = "<tool_call>{'name': 'x'</tool_call>"
    played, compared = play(turn, [("no such function", {})], broken, *[[call] for call in calls], "There.")
    assert [call.executed for call in played.calls[:2]] == [False, False]
    assert all("error" in call.output for call in played.calls[:2])
    assert compared.fault is None
    _, compared = play(turn, [(calls[0][0], "not JSON")], "There.")
    assert compared.fault is not None
    assert compared.fault.kind == "malformed_call"


def test_a_turn_without_an_end_is_a_fault_of_its_own() -> None:
    turn = with_calls()[0]
    call = said(turn.expected.told.calls)[0]
    played, compared = play(turn, [call], [call], most=2)
    assert not played.ended
    assert compared.fault is not None
    assert compared.fault.kind == "no_end"


def test_who_asks_the_same_three_times_and_is_told_the_same_is_not_asked_on() -> None:
    """A small model that has begun to repeat itself does not stop, and fills its context, which takes minutes."""
    turn = with_calls()[0]
    nobody = [("no_such_function", {"at": 1})]
    played, compared = play(turn, *[nobody] * 9)
    assert (played.moves, played.ended) == (3, False)
    assert compared.fault is not None
    assert compared.fault.kind == "no_end"
    other = [("no_such_function", {"at": 2})]
    played, _ = play(turn, nobody, nobody, other, nobody, "I cannot.")
    assert played.ended, "who tries something else is asked on"


def test_calls_in_the_text_are_calls() -> None:
    turn = with_calls(lambda e: len(e.told.calls) == 1, kind="single")[0]
    ((name, given),) = said(turn.expected.told.calls)
    text = f"<think>hm</think>Let me see. <tool_call>{json.dumps({'name': name, 'arguments': given})}</tool_call>"
    played, compared = play(turn, text, "There.")
    assert compared.fault is None
    assert played.messages[0]["content"] == "Let me see."


# --- values


@given(st.recursive(st.none() | st.booleans() | st.integers(-10**6, 10**6) | st.text(max_size=6),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                    max_leaves=6))  # fmt: skip
def test_every_value_is_the_same_as_itself(value: Any) -> None:
    assert same_value(value, value)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (2, 2.0, True), (2, 3, False), (1, True, False), ("10:00", "10:00:00", True), ("10:00", "10:30", False),
        ("2026-11-27T18:40", "2026-11-27T18:40:00", True), ("2026-11-27", "2026-11-28", False),
        ("Dinner with Joey.", "dinner with  Joey", True), ("c_1", "c_2", False), (["a", 1], ["a", 1.0], True),
        (["a"], ["a", "b"], False), ({"a": 1}, {"a": 1.0}, True), ({"a": 1}, {"b": 1}, False), (None, "", False),
    ],
)  # fmt: skip
def test_form_is_told_from_meaning(one: Any, other: Any, alike: bool) -> None:
    assert same_value(one, other) is alike
    assert same_value(other, one) is alike
