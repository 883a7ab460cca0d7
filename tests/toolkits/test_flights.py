"""What a traveller would miss: fares that hold, money that moves as it should, and the refusals of a real airline."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World, cities
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.flights import toolkit
from magnet_kg.toolkits.flights.routes import airports, distance_km, timetable

SEEDS = (1, 3, 11, 28)
EXECUTOR = ToolkitExecutor([toolkit])


class Airline:
    """A session with the flights toolkit, and the world behind it."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def put(self, world: World) -> None:
        self.session.restore(SavedWorld.of(world))

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"flights/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"flights/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def search(self, origin: str, destination: str, days: int = 30, **more: Any) -> list[dict[str, Any]]:
        day = self.world.today + timedelta(days=days)
        found = self.do(
            "search_flights",
            origin_airport_code=origin,
            destination_airport_code=destination,
            departure_date=day.isoformat(),
            **more,
        )
        flights: list[dict[str, Any]] = found["flights"]
        return flights

    def offer(self, days: int = 30) -> dict[str, Any]:
        """A cheap flight with a free seat."""
        return min((f for f in self.search("BOS", "ORD", days) if f["seats_left"]), key=lambda f: f["price"])

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

    def at(self, booking: dict[str, Any], before_departure: timedelta) -> None:
        """Set the clock to some time before a booking's departure."""
        world = self.world
        zone = ZoneInfo(booking["departure_time_zone"])
        moment = datetime.fromisoformat(booking["departs_at"]).replace(tzinfo=zone).astimezone(UTC) - before_departure
        world.now = moment.astimezone(ZoneInfo(world.person.time_zone)).replace(tzinfo=None)
        self.put(world)


@pytest.fixture(params=SEEDS)
def airline(request: pytest.FixtureRequest) -> Airline:
    return Airline(EXECUTOR.open(request.param))


def test_an_airport_is_found_by_its_city_however_it_is_written(airline: Airline) -> None:
    found = airline.do("find_airports", city="chicago")["airports"]
    assert [a["airport_code"] for a in found] == ["ORD", "MDW"]
    assert airline.do("find_airports", city="São Paulo")["airports"][0]["airport_code"] == "GRU"
    assert airline.refusal("find_airports", city="Atlantis") == "not_found"


def test_a_city_without_an_airport_has_one_near_it(airline: Airline) -> None:
    found = airline.do("find_airports", city="Kyoto")["airports"]
    assert found[0]["airport_code"] == "KIX"
    assert found[0]["city"] == "Osaka"
    for city in cities().values():
        assert airline.do("find_airports", city=city.name)["airports"]


def test_every_airport_code_belongs_to_one_city() -> None:
    codes = [code for city in cities().values() for code, _ in city.airports]
    assert len(codes) == len(set(codes)) == len(airports())
    assert all(len(code) == 3 and code.isupper() for code in codes)
    assert len(cities()) >= 210
    assert len({city.country_code for city in cities().values()}) >= 50
    assert sum(city.country_code == "US" for city in cities().values()) >= 60
    for city in cities().values():
        ZoneInfo(city.time_zone)


def test_the_same_seed_gives_the_same_flights_and_another_gives_others() -> None:
    def fares(seed: int) -> list[tuple[str, float]]:
        return [(f["flight_id"], f["price"]) for f in Airline(EXECUTOR.open(seed)).search("JFK", "LHR")]

    assert fares(5) == fares(5)
    assert fares(5) != fares(6)


def test_a_search_decides_what_is_cheapest_earliest_fastest_and_changes_nothing(airline: Airline) -> None:
    before = airline.session.digest()
    for origin, destination in (("SFO", "ORD"), ("JFK", "CDG"), ("DEN", "HND"), ("MUC", "LIS")):
        flights = airline.search(origin, destination)
        assert 2 <= len(flights) <= 6
        for field in ("price", "departs_at", "arrives_at", "duration_minutes", "flight_number", "flight_id"):
            assert len({f[field] for f in flights}) == len(flights), field
        assert flights == sorted(flights, key=lambda f: f["departs_at"])
    assert airline.session.digest() == before


def test_a_flight_takes_as_long_as_its_clock_times_say(airline: Airline) -> None:
    for flight in airline.search("LAX", "SYD"):
        leaves = datetime.fromisoformat(flight["departs_at"]).replace(tzinfo=ZoneInfo(flight["departure_time_zone"]))
        lands = datetime.fromisoformat(flight["arrives_at"]).replace(tzinfo=ZoneInfo(flight["arrival_time_zone"]))
        assert (lands.timestamp() - leaves.timestamp()) / 60 == flight["duration_minutes"]
        assert 780 < flight["duration_minutes"] < 2400
        assert 500 < flight["price"] < 3500


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(airports())), st.sampled_from(sorted(airports())), st.integers(0, 10_000))
def test_one_can_fly_between_any_two_airports_that_are_not_neighbors(one: str, other: str, seed: int) -> None:
    far = distance_km(airports()[one].city, airports()[other].city)
    assert bool(timetable(seed, one, other)) == (far >= 150)


