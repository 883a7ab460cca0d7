"""What every function of every toolkit must do: tests that run over whatever is installed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice
from random import Random

import jsonschema_rs
import pytest
from dialogues import KINDS, bench, failures, make

from magnet_kg.catalog.concepts import is_sayable, stated_fact
from magnet_kg.domain.dialogue import FunctionCall, Observation
from magnet_kg.domain.function import NAME_PATTERN, Function
from magnet_kg.execution.finding import find_toolkits
from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.teacher.rules.grammar import Fill, Piece, joined, parse
from magnet_kg.teacher.rules.phrases import Known, toolkit_phrases
from magnet_kg.teacher.rules.report import render_report

Made = tuple[FunctionCall, Observation]
ALL = sorted(one for toolkit in find_toolkits() for one in toolkit.functions)
# Functions for which no call of the dialogues below says anything: they are tested by their toolkit's own tests.
REACHED = 0.97


@cache
def calls() -> dict[str, list[Made]]:
    """Calls and what they gave, by function, as dialogues make them that start once at every function."""
    made: dict[str, list[Made]] = defaultdict(list)
    for call, observation in islice(_calls(), 100_000):
        made[call.function].append((call, observation))
    return made


def _calls() -> Iterator[Made]:
    for number in range(len(ALL)):
        for kind in KINDS if number < 40 else ("multiple",):
            one = make(kind, number)
            for turn in one.dialogue.turns if one is not None else ():
                yield from zip(turn.calls, turn.observations, strict=True)


def function(one: str) -> Function:
    return bench().executor.functions[one]


def test_dialogues_reach_nearly_every_function() -> None:
    """A function that no dialogue reaches is work that no data set gets anything of."""
    missed = sorted(set(ALL) - set(calls()))
    assert len(missed) <= len(ALL) * (1 - REACHED), f"{len(missed)} of {len(ALL)} not reached: {', '.join(missed)}"


def test_most_functions_take_what_another_one_gives() -> None:
    """Value flow is what dialogues of several turns are made of (the project's bar: 70 %), across toolkits too."""
    neighbourhood = bench().neighbourhood
    fed = [one for one in ALL if any(e.dependency.bindings for e in neighbourhood.into(one))]
    across = [e for one in ALL for e in neighbourhood.into(one) if e.source.split("/")[0] != one.split("/")[0]]
    assert len(fed) >= 0.7 * len(ALL)
    assert len(across) >= 0.2 * sum(len(neighbourhood.into(one)) for one in ALL)


@pytest.mark.parametrize("toolkit", find_toolkits(), ids=lambda toolkit: toolkit.name)
def test_a_toolkit_has_no_fault(toolkit: Toolkit) -> None:
    """A run takes the package's own phrases as they are: what is wrong with them has to show here."""
    assert not toolkit.faults
    assert not toolkit_phrases(toolkit)[1]


@pytest.mark.parametrize("number", range(25))
def test_the_same_calls_in_the_same_world_give_the_same(number: int) -> None:
    one = make("multi_turn", number)
    if one is not None:
        assert not [f for f in failures("multi_turn", number) if f.check == "replay"]


def test_few_calls_fail() -> None:
    """A rehearsed call fails only where that is worth seeing."""
    failed = [call.function for made in calls().values() for call, seen in made if seen.failed]
    assert len(failed) <= sum(len(made) for made in calls().values()) * 0.05, failed


@pytest.mark.parametrize("one", ALL)
def test_a_function_can_be_offered_to_any_provider(one: str) -> None:
    made = function(one)
    assert re.match(NAME_PATTERN, made.name)
    assert made.description.endswith(".")
    jsonschema_rs.meta.validate(made.parameters)
    jsonschema_rs.meta.validate(made.returns or {})
    for name, schema in made.properties.items():
        assert schema.get("description"), f"{name} has no description"
        assert schema.get("type") or schema.get("enum"), f"{name} has no type"
    assert set(made.required) <= made.properties.keys()
    assert made.returns is not None
    assert made.returns["properties"], "a function that returns nothing leads nowhere"
    assert "$ref" not in str(made.as_tool())


@pytest.mark.parametrize("one", ALL)
def test_a_function_has_phrases_that_leave_nothing_out(one: str) -> None:
    entry = bench().phrases[one]
    made = function(one)

    def value(name: str) -> Fill[str]:
        return lambda _form: [Piece(f"<{name}>")]

    for sources in (entry.imperative, entry.question, entry.situation):
        for source in sources:
            for seed in range(3):
                given = {name: value(name) for name in made.required}
                text = joined(parse(source).render(given, Random(seed)))
                # What the system message states need not be said ("when it's noon here").
                said = [name for name in made.required if stated_fact(made, name) is None]
                assert all(f"<{name}>" in text for name in said), text
                assert "_" not in re.sub(r"<\w+>", "", text), "an identifier in a person's words"
    assert made.name not in entry.ability


@pytest.mark.parametrize("one", ALL)
def test_a_function_is_asked_for_in_many_ways(one: str) -> None:
    """Few ways make users who all sound alike: a model then learns the sentence and not the wish."""
    entry = bench().phrases[one]
    made = function(one)
    for form, sources in (*entry.ways.items(), ("reason", entry.reason), ("report", entry.report)):
        enough = 2 if form == "follow_up" else 4
        if form != "follow_up" or made.required:
            assert len(set(sources)) >= enough, f"{form}: {len(set(sources))} of {enough}"
    for name in made.required:
        if isinstance(entry.values.get(name), Known) or not is_sayable(made, name):
            continue
        if stated_fact(made, name) is None:
            assert len(set(entry.question_for.get(name, []))) >= 3, f"too few questions for {name}"
            assert len(set(entry.answer.get(name, []))) >= 3, f"too few answers for {name}"
    if entry.wish is not None:
        assert len(set(entry.wish.same)) >= 8
        assert len(set(entry.wish.later)) >= 6


@pytest.mark.parametrize("one", ALL)
def test_what_a_function_gives_is_what_its_schema_says(one: str) -> None:
    """The edges of the graph are judged from this schema."""
    validator = jsonschema_rs.validator_for({"additionalProperties": False, **(function(one).returns or {})})
    for call, seen in calls().get(one, []):
        if not seen.failed:
            error = next(validator.iter_errors(seen.output), None)
            assert error is None, f"{call.arguments} gave {seen.output}: {error.message if error else ''}"


@pytest.mark.parametrize("one", ALL)
def test_every_report_can_be_told_of_what_really_came_back(one: str) -> None:
    """Each template, not only the one that was drawn: an empty list, or a value that is missing, breaks some."""
    for call, seen in calls().get(one, [])[:40]:
        if seen.failed:
            continue
        for source in bench().phrases[one].report:
            text = render_report(source, call, seen)
            assert text, f"nothing is told by “{source}”"
            assert text == text.strip()
            assert not re.search(r"\bNone\b(?! of)|\{\{|\}\}|\{%|  | [,.;!?](?!\d)|undefined", text), text


@pytest.mark.parametrize("one", ALL)
def test_errors_are_sentences_for_people(one: str) -> None:
    for call, seen in calls().get(one, []):
        if seen.failed:
            message = seen.output["error"]["message"]
            assert re.match(r"^[A-Z“\"].*[.!?]$", message), f"{call.arguments}: {message}"
