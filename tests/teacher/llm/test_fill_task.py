"""Calls by a model: each value is found again where it comes from, or the call is not made."""

from __future__ import annotations

from typing import Any

import pytest
from lending import MESSAGE, STEPS, TURN, looked_up, scene
from recorded import answered, faults_in, recorded

from magnet_kg.domain.dialogue import DialogueTurn, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks import ask, fill

PLAIN = UserMessage(text=MESSAGE)
# The same message, with what it was written to mean.
MEANT = ask.read(answered(ask.request(scene(), TURN), recorded("ask", "good.json")), scene(), TURN)


def asked(
    message: UserMessage = MEANT, at: int = 1, current: DialogueTurn | None = None
) -> ModelRequest[fill.FillAnswer]:
    return fill.request(scene(TURN, current or looked_up(message)), TURN, message, STEPS[at:])


def read(name: str, message: UserMessage = MEANT) -> list[Any]:
    answer = answered(asked(message), recorded("fill", name))
    return list(fill.read(answer, scene(TURN, looked_up(message)), TURN, message, STEPS[1:]))


@pytest.mark.parametrize("message", [PLAIN, MEANT], ids=["words alone", "with what they mean"])
def test_a_good_answer_becomes_calls_with_the_origin_of_every_value(message: UserMessage) -> None:
    calls = read("good.json", message)
    assert [(c.id, c.step, c.arguments) for c in calls] == [
        ("call_3", "s3", {"member_id": "mb_20117", "text": "the reading group meets at mine"}),
        ("call_4", "s4", {"loan_id": "ln_48213", "until": "2026-11-27"}),
        ("call_5", "s5", {"amount": 1.4, "target_currency": "CHF"}),
    ]
    origins = [origin for call in calls for origin in call.origins]
    assert {o.parameter: (o.source, o.text or "", o.call or o.turn, o.path or o.form) for o in origins} == {
        "member_id": ("bound", "", "call_2", "members.0.member_id"),
        "text": ("said", "the reading group meets at mine", "t2", "verbatim"),
        "loan_id": ("chosen", "Dune", "call_1", "loans.0.loan_id"),
        "until": ("said", "next Friday", "t2", "day"),
        "amount": ("chosen", "the highest fine", "call_1", "loans.1.fine"),
        "target_currency": ("said", "Swiss francs", "t2", "currency"),
    }


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("truncated.json", "The answer is not one JSON object and nothing else"),
        ("prose_around.txt", "The answer is not one JSON object and nothing else"),
        ("invented_argument.json", "Step 1: send_reminder does not take these arguments"),
        ("from_nowhere.json", "Step 1: text = 'The reading group meets at my place' comes from nowhere"),
        ("other_member.json", "Step 1: member_id = 'mb_20118' comes from nowhere"),
        ("no_json.json", "Step 1: '{member_id: mb_20117}' is not JSON"),
        ("out_of_order.json", "The calls are those of the steps 1 to 3, in order"),
        ("no_such_step.json", "The calls are those of the steps 1 to 3, in order"),
        ("nothing.json", "There is no call; make the call of step 1, or say why not."),
    ],
)
def test_a_bad_answer_is_told_what_is_wrong_with_it(name: str, told: str) -> None:
    assert faults_in(asked(), recorded("fill", name))[0].startswith(told)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("extend_other_day.json", "“next Friday” is until = '2026-11-27'"),
        ("extend_other_loan.json", "loan_id = 'ln_48377' comes from nowhere: “Dune” chooses loans.0.loan_id"),
        ("extend_made_up_weeks.json", "weeks = 3 comes from nowhere"),
    ],
)
def test_words_mean_what_they_were_written_to_mean(name: str, told: str) -> None:
    """The day on which it is due anyway, the other book, a length that nobody gave."""
    assert faults_in(asked(at=2), recorded("fill", "extend.json")) == []
    assert any(told in fault for fault in faults_in(asked(at=2), recorded("fill", name)))


def test_a_later_call_that_does_not_hold_is_asked_for_again() -> None:
    assert [call.step for call in read("second_from_nowhere.json")] == ["s3"]


def test_a_value_that_nobody_gave_drops_the_step() -> None:
    with pytest.raises(Untranslatable) as failure:
        read("impossible.json")
    assert failure.value.step == "s3"


def test_only_steps_that_need_no_output_of_one_another_are_asked_for() -> None:
    before = DialogueTurn(id="t2", user=MEANT)
    assert fill.ready_steps(scene(TURN, before), STEPS) == STEPS[:1]
    assert fill.ready_steps(scene(TURN, looked_up(MEANT)), STEPS[1:]) == STEPS[1:]
