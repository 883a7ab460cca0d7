"""The trains between cities of one land mass: computed from the world's seed, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.places.atlas import great_circle

FIRST_DAY = date(2025, 1, 1)
FARTHEST_KM = 4500.0
NEAR_KM = 950.0
BOOKABLE_DAYS = 120
# No rails lead to these, or only ferries do.
_ISLANDS = frozenset(
    ["Honolulu", "Anchorage", "Palma", "Palermo", "Belfast", "Halifax", "Cancun", "Reykjavik", "Valletta", "Dublin"]
)
_REGIONS = {
    code: number
    for number, codes in enumerate(
        [
            "US CA MX",
            "GB FR DE ES PT IT CH AT BE NL LU DK SE NO FI PL CZ SK HU SI HR RS BA ME MK AL GR BG RO TR LT LV EE UA",
            "KR", "JP", "CN HK", "TW", "IN", "TH MY SG", "VN", "AU", "ZA", "EG", "MA", "AR", "BR", "SA", "KZ UZ",
            "GE AM AZ", "KE", "TZ", "TN", "IL", "RU",
        ]
    )
    for code in codes.split()
}  # fmt: skip
_KINDS = ("IC", "RX", "EX", "RE")


@dataclass(frozen=True, slots=True)
class Train:
    """One train on one day. Times are those of the clocks in the city in question."""

    origin: City
    destination: City
    day: date
    number: int
    name: str
    departs_at: datetime
    arrives_at: datetime
    minutes: int
    changes: int
    price: float


def rail_city(name: str) -> City:
    """The city of this name, or a `not_found` error."""
    city = find_city(name)
    if city is None:
        raise ToolError("not_found", f"There is no station in a city called {name}.")
    return city


def rail_distance(origin: City, destination: City) -> float | None:
    """Kilometers by rail, or None where no rails lead from one to the other."""
    region = _REGIONS.get(origin.country_code)
    if region is None or region != _REGIONS.get(destination.country_code) or {origin.name, destination.name} & _ISLANDS:
        return None
    distance = great_circle(origin, destination) * 1.22
    return round(distance, 1) if 0 < distance <= FARTHEST_KM else None


def fastest_minutes(distance_km: float) -> int:
    """How long the fastest train takes."""
    return round(12 + distance_km / 118 * 60)


@lru_cache(maxsize=512)
def neighbors_of(city: str) -> tuple[tuple[City, float], ...]:
    """The ten nearest cities that trains go to, with their distances, nearest first."""
    here = cities()[city]
    ways = [(c, km) for c in cities().values() if (km := rail_distance(here, c)) is not None and km <= NEAR_KM]
    return tuple(sorted(ways, key=lambda way: way[1])[:10])


@lru_cache(maxsize=2048)
def trains_of(seed: int, origin: str, destination: str, day: date) -> tuple[Train, ...]:
    """The trains of a day, earliest first; no two leave at the same time or cost the same."""
    here, there = cities()[origin], cities()[destination]
    distance = rail_distance(here, there)
    if distance is None:
        return ()
    rng = derived_rng(seed, "trains", origin, destination, day.isoformat())
    made: list[Train] = []
    hours = sorted(rng.sample(range(5, 22), rng.randint(4, 7)))
    changes_least = 0 if distance < 700 else 1 if distance < 1800 else 2
    for number, hour in enumerate(hours):
        changes = changes_least + rng.choice([0, 0, 1])
        minutes = round(fastest_minutes(distance) * rng.uniform(1.0, 1.18)) + 24 * changes
        departs = datetime.combine(day, time(hour, rng.randrange(60)))
        arrives = departs.replace(tzinfo=ZoneInfo(here.time_zone)).astimezone(ZoneInfo("UTC")) + timedelta(
            minutes=minutes
        )
        price = round(9 + distance * rng.uniform(0.075, 0.15) - 2.5 * changes, 1) - 0.05 * rng.choice([0, 1])
        while any(price == other.price for other in made):
            price += 0.7
        made.append(
            Train(
                here, there, day, number, f"{rng.choice(_KINDS)} {rng.randrange(100, 1000)}", departs,
                arrives.astimezone(ZoneInfo(there.time_zone)).replace(tzinfo=None), minutes, changes,
                round(max(price, 6.5), 2),
            )
        )  # fmt: skip
    return tuple(made)


def train_code(seed: int, train: Train) -> str:
    """The id under which a seat on a train can be booked."""
    names = list(cities())
    value = names.index(train.origin.name) * 512 + names.index(train.destination.name)
    return hide(seed, "tr", (value * 2048 + (train.day - FIRST_DAY).days) * 8 + train.number)


def train_by_id(seed: int, train_id: str) -> Train:
    """The train with this id, or a `not_found` error."""
    value = reveal(seed, "tr", train_id)
    if value is not None:
        value, number = divmod(value, 8)
        value, day = divmod(value, 2048)
        origin, destination = divmod(value, 512)
        names = list(cities())
        if origin < len(names) and destination < len(names):
            trains = trains_of(seed, names[origin], names[destination], FIRST_DAY + timedelta(days=day))
            if number < len(trains):
                return trains[number]
    raise ToolError("not_found", f"There is no train with the id {train_id}.")
