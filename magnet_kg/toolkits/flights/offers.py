"""Flights of a day with their fares, and the ids under which they are found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.flights.routes import Airport, Rotation, airport, airports, distance_km, timetable

Cabin = Literal["economy", "premium_economy", "business"]

CABINS: tuple[Cabin, ...] = ("economy", "premium_economy", "business")
BOOKABLE_DAYS = 330
SOLD_OUT = 0.04
_FACTOR: dict[Cabin, float] = {"economy": 1.0, "premium_economy": 1.7, "business": 3.1}
_FIRST_DAY = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Flight:
    """A flight on a day in a cabin, at the fare of the world's today. Times are local to the airports."""

    flight_id: str
    rotation: Rotation
    origin: Airport
    destination: Airport
    departs_at: datetime
    arrives_at: datetime
    cabin: Cabin
    price: float
    seats_left: int
    delay: int

    @property
    def kilometers(self) -> float:
        """The great-circle distance between origin and destination."""
        return distance_km(self.origin.city, self.destination.city)

    @property
    def departs(self) -> datetime:
        """The departure in UTC."""
        return self.departs_at.replace(tzinfo=ZoneInfo(self.origin.city.time_zone)).astimezone(UTC)

    def until_departure(self, world: World) -> timedelta:
        """How long it is from the world's now to the departure; negative once it has left."""
        return self.departs - world.now.replace(tzinfo=ZoneInfo(world.person.time_zone)).astimezone(UTC)


def flights_on(world: World, origin: str, destination: str, day: date, cabin: Cabin) -> list[Flight]:
    """The flights of a day by departure, whether they have left or not. No two have the same price.

    Raises:
        ToolError: `not_found` for an airport, `invalid_route` between airports of one city.
    """
    start, end = airport(origin), airport(destination)
    if start.city is end.city:
        raise ToolError("invalid_route", f"{start.code} and {end.code} are both in {start.city.name}.")
    every = timetable(world.seed, start.code, end.code)
    if not every:
        return []
    rng = derived_rng(world.seed, "flights", start.code, end.code, day.isoformat())
    operating = rng.sample(every, rng.randint(min(2, len(every)), min(6, len(every))))
    base = (48 + 0.08 * distance_km(start.city, end.city)) * _demand(world, day)
    flights: list[Flight] = []
    for rotation in sorted(operating, key=lambda r: r.departs):
        # Drawn for every flight, sold in this cabin or not: so a flight's cabins agree about a delay.
        spread, luck, left, late = rng.uniform(0.85, 1.3), rng.random(), rng.randint(1, 9), rng.random()
        if rotation.airline.low_cost and cabin != "economy":
            continue
        cheaper = (0.87 ** len(rotation.via)) * (0.7 if rotation.airline.low_cost else 1.0)
        price = round(base * spread * cheaper * _FACTOR[cabin], 2)
        while any(price == other.price for other in flights):
            price = round(price + 1.15, 2)
        departs_at = datetime.combine(day, time()) + timedelta(minutes=rotation.departs)
        flights.append(
            Flight(
                flight_id=_flight_id(world.seed, start.code, end.code, day, rotation.number, cabin),
                rotation=rotation,
                origin=start,
                destination=end,
                departs_at=departs_at,
                arrives_at=_arrival(departs_at, rotation.duration, start, end),
                cabin=cabin,
                price=price,
                seats_left=0 if luck < SOLD_OUT else left,
                delay=_delay(late),
            )
        )
    return flights


def flight_by_id(world: World, flight_id: str) -> Flight:
    """The flight that a search of this world gave under this id, or a `not_found` error."""
    place = _place(world.seed, flight_id)
    if place is not None:
        origin, destination, day, cabin = place
        for flight in flights_on(world, origin, destination, day, cabin):
            if flight.flight_id == flight_id:
                return flight
    raise ToolError("not_found", f"There is no flight with the id {flight_id}.")


def check_day(world: World, day: date) -> None:
    """Raise `invalid_date` for a day on which nothing can be booked any more, or not yet."""
    if day < world.today:
        raise ToolError("invalid_date", f"{day.isoformat()} is in the past.")
    if (day - world.today).days > BOOKABLE_DAYS:
        raise ToolError(
            "invalid_date", f"Flights can be booked {BOOKABLE_DAYS} days ahead, {day.isoformat()} is later."
        )


def _demand(world: World, day: date) -> float:
    """Late bookings, weekends and holidays cost more."""
    ahead = (day - world.today).days
    factor = 1.45 if ahead < 3 else 1.2 if ahead < 10 else 1.0 if ahead < 60 else 0.93
    if day.weekday() in (4, 6):
        factor *= 1.12
    if day.month in (7, 8) or (day.month == 12 and day.day > 18):
        factor *= 1.15
    return factor


def _arrival(departs_at: datetime, minutes: int, start: Airport, end: Airport) -> datetime:
    leaves = departs_at.replace(tzinfo=ZoneInfo(start.city.time_zone)).astimezone(UTC)
    lands = (leaves + timedelta(minutes=minutes)).astimezone(ZoneInfo(end.city.time_zone))
    return lands.replace(tzinfo=None)


def _delay(luck: float) -> int:
    return 0 if luck < 0.72 else 5 * round(3 + 30 * (luck - 0.72) ** 1.5 / 0.28**1.5)


def _flight_id(seed: int, origin: str, destination: str, day: date, number: int, cabin: Cabin) -> str:
    codes = list(airports())
    value = codes.index(origin) * 512 + codes.index(destination)
    value = ((value * 2048 + (day - _FIRST_DAY).days) * 8 + number) * 4 + CABINS.index(cabin)
    return hide(seed, "fl", value)


def _place(seed: int, flight_id: str) -> tuple[str, str, date, Cabin] | None:
    value = reveal(seed, "fl", flight_id)
    if value is None:
        return None
    value, cabin = divmod(value, 4)
    value, days = divmod(value // 8, 2048)
    origin, destination = divmod(value, 512)
    codes = list(airports())
    if origin >= len(codes) or destination >= len(codes) or cabin >= len(CABINS):
        return None
    if airports()[codes[origin]].city is airports()[codes[destination]].city:
        return None
    return codes[origin], codes[destination], _FIRST_DAY + timedelta(days=days), CABINS[cabin]
