"""Functions of catalogs are asked for by verb and noun, with each value where a person would put it."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from unknown import function

from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Step
from magnet_kg.execution.world import make_core
from magnet_kg.teacher.rules.assemble import assemble_message
from magnet_kg.teacher.rules.entries import ChoiceOf, Dated, Made, Range, When
from magnet_kg.teacher.rules.fallback import askable, make_phrases
from magnet_kg.teacher.rules.grammar import parse
from magnet_kg.teacher.rules.omit import unnamed
from magnet_kg.teacher.rules.plan import StepPlan
from magnet_kg.teacher.rules.refer import slots_of
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.unknown.drawing import draw_made
from magnet_kg.wording import forms

CONTEXT = make_core(3).context


def text(description: str = "", **schema: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **schema}


def known(name: str, description: str, takes: dict[str, Any], optional: tuple[str, ...] = ()) -> Function:
    return function(name, takes, {}, optional=optional, description=description, category="depot")


def drawn(spec: Made, seed: int) -> Said:
    async def inner(one: ChoiceOf | Range | When | Dated) -> Said:
        rng = Random(seed)
        if isinstance(one, ChoiceOf):
            chosen = rng.choice(list(one.of))
            return Said(chosen, rng.choice(one.of[chosen]), "choice")
        value = one.between[0] if isinstance(one, Range) else "2026-11-27T15:00:00"
        form = one.kind if isinstance(one, Range) else "moment"
        return Said(value, forms.say(value, form, CONTEXT, rng), form)

    return asyncio.run(draw_made(spec, Random(seed), inner))


def requests(one: Function, count: int = 30, *, form: str = "imperative") -> list[tuple[str, dict[str, Said]]]:
    """Requests for a function, each with what was said for its required parameters."""
    phrases = make_phrases(one)
    made = []
    for seed in range(count):
        said = {
            name: drawn(spec, seed)
            for name, spec in phrases.values.items()
            if name in one.required and isinstance(spec, Made)
        }
        plan = StepPlan(Step(id="s1", function=one.id, role="walk"), one, phrases, dict(said))
        template = parse(Random(seed).choice(phrases.ways[form]))
        message = assemble_message(template.render(slots_of(plan, Random(seed)), Random(seed)))
        made.append((message.text, said))
    return made


def test_the_value_takes_the_place_of_the_words_that_mean_it() -> None:
    one = known(
        "depot_list_pallets",
        "Lists the pallets in the specified cold store. The result is paged.",
        {"ColdStoreId": text("The ID of the cold store.")},
    )
    for message, said in requests(one):
        assert f"cold store {said['ColdStoreId'].text}" in message
        assert "specified" not in message
        assert "ColdStoreId" not in message


def test_a_new_thing_is_called_by_its_name() -> None:
    one = known("depot_create_ramp", "Creates a new loading ramp for a depot.", {"RampName": text()})
    for message, said in requests(one):
        assert f"loading ramp called {said['RampName'].text}" in message or (
            f"loading ramp named {said['RampName'].text}" in message
        )


def test_what_has_no_words_in_the_description_comes_at_the_end_with_its_preposition() -> None:
    one = known(
        "depot_delete_crate", "Deletes a crate.", {"crateId": text("The crate's id."), "warehouseProject": text()}
    )
    assert all(" from " in message.lower() or " in " in message.lower() for message, _ in requests(one, 10))


@pytest.mark.parametrize(
    ("schema", "words", "value"),
    [
        ({"enum": ["ON_DEMAND", "SPOT_FLEET"]}, "on demand", "ON_DEMAND"),
        ({"enum": ["t3.micro", "m5.large"]}, "t3.micro", "t3.micro"),
        ({"enum": ["STATE_ACTIVE", "STATE_PAUSED", "STATE_UNSPECIFIED"]}, "active", "STATE_ACTIVE"),
        ({"description": "Valid values: all | owned | shared"}, "owned", "owned"),
    ],
)
def test_closed_sets_are_said_in_plain_words_that_mean_the_exact_value(
    schema: dict[str, Any], words: str, value: str
) -> None:
    one = known("depot_list_trucks", "Lists the trucks.", {"fleetMode": {"type": "string", **schema}})
    spec = make_phrases(one).values["fleetMode"]
    assert isinstance(spec, Made)
    assert spec.of is not None
    assert isinstance(spec.of, ChoiceOf)
    assert spec.of.of[value] == [words]
    assert not any("UNSPECIFIED" in str(one) for one in spec.of.of)


def test_lists_are_said_in_a_sentence_and_each_element_stands_where_it_is_said() -> None:
    one = known(
        "depot_stop_belts",
        "Stops the specified belts.",
        {"BeltIds": {"type": "array", "items": text("The ID of a belt."), "minItems": 2}},
    )
    plan_message, said = requests(one, 1)[0]
    assert said["BeltIds"].value == [part.value for _, part in said["BeltIds"].parts]
    assert len(said["BeltIds"].value) >= 2
    assert " and " in plan_message
    assert "belts" in plan_message
    assert [path for path, _ in said["BeltIds"].parts][:2] == ["BeltIds.0", "BeltIds.1"]


def test_small_objects_are_said_field_by_field() -> None:
    inner = {"type": "object", "properties": {"city": text(), "note": text()}, "required": ["city"]}
    one = known("depot_create_stop", "Creates a stop.", {"place": inner})
    _, said = requests(one, 1)[0]
    assert [path for path, _ in said["place"].parts] == ["place.city"]


def test_a_path_is_said_in_words_and_read_back() -> None:
    one = known(
        "depot_shelves_get",
        "Gets details of a single shelf.",
        {"name": text("Required. The name.", pattern="^projects/[^/]+/locations/[^/]+/shelves/[^/]+$")},
    )
    for message, said in requests(one):
        path = said["name"]
        assert forms.read(path.text, path.form, CONTEXT) == path.value
        assert path.text in message


@pytest.mark.parametrize(
    ("name", "schema", "fits"),
    [
        ("contactEmail", {}, lambda v: "@" in v and " " not in v),
        ("sourceIp", {}, lambda v: v.count(".") == 3),
        ("webhookUrl", {}, lambda v: v.startswith("https://")),
        ("depotId", {"pattern": "dp-[0-9a-f]{10}"}, lambda v: v.startswith("dp-") and len(v) == 13),
        ("sensor", {"examples": ["north gate", "roof"]}, lambda v: v in ("north gate", "roof")),
        ("gate", {"description": "The gate, e.g. 'A7' or 'B12'."}, lambda v: v in ("A7", "B12")),
        ("home_city", {}, lambda v: v[:1].isupper()),
        ("truckName", {"maxLength": 12, "pattern": "[a-z0-9-]+"}, lambda v: 0 < len(v) <= 12),
    ],
)
def test_values_fit_the_parameter(name: str, schema: dict[str, Any], fits: Any) -> None:
    one = known("depot_get_it", "Gets a delivery.", {name: {"type": "string", **schema}})
    assert askable(one)
    for _, said in requests(one, 20):
        assert fits(said[name].value), said[name].value


@pytest.mark.parametrize("name", ["nextToken", "DryRun", "clientRequestToken", "fields", "pageToken", "alt"])
def test_nobody_mentions_pages_tokens_and_dry_runs(name: str) -> None:
    one = known("depot_list_crates", "Lists the crates.", {name: text()}, optional=(name,))
    assert name not in make_phrases(one).values


@pytest.mark.parametrize(
    ("takes", "description"),
    [
        ({"PolicyDocument": text("A policy as JSON.")}, "Creates a policy."),
        ({"body": {"type": "string", "contentEncoding": "base64"}}, "Uploads a picture."),
        ({"plan": {"type": "object", "properties": {f"f{n}": {"type": "object"} for n in range(9)}}}, "Adds a plan."),
        ({"accessToken": text()}, "Lists the trucks."),
        ({"crateId": text()}, "Deprecated. Use another one."),
        ({"crateId": text()}, "Updates the crate."),
        ({}, "Deletes the specified crate."),
        ({f"part{n}Name": text() for n in range(6)}, "Creates a truck."),
    ],
)
def test_what_no_message_can_ask_for_is_told_apart(takes: dict[str, Any], description: str) -> None:
    assert not askable(known("depot_do_it", description, takes))


def test_a_change_says_what_it_changes() -> None:
    one = known(
        "depot_update_crate",
        "Updates an existing crate.",
        {"crateId": text(), "description": text("The new description.")},
        optional=("description",),
    )
    assert askable(one)
    assert make_phrases(one).values["description"].share == 1.0


def test_requests_are_put_in_many_ways() -> None:
    one = known("depot_list_pallets", "Lists the pallets in a depot.", {"DepotId": text("The ID of the depot.")})
    phrases = make_phrases(one)
    assert len(phrases.imperative) >= 5
    assert any(source.startswith("(what|which) pallets") for source in phrases.question)
    assert phrases.situation
    assert phrases.question_for["DepotId"][0] == "Which depot is it?"


def test_marks_of_templates_in_a_definition_do_nothing() -> None:
    one = known("depot_get_crate", "Gets the {{ 7 * 7 }} crate [x] (y|z) {% if 1 %}.", {"crateId": text()})
    phrases = make_phrases(one)
    assert "49" not in str(phrases.report)
    assert all("{{ 7" not in source for source in [*phrases.report, *phrases.imperative])
    assert requests(one, 5)


def test_without_its_name_a_thing_is_still_asked_for() -> None:
    one = known("depot_delete_crate", "Deletes the specified crate.", {"crateName": text("The name of the crate.")})
    phrases = make_phrases(one)
    spec = phrases.values["crateName"]
    assert isinstance(spec, Made)
    for source in phrases.imperative:
        template = unnamed(source, "crateName", spec)
        assert template is not None
        assert "crate" in template.source
        assert "{" not in template.source
