"""A request with a value forgotten: it has lost the value and what led to it, and still asks for something."""

from __future__ import annotations

from magnet_kg.teacher.rules.omit import leave_out


def test_a_value_goes_with_what_leads_to_it() -> None:
    left = leave_out("find a hotel in {city}", "city")
    assert left is not None
    assert left.source == "find a hotel"


def test_a_label_is_not_left_without_its_value() -> None:
    assert leave_out("what is the energy, given a mass of {mass} and a height {height}", "height") is None
    assert leave_out("tempo {bpm}, beat count {beats}", "beats") is None


def test_what_is_left_is_more_than_a_word_whatever_may_follow() -> None:
    assert leave_out("sd of {values}[, for the whole {group}]", "values") is None


def test_what_is_cut_ends_where_its_sentence_begins() -> None:
    """ "I'll be working with CdS." alone asks for nothing."""
    source = "I'll be working with {substance} from next week on; show me its safety sheet on {section}"
    left = leave_out(source, "section")
    assert left is not None
    assert left.source == "I'll be working with {substance} from next week on; show me its safety sheet"
    assert leave_out("clinics in {city} do {treatment}", "treatment") is None
