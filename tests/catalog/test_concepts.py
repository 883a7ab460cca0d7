"""Concepts: two catalogs that call one thing by two names must meet, or the graph between them has no edges."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unknown import function

from magnet_kg.catalog.concepts import (
    DEEPEST,
    MOST_OUTPUTS,
    concepts_of,
    is_sayable,
    is_transformer,
    leaf_schemas,
    quantity_of,
    singular,
    words,
)
from magnet_kg.domain.function import Function


def taken(one: Function) -> dict[str, str]:
    return {t.parameter: t.concept for t in concepts_of(one).takes if not t.concept.startswith("quantity ")}


def returned(one: Function) -> dict[str, str]:
    return {r.path: r.concept for r in concepts_of(one).returns if not r.concept.startswith("quantity ")}


@pytest.mark.parametrize("name", ["contactId", "contact_id", "contact-id", "ContactID", "contact_ids"])
def test_one_thing_in_any_spelling_is_one_concept(name: str) -> None:
    assert taken(function("send", {name: "text"})) == {name: "contact id"}


def test_an_id_inside_of_a_list_meets_the_parameter_that_asks_for_it() -> None:
    find = function("find_contacts", {"name": "text"}, {"contacts": [{"id": "text", "name": "text"}]})
    send = function("send", {"contactId": "text"})
    assert returned(find)["contacts[].id"] == taken(send)["contactId"] == "contact id"


@pytest.mark.parametrize(
    "name", ["from_account_id", "to_account_id", "source_account_id", "my_account_id", "account_id"]
)
def test_a_role_does_not_change_what_a_thing_is(name: str) -> None:
    assert taken(function("transfer", {name: "text"})) == {name: "account id"}


@pytest.mark.parametrize(
    ("name", "description", "concept"),
    [
        ("origin", "Code of the airport to leave from.", "airport code"),
        ("destination", "The airport code.", "airport code"),
        ("recipient", "Identifier of the contact.", "contact id"),
        ("target", "The ISO code.", "target"),
        ("code", "Code of the voucher.", "voucher code"),
        ("from", "Symbol of the currency.", "currency symbol"),
    ],
)
def test_a_bare_role_is_what_its_description_says(name: str, description: str, concept: str) -> None:
    one = function("do_it", {name: {"type": "string", "description": description}})
    assert taken(one) == {name: concept}


@pytest.mark.parametrize(
    ("returns", "path", "concept"),
    [
        ({"orders": [{"id": "text"}]}, "orders[].id", "order id"),
        ({"order": {"id": "text"}}, "order.id", "order id"),
        ({"id": "text"}, "id", "order id"),
        ({"order_id": "text", "status": "text"}, "status", "order status"),
        ({"orders": [{"order_id": "text", "name": "text"}]}, "orders[].name", "order name"),
    ],
)
def test_a_bare_name_takes_its_owner(returns: dict[str, Any], path: str, concept: str) -> None:
    assert returned(function("get_order", {}, returns))[path] == concept


def test_a_first_name_is_not_the_name() -> None:
    given_ = taken(function("create_contact", {"first_name": "text", "name": "text"}))
    assert given_["first_name"] != given_["name"]


def test_ids_of_two_owners_never_meet() -> None:
    one = returned(function("list_orders", {}, {"orders": [{"id": "text"}]}))
    other = returned(function("list_cards", {}, {"cards": [{"id": "text"}]}))
    assert set(one.values()).isdisjoint(other.values())


@pytest.mark.parametrize(
    ("name", "sayable"),
    [
        ("contact_id", False),
        ("contactId", False),
        ("airport_code", False),
        ("access_token", False),
        ("api_key", False),
        ("uuid", False),
        ("booking_reference", False),
        ("city", True),
        ("name", True),
        ("amount", True),
        ("date", True),
        ("phone", True),
        ("email", True),
        ("people", True),
    ],
)
def test_what_a_person_could_say(name: str, sayable: bool) -> None:
    """An unsayable value needs a lookup; calling it sayable would put ids into a user's mouth."""
    assert is_sayable(function("do_it", {name: "text"}), name) is sayable


