"""grounded: a model that is shown values out of nowhere learns to make values up.

Each test takes a good row, lies about where one value comes from and nothing else, and asks that exactly this is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from dialogues import (
    answer,
    argument,
    bench,
    check,
    good_rows,
    turn_of,
    user_message,
    with_call,
    with_message,
    with_origin,
)

from magnet_kg.domain.dialogue import Criterion, FunctionCall, Origin
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.domain.values import leaves, lookup, spread
from magnet_kg.validation.failure import Reading
from magnet_kg.validation.grounded import check_grounded

NOT_SAID = ("grounded", "the words are not in the message")
OTHER_MEANING = ("grounded", "the words do not mean the value")
HIDDEN_CHOICE = ("grounded", "a choice without a criterion")


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def said(
    *sources: str, where: Callable[[Trajectory, FunctionCall, Origin], bool] = lambda *_: True
) -> tuple[Trajectory, FunctionCall, Origin]:
    return argument(lambda row, call, origin: origin.source in sources and where(row, call, origin))


def output_of(row: Trajectory, call: str | None) -> Any:
    return next(o.output for o in row.observations if o.call == call)


# --- no origin at all


def test_a_value_without_any_origin() -> None:
    row, call, origin = said("said")
    origins = tuple(o for o in call.origins if o is not origin)
    assert found(with_call(row, call.model_copy(update={"origins": origins}))) == {
        ("grounded", "value without an origin")
    }


def test_one_element_of_a_list_without_an_origin() -> None:
    """A second guest whom nobody named is as invented as a first one."""
    row, call, origin = bound()
    name = origin.parameter
    invited = call.model_copy(
        update={
            "arguments": {**call.arguments, name: [call.arguments[name], "somebody"]},
            "origins": tuple(
                o.model_copy(update={"parameter": f"{name}.0"}) if o is origin else o for o in call.origins
            ),
        }
    )
    failures = check_grounded(Reading(with_call(row, invited)), bench().evidence)
    assert [(f.reason, f.detail) for f in failures] == [("value without an origin", f"{call.id}.{name}.1 = 'somebody'")]


# --- said and known: words of the user


@pytest.mark.parametrize("source", ["said", "known"])
def test_words_that_stand_elsewhere(source: str) -> None:
    row, call, origin = said(source)
    assert origin.start is not None
    assert found(with_origin(row, call, origin.parameter, start=origin.start + 1)) == {NOT_SAID}


@pytest.mark.parametrize("source", ["said", "known"])
def test_words_that_the_message_does_not_hold(source: str) -> None:
    row, call, origin = said(source)
    assert found(with_origin(row, call, origin.parameter, text="Timbuktu")) == {NOT_SAID}


@pytest.mark.parametrize("source", ["said", "known"])
def test_words_beyond_the_end_of_the_message(source: str) -> None:
    row, call, origin = said(source)
    assert found(with_origin(row, call, origin.parameter, start=9000, end=9010)) == {NOT_SAID}


def test_words_of_a_turn_that_does_not_exist() -> None:
    row, call, origin = said("said")
    assert found(with_origin(row, call, origin.parameter, turn="t99")) == {NOT_SAID}


def test_words_without_a_place() -> None:
    row, call, origin = said("said")
    assert found(with_origin(row, call, origin.parameter, start=None, end=None)) == {NOT_SAID}


def test_words_that_are_said_only_after_the_call() -> None:
    """Nothing may be known before it is said."""

    def early(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        return row.kind == "multi_turn" and origin.turn == row.turns[0].id and not row.tools_added

    row, call, origin = said("said", where=early)
    late = row.messages[-1].turn or ""
    index = user_message(row, late)
    text = row.messages[index].content
    told = with_message(row, index, content=f"{text} {origin.text}")
    assert origin.text is not None
    start = len(text) + 1
    lie = with_origin(told, call, origin.parameter, turn=late, start=start, end=start + len(origin.text))
    assert not check(told)
    assert found(lie) == {NOT_SAID}


@pytest.mark.parametrize("form", ["verbatim", "number", "money", "day", "moment", "choice", "currency", "duration"])
def test_words_that_mean_another_value(form: str) -> None:
    """The words are there, and they are the user's, but the value is not what they say."""
    row, call, origin = argument(
        lambda r, _c, o: o.source == "said" and o.form == form and bool(_other_words(r, o)),
        "single", "parallel", "multiple", "multi_turn",
    )  # fmt: skip
    other = _other_words(row, origin)
    assert other is not None
    lie = with_origin(row, call, origin.parameter, start=other.start(), end=other.end(), text=other[0])
    assert found(lie) == {OTHER_MEANING}


def _other_words(row: Trajectory, origin: Origin) -> re.Match[str] | None:
    """A word of the same message that stands outside of the origin's and means something else."""
    own = row.messages[user_message(row, origin.turn or "")].content.split("\n\n")[0]
    return next((w for w in re.finditer(r"\b[a-z]{3,}\b", own) if w[0] not in (origin.text or "").lower()), None)


