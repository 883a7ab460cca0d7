"""Negative distillation: a rejected side must be wrong in one named way, and otherwise as real as the chosen one."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from functools import cache
from random import Random
from typing import Any

import pytest
from dialogues import KINDS, bench, good_pair, make, make_pair
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.distillation.errors import name_call_error
from magnet_kg.distillation.inject import ERRORS, wrong_hints
from magnet_kg.distillation.mistaken import change_value
from magnet_kg.distillation.negative import distill_pair
from magnet_kg.distillation.stage import turns_by_id
from magnet_kg.domain.dialogue import DialogueTurn
from magnet_kg.domain.errors import Unanswered
from magnet_kg.domain.path import Kind, PathTurn
from magnet_kg.domain.trajectory import ErrorKind, PreferencePair
from magnet_kg.teacher.protocol import AssistantMove, Hint, Scene
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.wording.calendar import MONTHS, parse_iso

MANY = 40


@cache
def pairs() -> tuple[PreferencePair, ...]:
    found = [make_pair(kind, number) for kind in KINDS for number in range(MANY)]
    return tuple(pair for pair in found if pair is not None)


def test_where_no_words_are_found_for_one_wrong_hint_another_is_tried() -> None:
    """A model's answer that cannot be used must not cost a pair for which there is room elsewhere."""

    class LostForWords(RulesTeacher):
        lost = 0

        async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
            if hint.error is not None and not self.lost:
                self.lost += 1
                raise Unanswered("the answer has faults")
            return await super().respond(scene, turn, hint)

    made = 0
    for number in range(MANY):
        whole, pair = make("multi_turn", number), make_pair("multi_turn", number)
        if whole is None or pair is None:
            continue
        teacher = LostForWords()
        try:
            again = asyncio.run(distill_pair(teacher, bench().executor, whole.dialogue))
        except Unanswered:
            continue
        assert teacher.lost == 1
        assert again.errors[0].error == pair.errors[0].error
        made += 1
    assert made > MANY // 8


# --- every error can be injected, and is named back


def test_each_of_the_five_errors_is_injected() -> None:
    counted = Counter(pair.errors[0].error for pair in pairs())
    assert set(counted) == set(ERRORS), counted
    assert all(count >= 3 for count in counted.values()), counted


def test_an_injected_error_is_marked_as_such_and_says_what_shows_it() -> None:
    for pair in pairs():
        (error,) = pair.errors
        assert error.injected
        assert error.evidence
        assert error.turn in {turn.id for turn in pair.chosen.turns}


@pytest.mark.parametrize("kind", ["multi_turn", "multiple"])
def test_the_errors_of_calls_are_named_from_the_calls_alone(kind: Kind) -> None:
    """What code can decide, no teacher is asked."""
    for pair in pairs():
        (error,) = pair.errors
        if pair.chosen.kind != kind or error.error == "wrong_summary":
            continue
        turn = next(t for t in pair.chosen.turns if t.id == error.turn)
        earlier = {c.id: m.turn or "" for m in pair.chosen.messages for c in m.calls}
        reference, candidate = _turn(pair, error.turn, "chosen"), _turn(pair, error.turn, "rejected")
        answer = [m for m in pair.rejected.messages if m.turn == error.turn and m.role == "assistant"][-1].content
        named = name_call_error(turn, reference, candidate, answer, earlier)
        assert named is not None
        assert named.error == error.error
        assert name_call_error(turn, reference, reference, answer, earlier) is None, "the reference is right"


def _turn(pair: PreferencePair, turn: str, side: str) -> DialogueTurn:
    trajectory = getattr(pair, side)
    made = {c.id for m in trajectory.messages if m.turn == turn for c in m.calls}
    user = next(m.content for m in trajectory.messages if m.turn == turn and m.role == "user")
    return DialogueTurn.model_validate(
        {
            "id": turn,
            "user": {"text": user},
            "calls": [c for c in trajectory.calls if c.id in made],
            "observations": [o for o in trajectory.observations if o.call in made],
        }
    )


def test_a_wrong_turn_in_which_something_is_missing_makes_a_call() -> None:
    pair = good_pair("miss_func_or_params")
    turn = pair.errors[0].turn
    assert not _turn(pair, turn, "chosen").calls
    assert _turn(pair, turn, "rejected").calls


def test_a_missing_nested_call_is_missing() -> None:
    pair = good_pair("nested_missing")
    turn = pair.errors[0].turn
    inserted = {s.id for t in pair.chosen.turns for s in t.steps if s.role in ("insert_short", "insert_long")}
    lost = {c.step for c in _turn(pair, turn, "chosen").calls} - {c.step for c in _turn(pair, turn, "rejected").calls}
    assert lost & inserted


@pytest.mark.parametrize("error", ["short_dependency", "long_dependency"])
def test_a_wrong_dependency_shows_in_a_value_or_in_asking_again(error: ErrorKind) -> None:
    for pair in pairs():
        if pair.errors[0].error != error:
            continue
        turn = pair.errors[0].turn
        right = {c.step: c.arguments for c in _turn(pair, turn, "chosen").calls}
        wrong = {c.step: c.arguments for c in _turn(pair, turn, "rejected").calls}
        assert right != wrong


def test_a_wrong_summary_makes_the_right_calls_and_says_something_else() -> None:
    for pair in pairs():
        if pair.errors[0].error == "wrong_summary":
            turn = pair.errors[0].turn
            assert _turn(pair, turn, "chosen").calls == _turn(pair, turn, "rejected").calls
            assert _answers(pair, turn, "chosen") != _answers(pair, turn, "rejected")


