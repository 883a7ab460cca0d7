"""The rental cars of every city: computed from the world's seed, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.rides.drivers import car_name
from magnet_kg.toolkits.rides.records import CarClass

MOST_DAYS = 28
FULL_SHARE = 0.08
FIRST_DAY = date(2025, 1, 1)
_COMPANIES = (
    "Roadfinch", "Bluekey Cars", "Milepost Rentals", "Wayfarer Wheels", "Quickgear", "Open Lane", "Harbor Hire",
    "Two Pedals", "Signpost Cars", "Northroad",
)  # fmt: skip
_CLASSES: dict[CarClass, tuple[int, float]] = {
    "economy": (4, 31.0),
    "compact": (5, 39.0),
    "electric": (5, 52.0),
    "suv": (5, 64.0),
    "convertible": (4, 88.0),
    "van": (8, 97.0),
}


@dataclass(frozen=True, slots=True)
class Car:
    """A car that a company rents out in a city."""

    number: int
    city: City
    company: str
    model: str
    car_class: CarClass
    seats: int
    rate: float


@dataclass(frozen=True, slots=True)
class Hire:
    """A car for some days, at the price of those days."""

    car: Car
    pickup_date: date
    days: int

    @property
    def return_date(self) -> date:
        """The day on which the car goes back."""
        return self.pickup_date + timedelta(days=self.days)

    @property
    def price(self) -> float:
        """The price of all days; weeks are cheaper by the day."""
        return round(self.car.rate * self.days * (0.88 if self.days >= 7 else 1.0), 2)

    def is_free(self, seed: int) -> bool:
        """Whether the company still has it."""
        key = (self.car.city.name, str(self.car.number), self.pickup_date.isoformat())
        return derived_rng(seed, "garage", *key).random() >= FULL_SHARE


@lru_cache(maxsize=512)
def cars_in(seed: int, city: str) -> tuple[Car, ...]:
    """The cars of a city; no two have the same model or rate."""
    rng = derived_rng(seed, "cars", city)
    made: list[Car] = []
    again: tuple[CarClass, ...] = ("economy", "compact", "suv")
    classes = [*_CLASSES, rng.choice(again)]
    for number, kind in enumerate(classes):
        seats, usual = _CLASSES[kind]
        rate = round(usual * rng.uniform(0.85, 1.3)) - 0.01 * rng.choice([1, 5, 10, 50])
        model = car_name(seed, city, number)
        while any(rate == c.rate or model == c.model for c in made):
            rate, model = rate + 1.0, car_name(seed, city, number, "again", len(made), round(rate))
        made.append(Car(number, cities()[city], rng.choice(_COMPANIES), model, kind, seats, round(rate, 2)))
    return tuple(made)


def hire_id(seed: int, hire: Hire) -> str:
    """The id under which a car can be reserved for some days."""
    value = list(cities()).index(hire.car.city.name) * 8 + hire.car.number
    return hide(seed, "car", (value * 2048 + (hire.pickup_date - FIRST_DAY).days) * 32 + hire.days)


def hire_by_id(seed: int, rental_offer_id: str) -> Hire:
    """The car and days that were offered under this id, or a `not_found` error."""
    value = reveal(seed, "car", rental_offer_id)
    if value is not None:
        value, days = divmod(value, 32)
        value, day = divmod(value, 2048)
        city, number = divmod(value, 8)
        if city < len(cities()) and 1 <= days <= MOST_DAYS:
            here = cars_in(seed, list(cities())[city])
            if number < len(here):
                return Hire(here[number], FIRST_DAY + timedelta(days=day), days)
    raise ToolError("not_found", f"There is no rental car offer with the id {rental_offer_id}.")
