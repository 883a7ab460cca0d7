"""grounded: what is stated, computed or declared must be so.

Each test takes a good row, lies about where one value comes from and nothing else, and asks that exactly this is found.
"""

from __future__ import annotations

from typing import Any

import pytest
from dialogues import (
    answer,
    argument,
    bench,
    check,
    good_rows,
    turn_of,
    with_call,
    with_message,
    with_origin,
)
from origins import NOT_SAID, found, output_of, said

from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.domain.values import leaves, lookup

# --- stated: what the system message says


def stated() -> tuple[Trajectory, FunctionCall, Origin]:
    return said("stated")


def test_a_fact_that_the_system_message_does_not_state() -> None:
    row, call, origin = stated()
    assert origin.form is not None
    kept = row.messages[0].content.replace(lookup(call.arguments, origin.parameter), "somewhere")
    assert found(with_message(row, 0, content=kept)) == {("grounded", "value is not what the system message states")}


def test_what_a_user_says_is_not_stated() -> None:
    """Without a system message nothing is stated, whatever the first message holds."""
    row, _, _ = stated()
    words = row.messages[0].content
    first = row.messages[1].model_copy(update={"content": f"{row.messages[1].content} {words}"})
    spoiled = row.model_copy(update={"messages": (first, *row.messages[2:])})
    assert ("grounded", "value is not what the system message states") in found(spoiled)


@pytest.mark.parametrize("form", ["currency", "user_name", "shoe_size", None])
def test_another_fact_than_the_value(form: str | None) -> None:
    row, call, origin = stated()
    assert origin.form == "time_zone"
    assert found(with_origin(row, call, origin.parameter, form=form)) == {
        ("grounded", "value is not what the system message states")
    }


def test_a_value_that_was_said_is_not_stated() -> None:
    row, call, origin = said("said", where=lambda _r, _c, o: o.form == "verbatim")
    assert found(with_origin(row, call, origin.parameter, source="stated", form="currency")) == {
        ("grounded", "value is not what the system message states")
    }


# --- computed: from values of earlier outputs


def computed(operation: str, *inputs: Origin) -> dict[str, Any]:
    return {
        "source": "computed", "operation": operation, "inputs": inputs, "call": None, "path": None, "criterion": None,
    }  # fmt: skip


def amount() -> tuple[Trajectory, FunctionCall, Origin, Origin]:
    """A number from an earlier output, and the origin of another number in the same output."""

    def further(row: Trajectory, origin: Origin, value: Any) -> str | None:
        numbers = [
            path
            for path, leaf in leaves(output_of(row, origin.call))
            if isinstance(leaf, float)
            and leaf not in (value, 0.0)
            and not any(part.isdigit() for part in path.split("."))
        ]
        return numbers[0] if numbers else None

    def usable(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        value = lookup(call.arguments, origin.parameter)
        plain = origin.source == "bound" and isinstance(value, float)
        return plain and further(row, origin, value) is not None

    row, call, origin = argument(usable)
    other = further(row, origin, lookup(call.arguments, origin.parameter))
    return row, call, origin, Origin(parameter=origin.parameter, source="bound", call=origin.call, path=other)


@pytest.mark.parametrize("operation", ["sum", "difference"])
def test_a_computation_that_gives_the_value_is_an_origin(operation: str) -> None:
    row, call, origin, _ = amount()
    assert not check(with_origin(row, call, origin.parameter, **computed(operation, origin)))


@pytest.mark.parametrize("operation", ["sum", "difference"])
def test_a_computation_that_gives_another_value(operation: str) -> None:
    row, call, origin, other = amount()
    assert found(with_origin(row, call, origin.parameter, **computed(operation, origin, other))) == {
        ("grounded", "the computation gives another value")
    }


def test_a_computation_that_nobody_knows() -> None:
    row, call, origin, _ = amount()
    assert found(with_origin(row, call, origin.parameter, **computed("guess", origin))) == {
        ("grounded", "an unknown computation")
    }


def test_a_computation_over_an_output_that_is_not_there() -> None:
    row, call, origin, _ = amount()
    nowhere = origin.model_copy(update={"call": "call_99"})
    assert ("grounded", "an input of the computation is not in the row") in found(
        with_origin(row, call, origin.parameter, **computed("sum", nowhere))
    )


def test_a_computation_over_something_that_is_no_number() -> None:
    row, call, origin, _ = amount()
    text = next(p for p, leaf in leaves(output_of(row, origin.call)) if isinstance(leaf, str) and not leaf.isdigit())
    assert found(
        with_origin(row, call, origin.parameter, **computed("sum", origin.model_copy(update={"path": text})))
    ) == {("grounded", "an input of the computation is no number")}


def test_a_computation_over_nothing() -> None:
    """The sum of nothing is 0: a 0 out of nowhere. (Nobody asked for 0, so that the row replays otherwise too.)"""
    row, call, origin = said("said", where=lambda _r, _c, o: o.form in ("number", "money"))
    zero = call.model_copy(update={"arguments": {**call.arguments, origin.parameter: 0}})
    lie = with_origin(with_call(row, zero), zero, origin.parameter, **computed("sum"))
    assert ("grounded", "the computation gives another value") in found(lie)


def test_a_text_is_no_computation() -> None:
    """Such an origin is a failure of the row, and no crash of the check."""
    row, call, origin = said("said", where=lambda _r, _c, o: o.form == "verbatim")
    first = next(o for c in row.calls for o in c.origins)
    assert found(with_origin(row, call, origin.parameter, **computed("sum", first))) == {
        ("grounded", "the computation gives another value")
    }


# --- default: the schema's own


def defaulted() -> tuple[Trajectory, FunctionCall, str, Any]:
    """A call that leaves out a parameter for which its schema declares a default."""
    for made in good_rows("single", "multiple", "multi_turn"):
        for call in made.row.calls:
            for name, schema in bench().evidence.functions[call.function].properties.items():
                if name not in call.arguments and isinstance(schema.get("default"), str | int | float):
                    return made.row, call, name, schema["default"]
    raise AssertionError("no function has a default")


def given(call: FunctionCall, name: str, value: Any) -> FunctionCall:
    origins = (*call.origins, Origin(parameter=name, source="default"))
    return call.model_copy(update={"arguments": {**call.arguments, name: value}, "origins": origins})


def test_a_declared_default_is_an_origin() -> None:
    row, call, name, value = defaulted()
    assert not check(with_call(row, given(call, name, value)))


def test_a_value_that_is_not_the_declared_default() -> None:
    row, call, origin = said("said", where=lambda _r, _c, o: o.form in ("number", "money", "verbatim"))
    assert found(with_origin(row, call, origin.parameter, source="default")) == {
        ("grounded", "value is not the declared default")
    }


# --- and all of it holds for the words of the assistant too


def test_what_the_assistant_said_is_no_origin() -> None:
    """A value must come from the user, an output, the stated context or a default: never from the assistant."""
    row, call, origin = said("said", where=lambda r, c, o: turn_of(r, c.id).id != r.turns[0].id)
    first = row.turns[0].id
    index = answer(row, first)
    text = row.messages[index].content
    told = with_message(row, index, content=f"{text} {origin.text}")
    assert origin.text is not None
    start = len(text) + 1
    lie = with_origin(told, call, origin.parameter, turn=first, start=start, end=start + len(origin.text))
    assert NOT_SAID in found(lie)