def test_words_read_in_a_form_that_gives_another_value() -> None:
    row, call, origin = said("said", where=lambda _r, _c, o: o.form == "day")
    assert found(with_origin(row, call, origin.parameter, form="verbatim")) == {OTHER_MEANING}


def test_an_unknown_form_means_the_words_as_they_are() -> None:
    row, call, origin = said("said", where=lambda _r, _c, o: o.form == "number")
    assert found(with_origin(row, call, origin.parameter, form="telepathy")) == {OTHER_MEANING}


def test_a_part_of_a_longer_word_is_not_what_somebody_said() -> None:
    """Else "art" could be traced to "party" and 1 to "15"."""
    row, call, origin = said("said", where=lambda _r, c, o: o.form == "verbatim" and " " not in str(o.text))
    index = user_message(row, origin.turn or "")
    text = row.messages[index].content
    hidden = with_message(row, index, content=f"{text} (un{origin.text}ness)")
    start = len(text) + len(" (un")
    lie = with_origin(hidden, call, origin.parameter, start=start, end=start + len(origin.text or ""))
    assert found(lie) == {NOT_SAID}


def test_a_digit_of_a_longer_number_is_not_what_somebody_said() -> None:
    def counted(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        return origin.form == "number" and (origin.text or "").isdigit() and not row.tools_added

    row, call, origin = said("said", where=counted)
    index = user_message(row, origin.turn or "")
    text = row.messages[index].content
    for number, offset in ((f"{origin.text}7", 0), (f"7{origin.text}", 1), (f"{origin.text},000", 0)):
        hidden = with_message(row, index, content=f"{text} ({number})")
        start = len(text) + 2 + offset
        lie = with_origin(hidden, call, origin.parameter, start=start, end=start + len(origin.text or ""))
        assert found(lie) == {NOT_SAID}, number


def test_words_of_a_definition_that_is_announced_are_not_the_user_s() -> None:
    row, call, origin = argument(lambda r, c, _: turn_of(r, c.id).id in r.tools_added, "multi_turn")
    turn = turn_of(row, call.id).id
    content = row.messages[user_message(row, turn)].content
    start = content.index('"type"') + 1
    lie = with_origin(
        row, call, origin.parameter,
        source="said", turn=turn, start=start, end=start + 4, text="type", form="verbatim", criterion=None,
    )  # fmt: skip
    assert NOT_SAID in found(lie)


def test_a_day_that_is_read_from_a_today_of_which_the_model_does_not_know() -> None:
    """ "Tomorrow" is nothing without today; a today that the system message does not state is a lie."""
    row, _, _ = said("said", where=lambda _r, _c, o: o.form == "day")
    text = row.messages[0].content
    assert str(row.context.now.year) in text
    for other in (text.replace(str(row.context.now.year), "2031"), "You are a helpful assistant."):
        assert found(with_message(row, 0, content=other)) >= {("grounded", "the system message does not state today")}


# --- bound: a value of an earlier output


def bound(where: Callable[[Trajectory, FunctionCall, Origin], bool] = lambda *_: True) -> Any:
    return said("bound", where=where)


def test_an_output_that_is_not_in_the_row() -> None:
    """A lookup whose output nothing uses any more is not needed either; what was asked for itself is."""
    row, call, origin = bound(_from_asked)
    assert found(with_origin(row, call, origin.parameter, call="call_99")) == {
        ("grounded", "the output it comes from is not in the row")
    }


def test_a_path_that_the_output_does_not_have() -> None:
    row, call, origin = bound()
    for path in ("no.such.path", f"{origin.path}.deeper", "0", ""):
        assert found(with_origin(row, call, origin.parameter, path=path)) == {
            ("grounded", "the output has no such path")
        }, path


def test_no_path_at_all() -> None:
    row, call, origin = bound()
    assert found(with_origin(row, call, origin.parameter, path=None)) == {
        ("grounded", "the output it comes from is not in the row")
    }


def test_a_path_to_another_value() -> None:
    row, call, origin = bound()
    value = lookup(call.arguments, origin.parameter)
    other = next(p for p, leaf in leaves(output_of(row, origin.call)) if leaf != value and str(leaf) != str(value))
    assert found(with_origin(row, call, origin.parameter, path=other)) == {
        ("grounded", "the output holds another value")
    }


def test_an_output_that_came_only_later() -> None:
    """The own output of a call, or a later one, holds many of its values: that is no origin."""

    def echoed(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
        value = lookup(call.arguments, origin.parameter)
        return _from_asked(row, call, origin) and any(leaf == value for _, leaf in leaves(output_of(row, call.id)))

    row, call, origin = bound(echoed)
    value = lookup(call.arguments, origin.parameter)
    path = next(p for p, leaf in leaves(output_of(row, call.id)) if leaf == value)
    assert found(with_origin(row, call, origin.parameter, call=call.id, path=path)) == {
        ("grounded", "the output it comes from came later")
    }


def _from_asked(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
    """From a call that was asked for itself, so that nothing inserted loses its use; used by no inserted call."""
    roles = {s.id: s.role for t in row.turns for s in t.steps}
    source = next((c for c in row.calls if c.id == origin.call), None)
    return source is not None and roles[source.step] == "walk" and roles[call.step] == "walk"


def _of_list(row: Trajectory, call: FunctionCall, origin: Origin) -> bool:
    alone = sum(o.call == origin.call for o in call.origins) == 1
    if not alone or origin.criterion is None or origin.criterion.take == "first":
        return False
    places = re.sub(r"\.\d+(?=\.|$)", "[]", origin.path or "")
    return len({f.value for f in spread(output_of(row, origin.call), places)}) > 1


def test_one_of_several_that_is_called_the_only_one() -> None:
    """A choice must say its criterion: "bound" would hide that somebody picked."""
    row, call, origin = said("chosen", where=_of_list)
    assert found(with_origin(row, call, origin.parameter, source="bound", criterion=None)) == {HIDDEN_CHOICE}


# --- chosen: one of a list, by a criterion that decides


def chosen(*takes: str) -> tuple[Trajectory, FunctionCall, Origin]:
    return said(
        "chosen", where=lambda r, c, o: o.criterion is not None and o.criterion.take in takes and o.turn is not None
    )


def test_a_choice_without_a_criterion() -> None:
    row, call, origin = chosen("min", "max", "match")
    assert found(with_origin(row, call, origin.parameter, criterion=None)) == {HIDDEN_CHOICE}


@pytest.mark.parametrize("take", ["min", "max"])
def test_a_criterion_that_chooses_another_one(take: str) -> None:
    row, call, origin = chosen(take)
    assert origin.criterion is not None
    opposite = Criterion(take="max" if take == "min" else "min", by=origin.criterion.by)
    reasons = found(with_origin(row, call, origin.parameter, criterion=opposite))
    # Where several share the other end, the criterion does not even decide.
    assert reasons <= {
        ("grounded", "the criterion chooses another one"),
        ("grounded", "the criterion does not decide"),
    }
    assert reasons


def test_a_criterion_by_a_field_that_is_not_there() -> None:
    row, call, origin = chosen("min", "max")
    assert origin.criterion is not None
    nowhere = Criterion(take=origin.criterion.take, by="beauty")
    assert found(with_origin(row, call, origin.parameter, criterion=nowhere)) == {
        ("grounded", "the criterion is not among the fields")
    }


def test_a_criterion_that_fits_nothing() -> None:
    row, call, origin = chosen("match")
    assert origin.criterion is not None
    nothing = Criterion(take="match", match=dict.fromkeys(origin.criterion.match, "Timbuktu"))
    assert found(with_origin(row, call, origin.parameter, criterion=nothing)) == {
        ("grounded", "nothing fits the criterion")
    }


def test_a_criterion_that_fits_all_of_them() -> None:
    row, call, origin = said("chosen", where=_of_list)
    assert found(with_origin(row, call, origin.parameter, criterion=Criterion(take="match"))) == {
        ("grounded", "the criterion does not decide")
    }


def test_a_criterion_that_nobody_said() -> None:
    row, call, origin = chosen("min", "max", "match", "last")
    silent = {"turn": None, "start": None, "end": None, "text": None}
    assert ("grounded", "nobody said the criterion") in found(with_origin(row, call, origin.parameter, **silent))


def test_a_criterion_whose_words_are_not_in_the_message() -> None:
    row, call, origin = chosen("min", "max", "match")
    assert found(with_origin(row, call, origin.parameter, text="the ugliest one")) == {NOT_SAID}


def test_words_that_do_not_name_what_is_chosen() -> None:
    row, call, origin = chosen("match")
    content = row.messages[user_message(row, origin.turn or "")].content
    word = next(w for w in content.split() if w.isalpha() and w not in (origin.text or ""))
    start = content.index(word)
    lie = with_origin(row, call, origin.parameter, start=start, end=start + len(word), text=word)
    assert ("grounded", "the words do not name what is chosen") in found(lie) or NOT_SAID in found(lie)
    assert {name for name, _ in found(lie)} == {"grounded"}


def test_a_choice_from_what_is_no_list() -> None:
    """Such an origin is a failure of the row, and no crash of the check."""
    row, call, origin = bound(lambda _r, _c, o: not any(name.isdigit() for name in (o.path or "").split(".")))
    lie = with_origin(row, call, origin.parameter, source="chosen", criterion=Criterion(take="first"))
    assert found(lie) == {("grounded", "nothing to choose from")}


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
