"""Names and texts of other people's catalogs: fit for every provider, told apart, and short enough to be read."""

from __future__ import annotations

import re
import time

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnet_kg.catalog.normalize import _SURELY_RIGHT, brief, choices, fit_name, in_words, plain_text, usable_pattern
from magnet_kg.domain.function import NAME_PATTERN

TEXTS = st.text(max_size=200)


@given(TEXTS)
def test_every_name_is_made_fit(original: str) -> None:
    assert re.fullmatch(NAME_PATTERN, fit_name(original))


@given(st.from_regex(NAME_PATTERN, fullmatch=True).filter(lambda name: not name.startswith("_") and name[-1] != "_"))
def test_a_name_that_fits_stays(original: str) -> None:
    assert fit_name(original) == original


@given(st.lists(st.one_of(TEXTS, st.text("a._-/ ", max_size=80)), unique=True, max_size=30))
def test_two_originals_never_share_a_name(originals: list[str]) -> None:
    taken: dict[str, str] = {}
    for original in originals:
        name = fit_name(original, taken)
        assert re.fullmatch(NAME_PATTERN, name)
        assert name not in taken
        taken[name] = original


def test_long_names_that_differ_at_their_end_differ() -> None:
    one, other = (fit_name(f"service_{'describe_' * 10}{end}") for end in ("instances", "volumes"))
    assert one != other
    assert one.startswith("service_describe_")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>Lists the <code>Vpc</code>s.</p> <p>Paged.</p>", "Lists the Vpcs. Paged."),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("See <a href='https://x.example/?a=1&b=2'>the guide</a>, please", "See the guide, please"),
        ("Format: projects/<project>/topics/<topic>", "Format: projects/<project>/topics/<topic>"),
        ("a &lt;b&gt; &amp; c &#39;d&#39;", "a <b> & c 'd'"),
        ("See [resource names]( https://x.example/a_b) and `topic`.", "See resource names and topic."),
        ("See the [rules](https://x.example#names).", "See the rules."),
        ("**Note:** `x` is 2 ** 3", "Note: x is 2 ** 3"),
        ("# Title\n\nText\nover\tlines", "Title Text over lines"),
        ("```json\n{\"a\": 1}\n```", '{"a": 1}'),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)  # fmt: skip
def test_markup_goes_and_what_is_said_stays(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text(st.sampled_from("ab .!?<>/p`*[]()&;#\n"), max_size=600), st.integers(20, 200))
def test_a_text_is_never_longer_than_it_may_be(text: str, limit: int) -> None:
    assert len(brief(text, limit)) <= limit
    assert "\n" not in brief(text, limit)


def test_a_text_ends_at_a_sentence_and_not_at_an_abbreviation() -> None:
    text = "Give a region, e.g. Frankfurt. It is required. " + "More of this follows here. " * 20
    assert brief(text, 50) == "Give a region, e.g. Frankfurt. It is required."
    assert (
        brief("Give a region, e.g. Frankfurt or any other of the many regions", 30) == "Give a region, e.g. Frankfurt…"
    )


def test_pages_that_are_not_here_are_not_named() -> None:
    text = "Creates a bucket. For more information, see Buckets (v2.1) in the guide. It is private."
    assert brief(text, 200) == "Creates a bucket. It is private."
    assert brief("For more information, see the guide.", 200) == "For more information, see the guide."


def test_a_description_of_a_megabyte_takes_no_time() -> None:
    started = time.process_time()
    assert len(brief("<p>Very <b>long</b>.</p> " * 40_000 + "<" * 100_000, 300)) <= 300
    assert time.process_time() - started < 1


@given(st.from_regex(_SURELY_RIGHT, fullmatch=True))
def test_a_pattern_that_need_not_be_tried_is_right(pattern: str) -> None:
    re.compile(pattern)
    jsonschema_rs.validator_for({"pattern": pattern})


@pytest.mark.parametrize("pattern", [".*", "^.+$", r"[\s\S]*", r"(?s).*", "(", r"[\w-_]*", r"\p{Nope}", "a{1,9999999}"])
def test_patterns_that_say_nothing_or_that_nobody_reads(pattern: str) -> None:
    assert not usable_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"^vpc-[0-9a-f]{8}$", "^projects/[^/]+/topics/[^/]+$", r"\d{12}"])
def test_patterns_that_say_something(pattern: str) -> None:
    assert usable_pattern(pattern)


def test_a_thousand_choices_are_told_by_a_few() -> None:
    assert choices(["a", "b"]) == {"enum": ["a", "b"]}
    assert choices([f"type {number}" for number in range(1000)]) == {"examples": [f"type {n}" for n in range(5)]}


def test_a_name_in_words() -> None:
    assert in_words("batchGet_items") == "batch get items"
