"""necessary: a model that is shown calls that nobody needs learns to make calls that nobody needs."""

from __future__ import annotations

import pytest
from dialogues import (
    answer,
    argument,
    bench,
    check,
    good_row,
    turn_of,
    user_message,
    with_extra_call,
    with_message,
    with_origin,
    with_turn,
)

from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.path import PathTurn, Step, StepRole
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.domain.values import leaves, lookup
from magnet_kg.wording.written import shows

LOOKUP = "contacts/list_contacts"


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def roles(row: Trajectory) -> dict[str, StepRole]:
    return {step.id: step.role for turn in row.turns for step in turn.steps}


def call_of(row: Trajectory, identifier: str | None) -> FunctionCall:
    return next(call for call in row.calls if call.id == identifier)


def as_role(row: Trajectory, call: FunctionCall, role: StepRole) -> Trajectory:
    turn = turn_of(row, call.id)
    steps = tuple(s.model_copy(update={"role": role}) if s.id == call.step else s for s in turn.steps)
    return with_turn(row, turn.id, steps=steps)


def looking_up(row: Trajectory, turn: PathTurn, before: str, *, role: StepRole = "insert_backward") -> Trajectory:
    step = Step(id="s99", function=LOOKUP, role=role)
    return with_extra_call(
        row, turn, step, FunctionCall(id="call_99", step="s99", function=LOOKUP, arguments={}), before
    )


def test_a_lookup_that_nothing_uses() -> None:
    row = good_row("single", lambda r: bool(r.calls))
    assert found(looking_up(row, row.turns[0], row.calls[0].id)) == {
        ("necessary", "nothing uses what the lookup returned")
    }


def second_use(row: Trajectory) -> tuple[FunctionCall, Origin] | None:
    """A value that an earlier turn's list of contacts had given already."""
    for call in row.calls:
        for origin in call.origins:
            if origin.source == "bound" and call_of(row, origin.call).function == LOOKUP:
                return call, origin
    return None


def test_a_lookup_of_what_is_known() -> None:
    """Listing once more what an earlier output has given is a call for nothing."""
    row, call, origin = argument(lambda r, c, o: o.call is not None and call_of(r, o.call).function == LOOKUP)
    again = looking_up(row, turn_of(row, call.id), call.id)
    assert found(with_origin(again, call, origin.parameter, call="call_99")) >= {
        ("necessary", "what the lookup returned was known before")
    }


def test_a_call_that_nothing_asked_for() -> None:
    """A call outside of the path is one that nobody asked for, even where it does no harm."""
    row = good_row("single", lambda r: bool(r.calls))
    extra = looking_up(row, row.turns[0], row.calls[0].id)
    assert found(with_turn(extra, row.turns[0].id, steps=row.turns[0].steps)) == {
        ("necessary", "a call that nothing asked for")
    }


def test_a_call_of_another_function_than_the_path_says() -> None:
    row = good_row("single")
    other = next(one for one in row.tools if one != row.calls[0].function)
    step = row.turns[0].steps[0].model_copy(update={"function": other})
    assert found(with_turn(row, row.turns[0].id, steps=(step,))) == {("necessary", "a call that nothing asked for")}


def test_a_call_in_another_turn_than_the_path_says() -> None:
    """Its own turn is left without it."""
    row = good_row("multi_turn", lambda r: len(r.turns) > 2 and not any(t.missing for t in r.turns))
    first, last = row.turns[0], row.turns[-1]
    moved = with_turn(row, first.id, steps=first.steps[1:])
    assert ("necessary", "a call that nothing asked for") in found(
        with_turn(moved, last.id, steps=(*last.steps, first.steps[0]))
    )


@pytest.mark.parametrize("role", ["insert_short", "insert_long"])
def test_an_inserted_call_that_uses_no_output(role: StepRole) -> None:
    """What is inserted is fed by what was asked for; what the user says in full is asked for, not inserted."""

    def usable(row: Trajectory, call: FunctionCall, _: Origin) -> bool:
        return roles(row)[call.step] == "walk" and not any(o.call for o in call.origins)

    row, call, _ = argument(usable)
    reasons = found(as_role(row, call, role))
    assert ("necessary", "an inserted call that uses no output") in reasons
    # Whoever asks for a function may have named it in plain words; what is inserted must not be named.
    assert reasons <= {
        ("necessary", "an inserted call that uses no output"),
        ("unleaked", "an inserted function is named"),
    }


