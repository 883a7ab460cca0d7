"""What a guest would miss: tables that exist, menus that stay the same, food that is paid for once."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Any, get_args

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.conversions.rates import exchange
from magnet_kg.toolkits.dining import toolkit
from magnet_kg.toolkits.dining.kitchens import Cuisine, find_town, restaurants_in

EXECUTOR = ToolkitExecutor([toolkit])
SEEDS = (1, 3, 8, 21)


class Guest:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def balance(self, card_id: str) -> float:
        world = self.world
        return world.account(world.card(card_id).account_id).balance

    def rich_card(self) -> str:
        world = self.world
        return max(world.cards, key=lambda c: world.account(c.account_id).balance).card_id

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"dining/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"dining/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def find(self, city: str = "Chicago", cuisine: str = "thai") -> str:
        found: str = self.do("search_restaurants", city=city, cuisine=cuisine)["restaurants"][0]["restaurant_id"]
        return found

    def free_time(self, restaurant_id: str, party_size: int, since: int = 20) -> str:
        """A time in three weeks or so at which there is a table."""
        for days in range(since, since + 40):
            for hour in (18, 19, 20):
                moment = datetime.combine(self.world.today + timedelta(days=days), time(hour)).isoformat()
                asked = {"restaurant_id": restaurant_id, "reservation_time": moment, "party_size": party_size}
                if self.do("check_table", **asked)["is_available"]:
                    return moment
        raise AssertionError("no table in forty days")

    def book(self, restaurant_id: str, moment: str, party_size: int) -> Any:
        return self.do("reserve_table", restaurant_id=restaurant_id, reservation_time=moment, party_size=party_size)


@pytest.fixture(params=SEEDS)
def guest(request: pytest.FixtureRequest) -> Guest:
    return Guest(EXECUTOR.open(request.param))


def test_restaurants_of_a_list_differ_in_all_that_people_choose_by() -> None:
    for seed in SEEDS:
        for cuisine in get_args(Cuisine):
            found = restaurants_in(seed, find_town("Chicago"), cuisine)
            assert len(found) >= 3
            for field in ("restaurant_id", "name", "rating", "distance_km"):
                assert len({getattr(r, field) for r in found}) == len(found)
            for restaurant in found:
                prices = [d.price for d in restaurant.menu]
                assert prices == sorted(set(prices))
                assert len({d.name for d in restaurant.menu}) == len(prices) >= 6


def test_menus_are_priced_in_the_money_of_the_city(guest: Guest) -> None:
    for city, currency in (("Chicago", "USD"), ("Tokyo", "JPY"), ("Paris", "EUR")):
        menu = guest.do("get_menu", restaurant_id=guest.find(city))
        assert {d["currency"] for d in menu["dishes"]} == {currency}
        for dish in menu["dishes"]:
            assert 2 < exchange(dish["price"], currency, "USD") < 60


def test_an_id_leads_back_to_its_restaurant_and_no_other_id_does(guest: Guest) -> None:
    for restaurant in guest.do("search_restaurants", city="Rome", cuisine="italian")["restaurants"]:
        details = guest.do("get_restaurant_details", restaurant_id=restaurant["restaurant_id"])
        assert details["restaurant_name"] == restaurant["restaurant_name"]
        assert details["average_price"] == restaurant["average_price"]
        assert details["city"] == "Rome"
    for wrong in ("rst_1", "rst_0000000000", "tbl_123456", ""):
        assert guest.refusal("get_menu", restaurant_id=wrong) == "not_found"
    assert guest.refusal("search_restaurants", city="Atlantis", cuisine="thai") == "not_found"
    assert guest.refusal("search_restaurants", city="Rome", cuisine="martian") == "invalid_argument"


def test_a_reserved_table_is_listed_and_takes_its_seats(guest: Guest) -> None:
    restaurant = guest.find()
    moment = guest.free_time(restaurant, 8)
    before = guest.do("list_table_reservations")["reservations"]
    made = guest.book(restaurant, moment, 8)
    after = guest.do("list_table_reservations")["reservations"]
    assert made in after
    assert len(after) == len(before) + 1
    assert [r["reservation_time"] for r in after] == sorted(r["reservation_time"] for r in after)


def test_one_cannot_sit_at_two_tables_at_once(guest: Guest) -> None:
    restaurant = guest.find()
    moment = guest.free_time(restaurant, 2)
    guest.book(restaurant, moment, 2)
    later = (datetime.fromisoformat(moment) + timedelta(minutes=30)).isoformat()
    other = guest.find(cuisine="greek")
    codes = {
        guest.refusal("reserve_table", restaurant_id=r, reservation_time=t, party_size=1)
        for r, t in ((restaurant, moment), (other, later))
    }
    assert codes <= {"conflict", "not_available", "closed"}
    assert "conflict" in codes


def test_nobody_is_seated_in_the_past_at_night_or_too_far_ahead(guest: Guest) -> None:
    restaurant = guest.find()
    today = guest.world.today

    def try_at(days: int, hour: int) -> str | None:
        moment = datetime.combine(today + timedelta(days=days), time(hour)).isoformat()
        return guest.refusal("reserve_table", restaurant_id=restaurant, reservation_time=moment, party_size=2)

    assert try_at(-2, 19) == "in_the_past"
    assert try_at(5, 4) == "closed"
    assert try_at(200, 19) == "too_far_ahead"


def test_checking_and_reserving_agree(guest: Guest) -> None:
    seen = set()
    start = guest.session.snapshot()
    for cuisine in ("thai", "french", "vegan"):
        restaurant = guest.find(cuisine=cuisine)
        for days in range(1, 12):
            moment = datetime.combine(guest.world.today + timedelta(days=days), time(19)).isoformat()
            asked = {"restaurant_id": restaurant, "reservation_time": moment, "party_size": 7}
            checked = guest.do("check_table", **asked)
            outcome = asyncio.run(guest.session.call("dining/reserve_table", asked))
            if outcome.error_code != "conflict":
                assert checked["is_available"] == (not outcome.failed)
            for other in checked["other_times"]:
                again = guest.do("check_table", **{**asked, "reservation_time": other})
                assert again["is_available"]
            seen.add(checked["is_available"])
            guest.session.restore(start)
    assert seen == {True, False}


def test_a_reservation_can_be_moved_and_resized(guest: Guest) -> None:
    restaurant = guest.find()
    made = guest.book(restaurant, guest.free_time(restaurant, 2), 2)
    other = guest.free_time(restaurant, 2, since=45)
    moved = guest.do("change_reservation_time", reservation_id=made["reservation_id"], reservation_time=other)
    assert moved == {**made, "reservation_time": other}
    same = {"reservation_id": made["reservation_id"], "reservation_time": other}
    assert guest.refusal("change_reservation_time", **same) == "nothing_to_change"
    smaller = guest.do("change_party_size", reservation_id=made["reservation_id"], party_size=1)
    assert smaller["party_size"] == 1
    nobody = {"reservation_id": made["reservation_id"], "party_size": 0}
    assert guest.refusal("change_party_size", **nobody) == "invalid_argument"


def test_a_reservation_is_cancelled_once_and_then_gone(guest: Guest) -> None:
    listed = guest.do("list_table_reservations")["reservations"]
    assert len(listed) == 2
    reservation = listed[0]["reservation_id"]
    contact = guest.world.contacts[0].contact_id
    assert guest.do("cancel_table_reservation", reservation_id=reservation)["status"] == "cancelled"
    assert guest.do("list_table_reservations")["reservations"] == listed[1:]
    for function, more in (
        ("cancel_table_reservation", {}),
        ("change_party_size", {"party_size": 2}),
        ("invite_to_dinner", {"contact_id": contact}),
    ):
        assert guest.refusal(function, reservation_id=reservation, **more) == "already_cancelled"
    assert guest.refusal("cancel_table_reservation", reservation_id="tbl_1") == "not_found"


def test_guests_are_invited_once_and_only_to_free_seats(guest: Guest) -> None:
    restaurant = guest.find()
    made = guest.book(restaurant, guest.free_time(restaurant, 3), 3)["reservation_id"]
    people = guest.world.contacts
    guest.do("invite_to_dinner", reservation_id=made, contact_id=people[0].contact_id)
    twice = {"reservation_id": made, "contact_id": people[0].contact_id}
    assert guest.refusal("invite_to_dinner", **twice) == "already_invited"
    both = guest.do("invite_to_dinner", reservation_id=made, contact_id=people[1].contact_id)
    assert both["guests"] == [people[0].full_name, people[1].full_name]
    one_more = {"reservation_id": made, "contact_id": people[2].contact_id}
    assert guest.refusal("invite_to_dinner", **one_more) == "table_full"
    assert guest.refusal("change_party_size", reservation_id=made, party_size=2) == "table_full"
    assert guest.refusal("invite_to_dinner", reservation_id=made, contact_id="c_0") == "not_found"


@pytest.mark.parametrize("city", ["Chicago", "Tokyo"])
def test_delivered_food_is_charged_in_dollars_and_refunded_once(guest: Guest, city: str) -> None:
    dish = guest.do("get_menu", restaurant_id=guest.find(city))["dishes"][0]
    card = guest.rich_card()
    balance = guest.balance(card)
    asked = {"dish_id": dish["dish_id"], "delivery_address": "12 Mill Lane", "card_id": card, "quantity": 2}
    made = guest.do("order_delivery", **asked)
    assert made["total_price"] > 2 * dish["price"]
    assert guest.balance(card) == pytest.approx(balance - exchange(made["total_price"], made["currency"], "USD"))
    progress = guest.do("track_delivery", delivery_id=made["delivery_id"])
    assert progress["status"] == "preparing"
    assert progress["minutes_left"] >= 25
    assert guest.do("list_deliveries")["deliveries"][0]["delivery_id"] == made["delivery_id"]
    assert guest.do("cancel_delivery", delivery_id=made["delivery_id"])["refund_amount"] == made["total_price"]
    assert guest.balance(card) == pytest.approx(balance)
    assert guest.refusal("cancel_delivery", delivery_id=made["delivery_id"]) == "already_cancelled"


def test_food_arrives_when_the_kitchen_cooks(guest: Guest) -> None:
    for city in ("Chicago", "Tokyo", "Paris", "Sydney"):
        restaurant = guest.find(city)
        hours = guest.do("get_restaurant_details", restaurant_id=restaurant)
        dish = guest.do("get_menu", restaurant_id=restaurant)["dishes"][0]
        made = guest.do(
            "order_delivery",
            dish_id=dish["dish_id"],
            delivery_address="3 Bridge Street",
            card_id=guest.rich_card(),
        )
        expected = datetime.fromisoformat(made["expected_at"])
        assert hours["opens_at"] <= f"{expected:%H:%M}" <= hours["closes_at"]
        assert f"{expected:%A}" != hours["closed_on"]


def test_what_has_been_delivered_cannot_be_cancelled_and_wrong_ids_are_refused(guest: Guest) -> None:
    deliveries = guest.do("list_deliveries")["deliveries"]
    assert {d["status"] for d in deliveries[1:]} == {"delivered"}
    assert deliveries[0]["status"] in ("preparing", "on the way")
    assert guest.refusal("cancel_delivery", delivery_id=deliveries[-1]["delivery_id"]) == "too_late"
    assert guest.do("track_delivery", delivery_id=deliveries[-1]["delivery_id"])["minutes_left"] is None
    assert guest.refusal("track_delivery", delivery_id="dlv_1") == "not_found"
    address = {"delivery_address": "12 Mill Lane", "card_id": guest.rich_card()}
    assert guest.refusal("order_delivery", dish_id="dsh_1", **address) == "not_found"
    dish = guest.do("get_menu", restaurant_id=guest.find())["dishes"][0]["dish_id"]
    nowhere = {"dish_id": dish, "delivery_address": " ", "card_id": guest.rich_card()}
    assert guest.refusal("order_delivery", **nowhere) == "invalid_argument"


def test_looking_changes_nothing_and_the_same_calls_give_the_same_end() -> None:
    def dine() -> tuple[Any, str]:
        guest = Guest(EXECUTOR.open(14))
        start = guest.session.digest()
        restaurant = guest.find()
        moment = guest.free_time(restaurant, 4)
        assert guest.session.digest() == start
        return guest.book(restaurant, moment, 4), guest.session.digest()

    assert dine() == dine()
