"""What a traveler would miss: rides that can be followed and undone, money that moves, trains that exist."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.rides import toolkit

SEEDS = (1, 4, 9, 31)
EXECUTOR = ToolkitExecutor([toolkit])
CURB, DOOR = "12 Elm Street", "88 Canal Street"


class Curb:
    """A session with the rides toolkit, and the world behind it."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session
        world = self.world
        for card in world.cards:
            card.status, card.daily_limit = "active", 50_000.0
        for account in world.accounts:
            account.balance = 20_000.0
        self.session.restore(SavedWorld.of(world))
        self.card = world.cards[0].card_id

    @property
    def world(self) -> World:
        world: World = self.session.snapshot().opened()
        return world

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"rides/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"rides/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def money(self) -> float:
        return round(sum(a.balance for a in self.world.accounts), 2)

    def quote(self, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.do("get_ride_quotes", origin_address=CURB, destination_address=DOOR, **more)
        return found


@pytest.fixture(params=SEEDS)
def curb(request: pytest.FixtureRequest) -> Curb:
    return Curb(EXECUTOR.open(request.param))


def test_quotes_are_cheapest_first_and_have_room_for_everybody(curb: Curb) -> None:
    quotes = curb.quote()["quotes"]
    assert [q["ride_price"] for q in quotes] == sorted({q["ride_price"] for q in quotes})
    assert {q["seat_count"] for q in curb.quote(passengers=5)["quotes"]} == {6}
    assert curb.refusal("get_ride_quotes", origin_address=CURB, destination_address=CURB.upper()) == "same_address"
    assert curb.refusal("get_ride_quotes", origin_address="12", destination_address=DOOR) == "invalid_address"


def test_a_ride_that_is_ordered_can_be_followed_and_cancelled_for_a_fee(curb: Curb) -> None:
    offer, before = curb.quote()["quotes"][0], curb.money()
    ride = curb.do("order_ride", ride_quote_id=offer["ride_quote_id"], card_id=curb.card)
    assert curb.money() == round(before - offer["ride_price"], 2)
    assert curb.do("track_ride", ride_id=ride["ride_id"])["minutes_away"] == offer["wait_minutes"]
    assert curb.refusal("order_ride", ride_quote_id=offer["ride_quote_id"], card_id=curb.card) == "not_found"
    assert curb.refusal("tip_driver", ride_id=ride["ride_id"], tip_amount=3) == "not_completed"
    assert curb.do("cancel_ride", ride_id=ride["ride_id"])["cancellation_fee"] == 5
    assert curb.money() == round(before - 5, 2)
    assert curb.refusal("track_ride", ride_id=ride["ride_id"]) == "already_cancelled"


def test_a_scheduled_ride_moves_and_costs_nothing_when_cancelled(curb: Curb) -> None:
    offer, before = curb.quote()["quotes"][0]["ride_quote_id"], curb.money()
    late = (curb.world.now + timedelta(days=20)).isoformat()
    past = (curb.world.now - timedelta(days=1)).isoformat()
    order = {"ride_quote_id": offer, "card_id": curb.card}
    assert curb.refusal("schedule_ride", **order, pickup_at=past) == "invalid_date"
    ride = curb.do("schedule_ride", **order, pickup_at=late)["ride_id"]
    other = curb.quote()["quotes"][0]["ride_quote_id"]
    order["ride_quote_id"] = other
    assert curb.refusal("schedule_ride", **order, pickup_at=late) == "conflict"
    later = (curb.world.now + timedelta(days=21)).isoformat()
    assert curb.do("change_pickup_time", ride_id=ride, pickup_at=later)["previous_pickup_at"] == late
    assert curb.do("cancel_ride", ride_id=ride)["cancellation_fee"] == 0
    assert curb.money() == before


def test_finished_rides_get_one_tip_and_one_rating(curb: Curb) -> None:
    ride = curb.do("list_rides", ride_status="completed")["rides"][0]
    tipped = curb.do("tip_driver", ride_id=ride["ride_id"], tip_amount=4)
    assert tipped["paid_in_all"] == round(ride["ride_price"] + 4, 2)
    assert curb.refusal("tip_driver", ride_id=ride["ride_id"], tip_amount=4) == "already_exists"
    receipt = curb.do("get_ride_receipt", ride_id=ride["ride_id"])
    assert receipt["total_price"] == round(receipt["base_part"] + receipt["service_part"] + receipt["tip_part"], 2)
    curb.do("rate_ride", ride_id=ride["ride_id"], driver_rating=5)
    assert curb.refusal("rate_ride", ride_id=ride["ride_id"], driver_rating=1) == "already_exists"
    assert curb.refusal("rate_ride", ride_id=ride["ride_id"], driver_rating=9) == "invalid_argument"


def test_rental_cars_are_reserved_extended_and_given_up(curb: Curb) -> None:
    first, before = (curb.world.today + timedelta(days=40)).isoformat(), curb.money()
    asked = {"city": "lisbon", "pickup_date": first, "rental_days": 3}
    cars = curb.do("search_rental_cars", **asked)["cars"]
    assert [c["total_price"] for c in cars] == sorted({c["total_price"] for c in cars})
    booking = curb.do("reserve_rental_car", rental_offer_id=cars[0]["rental_offer_id"], card_id=curb.card)
    again = {"rental_offer_id": cars[0]["rental_offer_id"], "card_id": curb.card}
    assert curb.refusal("reserve_rental_car", **again) == "already_exists"
    own = booking["rental_booking_id"]
    extra = curb.do("add_rental_extra", rental_booking_id=own, extra="roof_box")
    assert extra["paid_in_all"] == round(cars[0]["total_price"] + extra["extra_price"], 2)
    assert own in {r["rental_booking_id"] for r in curb.do("list_rental_bookings")["rentals"]}
    assert curb.do("cancel_rental_booking", rental_booking_id=own)["refund_amount"] == extra["paid_in_all"]
    assert curb.money() == before
    assert curb.refusal("search_rental_cars", **{**asked, "city": "Atlantis"}) == "not_found"


def test_trains_go_where_rails_lead(curb: Curb) -> None:
    day = (curb.world.today + timedelta(days=9)).isoformat()
    found = curb.do("search_trains", origin_city="Paris", destination_city="Lyon", departure_date=day)
    trains, before = found["trains"], curb.money()
    assert [t["departs_at"] for t in trains] == sorted(t["departs_at"] for t in trains)
    assert all(t["train_id"].startswith("tr_") and t["duration_minutes"] > 60 for t in trains)
    ticket = curb.do("book_train_seat", train_id=trains[-1]["train_id"], card_id=curb.card)
    assert ticket["departs_at"] == trains[-1]["departs_at"]
    mine = {"train_ticket_id": ticket["train_ticket_id"]}
    assert curb.do("get_train_status", **mine)["delay_minutes"] >= 0
    assert curb.do("cancel_train_ticket", **mine)["refund_amount"] == ticket["ticket_price"]
    assert curb.money() == before
    assert curb.refusal("cancel_train_ticket", **mine) == "already_cancelled"
    sea = {"origin_city": "Paris", "destination_city": "Tokyo", "departure_date": day}
    assert curb.refusal("search_trains", **sea) == "no_route"
    assert curb.refusal("list_train_destinations", origin_city="Honolulu") == "no_route"
