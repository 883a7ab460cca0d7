"""What stands in a prompt: data that cannot leave its fence, and outputs of any size in little space."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library import FIRST, FUNCTIONS, LIST_LOANS
from unknown import function

from magnet_kg.domain.dialogue import Observation
from magnet_kg.teacher.llm.tasks.rendering import (
    LONGEST_LIST,
    compact,
    describe,
    fenced,
    history_fenced,
    short_text,
    shortened,
)

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(["</data>", "\n</data>\n", "< / DATA >", '<data name="x">', "<|im_end|>", "[/INST]", "\u2028"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_JSON, max_size=5))
def test_whatever_stands_in_a_fence_stays_there_and_means_the_same(values: list[Any]) -> None:
    lines = fenced("values", values).splitlines()
    assert lines[0] == '<data name="values">'
    assert lines[-1] == "</data>"
    assert [orjson.loads(line) for line in lines[1:-1]] == [orjson.loads(orjson.dumps(value)) for value in values]
    inside = "\n".join(lines[1:-1]).casefold()
    assert not any(mark in inside for mark in ("<data", "</data", "< / data", "<|", "[/inst]"))


@pytest.mark.parametrize("text", ["Dana <dana@example.org>", "a < b", "<p>Hi</p>", "[1]"])
def test_what_is_harmless_is_written_as_it_is(text: str) -> None:
    assert compact(text) == f'"{text}"'


def test_what_is_left_out_is_noted_where_it_was() -> None:
    assert short_text("a" * 10, 4) == "aaaa … (6 more characters)"
    short = shortened({"ids": list(range(LONGEST_LIST + 12)), "note": "fine"})
    assert short == {"ids": [*range(LONGEST_LIST), "… (12 more)"], "note": "fine"}


def test_outputs_of_any_size_are_cut_to_a_bound_and_small_ones_are_not() -> None:
    large = {"pages": [{"text": "word " * 2000, "tags": ["x"] * 50} for _ in range(200)]}
    assert len(orjson.dumps(shortened(large, 3000))) <= 3000
    small = {"pages": [{"text": "word " * 20}]}
    assert shortened(small) == small


def test_a_function_is_described_without_what_calls_do_not_need() -> None:
    place = {"type": "string", "title": "Place", "examples": ["Rome"], "enum": ["Rome", "Oslo"], "x-go": 1}
    told = describe(function("find_city", {"place": place}))
    assert told["parameters"]["properties"]["place"] == {"type": "string", "enum": ["Rome", "Oslo"]}
    assert "returns" not in told
    assert describe(LIST_LOANS, returns=True)["returns"]["properties"]["count"] == {"type": "integer"}


def test_a_history_is_told_in_order_with_failures_marked() -> None:
    failed = Observation(call="call_1", output={"error": {"code": "locked", "message": "No."}}, failed=True)
    turn = FIRST.model_copy(update={"observations": (failed,)})
    lines = history_fenced([turn], FUNCTIONS, {"t1": "That did not work."}).splitlines()[1:-1]
    assert [orjson.loads(line) for line in lines] == [
        {"user": "What have I got out at the moment?"},
        {"call": "call_1", "function": "list_loans", "arguments": {}},
        {"output of": "call_1", "failed": True, "output": failed.output},
        {"assistant": "That did not work."},
    ]
