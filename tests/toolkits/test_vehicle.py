"""What drivers would miss: cars that remember, money that leaves the card, and the refusals of garages and parking."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.conversions.rates import exchange
from magnet_kg.toolkits.vehicle import toolkit
from magnet_kg.toolkits.vehicle.records import VehicleState

EXECUTOR = ToolkitExecutor([toolkit])


class Driver:
    """A session with the vehicle toolkit."""

    def __init__(self, seed: int) -> None:
        self.session: ToolkitSession = EXECUTOR.open(seed)

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"vehicle/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"vehicle/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def car(self, powertrain: str) -> str:
        found: list[str] = [c["car_id"] for c in self.do("list_cars")["cars"] if c["powertrain"] == powertrain]
        return found[0]

    def card(self) -> str:
        world = self.world
        return max(world.cards, key=lambda c: world.account(c.account_id).balance).card_id


def test_only_an_electric_car_charges_and_only_once() -> None:
    for seed in range(6):
        driver = Driver(seed)
        car = driver.car("electric")
        assert driver.refusal("start_charging", car_id=driver.car("gasoline"), charge_limit=80) == "unsupported"
        if driver.do("get_car_status", car_id=car)["is_charging"]:
            driver.do("stop_charging", car_id=car)
        assert driver.refusal("stop_charging", car_id=car) == "conflict"
        made = driver.do("start_charging", car_id=car, charge_limit=90)
        assert made["charging_cost"] > 0
        assert driver.refusal("start_charging", car_id=car, charge_limit=90) == "conflict"


def test_parking_is_paid_by_card_and_can_be_extended() -> None:
    driver = Driver(4)
    busy = {p.car_id for p in driver.world.of(VehicleState).parkings}
    car = next(c["car_id"] for c in driver.do("list_cars")["cars"] if c["car_id"] not in busy)
    zone = max(driver.do("find_parking", city="Lisbon")["parking_zones"], key=lambda z: z["free_spaces"])
    before, card = driver.world, driver.card()
    arguments = {"parking_zone_id": zone["parking_zone_id"], "car_id": car, "parking_minutes": 90, "card_id": card}
    made = driver.do("start_parking", **arguments)
    account = before.card(card).account_id
    paid = before.account(account).balance - driver.world.account(account).balance
    assert abs(paid - exchange(made["parking_fee"], "EUR", "USD")) < 0.011
    assert driver.refusal("start_parking", **arguments) == "conflict"
    longer = driver.do("extend_parking", parking_session_id=made["parking_session_id"], parking_minutes=60)
    assert datetime.fromisoformat(longer["paid_until"]) - datetime.fromisoformat(made["paid_until"]) == timedelta(
        minutes=60
    )
    assert longer["parking_fee"] > made["parking_fee"]
    many = {"parking_session_id": made["parking_session_id"], "parking_minutes": 700}
    driver.do("extend_parking", **many)
    assert driver.refusal("extend_parking", **many) == "limit_exceeded"


def test_garages_rest_on_sundays_and_a_cancelled_visit_is_gone() -> None:
    driver = Driver(9)
    today = driver.world.today
    sunday = today + timedelta(days=13 - today.weekday())
    garage = driver.do("find_garages", city="Denver")["garages"][0]["garage_id"]
    arguments = {"car_id": driver.car("electric"), "garage_id": garage, "service_type": "tire_change"}
    assert driver.refusal("book_service_appointment", **arguments, starts_at=f"{sunday}T10:00:00") == "closed"
    monday = f"{sunday + timedelta(days=1)}T10:00:00"
    oil = {**arguments, "service_type": "oil_change"}
    assert driver.refusal("book_service_appointment", **oil, starts_at=monday) == "unsupported"
    made = driver.do("book_service_appointment", **arguments, starts_at=monday)["service_appointment_id"]
    assert driver.refusal("book_service_appointment", **arguments, starts_at=monday) == "conflict"
    driver.do("cancel_service_appointment", service_appointment_id=made)
    left = driver.do("list_service_appointments")["appointments"]
    assert made not in {one["service_appointment_id"] for one in left}
    assert driver.refusal("cancel_service_appointment", service_appointment_id=made) == "not_found"


def test_a_key_is_shared_once_until_it_is_taken_back() -> None:
    driver = Driver(12)
    car, contact = driver.car("gasoline"), driver.world.contacts
    there = {k["contact_id"] for k in driver.do("list_shared_car_keys", car_id=car)["keys"]}
    who = next(c.contact_id for c in contact if c.contact_id not in there)
    until = (driver.world.today + timedelta(days=3)).isoformat()
    made = driver.do("share_car_key", car_id=car, contact_id=who, valid_until=until)
    assert driver.refusal("share_car_key", car_id=car, contact_id=who, valid_until=until) == "already_exists"
    driver.do("revoke_car_key", shared_key_id=made["shared_key_id"])
    assert who not in {k["contact_id"] for k in driver.do("list_shared_car_keys", car_id=car)["keys"]}


def test_a_trip_keeps_the_purpose_that_it_was_given() -> None:
    driver = Driver(3)
    car = driver.car("gasoline")
    trip = driver.do("list_trips", car_id=car)["trips"][0]["trip_id"]
    driver.do("set_trip_purpose", trip_id=trip, purpose="business")
    assert driver.do("list_trips", car_id=car)["trips"][0]["purpose"] == "business"
    assert driver.refusal("set_trip_purpose", trip_id=trip, purpose="business") == "conflict"
    assert driver.refusal("set_trip_purpose", trip_id="trip_00000000", purpose="business") == "not_found"


def test_a_plug_is_reserved_once_for_a_time() -> None:
    driver = Driver(5)
    station = driver.do("find_charging_stations", city="Chicago")["charging_stations"][0]["charging_station_id"]
    at = (driver.world.now + timedelta(days=2)).isoformat()
    arguments = {"charging_station_id": station, "starts_at": at, "card_id": driver.card()}
    assert driver.do("reserve_charger", **arguments)["city"] == "Chicago"
    assert driver.refusal("reserve_charger", **arguments) == "already_exists"
    assert driver.refusal("find_charging_stations", city="Nowhereville") == "not_found"
