"""grounded: a model that is shown values which nobody said learns to make values up.

Each test takes a good row, lies about where one value comes from and nothing else, and asks that exactly this is found.
"""

from __future__ import annotations

import re

import pytest
from dialogues import (
    argument,
    bench,
    check,
    turn_of,
    user_message,
    with_call,
    with_message,
    with_origin,
)
from origins import NOT_SAID, OTHER_MEANING, bound, found, said

from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.validation.failure import Reading
from magnet_kg.validation.grounded import check_grounded

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
