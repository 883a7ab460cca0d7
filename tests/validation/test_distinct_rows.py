"""distinct: near duplicates waste a budget and teach by heart."""

from __future__ import annotations

from itertools import islice

from dialogues import KINDS, good_row, good_rows, with_message

from magnet_kg.validation.distinct import DistinctRows, signature


def test_a_row_that_comes_twice() -> None:
    rows = DistinctRows()
    row = good_row("multi_turn")
    assert rows.check("first", signature(row)) is None
    failure = rows.check("second", signature(row))
    assert failure is not None
    assert (failure.check, failure.reason, failure.detail) == ("distinct", "a near duplicate", "first")


def test_a_row_that_differs_in_a_word() -> None:
    rows = DistinctRows()
    row = good_row("multi_turn", lambda r: len(r.calls) > 8)
    rows.remember("first", signature(row))
    nearly = with_message(row, 1, content=f"{row.messages[1].content} Please")
    assert rows.check("second", signature(nearly)) is not None


def test_a_duplicate_of_a_duplicate_is_not_remembered() -> None:
    """What is rejected must not reject others in its turn."""
    rows = DistinctRows()
    row = good_row("single")
    rows.check("first", signature(row))
    rows.check("second", signature(row))
    failure = rows.check("third", signature(row))
    assert failure is not None
    assert failure.detail == "first"


def test_rows_of_different_dialogues_are_distinct() -> None:
    rows = DistinctRows()
    made = {one.row.row: signature(one.row) for kind in KINDS for one in islice(good_rows(kind), 12)}
    assert not [failure for name, digest in made.items() if (failure := rows.check(name, digest))]


def test_what_tools_return_and_the_system_states_does_not_make_rows_distinct() -> None:
    """The same dialogue in another world's clock is the same dialogue."""
    row = good_row("single")
    assert signature(with_message(row, 0, content="It is another day.")) == signature(row)


def test_a_signature_is_the_same_in_any_process() -> None:
    """A run that is resumed compares its rows with those of the day before."""
    row = good_row("single")
    assert signature(row) == signature(type(row).model_validate_json(row.model_dump_json()))
    assert len(signature(row)) == 64 + 1, "64 of the MinHash, and one for the user's own words"


def test_a_row_in_which_the_user_says_the_very_same() -> None:
    """Other worlds give other results, but a model reads the same request again and again."""
    rows = DistinctRows()
    row = good_row("single")
    assert rows.check("first", signature(row)) is None
    at = next(index for index, message in enumerate(row.messages) if message.role == "assistant" and message.content)
    other = with_message(row, at, content="Something else altogether came back this time. " * 20)
    failure = rows.check("second", signature(other))
    assert failure is not None
    assert (failure.reason, failure.detail) == ("the user says the very same", "first")