def test_a_role_described_as_a_code_cannot_be_said() -> None:
    one = function("fly", {"origin": {"type": "string", "description": "Code of the airport to leave from."}})
    assert not is_sayable(one, "origin")


def test_one_of_a_closed_set_can_be_said_whatever_it_is_called() -> None:
    one = function("fly", {"cabin_code": {"type": "string", "enum": ["Y", "C"]}})
    assert is_sayable(one, "cabin_code")


def test_ids_in_a_list_cannot_be_said_either() -> None:
    assert not is_sayable(function("invite", {"contact_ids": ["text"]}), "contact_ids")


def test_outputs_that_are_too_deep_or_too_many_are_left_out() -> None:
    deep = {"one": {"two": {"three": {"four": {"id": "text"}}}}, "id": "text"}
    assert set(returned(function("get_it", {}, deep))) == {"id"}
    assert max(path.count(".") for path in returned(function("get_it", {}, {"a": {"b": {"c": "text"}}}))) < DEEPEST
    many = {f"field_{number:03d}": "text" for number in range(MOST_OUTPUTS * 2)}
    assert len(returned(function("get_it", {}, many))) == MOST_OUTPUTS


def test_a_function_that_returns_nothing_known_has_no_outputs() -> None:
    assert returned(function("do_it")) == {}


def test_the_order_of_keys_does_not_change_concepts() -> None:
    """Catalogs are written by other people's code: the same functions must give the same graph."""
    one = function("get_it", {"a_id": "text", "b": "text"}, {"x_id": "text", "y": "number"})
    other = function("get_it", {"b": "text", "a_id": "text"}, {"y": "number", "x_id": "text"})
    assert concepts_of(one).takes == concepts_of(other).takes
    assert concepts_of(one).returns == concepts_of(other).returns


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("total_price", "number", "money"),
        ("refund", "number", "money"),
        ("distance_km", "number", "distance"),
        ("temperature", "number", "temperature"),
        ("weight_kg", "number", "weight"),
        ("duration_minutes", "whole", "duration"),
        ("departs_at", "moment", "moment"),
        ("birthday", "date", "date"),
        ("rating", "number", None),
        ("price", "text", None),
        ("people", "whole", None),
    ],
)
def test_a_quantity_is_told_by_name_type_and_format(name: str, field: str, kind: str | None) -> None:
    returns = dict(leaf_schemas(function("get_it", {}, {name: field}).returns or {}))
    assert quantity_of(name, returns[name]) == kind


@pytest.mark.parametrize(
    ("name", "transforms"),
    [
        ("convert_money", True),
        ("calculate_tip", True),
        ("splitBill", True),
        ("get_rate", False),
        ("converter_list", False),
    ],
)
def test_a_transformer_is_told_by_its_verb(name: str, transforms: bool) -> None:
    assert is_transformer(function(name)) is transforms


@pytest.mark.parametrize(
    ("word", "one"),
    [("cities", "city"), ("boxes", "box"), ("matches", "match"), ("flights", "flight"), ("status", "status"),
     ("address", "address"), ("addresses", "address"), ("ids", "id"), ("bus", "bus")],
)  # fmt: skip
def test_plurals(word: str, one: str) -> None:
    assert singular(word) == one


@given(st.text(max_size=20))
def test_any_name_splits_into_words_or_into_none(name: str) -> None:
    assert all(word == word.lower() and word for word in words(name))


@given(st.lists(st.sampled_from(["flight", "id", "code", "city", "x1"]), min_size=1, max_size=4))
def test_spellings_of_one_name_have_the_same_words(parts: list[str]) -> None:
    snake, kebab = "_".join(parts), "-".join(parts)
    camel = parts[0] + "".join(part.capitalize() for part in parts[1:])
    assert words(snake) == words(kebab) == words(camel) == tuple(parts)
