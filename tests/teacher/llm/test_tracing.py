"""Origins are found by code: what a model claims of a value is worth nothing without them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dialogues import KINDS, Made, bench, make
from library import CONTEXT
from unknown import function

from magnet_kg.domain.dialogue import Criterion
from magnet_kg.domain.function import Function
from magnet_kg.teacher.llm.spoken import find_value
from magnet_kg.teacher.llm.tracing import Choice, Given, Past, trace
from magnet_kg.validation.failure import Reading
from magnet_kg.validation.grounded import check_grounded
from magnet_kg.wording.forms import Lexicon

ROWS = 44
# Thursday, 19 November 2026.
TODAY = CONTEXT


def no_words(_: Function, __: str) -> Lexicon:
    return {}


def _traced(made: Made) -> tuple[int, int]:
    """How many values of a row's calls there are, and how many of them have an origin that holds."""
    lexicon = bench().evidence.lexicon
    past = Past(messages=(), outputs=(), context=made.dialogue.context, links=made.dialogue.path.links)
    calls, count = [], 0
    for turn in made.dialogue.turns:
        past = replace(past, messages=((turn.id, turn.user.text), *past.messages))
        for call, seen in zip(turn.calls, turn.observations, strict=True):
            # A model says by which words it chose; everything else is found.
            choices = {o.parameter: Choice(o.criterion, o.text or "") for o in call.origins if o.criterion}
            called = bench().executor.functions[call.function]
            found = trace(past, called, call.step, call.arguments, lambda f, p: lexicon(f.id, p), choices)
            calls.append(call.model_copy(update={"origins": tuple(found.origins)}))
            count += len(found.origins) + len(found.untraced)
            if not seen.failed:
                past = replace(past, outputs=(Given(call.id, call.step, seen.output), *past.outputs))
    row = made.row.model_copy(update={"calls": tuple(calls)})
    missing = len(check_grounded(Reading(row), bench().evidence))
    return count, count - missing


def test_values_of_honest_calls_have_an_origin_that_the_checks_verify() -> None:
    rows = [made for number in range(ROWS) for kind in KINDS if (made := make(kind, number)) and made.row.calls]
    counts = [_traced(made) for made in rows]
    values, found = (sum(column) for column in zip(*counts, strict=True))
    assert values > 1000
    assert found / values > 0.97


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("see you next Friday then", "2026-11-27", "next Friday"),
        ("call me on Friday at 6:30 pm", "2026-11-20T18:30:00", "Friday at 6:30 pm"),
        ("half past six in the evening suits me", "18:30", "half past six in the evening"),
        ("I can spare an hour and a half", 90, "an hour and a half"),
        ("put $1.2k aside for it", 1200, "$1.2k"),
        ("a table for twelve, please", 12, "twelve"),
        ("40 for me", 40, "40"),
        ("what is that in Canadian dollars?", "CAD", "Canadian dollars"),
        ("key ring main in project acme, us-east1", "projects/acme/locations/us-east1/keyRings/main", None),
        ("We stay in Lyon.", "Lyon", "Lyon"),
        ("tomorrow's weather", "2026-11-20", "tomorrow"),
    ],
)
def test_words_are_found_in_whatever_form_they_say_a_value(text: str, value: object, words: str | None) -> None:
    span = find_value(text, value, TODAY, {})
    assert span is not None
    assert words is None or text[span.start : span.end] == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("as we said last Friday", "2026-11-20"),
        ("about 5 thousand", 5),
        ("Lyonnaise potatoes", "Lyon"),
        ("flight 1200", 12),
        ("at 6:30 pm", "06:30"),
        ("lyon", "Lyon"),
        ("the day after tomorrow", "2026-11-20"),
    ],
)
def test_a_part_of_words_that_say_something_else_says_nothing(text: str, value: object) -> None:
    assert find_value(text, value, TODAY, {}) is None