@pytest.mark.parametrize("role", ["insert_short", "insert_long"])
def test_an_inserted_call_whose_result_nobody_is_told(role: StepRole) -> None:
    """A conversion that leaves the answer without the converted amount was made for nothing.

    Where nothing else of it is told either, the answer leaves out what was asked for as well.
    """

    def inserted(row: Trajectory, call: FunctionCall, _: Origin) -> bool:
        return roles(row)[call.step] == role

    row, call, _ = argument(inserted, "multiple", "multi_turn")
    index = answer(row, turn_of(row, call.id).id)
    own = [leaf for _, leaf in leaves(output(row, call)) if leaf not in [a for _, a in leaves(call.arguments)]]
    silent = with_message(row, index, content="That is done. All of it.")
    assert not any(shows(silent.messages[index].content, leaf) for leaf in own)
    reasons = found(silent)
    assert ("necessary", "the answer does not give what was inserted for") in reasons
    assert {name for name, _ in reasons} <= {"necessary", "summary"}


def output(row: Trajectory, call: FunctionCall) -> object:
    return next(o.output for o in row.observations if o.call == call.id)


def test_a_rate_or_a_zero_beside_the_result_is_not_the_result() -> None:
    """Digits that stand in any answer ("1 pm", "10") do not show what was inserted for."""

    def converted(row: Trajectory, call: FunctionCall, _: Origin) -> bool:
        return roles(row)[call.step] == "insert_short" and call.function == "conversions/convert_money"

    row, call, _ = argument(converted, "multiple", "multi_turn")
    index = answer(row, turn_of(row, call.id).id)
    given = lookup(call.arguments, "amount")
    silent = with_message(row, index, content=f"That is done: {given} on the 10th, the 12th and the 21st.")
    assert ("necessary", "the answer does not give what was inserted for") in found(silent)


def test_an_inserted_call_over_a_computed_value_uses_outputs_too() -> None:
    """The sum of two prices, in euros: the outputs are inputs of the computation."""

    def inserted(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        value = lookup(call.arguments, origin.parameter)
        alone = sum(o.call is not None for o in call.origins) == 1
        return (
            roles(row)[call.step] == "insert_short" and alone and origin.call is not None and isinstance(value, float)
        )

    row, call, origin = argument(inserted, "multiple", "multi_turn")
    computed = {"source": "computed", "operation": "sum", "inputs": (origin,), "call": None, "path": None}
    assert not check(with_origin(row, call, origin.parameter, criterion=None, **computed))


def test_a_question_for_what_had_been_said() -> None:
    """Whoever asks for a date that stands in the request has not read it."""

    def asks(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        empty = {t.completes: t.id for t in row.turns if t.completes is not None}
        missing = {t.id: t.missing for t in row.turns if t.missing is not None and t.missing.parameter}
        lacking = [m for one, m in missing.items() if empty.get(one) == origin.turn]
        return any((m.step, m.parameter) == (call.step, origin.parameter) for m in lacking)

    row, call, origin = argument(asks, "multi_turn")
    completing = next(t for t in row.turns if t.id == origin.turn)
    index = user_message(row, completing.completes or "")
    text = row.messages[index].content
    told = with_message(row, index, content=f"{text} {origin.text}")
    start = len(text) + 1
    assert origin.text is not None
    place = {"turn": completing.completes, "start": start, "end": start + len(origin.text)}
    assert not check(told)
    assert found(with_origin(told, call, origin.parameter, **place)) == {("necessary", "a question for what was there")}


def test_every_lookup_in_a_good_row_is_used_later() -> None:
    """The same over one long row, without the check's own eyes."""
    row = good_row("multi_turn", lambda r: list(roles(r).values()).count("insert_backward") > 2)
    for call in row.calls:
        if roles(row)[call.step] == "insert_backward":
            later = row.calls[row.calls.index(call) + 1 :]
            assert any(origin.call == call.id for one in later for origin in one.origins)
            assert bench().evidence.functions[call.function].name.split("_")[0] in (
                "find",
                "get",
                "list",
                "search",
                "check",
            )
