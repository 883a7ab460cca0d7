"""A catalog comes without phrases: its functions must still be asked for and reported, in plain words."""

from __future__ import annotations

import asyncio
from functools import cache
from random import Random
from typing import Any

import pytest
from dialogues import SEED, bench, check, judged
from garage import toolkit
from hypothesis import given, settings
from hypothesis import strategies as st
from unknown import function

from magnet_kg.distillation.positive import distill_trajectory
from magnet_kg.domain.dialogue import FunctionCall, Observation
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Kind
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot
from magnet_kg.teacher.rules.fallback import make_phrases
from magnet_kg.teacher.rules.grammar import Fill, Piece, joined, parse
from magnet_kg.teacher.rules.report import render_report
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.translation.translate import translate_path
from magnet_kg.validation.failure import Evidence


def told(output: Any) -> str:
    """The report of a function without phrases that gave this."""
    one = function("get_rates", {}, {})
    call = FunctionCall(id="call_1", step="s1", function=one.id, arguments={})
    return render_report(make_phrases(one).report[0], call, Observation(call="call_1", output=output))


@pytest.mark.parametrize(
    ("description", "clause"),
    [
        ("Get the weather for a city.", "get the weather for a city"),
        ("Returns the weather. Needs a city.", "get the weather"),
        ("Creates a new issue", "create a new issue"),
        ("Fetches all issues; slow.", "fetch all issues"),
        ("Searches issues: by text.", "search issues"),
        ("Applies a label", "apply a label"),
        ("Uses the cache", "use the cache"),
        ("Processes a payment", "process a payment"),
        ("Get rates (in USD) [cached] for the base", "get rates for the base"),
        ("This operation deletes the specified issue.", "delete the issue"),
        ("Use this action to start a build", "start a build"),
        ("Provides information about the given issue.", "get the issue"),
        ("Lists the issues that match the filter in the request.", "list the issues"),
        ("Gets a BuildResult.", "get a build result"),
        ("API call for rates", "get the it"),
        ("", "get the it"),
        ("...", "get the it"),
    ],
)
def test_the_request_is_the_description_s_first_clause_as_an_imperative(description: str, clause: str) -> None:
    one = function("get_it").model_copy(update={"description": description})
    assert make_phrases(one).ability == clause


@pytest.mark.parametrize("name", ["city", "page-size", "$top", "user.name", "类型", "contactId"])
def test_every_required_value_is_named_whatever_it_is_called(name: str) -> None:
    phrases = make_phrases(function("get_it", {name: "text", "more": "text"}, optional=("more",)))
    for source in phrases.imperative:
        assert parse(source).needed == {name}


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.sampled_from(["a", "b-c", "$d"]), unique=True))
def test_any_description_gives_words_that_say_every_value(description: str, names: list[str]) -> None:
    one = function("get_it", dict.fromkeys(names, "text")).model_copy(update={"description": description})

    def value(name: str) -> Fill[str]:
        return lambda _form: [Piece(f"<{name}>")]

    for source in make_phrases(one).imperative:
        text = joined(parse(source).render({name: value(name) for name in names}, Random(0)))
        assert text.strip()
        assert all(f"<{name}>" in text for name in names)


@pytest.mark.parametrize(
    ("output", "parts"),
    [
        ({"rate": 1.5, "currency": "EUR"}, ["rate is 1.5", "currency is EUR"]),
        ({"total_price": 1200.0}, ["total price is 1,200"]),
        ({"day": "2026-11-27"}, ["day is Friday, 27 November"]),
        ({"starts_at": "2026-11-27T18:40:00"}, ["started on Friday, 27 November at 6:40 pm"]),
        ({"items": ["a", "b", "c"], "next": None}, ["3 rates", "a, b and c"]),
        ({"items": []}, ["no rates"]),
        ({"items": [{"name": "x", "status": "open"}], "nextToken": "abc"}, ["one", "x (open)"]),
        ({"items": [{"id": f"i-{n}"} for n in range(9)]}, ["9 rates", "i-0", "5 more"]),
        ({"done": True, "seen": False}, ["done is yes", "seen is no"]),
        ({"nothing": None}, ["nothing"]),
        ({"inner": {"a": 1}, "name": "x"}, ["x", "a is 1"]),
        ({}, ["nothing"]),
        ([1, 2], ["2 rates"]),
        ("fine", ["fine"]),
    ],
)
def test_a_report_gives_what_came_back(output: Any, parts: list[str]) -> None:
    text = told(output)
    assert all(part in text for part in parts), text
    assert "None" not in text
    assert "abc" not in text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values)
def test_anything_that_a_function_may_return_can_be_reported(output: Any) -> None:
    assert told(output)


# --- a whole toolkit without phrases


@cache
def stranger() -> tuple[ToolkitExecutor, RulesTeacher, PathMaker]:
    executor = ToolkitExecutor([toolkit])
    settings_ = PathSettings(shortest=2, distractors=(2, 3))
    return executor, RulesTeacher({}), PathMaker(executor.functions, judged(executor.functions), settings_)


def rows(kind: Kind, count: int) -> list[Trajectory]:
    executor, teacher, maker = stranger()
    made = []
    for drawn in maker.make([Slot(f"garage-{kind}-{number}", kind, SEED, number, number) for number in range(count)]):
        if isinstance(drawn, str):
            continue
        try:
            dialogue = asyncio.run(translate_path(teacher, executor, drawn))
        except Untranslatable:
            continue
        made.append(asyncio.run(distill_trajectory(teacher, executor, dialogue)))
    return made


@pytest.mark.parametrize("kind", ["single", "parallel", "multiple", "multi_turn"])
def test_a_toolkit_without_phrases_gives_good_rows(kind: Kind) -> None:
    executor, _, _ = stranger()
    evidence = Evidence(executor.functions, executor)
    made = rows(kind, 30)
    good = [row for row in made if not check(row, evidence)]
    assert len(good) >= 3, [check(row, evidence) for row in made]
    assert len(good) >= len(made) * 0.6, [check(row, evidence) for row in made]


def test_a_function_without_phrases_is_asked_for_and_reported() -> None:
    made = rows("single", 40)
    row = next(r for r in made if r.calls[0].function == "garage/find_garages")
    city = row.calls[0].arguments["city"]
    assert f"garages in {city}" in row.messages[1].content
    assert "3 garages" in row.messages[-1].content


def test_phrases_are_preferred_to_what_is_made_up() -> None:
    known = next(iter(bench().phrases))
    one = bench().executor.functions[known]
    assert bench().teacher.phrases_for(one) == bench().phrases[known]
    assert RulesTeacher({}).phrases_for(one) == make_phrases(one)