def test_business_costs_more_and_cheap_airlines_have_none(airline: Airline) -> None:
    economy = {f["flight_number"]: f["price"] for f in airline.search("BCN", "DUB", 25)}
    business = {f["flight_number"]: f["price"] for f in airline.search("BCN", "DUB", 25, cabin="business")}
    assert business.keys() <= economy.keys()
    assert all(business[number] > 2 * economy[number] for number in business)
    assert not any(number.startswith(("FR", "VY")) for number in business)


def test_nonstop_means_no_stop(airline: Airline) -> None:
    assert all(f["stops"] == 0 for f in airline.search("SFO", "JFK", nonstop_only=True))


def test_searches_that_make_no_sense_are_refused(airline: Airline) -> None:
    day = (airline.world.today + timedelta(days=20)).isoformat()
    route = {"origin_airport_code": "JFK", "destination_airport_code": "LHR"}
    past = (airline.world.today - timedelta(days=1)).isoformat()
    assert airline.refusal("search_flights", **route, departure_date=past) == "invalid_date"
    assert airline.refusal("search_flights", **route, departure_date="2031-01-01") == "invalid_date"
    assert (
        airline.refusal("search_flights", **{**route, "origin_airport_code": "QQQ"}, departure_date=day) == "not_found"
    )
    assert (
        airline.refusal("search_flights", origin_airport_code="JFK", destination_airport_code="LGA", departure_date=day)
        == "invalid_route"
    )


def test_the_cheapest_day_is_the_cheapest_that_a_search_of_that_day_finds(airline: Airline) -> None:
    start = airline.world.today + timedelta(days=14)
    route = {"origin_airport_code": "BOS", "destination_airport_code": "ORD"}
    days = airline.do("find_cheapest_days", **route, earliest_date=start.isoformat(), days=5)["days"]
    assert days == sorted(days, key=lambda d: d["lowest_price"])
    assert 1 <= len(days) <= 5
    flights = airline.do("search_flights", **route, departure_date=days[0]["departure_date"])["flights"]
    best = min((f for f in flights if f["seats_left"]), key=lambda f: f["price"])
    assert (best["flight_id"], best["price"]) == (days[0]["flight_id"], days[0]["lowest_price"])


def test_a_flight_found_again_by_its_id_is_the_same(airline: Airline) -> None:
    for cabin in ("economy", "premium_economy", "business"):
        for found in airline.search("ATL", "FRA", cabin=cabin):
            details = airline.do("get_flight", flight_id=found["flight_id"])
            assert details["cabin"] == cabin
            assert all(details[key] == found[key] for key in ("price", "departs_at", "arrives_at", "flight_number"))
            assert len(details["stop_cities"]) == found["stops"]
    for wrong in ("fl_00000000", "fl_zzzzzzzz", "BA117", "", "fl_ABCDEFGH"):
        assert airline.refusal("get_flight", flight_id=wrong) == "not_found"


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**32))
def test_an_id_can_be_read_back_in_its_own_world_only(value: int, seed: int) -> None:
    hidden = hide(seed, "fl", value)
    assert reveal(seed, "fl", hidden) == value
    assert reveal(seed, "htl", hidden) is None
    assert hide(seed + 1, "fl", value) != hidden


def test_booking_takes_the_fare_from_the_card_and_shows_up_in_the_list(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    before = airline.balance(card_id)
    made = airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)
    assert made["total_price"] == offer["price"]
    assert airline.balance(card_id) == pytest.approx(before - offer["price"])
    listed = airline.do("list_flight_bookings")["flight_bookings"]
    assert made["flight_booking_id"] in [b["flight_booking_id"] for b in listed]
    assert len(made["confirmation_code"]) == 6
    again = next(f for f in airline.search("BOS", "ORD") if f["flight_id"] == offer["flight_id"])
    assert again["seats_left"] == offer["seats_left"] - 1
    assert airline.refusal("reserve_flight", flight_id=offer["flight_id"], card_id=card_id) in (
        "already_booked",
        "sold_out",
    )


