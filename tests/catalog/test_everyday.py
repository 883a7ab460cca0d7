"""The catalog of everyday functions: a family that cannot be asked for, or a dress without words, spoils rows."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
from library import scene_of

from magnet_kg.catalog.everyday.coined import coined_pools, words
from magnet_kg.catalog.everyday.families import _family, families, pools, texts_of
from magnet_kg.catalog.everyday.variants import UNIT_NAMES, dressed
from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.path import PathTurn
from magnet_kg.paths.groups import one_in_two_dresses
from magnet_kg.teacher.rules.entries import ChoiceOf, Dated, Made, Range, TextOf, Value
from magnet_kg.teacher.rules.everyday import everyday_phrases
from magnet_kg.teacher.rules.grammar import joined, parse
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.together import ways_to_list
from magnet_kg.teacher.rules.values import draw, lexicon_of
from magnet_kg.wording import calendar, forms, numbers


def test_every_family_has_requests_that_say_what_it_requires() -> None:
    for family in families().values():
        required = {one.key for one in family.parameters if not one.optional}
        for ask in family.asks:
            assert required <= set(re.findall(r"\{(\w+)\}", ask)), (family.name, ask)
        assert all(one.pool in pools() for one in family.parameters if one.kind in ("pool", "pools")), family.name


def test_every_dress_has_phrases_for_its_own_parameters() -> None:
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        assert entry.imperative, one.function.id
        assert len(entry.question) + len(entry.situation) >= 2, one.function.id
        for ask in (*entry.imperative, *entry.question, *entry.situation, *entry.follow_up):
            template = parse(ask)
            assert template.needed | template.optional <= one.function.properties.keys(), (one.function.id, ask)
            missing = set(one.function.required) - template.needed
            # A fragment says everything anew, or one value, and nothing else is another then.
            assert not missing or (ask in entry.follow_up and len(template.needed) == 1), (one.function.id, ask)


def test_what_is_asked_beside_a_family_is_said_without_its_values() -> None:
    """Rows that call nothing are made of it: too little of it, and a model learns the sentences by heart."""
    told = [ask for family in families().values() for ask in family.beside]
    assert len(set(told)) == len(told)
    for family in families().values():
        assert len(family.beside) >= 4, family.name
    for ask in told:
        template = parse(ask)
        assert not template.needed | template.optional, ask
        text = joined(template.render({}, Random(1)))
        assert 4 <= len(text.split()) <= 30, text
        assert not set('{}"|') & set(text), text


def test_texts_are_too_many_to_be_learned_by_heart() -> None:
    """With nine texts in a pool, a model called with another one of them rather than with what the message says."""
    for name, texts in pools().items():
        assert len({text.lower() for text in texts}) == len(texts), name
    sizes = sorted(map(len, pools().values()))
    assert sizes[len(sizes) // 10] >= 50
    assert sizes[len(sizes) // 2] >= 80


def test_coined_names_hold_many_words_and_stay_the_same() -> None:
    """A model that has written few words writes another one that begins alike ("gladly" for "gluten-free")."""
    held = {
        word
        for texts in coined_pools().values()
        for text in texts
        for word in re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())
    }
    assert held <= set(words())
    assert len(held) > 5000
    assert coined_pools()["coined_snake"][0] == "denial_comes_react"
    named = [family for family in families().values() if any(p.pool.startswith("coined_") for p in family.parameters)]
    assert len(named) > 20


def test_addresses_are_nobodys() -> None:
    for text in (*pools()["email"], *pools()["website"]):
        assert re.search(r"\bexample(\.(com|org|net))?(/\S*)?$|\.example(/\S*)?$", text), text


def test_some_descriptions_show_one_of_the_values() -> None:
    """Descriptions in the wild do, and a model must call with what is said rather than with what is shown."""
    texts = [(one, name) for one in dressed().values() for name in one.function.properties]
    texts = [(one, name) for one, name in texts if one.parameter(name).kind in ("pool", "text")]
    shown = 0
    for one, name in texts:
        described = one.function.properties[name]["description"]
        found = re.search(r"(?:e\.g\. |such as |for example ')", described)
        if found is not None:
            shown += 1
            assert any(text in described[found.end() :] for text in texts_of(one.parameter(name)))
    assert 0.2 < shown / len(texts) < 0.4


def test_what_is_arranged_takes_place_later() -> None:
    """Reminders for days gone by teach a model that dates do not matter."""
    turn = PathTurn(id="t1")
    scene = scene_of({}, turn, ())
    arranged = 0
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        for name, value in entry.values.items():
            if isinstance(value, Dated) and value.ahead is not None:
                arranged += 1
                drawn = asyncio.run(draw(value, scene, {}, set(), Random(arranged)))
                day = calendar.read_date(drawn.text)
                assert day is not None
                assert day > scene.context.now.date(), (one.function.id, name)
    assert arranged > 100


def test_one_owner_is_not_made_of_two() -> None:
    """ "Owner Ann and Ben" is one registration with two owners, and no two calls; a bound holds all smaller ones."""
    alone = {(family.name, one.key) for family in families().values() for one in family.parameters if one.alone}
    assert {("trademark_file", "applicant"), ("quake_list", "min_magnitude")} <= alone
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        for name in entry.alone:
            assert not any(ways_to_list(entry, (name,)).values()), one.function.id


def test_the_loader_gives_each_function_and_its_dresses_are_known_as_one() -> None:
    functions = read_catalog("everyday", "everyday").functions
    assert {one.id for one in functions} == set(dressed())
    first = functions[0]
    others = [one for one in functions if one is not first and one_in_two_dresses(one, first)]
    assert others
    assert {one.original_name for one in others} == {first.original_name}


@pytest.mark.parametrize(
    ("text", "value"), [("298K", 298), ("12.5 m/s", 12.5), ("$1,200", 1200), ("7 liters per 100 km", 7), ("-4°C", -4)]
)
def test_a_number_is_read_beside_its_unit(text: str, value: float) -> None:
    assert numbers.read_quantity(text) == value


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (3, " days", {"3 days", "three days"}),
        (0, "", {"0", "zero"}),
        (1, " years", {"1 year"}),
        (12500, " people", {"12500 people", "12,500 people", "12.5 thousand people"}),
        (2_500_000, " people", {"2500000 people", "2,500,000 people", "2.5 million people"}),
        (1995, "", {"1995"}),
        (45_213, "", {"45213"}),
        (40_000, "$", {"$40,000", "$40k"}),
        (3_000_000_000, "$", {"$3,000,000,000", "$3 billion"}),
        (298, "K", {"298K"}),
        (5, " m/s", {"5 m/s"}),
        (5000, " mg", {"5000 mg"}),
    ],
)
def test_numbers_are_said_as_people_say_them(value: int, unit: str, said: set[str]) -> None:
    """Digits alone teach a model nothing of "three days" and "2.5 million"; both were called with wrongly."""
    found = {numbers.say_quantity(value, unit, Random(seed)) for seed in range(200)}
    assert found <= said
    assert len(found) > 1 or len(said) == 1
    assert {numbers.read_quantity(text) for text in found} == {value}


def test_any_number_is_read_as_it_is_said() -> None:
    rng = Random(7)
    for _ in range(20_000):
        value = round(rng.choice((1, 10, 1e4, 1e6, 1e9)) * rng.random(), rng.choice((0, 0, 1, 2)))
        unit = rng.choice(("", "$", " people", " m/s", "K", "%", " percent", " years"))
        text = numbers.say_quantity(value, unit, rng)
        assert numbers.read_quantity(text) == pytest.approx(value), text


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (180, "s", {"3 minutes", "three minutes"}),
        (90, "min", {"1.5 hours", "one and a half hours"}),
        (14, "days", {"2 weeks", "two weeks"}),
        (30, "min", {"half an hour"}),
        (6, "months", {"half a year"}),
        (60, "min", {"1 hour", "one hour"}),
    ],
)
def test_a_length_of_time_may_be_said_in_a_longer_unit(value: int, unit: str, said: set[str]) -> None:
    """A description that asks for seconds has to be read, too."""
    assert {numbers.say_longer(value, unit, Random(seed)) for seed in range(40)} == said
    assert {numbers.read_longer(text, unit) for text in said} == {value}


def test_any_length_of_time_is_read_as_it_is_said_in_a_longer_unit() -> None:
    for unit in numbers.LONGER:
        for value in range(1, 4000):
            for seed in range(3 if numbers.longer_units(value, unit) else 0):
                text = numbers.say_longer(value, unit, Random(seed))
                assert numbers.read_longer(text, unit) == value, (unit, text)
    assert not numbers.longer_units(10, "days")
    assert not numbers.longer_units(7, "days"), "the next one week"
    assert numbers.read_longer("3 weeks", "s") is None


def test_lengths_of_time_are_asked_for_in_other_units_than_described() -> None:
    scene = scene_of({}, PathTurn(id="t1"), ())
    converted, others = Counter[str](), 0
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        for name, value in entry.values.items():
            if isinstance(value, Range) and value.time:
                described = one.function.properties[name]["description"].lower()
                assert UNIT_NAMES[value.time].removesuffix("s") in described or value.time in described, described
                for seed in range(10):
                    drawn = asyncio.run(draw(value, scene, {}, set(), Random(f"{one.function.id} {seed}")))
                    converted[value.time] += drawn.form.startswith("longer:")
                    others += not drawn.form.startswith("longer:")
    assert set(converted) >= {"s", "min", "days"}
    assert 0.1 < sum(converted.values()) / (sum(converted.values()) + others) < 0.3


def test_some_values_are_said_in_other_words_than_the_call_needs() -> None:
    """ "Chicago" where the description wants "Austin, TX" was called with as it was said."""
    scene = scene_of({}, PathTurn(id="t1"), ())
    shown = 0
    coded = [(one, name) for one in dressed().values() for name in one.names.values()]
    coded = [(one, name) for one, name in coded if one.parameter(name).kind == "coded"]
    for at, (one, name) in enumerate(coded):
        entry = everyday_phrases(one.function)
        assert entry is not None
        drawn = asyncio.run(draw(entry.values[name], scene, {}, set(), Random(at)))
        assert forms.read(drawn.text, drawn.form, scene.context, lexicon_of(entry.values[name])) == drawn.value
        assert drawn.text != drawn.value
        schema = one.function.properties[name]
        assert "enum" not in schema
        shown += any(value in schema["description"] for value in one.parameter(name).options or {})
    assert len(coded) > 100
    assert shown > 0.7 * len(coded), "without an example nobody could tell the form"


def test_a_schema_has_the_default_of_its_own_parameter() -> None:
    for one in dressed().values():
        for name, schema in one.function.properties.items():
            assert schema.get("default") == (one.parameter(name).default if "default" in schema else None), one.function


def test_numbers_of_lists_and_objects_are_digits() -> None:
    """ "width three, height 2.5 million" is said by nobody."""
    drawn = 0
    for _, said in drawn_of("nums", "ints", "object"):
        for _, part in said.parts:
            if part.form == "quantity":
                drawn += 1
                assert re.match(r"[$-]?\d", part.text), part.text
                assert not re.search("thousand|million|billion", part.text), part.text
    assert drawn > 300


def drawn_of(*kinds: str) -> Iterator[tuple[Value, Said]]:
    """What is drawn for each parameter of these kinds, and from what."""
    scene = scene_of({}, PathTurn(id="t1"), ())
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        for at, name in enumerate(one.names.values()):
            if one.parameter(name).kind in kinds:
                spec = entry.values[name]
                yield spec, asyncio.run(draw(spec, scene, {}, set(), Random(at)))


def test_nothing_is_converted_into_itself() -> None:
    scene = scene_of({}, PathTurn(id="t1"), ())
    units = ChoiceOf(kind="choice", of={"celsius": ["Celsius"], "kelvin": ["kelvin"], "gas_mark": ["gas mark"]})
    drawn = [asyncio.run(draw(units, scene, {"from_unit": "kelvin"}, set(), Random(seed))) for seed in range(60)]
    assert sum(one.value == "kelvin" for one in drawn) < 5
    sides = ChoiceOf(kind="choice", of={"left": ["left"], "right": ["right"]})
    drawn = [asyncio.run(draw(sides, scene, {"door": "left"}, set(), Random(seed))) for seed in range(60)]
    assert sum(one.value == "left" for one in drawn) > 15, "of two, both may be the same"


def test_objects_also_end_the_arguments() -> None:
    """A small model that had hardly seen a call end with an object left out its last brace."""
    ends = Counter[bool]()
    for one in dressed().values():
        kinds = [one.parameter(name).kind for name in one.function.properties]
        if "object" in kinds:
            ends[kinds[-1] == "object"] += 1
    assert ends[True] > 0.3 * ends.total()


def test_lists_of_choices_are_read_back() -> None:
    context = scene_of({}, PathTurn(id="t1"), ()).context
    lists = 0
    for spec, said in drawn_of("enums"):
        lists += 1
        assert len(set(said.value)) == len(said.value) >= 1
        assert [forms.read(part.text, part.form, context, lexicon_of(spec)) for _, part in said.parts] == said.value
    assert lists > 50


def test_dates_are_given_as_the_description_wants_them() -> None:
    scene = scene_of({}, PathTurn(id="t1"), ())
    layouts = Counter[str]()
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        for name, value in entry.values.items():
            if isinstance(value, Dated):
                assert value.layout in one.function.properties[name]["description"]
                drawn = asyncio.run(draw(value, scene, {}, set(), Random(one.function.id)))
                assert forms.read(drawn.text, drawn.form, scene.context) == drawn.value
                day = calendar.read_date(drawn.text)
                assert day is not None
                assert drawn.value == calendar.write_layout(day, value.layout)
                layouts[value.layout] += 1
    assert set(layouts) == set(calendar.LAYOUTS)
    assert 0.5 < layouts[calendar.ISO] / layouts.total() < 0.7


def test_a_layout_says_where_year_month_and_day_stand() -> None:
    day = date(2026, 4, 8)
    written = {layout: calendar.write_layout(day, layout) for layout in calendar.LAYOUTS}
    assert written[calendar.ISO] == day.isoformat()
    assert written["MM/DD/YYYY"] == "04/08/2026"
    assert written["DD.MM.YYYY"] == "08.04.2026"
    assert written["YYYYMMDD"] == "20260408"


def test_a_share_said_in_percent_is_read_as_a_fraction() -> None:
    rng = Random(1)
    for value in (0.05, 0.125, 0.0025, 0.6):
        assert numbers.read_share(numbers.say_share(value, rng)) == value


def test_a_date_with_its_year_needs_no_today() -> None:
    rng = Random(2)
    for text in ("2024-02-29", "1969-07-20", "2031-12-01"):
        day = calendar.parse_iso(text)
        assert day is not None
        assert all(calendar.read_date(calendar.say_date(day, rng)) == day for _ in range(8))
    assert calendar.read_date("March 5") is None


def test_a_text_is_said_as_its_pool_has_it() -> None:
    """ "sin(x)" was said and called with as "sinx"."""
    told = set()
    for one in dressed().values():
        entry = everyday_phrases(one.function)
        assert entry is not None
        for name, value in entry.values.items():
            if isinstance(value, TextOf):
                parameter = one.parameter(name)
                texts = pools().get(parameter.pool) or [text.strip() for text in parameter.pool.split(";")]
                found = [joined(parse(text).render({}, Random(1))) for text in value.of]
                assert found == list(texts), (one.function.id, name)
                told |= set(found)
    assert "sin(x)" in told


def test_lists_of_texts_end_with_and_and_only_numbers_stand_in_brackets() -> None:
    """ "With Ann, Ben come out" is no sentence."""
    scene = scene_of({}, PathTurn(id="t1"), ())
    texts = Made(kind="made", options=("Ann", "Ben", "Cleo"), many=(2, 2), listed=True)
    numbers_of = Made(kind="made", of=Range(kind="number", between=(1, 90)), many=(2, 2), listed=True)
    told = {kind: set[bool]() for kind in ("texts", "numbers")}
    for seed in range(40):
        said = asyncio.run(draw(texts, scene, {}, set(), Random(seed)))
        told["texts"].add(any(part.before == " and " for _, part in said.parts) and not said.before)
        said = asyncio.run(draw(numbers_of, scene, {}, set(), Random(seed)))
        told["numbers"].add(said.before == "[")
    assert told == {"texts": {True}, "numbers": {True, False}}


def test_what_a_family_gives_is_one_of_few_kinds() -> None:
    entry = {"does": "Count things", "takes": {"n": "int 1..5 | number"}, "asks": ["count {n}"], "beside": ["why?"]}
    assert _family("count_things", "math", {**entry, "gives": "count"}).returns == "count"
    with pytest.raises(ValueError, match="cuont"):
        _family("count_things", "math", {**entry, "gives": "cuont"})