def test_calls_are_grouped_alike_on_both_sides() -> None:
    """Else a model would be taught to call side by side rather than not to go wrong as the rejected side does."""
    together = 0
    for pair in pairs():
        chosen, rejected = (_groups(pair, side) for side in ("chosen", "rejected"))
        if pair.errors[0].error == "wrong_summary" or sum(rejected) == sum(chosen):
            assert rejected == chosen
        together += max(rejected, default=0) > 1
    assert together > 5


def _groups(pair: PreferencePair, side: str) -> list[int]:
    """How many calls each message of the wrong turn makes, where it makes any."""
    turn = pair.errors[0].turn
    return [len(m.calls) for m in getattr(pair, side).messages if m.turn == turn and m.calls]


def test_a_false_day_or_hour_is_one_that_there_is() -> None:
    """A 34th of October would be told as wrong by its look, whatever the calls have given."""
    changed = 0
    for pair in pairs():
        turn = pair.errors[0].turn
        if pair.errors[0].error != "wrong_summary":
            continue
        right, wrong = (" ".join(_answers(pair, turn, side)) for side in ("chosen", "rejected"))
        for most, form in ((31, rf"\b(\d+) (?:{'|'.join(MONTHS)})\b"), (12, r"(?<!:)\b(\d+) [ap]m\b")):
            assert all(1 <= int(one) <= most for one in re.findall(form, wrong)), wrong
            changed += re.findall(form, right) != re.findall(form, wrong)
    assert changed > 2


def _answers(pair: PreferencePair, turn: str, side: str) -> list[str]:
    return [m.content for m in getattr(pair, side).messages if m.turn == turn and m.role == "assistant" and m.content]


# --- both sides are real


def test_the_rejected_side_s_calls_were_executed() -> None:
    for pair in pairs()[::2]:
        for side in (pair.chosen, pair.rejected):
            assert asyncio.run(_outputs(side.world, side)) == [(o.output, o.failed) for o in side.observations]


async def _outputs(world: int, side: Any) -> list[tuple[Any, bool]]:
    session = bench().executor.open(world)
    outcomes = [await session.call(call.function, call.arguments) for call in side.calls]
    assert session.digest() == side.state
    return [(outcome.output, outcome.failed) for outcome in outcomes]


def test_both_sides_share_the_prompt_and_the_users_words() -> None:
    for pair in pairs():
        assert pair.chosen.messages[:2] == pair.rejected.messages[:2]
        assert pair.chosen.tools == pair.rejected.tools
        words = [[m.content for m in side.messages if m.role == "user"] for side in (pair.chosen, pair.rejected)]
        assert words[0] == words[1]
        assert pair.chosen.messages != pair.rejected.messages


def test_both_sides_are_as_they_should_be_up_to_the_wrong_turn() -> None:
    for pair in pairs():
        turns = [turn.id for turn in pair.chosen.turns]
        before = set(turns[: turns.index(pair.errors[0].turn)])
        told = [[m for m in side.messages if m.turn in before] for side in (pair.chosen, pair.rejected)]
        assert told[0] == told[1]


def test_the_chosen_side_is_the_positive_row_as_far_as_it_goes() -> None:
    """A pair must not prefer something else than what supervised training teaches."""
    for kind in KINDS:
        for number in range(MANY):
            pair, made = make_pair(kind, number), make(kind, number)
            if pair is not None and made is not None:
                chosen = pair.chosen.messages
                assert chosen == made.row.messages[: len(chosen)]


def test_a_pair_is_the_same_every_time() -> None:
    again = next(pair for pair in pairs() if pair.chosen.kind == "multi_turn")
    number = int(again.row.split("-")[1])
    fresh = make_pair.__wrapped__("multi_turn", number)
    assert fresh is not None
    assert fresh.to_line() == again.to_line()


# --- wrong hints


def test_every_wrong_hint_is_about_a_turn_that_gives_room_for_it() -> None:
    seen: Counter[str] = Counter()
    for number in range(MANY):
        made = make("multi_turn", number)
        if made is None:
            continue
        turns = turns_by_id(made.dialogue.path)
        found = wrong_hints(made.dialogue, turns, bench().executor.functions, Random(1))
        assert set(found) == set(ERRORS)
        for error, hints in found.items():
            for hint in hints:
                seen[error] += 1
                turn = turns[hint.turn]
                own = {call.id for told in made.dialogue.turns if told.id == hint.turn for call in told.calls}
                assert hint.error == error
                assert (turn.missing is not None) == (error == "miss_func_or_params")
                assert hint.leave_out <= own
                assert set(hint.replace or {}) <= own
    assert set(seen) == set(ERRORS)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.booleans(),
        st.integers(-(10**6), 10**6),
        st.floats(-1e6, 1e6),
        st.text(min_size=1, max_size=12),
        st.dates().map(lambda d: d.isoformat()),
        st.sampled_from(["acc_311514", "UA1180", "2026-11-27T18:40:00", "555-0144"]),
    ),
    st.integers(0, 99),
)
def test_a_changed_value_is_of_the_same_kind(value: Any, seed: int) -> None:
    """A wrong value that no schema takes would be found by the schema, not by thinking."""
    changed = change_value(value, Random(seed))
    assert type(changed) is type(value)
    if isinstance(value, str) and parse_iso(value) is not None:
        assert parse_iso(changed) is not None
        assert changed != value
    if isinstance(value, bool | int):
        assert changed != value