BOOK = function("book_table", {"table_id": "text", "guests": "whole"})
TABLES = {
    "tables": [
        {"table_id": "tb_1", "place": "window", "seats": 4, "price": 30.0},
        {"table_id": "tb_2", "place": "garden", "seats": 6, "price": 20.0},
        {"table_id": "tb_3", "place": "corner", "seats": 2, "price": 20.0},
    ]
}


def _book(text: str, arguments: dict[str, object], choice: Choice | None = None) -> tuple[dict[str, str], list[str]]:
    past = Past(messages=(("t1", text),), outputs=(Given("call_1", "s1", TABLES),), context=TODAY)
    found = trace(past, BOOK, "s2", arguments, no_words, {"table_id": choice} if choice else {})
    return {o.parameter: o.source for o in found.origins}, [one.why for one in found.untraced]


def test_one_of_several_needs_words_that_choose_it() -> None:
    assert _book("the garden one for 5", {"table_id": "tb_2", "guests": 5}) == (
        {"table_id": "chosen", "guests": "said"},
        [],
    )
    dearest = Choice(Criterion(take="max", by="price"), "the dearest one")
    assert _book("the dearest one", {"table_id": "tb_1"}, dearest) == ({"table_id": "chosen"}, [])
    (why,) = _book("the dearest one", {"table_id": "tb_3"}, dearest)[1]
    assert "chooses tables.0.table_id" in why
    cheapest = Choice(Criterion(take="min", by="price"), "the cheapest one")
    (why,) = _book("the cheapest one", {"table_id": "tb_2"}, cheapest)[1]
    assert "does not decide" in why
    (why,) = _book("any will do", {"table_id": "tb_3"})[1]
    assert "one of several" in why


def test_words_that_nobody_said_choose_nothing() -> None:
    claimed = Choice(Criterion(take="last"), "the last one")
    (why,) = _book("book one for me", {"table_id": "tb_3"}, claimed)[1]
    assert why == "no message says “the last one”"


def test_a_small_number_in_some_output_is_no_origin() -> None:
    """Four seats at some table are not the four guests that a model made up."""
    untraced = _book("the garden one", {"table_id": "tb_2", "guests": 4})[1]
    assert untraced == ["no message says it and no output holds it"]


def test_a_sum_of_two_outputs_is_computed() -> None:
    pay = function("pay", {"amount": "number"})
    outputs = (Given("call_2", "s2", {"total_price": 61.5}), Given("call_1", "s1", {"total_price": 40.25}))
    past = Past(messages=(("t1", "pay for both"),), outputs=outputs, context=TODAY)
    (origin,) = trace(past, pay, "s3", {"amount": 101.75}, no_words).origins
    assert (origin.source, origin.operation) == ("computed", "sum")
    assert {part.call for part in origin.inputs} == {"call_1", "call_2"}
    assert trace(past, pay, "s3", {"amount": 99.0}, no_words).untraced


def test_lists_are_traced_leaf_by_leaf() -> None:
    tag = function("tag", {"names": ["text"]})
    past = Past(messages=(("t1", "tag it with owls and night"),), outputs=(), context=TODAY)
    found = trace(past, tag, "s1", {"names": ["owls", "day"]}, no_words)
    assert [(o.parameter, o.text) for o in found.origins] == [("names.0", "owls")]
    assert [(one.parameter, one.value) for one in found.untraced] == [("names.1", "day")]


def test_currency_and_defaults_need_no_words() -> None:
    pay = function("pay", {"currency": "text", "speed": {"type": "string", "default": "normal"}}, optional=("speed",))
    past = Past(messages=(("t1", "pay it"),), outputs=(), context=TODAY)
    found = trace(past, pay, "s1", {"currency": "USD", "speed": "normal"}, no_words)
    assert {o.parameter: o.source for o in found.origins} == {"currency": "stated", "speed": "default"}
    assert trace(past, pay, "s1", {"currency": "EUR"}, no_words).untraced
