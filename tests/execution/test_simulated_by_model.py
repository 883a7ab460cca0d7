"""Outputs that a model makes up: a dialogue has one history, whatever is rehearsed, undone and made again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from library import CANCEL_LOAN, FUNCTIONS, GET_LOAN, LIST_LOANS, LOANS, RENEW_LOAN, RENEWED

from magnet_kg.domain.errors import Unanswered
from magnet_kg.domain.function import Function
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.simulated_by_model import ModelSimulatedSession, ModelSimulatorExecutor, PastCall


@dataclass
class Model:
    """Answers from a list, in order, and remembers what it was shown."""

    answers: list[Outcome]
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def __call__(
        self, function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], world: int
    ) -> Outcome:
        self.asked.append((function.name, tuple(past.function.name for past in history)))
        if not self.answers:
            raise Unanswered("the model refused")
        return self.answers.pop(0)


def opened(*outputs: dict[str, Any], world: int = 1) -> tuple[Model, ModelSimulatedSession]:
    model = Model([Outcome(output) for output in outputs])
    return model, ModelSimulatorExecutor(FUNCTIONS, model).open(world)


def call(session: ModelSimulatedSession, function: Function, /, **arguments: Any) -> Outcome:
    return asyncio.run(session.call(function.id, arguments))


def test_the_model_is_shown_what_was_called_before() -> None:
    model, session = opened(LOANS, RENEWED)
    assert call(session, LIST_LOANS).output == LOANS
    assert call(session, RENEW_LOAN, loan_id="ln_48213").output == RENEWED
    assert model.asked == [("list_loans", ()), ("renew_loan", ("list_loans",))]


def test_looking_twice_shows_the_same_until_something_changes() -> None:
    later = {"loans": [], "count": 0}
    model, session = opened(LOANS, RENEWED, later)
    assert call(session, LIST_LOANS) == call(session, LIST_LOANS)
    call(session, RENEW_LOAN, loan_id="ln_48213")
    assert call(session, LIST_LOANS).output == later
    assert len(model.asked) == 3


def test_a_rehearsal_that_is_undone_is_not_asked_for_again() -> None:
    """Each question costs money, and what was rehearsed must be what then happens."""
    model, session = opened(LOANS, RENEWED)
    call(session, LIST_LOANS)
    before, digest = session.snapshot(), session.digest()
    rehearsed = call(session, RENEW_LOAN, loan_id="ln_48213")
    assert session.digest() != digest
    session.restore(before)
    assert session.digest() == digest
    assert call(session, RENEW_LOAN, loan_id="ln_48213") == rehearsed
    assert len(model.asked) == 2


def test_reading_and_failing_leave_the_state_as_it_is() -> None:
    model = Model([Outcome(LOANS), Outcome({"error": {"code": "conflict", "message": "No."}}, failed=True)])
    session = ModelSimulatorExecutor(FUNCTIONS, model).open(1)
    digest = session.digest()
    call(session, LIST_LOANS)
    assert call(session, CANCEL_LOAN, loan_id="ln_48377").failed
    assert session.digest() == digest


def test_the_same_calls_with_the_same_outputs_are_the_same_state_and_worlds_differ() -> None:
    digests = []
    for world in (1, 1, 2):
        _, session = opened(RENEWED, world=world)
        call(session, RENEW_LOAN, loan_id="ln_48213")
        digests.append(session.digest())
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("arguments", [{}, {"loan_id": 7}, {"loan_id": "ln_48213", "until": "May"}])
def test_arguments_that_do_not_fit_are_refused_without_asking(arguments: dict[str, Any]) -> None:
    model, session = opened()
    outcome = asyncio.run(session.call(GET_LOAN.id, arguments))
    assert outcome.failed
    assert outcome.error_code == "invalid_argument"
    assert model.asked == []


def test_what_the_model_does_not_answer_is_never_made_up_otherwise() -> None:
    _, session = opened()
    with pytest.raises(Unanswered):
        call(session, LIST_LOANS)
    with pytest.raises(KeyError):
        asyncio.run(session.call("nowhere/nothing", {}))


def test_rows_say_that_they_are_simulated_and_do_not_claim_to_replay() -> None:
    executor = ModelSimulatorExecutor(FUNCTIONS, Model([]))
    assert list(executor.functions) == list(FUNCTIONS)
    assert executor.runner(LIST_LOANS.id) == "model"
    assert not executor.replays(LIST_LOANS.id)