def test_a_booking_that_cannot_be_paid_is_not_made(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    world = airline.world
    world.account(world.card(card_id).account_id).balance = 5.0
    airline.put(world)
    assert airline.refusal("reserve_flight", flight_id=offer["flight_id"], card_id=card_id) == "insufficient_funds"
    assert airline.refusal("reserve_flight", flight_id=offer["flight_id"], card_id="card_0000") == "not_found"
    world.card(card_id).status = "frozen"
    airline.put(world)
    assert airline.refusal("reserve_flight", flight_id=offer["flight_id"], card_id=card_id) == "card_frozen"


def test_a_full_flight_is_sold_out(airline: Airline) -> None:
    card_id = airline.rich_card()
    full = next(f for days in range(4, 200) for f in airline.search("BOS", "ORD", days) if not f["seats_left"])
    assert airline.refusal("reserve_flight", flight_id=full["flight_id"], card_id=card_id) == "sold_out"


def test_a_cancelled_booking_is_refunded_once_and_then_closed(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    before = airline.balance(card_id)
    booking_id = airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)["flight_booking_id"]
    terms = airline.do("check_flight_cancellation", flight_booking_id=booking_id)
    assert (terms["cancellation_possible"], terms["cancellation_fee"]) == (True, 0.0), (
        "fresh bookings are undone for nothing"
    )
    assert airline.do("cancel_flight_booking", flight_booking_id=booking_id)["refund_amount"] == offer["price"]
    assert airline.balance(card_id) == pytest.approx(before)
    assert airline.refusal("cancel_flight_booking", flight_booking_id=booking_id) == "already_cancelled"
    assert airline.refusal("list_available_seats", flight_booking_id=booking_id) == "already_cancelled"
    assert not airline.do("check_flight_cancellation", flight_booking_id=booking_id)["cancellation_possible"]
    listed = airline.do("list_flight_bookings")["flight_bookings"]
    assert booking_id not in [b["flight_booking_id"] for b in listed]
    everything = airline.do("list_flight_bookings", include_cancelled=True)["flight_bookings"]
    assert booking_id in [b["flight_booking_id"] for b in everything]


def test_an_old_economy_booking_costs_a_fee_to_cancel(airline: Airline) -> None:
    for booking in airline.do("list_flight_bookings")["flight_bookings"]:
        details = airline.do("get_flight_booking", flight_booking_id=booking["flight_booking_id"])
        terms = airline.do("check_flight_cancellation", flight_booking_id=booking["flight_booking_id"])
        done = airline.do("cancel_flight_booking", flight_booking_id=booking["flight_booking_id"])
        assert (done["refund_amount"], done["cancellation_fee"]) == (terms["refund_amount"], terms["cancellation_fee"])
        assert done["refund_amount"] + done["cancellation_fee"] == pytest.approx(booking["total_price"])
        assert (done["cancellation_fee"] > 0) == (details["cabin"] == "economy")


def test_check_in_is_open_from_two_days_to_three_quarters_of_an_hour_before(airline: Airline) -> None:
    booking = airline.do("list_flight_bookings")["flight_bookings"][-1]
    key = {"flight_booking_id": booking["flight_booking_id"]}
    for before, code in (
        (timedelta(hours=49), "closed"),
        (timedelta(minutes=30), "closed"),
        (timedelta(hours=-1), "departed"),
    ):
        airline.at(booking, before)
        assert airline.refusal("check_in_for_flight", **key) == code
    airline.at(booking, timedelta(hours=20))
    boarding = airline.do("check_in_for_flight", **key)
    assert boarding["seat_number"]
    assert airline.do("get_flight_booking", **key)["status"] == "checked_in"
    assert boarding["boarding_at"] < boarding["departs_at"]
    assert airline.refusal("check_in_for_flight", **key) == "already_checked_in"
    assert airline.refusal("cancel_flight_booking", **key) == "already_checked_in"


def test_a_flight_has_a_gate_on_its_last_day_only(airline: Airline) -> None:
    booking = airline.do("list_flight_bookings")["flight_bookings"][-1]
    key = {"flight_booking_id": booking["flight_booking_id"]}
    airline.at(booking, timedelta(days=3))
    early = airline.do("get_flight_status", **key)
    assert (early["status"], early["gate"]) == ("scheduled", None)
    airline.at(booking, timedelta(hours=5))
    late = airline.do("get_flight_status", **key)
    assert late["gate"]
    assert late["status"] == ("delayed" if late["delay_minutes"] else "on_time")
    airline.at(booking, timedelta(hours=-9))
    assert airline.do("get_flight_status", **key)["status"] == "departed"


def test_a_seat_is_chosen_once_and_its_fee_is_paid(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    booking_id = airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)["flight_booking_id"]
    seats = airline.do("list_available_seats", flight_booking_id=booking_id)["seats"]
    assert len({s["row"] for s in seats}) == len(seats) >= 2
    before = airline.balance(card_id)
    chosen = airline.do("choose_seat", flight_seat_id=seats[0]["flight_seat_id"])
    assert airline.balance(card_id) == pytest.approx(before - seats[0]["seat_fee"])
    details = airline.do("get_flight_booking", flight_booking_id=booking_id)
    assert details["seat_number"] == chosen["seat_number"] == seats[0]["seat_number"]
    left = airline.do("list_available_seats", flight_booking_id=booking_id)["seats"]
    assert seats[0]["seat_number"] not in [s["seat_number"] for s in left]
    assert airline.refusal("choose_seat", flight_seat_id=seats[0]["flight_seat_id"]) == "already_chosen"
    assert airline.refusal("choose_seat", flight_seat_id="seat_1234567") == "not_found"


def test_seats_can_be_asked_for_by_where_they_are(airline: Airline) -> None:
    booking_id = airline.do("list_flight_bookings")["flight_bookings"][0]["flight_booking_id"]
    for seat in airline.do("list_available_seats", flight_booking_id=booking_id, position="window")["seats"]:
        assert seat["position"] == "window"
        assert seat["seat_number"][-1] in "AF"


def test_a_booking_moves_to_another_flight_for_a_fee(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    booked = airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)
    key = {"flight_booking_id": booked["flight_booking_id"]}
    day = (airline.world.today + timedelta(days=40)).isoformat()
    found = airline.do("search_flight_changes", **key, departure_date=day)
    assert {found["origin_city"], found["destination_city"]} == {"Boston", "Chicago"}
    change, before = found["changes"][0], airline.balance(card_id)
    moved = airline.do("change_flight", flight_change_id=change["flight_change_id"])
    assert moved["amount_due"] == change["amount_due"] >= 75
    assert airline.balance(card_id) == pytest.approx(before - change["amount_due"])
    details = airline.do("get_flight_booking", **key)
    assert (details["departs_at"], details["flight_number"]) == (change["departs_at"], change["flight_number"])
    assert airline.refusal("change_flight", flight_change_id=change["flight_change_id"]) == "same_flight"
    assert airline.refusal("change_flight", flight_change_id="fc_12345600000000") == "not_found"


def test_bags_are_paid_and_limited(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    booking_id = airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)["flight_booking_id"]
    before = airline.balance(card_id)
    added = airline.do("add_checked_bag", flight_booking_id=booking_id, card_id=card_id, bags=2)
    assert (added["bag_fee"], added["checked_bags"]) == (85.0, 2)
    assert airline.balance(card_id) == pytest.approx(before - 85.0)
    arguments = {"flight_booking_id": booking_id, "card_id": card_id, "bags": 2}
    assert airline.refusal("add_checked_bag", **arguments) == "too_many_bags"
    assert airline.refusal("add_checked_bag", **{**arguments, "bags": 9}) == "invalid_argument"


def test_a_meal_is_served_on_long_flights_that_are_a_day_away(airline: Airline) -> None:
    card_id = airline.rich_card()
    offer = next(f for f in airline.search("JFK", "LHR", 12) if f["seats_left"])
    booked = airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)
    key = {"flight_booking_id": booked["flight_booking_id"], "meal": "vegan"}
    airline.do("request_meal", **key)
    assert airline.do("get_flight_booking", flight_booking_id=key["flight_booking_id"])["meal"] == "vegan"
    airline.at(booked, timedelta(hours=6))
    assert airline.refusal("request_meal", **key) == "closed"


def test_a_new_world_has_trips_that_lie_ahead_and_differ_in_their_city() -> None:
    near = 0
    for seed in range(60):
        airline = Airline(EXECUTOR.open(seed))
        bookings = airline.do("list_flight_bookings")["flight_bookings"]
        assert 1 <= len(bookings) <= 3
        assert len({b["destination_city"] for b in bookings}) == len(bookings)
        assert all(date.fromisoformat(b["departs_at"][:10]) >= airline.world.today for b in bookings)
        near += not asyncio.run(
            airline.session.call("flights/check_in_for_flight", {"flight_booking_id": bookings[0]["flight_booking_id"]})
        ).failed
    assert 15 <= near <= 55


def test_a_snapshot_brings_everything_back(airline: Airline) -> None:
    card_id, offer = airline.rich_card(), airline.offer()
    before, digest = airline.session.snapshot(), airline.session.digest()
    airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)
    assert airline.session.digest() != digest
    after = airline.session.digest()
    airline.session.restore(before)
    assert airline.session.digest() == digest
    airline.do("reserve_flight", flight_id=offer["flight_id"], card_id=card_id)
    assert airline.session.digest() == after
