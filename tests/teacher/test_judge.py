"""The judge of dependencies, on catalogs that it has never seen: a missing edge is a dialogue that nobody gets, a wrong
one a dialogue that makes no sense."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unknown import TYPES, function

from magnet_kg.domain.dependency import Dependency
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.judge import judge_candidates, judge_pair
from magnet_kg.teacher.rules.phrase_faults import fields_beside
from magnet_kg.teacher.rules.teacher import RulesTeacher


def edge(source: Function, target: Function) -> Dependency:
    judgement = judge_pair(source, target)
    assert judgement.target == target.id
    assert judgement.dependency is not None, judgement.reason
    return judgement.dependency


def reason(source: Function, target: Function) -> str:
    judgement = judge_pair(source, target)
    assert judgement.dependency is None, judgement.dependency
    assert judgement.reason
    return judgement.reason


def bindings(found: Dependency) -> dict[str, str]:
    return {b.parameter: b.output for b in found.bindings}


LIST_ORDERS = function("list_orders", {}, {"orders": [{"order_id": "text", "total": "number", "status": "text"}]})
TRACK_ORDER = function("track_order", {"orderId": "text"}, {"parcel": {"tracking_number": "text"}, "eta": "date"})
RETURN_ORDER = function("return_order", {"order_id": "text", "reason": "text"}, {"refund": "number"})


def test_an_id_feeds_whoever_asks_for_it() -> None:
    found = edge(LIST_ORDERS, TRACK_ORDER)
    assert bindings(found) == {"orderId": "orders[].order_id"}
    assert found.kind == "output_is_input"
    assert not found.nested
    assert found.confidence >= 0.8
    assert "orderId" in found.rationale


def test_an_id_among_several_inputs_is_a_part_of_the_input() -> None:
    assert edge(LIST_ORDERS, RETURN_ORDER).kind == "output_is_partial_input"


def test_nothing_flows_backwards() -> None:
    assert reason(TRACK_ORDER, LIST_ORDERS)
    assert reason(RETURN_ORDER, TRACK_ORDER)


def test_a_bare_id_feeds_the_id_of_its_owner() -> None:
    create = function("create_invoice", {"note": "text"}, {"id": "text", "total": "number"})
    send = function("send_invoice", {"invoice_id": "text"})
    assert bindings(edge(create, send)) == {"invoice_id": "id"}


def test_an_id_feeds_a_list_of_them() -> None:
    find = function("find_contact", {"name": "text"}, {"contact": {"contact_id": "text"}})
    invite = function("invite_people", {"contact_ids": ["text"]})
    assert bindings(edge(find, invite)) == {"contact_ids[]": "contact.contact_id"}


@pytest.mark.parametrize(
    ("field", "kind"),
    [("amount", "number"), ("date", "date"), ("text", "text"), ("title", "text"), ("limit", "whole"),
     ("price", "number"), ("status", "text"), ("rating", "number"), ("starts_at", "moment"),
     ("pickup_at", "moment"), ("valid_until", "moment"), ("due_by", "date"), ("quantity", "whole"), ("done", "yes")],
)  # fmt: skip
def test_what_people_say_themselves_does_not_feed(field: str, kind: str) -> None:
    """Two functions that both know an amount have nothing to do with one another."""
    source = function("get_invoice", {"invoice_id": "text"}, {field: kind})
    target = function("order_pizza", {field: kind})
    assert reason(source, target)


def test_ids_of_other_things_do_not_feed() -> None:
    assert "nothing that" in reason(LIST_ORDERS, function("freeze_card", {"card_id": "text"}))


@pytest.mark.parametrize(("output", "parameter"), [("restaurant_city", "city"), ("city", "destination_city"),
                                                   ("billing_country", "country")])  # fmt: skip
def test_a_place_is_a_place_whoever_it_belongs_to(output: str, parameter: str) -> None:
    source = function("get_booking", {"booking_id": "text"}, {output: "text"})
    assert bindings(edge(source, function("look_there", {parameter: "text"}))) == {parameter: output}


@pytest.mark.parametrize("field", ["symbol", "email", "isbn"])
def test_some_words_identify_a_thing_all_by_themselves(field: str) -> None:
    source = function("get_thing", {"thing_id": "text"}, {field: "text"})
    assert bindings(edge(source, function("get_news", {field: "text"}))) == {field: field}


CONCERT = function("get_concert", {"concert_id": "text"}, {"artist_name": "text", "starts_at": "moment"})
FIND_ARTIST = function("find_artist", {"artist_name": "text"}, {"artist_id": "text", "artist_name": "text"})


def test_a_thing_is_looked_up_by_its_name() -> None:
    found = edge(CONCERT, FIND_ARTIST)
    assert bindings(found) == {"artist_name": "artist_name"}
    assert found.confidence <= 0.5, "a person may as well say it"


def test_nobody_looks_up_by_name_what_is_identified_already() -> None:
    with_id = {"artist_id": "text", "artist_name": "text"}
    assert reason(function("list_artists", {}, {"artists": [with_id]}), FIND_ARTIST)
    assert reason(function("follow_artist", {"artist_id": "text"}, {"artist_name": "text"}), FIND_ARTIST)


def test_the_name_of_another_kind_of_thing_does_not_feed() -> None:
    assert reason(CONCERT, function("find_venue", {"venue_name": "text"}))


def test_nothing_new_is_called_like_something_old() -> None:
    groups = function("list_chats", {}, {"chats": [{"group_name": "text"}]})
    assert reason(groups, function("create_group", {"group_name": "text"}))


def test_a_value_of_another_type_does_not_feed() -> None:
    assert reason(function("get_order", {}, {"order_id": "whole"}), TRACK_ORDER)


@pytest.mark.parametrize("field", ["city", "tracking_number", "email_address", "airport_code", "phone_number"])
def test_what_identifies_a_thing_or_place_feeds(field: str) -> None:
    source = function("get_person", {"person_id": "text"}, {field: "text"})
    assert bindings(edge(source, function("look_there", {field: "text"}))) == {field: field}


def test_an_optional_input_alone_is_no_dependency() -> None:
    """Who can call without it does not need the other function."""
    target = function("search_shops", {"query": "text", "order_id": "text"}, optional=("order_id",))
    assert "only optional inputs" in reason(LIST_ORDERS, target)


def test_one_output_never_feeds_two_inputs() -> None:
    """A flight from an airport to the same airport."""
    find = function("find_airport", {"city": "text"}, {"airport_code": "text"})
    fly = function(
        "search_flights",
        {
            "origin": {"type": "string", "description": "Code of the airport to leave from."},
            "destination": {"type": "string", "description": "Code of the airport to fly to."},
        },
    )
    outputs = [b.output for b in edge(find, fly).bindings]
    assert outputs == ["airport_code"]


def test_elements_of_a_list_may_feed_two_inputs() -> None:
    """From one account to another: both are on the list."""
    accounts = function("list_accounts", {}, {"accounts": [{"account_id": "text"}]})
    transfer = function("transfer", {"from_account_id": "text", "to_account_id": "text", "amount": "number"})
    assert bindings(edge(accounts, transfer)) == {
        "from_account_id": "accounts[].account_id",
        "to_account_id": "accounts[].account_id",
    }


# --- transformers


CONVERT = function(
    "convert_money",
    {"amount": "number", "source_currency": "text", "target_currency": "text"},
    {"converted_amount": "number", "currency": "text"},
)
PRICE = function("get_fare", {"trip_id": "text"}, {"total_price": "number", "currency": "text", "seats": "whole"})


def test_an_amount_feeds_a_conversion_with_its_currency_beside_it() -> None:
    found = edge(PRICE, CONVERT)
    assert found.nested
    assert bindings(found) == {"amount": "total_price", "source_currency": "currency"}


def test_the_currency_comes_from_where_the_amount_comes_from() -> None:
    """The price of a flight with the currency of the account would be wrong by a factor."""
    priced = {"price": "number", "currency": "text"}
    mixed = function("get_offer", {}, {"currency": "text", "offers": [priced], "account": {"fee": "number", **priced}})
    found = bindings(edge(mixed, CONVERT))
    assert found["amount"].rpartition(".")[0] == found["source_currency"].rpartition(".")[0]


def test_an_amount_without_a_currency_feeds_the_amount_alone() -> None:
    found = edge(function("get_fare", {}, {"price": "number"}), CONVERT)
    assert found.nested
    assert bindings(found) == {"amount": "price"}


@pytest.mark.parametrize(
    ("output", "name", "parameter"),
    [("distance_km", "convert_length", "distance"), ("temperature", "convert_temperature", "temperature"),
     ("weight_kg", "convert_weight", "weight"), ("balance", "calculate_tip", "amount"),
     ("fare", "split_bill", "total")],
)  # fmt: skip
def test_a_quantity_feeds_what_transforms_its_kind(output: str, name: str, parameter: str) -> None:
    found = edge(
        function("get_it", {}, {output: "number"}), function(name, {parameter: "number"}, {"result": "number"})
    )
    assert found.nested
    assert bindings(found) == {parameter: output}


def test_a_quantity_does_not_feed_what_transforms_another_kind() -> None:
    distance = function("get_distance", {}, {"distance_km": "number"})
    assert reason(distance, CONVERT)
    assert reason(PRICE, function("convert_length", {"distance": "number"}))


@pytest.mark.parametrize(
    ("output", "name", "parameter"),
    [("protein_grams", "convert_weight", "weight_kg"), ("distance_miles", "convert_length", "distance_km"),
     ("total_size_mb", "split_bill", "amount"), ("price_percent", "convert_money", "amount")],
)  # fmt: skip
def test_a_number_of_other_units_is_not_transformed(output: str, name: str, parameter: str) -> None:
    """Grams given as kilograms would be wrong by a thousand; megabytes are nothing to pay."""
    assert reason(function("get_it", {}, {output: "number"}), function(name, {parameter: "number"}))


def test_a_quantity_without_a_unit_may_have_the_one_that_is_asked_for() -> None:
    found = edge(function("get_it", {}, {"distance": "number"}), function("convert_length", {"distance_km": "number"}))
    assert bindings(found) == {"distance_km": "distance"}


def test_a_transformer_is_led_to_by_what_it_transforms_alone() -> None:
    """A city alone leads to no time to convert."""
    there = function("get_person", {"person_id": "text"}, {"city": "text"})
    assert reason(there, function("convert_time", {"moment": "moment", "city": "text"}))


def test_a_transformer_does_not_feed_a_transformer() -> None:
    """Else amounts would be converted round and round."""
    tip = function("calculate_tip", {"amount": "number"}, {"tip_amount": "number", "total": "number"})
    assert reason(tip, CONVERT)
    assert reason(CONVERT, tip)


def test_only_transformers_are_nested() -> None:
    assert not edge(LIST_ORDERS, RETURN_ORDER).nested


def test_the_total_is_what_one_would_ask_about() -> None:
    source = function("get_bill", {}, {"fee": "number", "total": "number"})
    assert bindings(edge(source, function("split_bill", {"amount": "number"})))["amount"] == "total"


def test_people_share_what_they_pay_and_not_what_an_hour_costs() -> None:
    split = function("split_amount", {"amount": "number", "people": "whole"})
    parking = {"hourly_price": "number", "city": "text"}
    assert reason(function("find_parking", {"city": "text"}, parking), split)
    assert bindings(edge(function("pay_parking", {"city": "text"}, {**parking, "price": "number"}), split)) == {
        "amount": "price"
    }


def test_the_time_of_what_begins_and_ends_is_when_it_begins() -> None:
    """ "What do the clocks in Oslo say then?" took the end of a meeting, since "ends" comes before "starts"."""
    source = function("get_event", {"event_id": "text"}, {"ends_at": "moment", "starts_at": "moment"})
    clock = function("convert_time_zone", {"moment": "moment", "remote_city": "text"})
    assert bindings(edge(source, clock)) == {"moment": "starts_at"}


@pytest.mark.parametrize("zones", [("departure_time_zone", "arrival_time_zone"),
                                   ("arrival_time_zone", "departure_time_zone")])  # fmt: skip
def test_a_time_has_the_zone_of_its_own_place(zones: tuple[str, str]) -> None:
    """A departure from Chicago was converted as if it were in the zone of Beijing, where the flight goes."""
    source = function("get_flight", {"flight_id": "text"}, {"departs_at": "moment", **dict.fromkeys(zones, "text")})
    taken = {"moment": "moment", "source_time_zone": "text", "remote_city": "text"}
    found = bindings(edge(source, function("convert_time_zone", taken)))
    assert found == {"moment": "departs_at", "source_time_zone": "departure_time_zone"}


def test_what_could_be_either_of_two_is_not_asked_about() -> None:
    sun = function("get_sun_times", {"city": "text"}, {"sunrise": "moment", "sunset": "moment"})
    assert reason(sun, function("convert_time_zone", {"moment": "moment", "remote_city": "text"}))


def test_what_was_set_is_what_one_asks_about() -> None:
    """ "Set it to 24, how much is that in Fahrenheit?" converted the 22 that the room still had."""
    convert = function("convert_temperature", {"temperature_celsius": "number"})
    taken = {"room_id": "text", "target_celsius": "number"}
    assert reason(function("set_room", taken, {"temperature_celsius": "number", "heater_celsius": "number"}), convert)
    told = function("set_room", taken, {"temperature_celsius": "number", "target_celsius": "number"})
    assert bindings(edge(told, convert)) == {"temperature_celsius": "target_celsius"}


def test_a_default_that_nobody_said_is_not_asked_about() -> None:
    spending = function("get_spending", {"since": "date"}, {"since": "date"}, optional=("since",))
    assert reason(spending, function("calculate_days_from_today", {"date": "date"}))


# --- prerequisites


CHECK = function("check_room_availability", {"room_id": "text", "date": "date"}, {"available": "yes"})


def test_a_check_decides_whether_something_can_be_booked() -> None:
    found = edge(CHECK, function("book_hotel_room", {"room_id": "text", "date": "date"}))
    assert found.kind == "prerequisite"
    assert found.bindings == ()
    assert "book_hotel_room" in found.rationale


@pytest.mark.parametrize(
    "target",
    [
        function("book_table", {"table_id": "text"}),
        function("describe_room", {"room_id": "text"}),
        function("book_hall", {"date": "date"}),
    ],
)
def test_a_check_of_another_thing_or_before_no_action_decides_nothing(target: Function) -> None:
    assert reason(CHECK, target)


def test_a_yes_or_no_that_is_no_check_decides_nothing() -> None:
    liked = function("get_room_mood", {"room_id": "text"}, {"cheerful": "yes"})
    assert reason(liked, function("book_hotel_room", {"room_id": "text"}))


# --- what holds for any two functions


fields = st.dictionaries(
    st.sampled_from(
        ["id", "order_id", "city", "amount", "currency", "date", "name", "total_price", "available", "code"]
    ),
    st.sampled_from(sorted(TYPES)),
    max_size=4,
)


@st.composite
def functions(draw: st.DrawFn) -> Function:
    verb = draw(st.sampled_from(["get", "list", "book", "convert", "check", "cancel", "split"]))
    noun = draw(st.sampled_from(["order", "room", "currency", "amount", "city"]))
    returns: dict[str, Any] = dict(draw(fields))
    if draw(st.booleans()):
        returns["items"] = [dict(draw(fields))]
    takes = draw(fields)
    optional = tuple(name for name in takes if draw(st.booleans()))
    return function(f"{verb}_{noun}", dict(takes), draw(st.sampled_from([None, returns])), optional=optional)


@settings(max_examples=200, deadline=None)
@given(functions(), functions())
def test_any_pair_gets_an_edge_that_can_be_used_or_a_reason(source: Function, target: Function) -> None:
    judgement = judge_pair(source, target)
    assert (judgement.dependency is None) != (judgement.reason is None)
    if judgement.dependency is None:
        return
    for binding in judgement.dependency.bindings:
        assert fields_beside(source.returns or {}, binding.output) is not None
        assert binding.parameter.removesuffix("[]") in target.properties
    single = [b.output for b in judgement.dependency.bindings if "[]" not in b.output]
    assert len(single) == len(set(single)), "one output binds two parameters"
    parameters = [b.parameter for b in judgement.dependency.bindings]
    assert len(parameters) == len(set(parameters))
    assert judgement.dependency.rationale


@settings(max_examples=100, deadline=None)
@given(functions(), st.lists(functions(), max_size=5))
def test_a_judgement_does_not_depend_on_the_company(source: Function, candidates: list[Function]) -> None:
    """Pairs are judged once and kept: with other candidates the verdict must be the same."""
    together = asyncio.run(RulesTeacher({}).judge(source, candidates))
    assert together == [judge_pair(source, one) for one in candidates] == judge_candidates(source, candidates)
