"""The small grammar: what it loses or misplaces is lost in a user's message, or proven at the wrong place."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.teacher.rules.grammar import Fill, GrammarError, Piece, Template, joined, literal, parse

NAMES = ("city", "day", "amount")
MOST = settings(max_examples=300, deadline=None)
texts = st.text(st.sampled_from("abc ,.'?é–"), max_size=8)
slots = st.sampled_from(NAMES).map(lambda name: "{" + name + "}") | st.just("{city:poss}")


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    choices = st.lists(inner, min_size=1, max_size=3).map(lambda options: f"({'|'.join(options)})")
    brackets = inner.map(lambda part: f"[{part}]")
    return st.lists(texts | inner | choices | brackets, max_size=4).map("".join)


templates = st.recursive(texts | slots, _wider, max_leaves=8)


def fill(name: str) -> Fill[str]:
    def pieces(form: str | None) -> list[Piece[str]]:
        return [Piece(f"<{name}>", meaning=name if form is None else f"{name}:{form}")]

    return pieces


def render(template: Template, given_: tuple[str, ...], seed: int) -> list[Piece[str]]:
    return template.render({name: fill(name) for name in given_}, Random(seed))


@MOST
@given(templates, st.integers(0, 1000))
def test_every_slot_outside_of_brackets_and_choices_is_said(source: str, seed: int) -> None:
    """`needed` tells who renders what must be given; with it, nothing can be missing."""
    template = parse(source)
    pieces = render(template, tuple(template.needed), seed)
    said = {piece.meaning.split(":")[0] for piece in pieces if piece.meaning}
    plain = {name for name in template.needed if "(" not in source}
    assert plain <= said <= template.needed


@MOST
@given(templates, st.integers(0, 1000))
def test_each_value_stands_where_its_piece_says(source: str, seed: int) -> None:
    """Spans of mentions are sums of piece lengths: the text of the pieces must be the message."""
    pieces = render(parse(source), NAMES, seed)
    text = joined(pieces)
    at = 0
    for piece in pieces:
        if piece.meaning is not None:
            assert text[at : at + len(piece.text)] == f"<{piece.meaning.split(':')[0]}>"
        at += len(piece.text)
    assert at == len(text)


@MOST
@given(templates, st.integers(0, 1000))
def test_the_same_choices_give_the_same_words(source: str, seed: int) -> None:
    template = parse(source)
    assert joined(render(template, NAMES, seed)) == joined(render(template, NAMES, seed))


@MOST
@given(templates)
def test_no_bracket_of_the_grammar_is_left_in_the_words(source: str) -> None:
    assert not set("()[]{}|") & set(joined(render(parse(source), NAMES, 1)))


@MOST
@given(templates)
def test_needed_and_optional_slots_do_not_overlap(source: str) -> None:
    template = parse(source)
    assert not template.needed & template.optional
    assert template.needed | template.optional <= set(NAMES)


@given(st.text(st.sampled_from("ab{}()[]|:1 "), max_size=12))
def test_any_text_is_a_template_or_an_error_that_says_where(source: str) -> None:
    try:
        template = parse(source)
    except GrammarError as error:
        where = str(error)
    else:
        where = "at no character"
        template.render({name: fill(name) for name in template.needed | template.optional}, Random(0))
    assert "character" in where


@pytest.mark.parametrize(
    "source",
    [
        "(a|b",
        "a)",
        "[a",
        "a]",
        "{",
        "}",
        "{}",
        "{city",
        "{city:}",
        "{two words}",
        "a {city} (b [c)",
        "((a)",
        "[[a]",
        "([a)]",
    ],
)
def test_an_unbalanced_bracket_is_an_error(source: str) -> None:
    with pytest.raises(GrammarError):
        parse(source)


def test_a_part_in_brackets_is_used_when_its_values_are_there() -> None:
    template = parse("a table[ for {amount}][ on {day}]")
    assert joined(render(template, (), 0)) == "a table"
    assert joined(render(template, ("day",), 0)) == "a table on <day>"
    assert joined(render(template, NAMES, 0)) == "a table for <amount> on <day>"
    assert (template.needed, template.optional) == (frozenset(), frozenset({"amount", "day"}))


def test_a_part_in_brackets_without_values_is_used_now_and_then() -> None:
    said = {joined(render(parse("well[, well]"), (), seed)) for seed in range(30)}
    assert said == {"well", "well, well"}


def test_every_alternative_is_used() -> None:
    said = {joined(render(parse("(go|fly|)( now| soon)"), (), seed)) for seed in range(100)}
    assert said == {"go now", "go soon", "fly now", "fly soon", " now", " soon"}


def test_alternatives_may_hold_slots_and_brackets() -> None:
    template = parse("(in {city}|there)[ (on|for) {day}]")
    assert template.needed == {"city"}
    said = {joined(render(template, NAMES, seed)) for seed in range(50)}
    assert said == {"in <city> on <day>", "in <city> for <day>", "there on <day>", "there for <day>"}


def test_a_slot_that_is_not_given_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError, match="city"):
        render(parse("to {city}"), (), 0)


def test_the_form_of_a_slot_reaches_who_fills_it() -> None:
    assert [piece.meaning for piece in render(parse("{city:poss} {city}"), ("city",), 0) if piece.meaning] == [
        "city:poss",
        "city",
    ]


@given(st.text(max_size=20), st.integers(0, 9))
def test_any_text_can_be_said_as_it_is(text: str, seed: int) -> None:
    assert joined(parse(f"({literal(text)}|{literal(text)})").render({}, Random(seed))) == text
