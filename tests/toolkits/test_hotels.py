"""What a guest would miss: rooms that stay free, money that moves as it should, and the refusals of a real hotel."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World, cities
from magnet_kg.toolkits.hotels import toolkit

SEEDS = (1, 4, 9, 31)
EXECUTOR = ToolkitExecutor([toolkit])


class Desk:
    """A session with the hotels toolkit, and the world behind it."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def put(self, world: World) -> None:
        self.session.restore(SavedWorld.of(world))

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"hotels/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"hotels/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def day(self, ahead: int) -> str:
        return (self.world.today + timedelta(days=ahead)).isoformat()

    def offers(self, city: str = "Lisbon", ahead: int = 30, nights: int = 3) -> dict[str, Any]:
        """The rooms of the first hotel of a city that has some."""
        for hotel in self.do("find_hotels", city=city)["hotels"]:
            found: dict[str, Any] = self.do(
                "find_available_rooms", hotel_id=hotel["hotel_id"], check_in_date=self.day(ahead), nights=nights
            )
            if found["rooms"]:
                return found
        raise AssertionError("no hotel has a room")

    def rich_card(self) -> str:
        """The id of a card that can pay for anything."""
        world = self.world
        card = world.cards[0]
        card.status, card.daily_limit = "active", 50_000.0
        world.account(card.account_id).balance = 40_000.0
        self.put(world)
        return card.card_id

    def balance(self, card_id: str) -> float:
        return self.world.account(self.world.card(card_id).account_id).balance

    def book(self, card_id: str, ahead: int = 30, nights: int = 3) -> dict[str, Any]:
        room = self.offers(ahead=ahead, nights=nights)["rooms"][0]
        booked: dict[str, Any] = self.do("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id)
        return booked


@pytest.fixture(params=SEEDS)
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(EXECUTOR.open(request.param))


def test_every_city_has_hotels_that_can_be_told_apart(desk: Desk) -> None:
    before = desk.session.digest()
    for city in list(cities())[::9]:
        hotels = desk.do("find_hotels", city=city)["hotels"]
        assert 6 <= len(hotels) <= 10
        for field in ("hotel_id", "hotel_name", "nightly_price", "guest_rating", "distance_from_center_km"):
            assert len({h[field] for h in hotels}) == len(hotels), field
        assert hotels == sorted(hotels, key=lambda h: -h["guest_rating"])
    assert desk.session.digest() == before


def test_the_same_seed_gives_the_same_hotels_and_another_gives_others() -> None:
    def names(seed: int) -> list[str]:
        return [h["hotel_name"] for h in Desk(EXECUTOR.open(seed)).do("find_hotels", city="Vienna")["hotels"]]

    assert names(2) == names(2)
    assert names(2) != names(3)


def test_filters_leave_out_what_does_not_fit(desk: Desk) -> None:
    everything = desk.do("find_hotels", city="new york")["hotels"]
    some = desk.do("find_hotels", city="New York", min_stars=4, max_nightly_price=250)["hotels"]
    assert some == [h for h in everything if h["stars"] >= 4 and h["nightly_price"] <= 250]
    assert desk.refusal("find_hotels", city="Atlantis") == "not_found"
    assert desk.refusal("find_hotels", city="Paris", min_stars=9) == "invalid_argument"


def test_a_hotel_found_again_by_its_id_is_the_same(desk: Desk) -> None:
    for hotel in desk.do("find_hotels", city="Seoul")["hotels"]:
        details = desk.do("get_hotel", hotel_id=hotel["hotel_id"])
        assert all(details[key] == hotel[key] for key in ("hotel_name", "stars", "guest_rating", "nightly_price"))
        reviews = desk.do("get_hotel_reviews", hotel_id=hotel["hotel_id"])
        assert reviews["guest_rating"] == hotel["guest_rating"]
        assert len(reviews["reviews"]) == 4
    for wrong in ("htl_00000000", "fl_00000000", "Ritz", ""):
        assert desk.refusal("get_hotel", hotel_id=wrong) == "not_found"


def test_rooms_are_offered_cheapest_first_and_for_all_guests(desk: Desk) -> None:
    found = desk.offers(nights=4)
    prices = [room["total_price"] for room in found["rooms"]]
    assert prices == sorted(set(prices))
    assert date.fromisoformat(found["check_out_date"]) - date.fromisoformat(found["check_in_date"]) == timedelta(4)
    four = desk.do("find_available_rooms", hotel_id=found["hotel_id"], check_in_date=desk.day(30), nights=4, guests=4)
    assert all(room["sleeps"] >= 4 for room in four["rooms"])
    past = {"hotel_id": found["hotel_id"], "check_in_date": desk.day(-1), "nights": 2}
    assert desk.refusal("find_available_rooms", **past) == "invalid_date"
    assert (
        desk.refusal("find_available_rooms", **{**past, "check_in_date": desk.day(3), "nights": 0})
        == "invalid_argument"
    )


def test_booking_takes_the_price_from_the_card_and_a_room_from_the_hotel(desk: Desk) -> None:
    card_id, found = desk.rich_card(), desk.offers()
    room, before = found["rooms"][0], desk.balance(card_id)
    booked = desk.do("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id)
    assert booked["total_price"] == room["total_price"]
    assert (booked["check_in_date"], booked["check_out_date"]) == (found["check_in_date"], found["check_out_date"])
    assert desk.balance(card_id) == pytest.approx(before - room["total_price"])
    for _ in range(room["rooms_left"] - 1):
        desk.do("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id)
    assert desk.refusal("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id) == "sold_out"
    again = desk.do("find_available_rooms", hotel_id=found["hotel_id"], check_in_date=found["check_in_date"], nights=3)
    assert room["room_offer_id"] not in [r["room_offer_id"] for r in again["rooms"]]
    desk.do("cancel_hotel_booking", hotel_booking_id=booked["hotel_booking_id"])
    assert (
        desk.do("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id)["hotel_name"]
        == found["hotel_name"]
    )


def test_a_room_that_cannot_be_paid_is_not_booked(desk: Desk) -> None:
    card_id, room = desk.rich_card(), desk.offers()["rooms"][0]
    world = desk.world
    world.card(card_id).daily_limit = 10.0
    desk.put(world)
    assert desk.refusal("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id) == "limit_exceeded"
    assert desk.refusal("book_hotel_room", room_offer_id=room["room_offer_id"], card_id="card_0000") == "not_found"
    assert desk.refusal("book_hotel_room", room_offer_id="room_00000000", card_id=card_id) == "not_found"


def test_a_stay_is_cancelled_for_nothing_early_and_for_the_first_night_late(desk: Desk) -> None:
    card_id = desk.rich_card()
    before = desk.balance(card_id)
    early = desk.book(card_id, ahead=30)
    done = desk.do("cancel_hotel_booking", hotel_booking_id=early["hotel_booking_id"])
    assert (done["refund_amount"], done["cancellation_fee"]) == (early["total_price"], 0.0)
    assert desk.balance(card_id) == pytest.approx(before)
    assert desk.refusal("cancel_hotel_booking", hotel_booking_id=early["hotel_booking_id"]) == "already_cancelled"
    late = desk.book(card_id, ahead=1)
    done = desk.do("cancel_hotel_booking", hotel_booking_id=late["hotel_booking_id"])
    assert 0 < done["cancellation_fee"] < late["total_price"]
    assert desk.balance(card_id) == pytest.approx(before - done["cancellation_fee"])


def test_a_stay_that_has_begun_can_neither_move_nor_be_cancelled(desk: Desk) -> None:
    booked = desk.book(desk.rich_card(), ahead=5)
    world = desk.world
    world.now += timedelta(days=5)
    desk.put(world)
    key = {"hotel_booking_id": booked["hotel_booking_id"]}
    move = {"check_in_date": desk.day(20), "nights": 2}
    assert desk.refusal("cancel_hotel_booking", **key) == "closed"
    assert desk.refusal("change_hotel_stay", **key, **move) == "closed"
    assert desk.refusal("check_stay_change", **key, **move) == "closed"
    world.now += timedelta(days=5)
    desk.put(world)
    assert desk.refusal("add_breakfast", **key) == "closed"


def test_a_stay_moves_to_other_days_and_the_difference_is_settled(desk: Desk) -> None:
    card_id = desk.rich_card()
    booked = desk.book(card_id, nights=4)
    key = {"hotel_booking_id": booked["hotel_booking_id"]}
    for ahead, nights in ((41, 6), (47, 1)):
        move = {"check_in_date": desk.day(ahead), "nights": nights}
        checked, before = desk.do("check_stay_change", **key, **move), desk.balance(card_id)
        if not checked["available"]:
            assert checked["total_price"] is None
            assert desk.refusal("change_hotel_stay", **key, **move) == "sold_out"
            continue
        moved = desk.do("change_hotel_stay", **key, **move)
        assert (moved["total_price"], moved["difference"]) == (checked["total_price"], checked["difference"])
        assert desk.balance(card_id) == pytest.approx(before - moved["difference"])
        details = desk.do("get_hotel_booking", **key)
        assert (details["check_in_date"], details["nights"]) == (move["check_in_date"], nights)
        assert desk.refusal("change_hotel_stay", **key, **move) == "same_stay"


def test_breakfast_is_paid_once_for_every_morning(desk: Desk) -> None:
    card_id = desk.rich_card()
    for city in ("Lisbon", "Madrid", "Rome"):
        found = desk.offers(city=city, nights=3)
        price = desk.do("get_hotel", hotel_id=found["hotel_id"])["breakfast_fee"]
        booked = desk.do("book_hotel_room", room_offer_id=found["rooms"][0]["room_offer_id"], card_id=card_id)
        key, before = {"hotel_booking_id": booked["hotel_booking_id"]}, desk.balance(card_id)
        if price is None:
            assert desk.refusal("add_breakfast", **key, guests=2) == "not_available"
            continue
        added = desk.do("add_breakfast", **key, guests=2)
        assert added["breakfast_price"] == price * 2 * 3
        assert desk.balance(card_id) == pytest.approx(before - added["breakfast_price"])
        assert desk.refusal("add_breakfast", **key) == "already_exists"
        back = desk.do("cancel_hotel_booking", **key)["refund_amount"]
        assert back == pytest.approx(booked["total_price"] + added["breakfast_price"])


def test_a_late_checkout_keeps_what_the_check_promised(desk: Desk) -> None:
    card_id = desk.rich_card()
    seen = set()
    for ahead in range(12, 60, 4):
        booked = desk.book(card_id, ahead=ahead)
        key, before = {"hotel_booking_id": booked["hotel_booking_id"]}, desk.balance(card_id)
        checked = desk.do("check_late_checkout", **key)
        seen.add(checked["late_checkout_available"])
        if not checked["late_checkout_available"]:
            assert desk.refusal("book_late_checkout", **key) == "not_available"
            continue
        done = desk.do("book_late_checkout", **key)
        assert (done["check_out_until"], done["late_checkout_fee"]) == (
            checked["check_out_until"],
            checked["late_checkout_fee"],
        )
        assert desk.balance(card_id) == pytest.approx(before - done["late_checkout_fee"])
        assert desk.do("get_hotel_booking", **key)["check_out_until"] == done["check_out_until"]
        assert desk.refusal("book_late_checkout", **key) == "already_exists"
        assert not desk.do("check_late_checkout", **key)["late_checkout_available"]
    assert True in seen


def test_a_request_is_kept_with_the_booking(desk: Desk) -> None:
    booking = desk.do("list_hotel_bookings")["hotel_bookings"][0]
    key = {"hotel_booking_id": booking["hotel_booking_id"]}
    desk.do("send_hotel_request", **key, text="A quiet room, please.")
    assert desk.do("get_hotel_booking", **key)["requests"] == ["A quiet room, please."]
    assert desk.refusal("send_hotel_request", hotel_booking_id="hb_000000", text="Hello?") == "not_found"


def test_a_new_world_has_stays_that_lie_ahead_in_different_cities() -> None:
    for seed in range(60):
        desk = Desk(EXECUTOR.open(seed))
        stays = desk.do("list_hotel_bookings")["hotel_bookings"]
        assert 1 <= len(stays) <= 2
        assert len({s["city"] for s in stays}) == len(stays)
        assert all(date.fromisoformat(s["check_in_date"]) > desk.world.today for s in stays)
        assert desk.world.person.home_city not in [s["city"] for s in stays]


def test_a_snapshot_brings_everything_back(desk: Desk) -> None:
    card_id, room = desk.rich_card(), desk.offers()["rooms"][0]
    before, digest = desk.session.snapshot(), desk.session.digest()
    desk.do("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id)
    after = desk.session.digest()
    assert after != digest
    desk.session.restore(before)
    assert desk.session.digest() == digest
    desk.do("book_hotel_room", room_offer_id=room["room_offer_id"], card_id=card_id)
    assert desk.session.digest() == after
