"""Several calls of one function in one message: a list of what differs, and what holds for all of them said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from dialogues import Made, bench, good_rows

from magnet_kg.domain.dialogue import Mention
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.plan import Source, StepPlan, Together, TurnPlan
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.teacher import PLAIN
from magnet_kg.teacher.rules.together import choose_together, in_common, listable, ways_to_list
from magnet_kg.teacher.rules.write import Writer

WEATHER = bench().executor.functions["places/get_weather_now"]
PARALLEL = [made for made, _ in zip(good_rows("parallel"), range(150), strict=False)]


def spans(made: Made) -> Iterator[list[Mention]]:
    """The mentions of each place of a message."""
    found: dict[tuple[int, int], list[Mention]] = {}
    for mention in made.dialogue.turns[0].user.mentions:
        found.setdefault((mention.start, mention.end), []).append(mention)
    yield from found.values()


def test_what_is_said_once_means_the_same_for_each_call_that_needs_it() -> None:
    shared = 0
    for made in PARALLEL:
        calls = {call.step: call for turn in made.dialogue.turns for call in turn.calls}
        for together in spans(made):
            shared += len(together) > 1
            assert len({one.step for one in together}) == len(together), "said twice for one call"
            assert len({one.parameter for one in together}) == 1
            for one in together:
                assert one.value is None or calls[one.step].arguments[one.parameter.partition(".")[0]] is not None
                assert one.value == together[0].value
    assert shared > 10


def said(step: str, **values: str) -> StepPlan:
    phrases = FunctionPhrases(
        ability="look up the weather", imperative=["look up the weather in {city}[ in {unit}]"],
        question=["how warm is it in {city}[ in {unit}]?"],
        follow_up=["and for {city}[, in {unit}]", "and in {unit} instead"], report=["done"],
    )  # fmt: skip
    sources: dict[str, Source] = {name: Said(value, value, "verbatim") for name, value in values.items()}
    return StepPlan(Step(id=step, function=WEATHER.id), WEATHER, phrases, sources)


@pytest.mark.parametrize("seed", range(20))
def test_no_fragment_has_what_could_be_taken_for_said_of_the_call_before(seed: int) -> None:
    """ "…, also for base 16 and height 74, in acres": who reads that would want both in acres."""
    other = TurnPlan(PathTurn(id="t1"), [said("s1", city="Oslo"), said("s2", city="Rome", unit="kelvin")])
    text = Writer(PLAIN, Random(seed), concise=True).request(other).text.lower()
    assert text.count("look up the weather") + text.count("how warm is it") == 2
    assert text.count("kelvin") == 1


def test_what_holds_for_all_is_said_once_for_each_of_them() -> None:
    steps = [said(f"s{at}", city=city, unit="kelvin") for at, city in enumerate(("Oslo", "Rome", "Bern"))]
    brief = 0
    for seed in range(20):
        for varied, shared in ((("city",), {"unit"}), ((), {"unit"})):
            plan = TurnPlan(PathTurn(id="t1"), steps, together=Together(frozenset(shared), varied))
            message = Writer(PLAIN, Random(seed), concise=True).request(plan)
            told = {(m.step, m.parameter): message.text[m.start : m.end] for m in message.mentions}
            assert told == {
                (step.step.id, name): source.text
                for step in steps
                for name, source in step.sources.items()
                if isinstance(source, Said)
            }
            brief += message.text.count("kelvin") == 1
    assert brief > 30


def test_a_fragment_changes_one_value_and_keeps_the_others() -> None:
    """ "How warm is it in Oslo in kelvin, and in celsius instead?"."""
    steps = [said("s1", city="Oslo", unit="kelvin"), said("s2", city="Oslo", unit="celsius")]
    changed = 0
    for seed in range(20):
        plan = TurnPlan(PathTurn(id="t1"), steps, together=Together(frozenset({"city"})))
        message = Writer(PLAIN, Random(seed), concise=True).request(plan)
        told = {(m.step, m.parameter): message.text[m.start : m.end] for m in message.mentions}
        assert told == {(f"s{at}", "city"): "Oslo" for at in (1, 2)} | {
            ("s1", "unit"): "kelvin",
            ("s2", "unit"): "celsius",
        }
        if "instead" in message.text:
            changed += 1
            assert message.text.count("Oslo") == 1
    assert changed > 10


def test_calls_of_one_message_have_things_in_common_in_every_way() -> None:
    both = {**WEATHER.parameters, "required": ["city", "unit"]}
    first = replace(said("s1", city="Oslo", unit="kelvin"), function=WEATHER.model_copy(update={"parameters": both}))
    chosen = Counter(choose_together(first, 4, Random(seed)) for seed in range(200))
    assert {(one.shared, one.varied) for one in chosen} >= {
        (frozenset({"city"}), ("unit",)),  # a list
        (frozenset(), ("city", "unit")),  # each with each
        (frozenset({"city"}), ()),  # one value changes
        (frozenset(), ()),  # nothing
    }
    assert not any(len(choose_together(first, 3, Random(seed)).varied) == 2 for seed in range(50)), "four make a grid"


def test_two_lists_make_every_call_of_each_with_each() -> None:
    cells = [("Oslo", "kelvin"), ("Oslo", "celsius"), ("Rome", "kelvin"), ("Rome", "celsius")]
    steps = [said(f"s{at}", city=city, unit=unit) for at, (city, unit) in enumerate(cells)]
    together = Together(frozenset(), ("city", "unit"))
    taken = [in_common(together, steps[:at]) for at in range(1, 4)]
    assert [{name: one.text for name, one in found.items()} for found in taken] == [
        {"city": "Oslo"},
        {"unit": "kelvin"},
        {"city": "Rome", "unit": "celsius"},
    ]
    message = Writer(PLAIN, Random(1), concise=True).request(TurnPlan(PathTurn(id="t1"), steps, together=together))
    assert "Oslo and Rome in kelvin and celsius" in message.text
    told = {(m.step, m.parameter): message.text[m.start : m.end] for m in message.mentions}
    assert told == {
        (f"s{at}", name): one for at, cell in enumerate(cells) for name, one in zip(("city", "unit"), cell, strict=True)
    }


def test_lists_are_said_in_many_ways_and_for_many_functions() -> None:
    listed: Counter[str] = Counter()
    for made in PARALLEL:
        functions = {step.function for step in made.path.steps.values()}
        texts = [m for together in spans(made) if len(together) == 1 for m in together]
        if len(functions) == 1 and len(texts) == len(made.path.steps) and len({m.parameter for m in texts}) == 1:
            listed.update(functions)
    assert len(listed) > 15


@pytest.mark.parametrize(
    ("phrase", "able"),
    [
        ("what's the weather in {x}?", True),
        ("show me {x}[ on {day}]", True),
        ("trains from {x} to {y}", True),
        ("is {x} prime?", False),
        ("book a {x}", False),
        ("how long {x} takes", False),
        ("add {x} and {y}", False),
        ("{y}, {x}", False),
        ("save {first} {x}", False),
        ("the {x}th prime", False),
        ("{x}'s weather", False),
        ("{x:poss} weather", False),
        ("from {x} to {x}", False),
        ("count '{x}' in {y}", False),
        ("what is in both {y} and also {x}?", False),
        ("nothing of it", False),
        ("remind me to {x}", False),
        ("what is left of a salary of {x}?", False),
        ("the fridge runs on {y}; it draws {x}", False),
        ("book {x}, it's for my mother", False),
        ("primes from {x} through {y}", False),
    ],
)
def test_a_list_stands_only_where_it_is_english(phrase: str, able: bool) -> None:
    assert listable(phrase, "x") is able


def test_most_functions_can_be_asked_for_with_a_list() -> None:
    able = 0
    for function in bench().executor.functions.values():
        ways = [source for sources in bench().phrases[function.id].ways.values() for source in sources]
        able += any(listable(source, name) for source in ways for name in function.required)
    assert able > 100


@pytest.mark.parametrize("seed", range(20))
def test_what_is_of_one_case_alone_is_shared_with_none(seed: int) -> None:
    """ "Gravity, Dune and Alien, the one from 1999": one of them is."""
    first = said("s1", city="Oslo", unit="kelvin")
    assert first.phrases.own == []
    together = {choose_together(first, 3, Random(at)) for at in range(20)}
    assert together != {Together()}
    first.phrases = first.phrases.model_copy(update={"own": ["unit"]})
    assert choose_together(first, 3, Random(seed)) == Together()


def test_each_with_each_is_no_request_in_the_form_of_a_question() -> None:
    """ "Could you set up the networks A and B with the keys C and D?" means two networks."""
    phrases = FunctionPhrases(
        ability="set up a network", imperative=["set up {network} with {key}"], report=["done"],
        question=["could you set up {network} with {key}?", "how safe are {network} under {key}?"],
    )  # fmt: skip
    assert ways_to_list(phrases, ("network",))["question"] == phrases.question[:2]
    assert ways_to_list(phrases, ("network", "key"))["question"] == phrases.question[1:]
