"""The timetable between any two airports: computed from the world's seed, never stored."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng
from magnet_kg.toolkits.flights.airlines import AIRLINES, MAJOR, Airline

SHORTEST_KM = 150.0
LONG_HAUL_KM = 4500.0
RANGE_KM = 15300.0


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport and the city that it serves; its place is the city's."""

    code: str
    name: str
    city: City


@dataclass(frozen=True, slots=True)
class Way:
    """One airline's way between two airports, with the airports where one changes planes."""

    airline: Airline
    via: tuple[str, ...]
    kilometers: float


@dataclass(frozen=True, slots=True)
class Rotation:
    """A flight in the timetable. Times are minutes: after midnight at the origin, and from gate to gate."""

    number: int
    airline: Airline
    flight_number: str
    via: tuple[str, ...]
    departs: int
    duration: int
    aircraft: str


@cache
def airports() -> dict[str, Airport]:
    """The airports by code, in the order of their codes."""
    every = [Airport(code, name, city) for city in cities().values() for code, name in city.airports]
    return {airport.code: airport for airport in sorted(every, key=lambda a: a.code)}


def airport(code: str) -> Airport:
    """The airport with this code, or a `not_found` error."""
    known = airports().get(code.strip().upper())
    if known is None:
        raise ToolError("not_found", f"There is no airport with the code {code}.")
    return known


_DISTANCES: dict[tuple[str, str], float] = {}


def distance_km(one: City, other: City) -> float:
    """The great-circle distance between two cities, worked out once for each pair: cities do not move."""
    pair = (one.name, other.name)
    if pair not in _DISTANCES:
        _DISTANCES[pair] = _great_circle(one, other)
    return _DISTANCES[pair]


def _great_circle(one: City, other: City) -> float:
    lat1, lon1, lat2, lon2 = map(math.radians, (one.latitude, one.longitude, other.latitude, other.longitude))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


@lru_cache(maxsize=4096)
def timetable(seed: int, origin: str, destination: str) -> tuple[Rotation, ...]:
    """The flights that operate on some or all days; empty where the airports are too near to fly.

    No two share a departure, an arrival or a duration: "the earliest" and "the fastest" mean one of them.

    Args:
        seed: the world's.
        origin: an airport's code.
        destination: another airport's code.
    """
    if _leg(origin, destination) < SHORTEST_KM:
        return ()
    rng = derived_rng(seed, "timetable", origin, destination)
    nonstop, connecting = _ways(origin, destination)
    share = 0.75 if _leg(origin, destination) < LONG_HAUL_KM else 0.45
    rotations: list[Rotation] = []
    taken: set[str] = set()
    wanted = rng.randint(4, 7)
    for _ in range(80):  # on a short route there may be fewer different durations than flights wanted
        if len(rotations) == wanted:
            break
        way = _draw(rng, nonstop if nonstop and (not connecting or rng.random() < share) else connecting)
        departs = rng.randrange(330, 1375, 5)
        duration = _minutes(origin, destination, way.via, rng)
        flight_number = f"{way.airline.code}{rng.randint(101, 2989)}"
        marks = {f"at {departs}", f"for {duration}", f"until {departs + duration}", flight_number}
        if not marks & taken:
            taken |= marks
            aircraft = _aircraft(_leg(origin, *way.via[:1]) if way.via else _leg(origin, destination), rng)
            rotations.append(Rotation(len(rotations), way.airline, flight_number, way.via, departs, duration, aircraft))
    return tuple(rotations)


@cache
def _leg(origin: str, destination: str) -> float:
    return distance_km(airports()[origin].city, airports()[destination].city)


def _flyable(origin: str, destination: str) -> bool:
    length = _leg(origin, destination)
    across = length > LONG_HAUL_KM
    return SHORTEST_KM <= length <= RANGE_KM and (not across or (origin in MAJOR and destination in MAJOR))


@lru_cache(maxsize=16384)
def _ways(origin: str, destination: str) -> tuple[list[Way], list[Way]]:
    """The nonstop ways and those with a change, the same in every world."""
    start, end = airports()[origin], airports()[destination]
    nonstop = _nonstop(start, end)
    return nonstop, _connecting(start, end, enough=bool(nonstop))


def _nonstop(start: Airport, end: Airport) -> list[Way]:
    length, nations = _leg(start.code, end.code), {start.city.country_code, end.city.country_code}
    if not _flyable(start.code, end.code):
        return []
    found = []
    for airline in AIRLINES:
        at_home = nations <= airline.countries
        from_hub = start.code in airline.hubs or end.code in airline.hubs
        busy = start.code in MAJOR or end.code in MAJOR or airline.low_cost
        inland = at_home and length <= (5200 if busy else 1500)
        abroad = from_hub and not airline.low_cost and len(nations) == 2
        if inland or abroad:
            found.append(Way(airline, (), length))
    return found


def _connecting(start: Airport, end: Airport, *, enough: bool) -> list[Way]:
    """The best ways with one change, or with two where those are few; never none unless there are enough."""
    direct = _leg(start.code, end.code)
    ways = [way for way in _one_change(start, end) if way.kilometers <= 1.35 * direct + 800]
    if len(ways) < 3 and (direct > 3500 or not (ways or enough)):
        twice = list(_two_changes(start, end))
        ways += [way for way in twice if way.kilometers <= 1.6 * direct + 1500] or (twice if not ways else [])
    return sorted(ways, key=lambda w: (w.kilometers + 400 * len(w.via), w.airline.code, w.via))[:10]


def _one_change(start: Airport, end: Airport) -> Iterator[Way]:
    nations = {start.city.country_code, end.city.country_code}
    for airline in AIRLINES:
        if (len(nations) == 1 or airline.low_cost) and not nations <= airline.countries:
            continue
        for hub in airline.hubs:
            if hub not in (start.code, end.code) and _flyable(start.code, hub) and _flyable(hub, end.code):
                yield Way(airline, (hub,), _leg(start.code, hub) + _leg(hub, end.code))


def _two_changes(start: Airport, end: Airport) -> Iterator[Way]:
    first, last = _nearest_hubs(start.code), _nearest_hubs(end.code)
    for one in first:
        for two in last:
            if len({start.code, one, two, end.code}) < 4 or not _flyable(one, two):
                continue
            length = _leg(start.code, one) + _leg(one, two) + _leg(two, end.code)
            for airline in AIRLINES:
                if not airline.low_cost and (one in airline.hubs or two in airline.hubs):
                    yield Way(airline, (one, two), length)


@cache
def _nearest_hubs(code: str) -> tuple[str, ...]:
    near = sorted((hub for hub in MAJOR if _leg(code, hub) >= SHORTEST_KM), key=lambda hub: (_leg(code, hub), hub))
    return tuple(near[:8])


def _draw(rng: Random, ways: list[Way]) -> Way:
    return rng.choices(ways, weights=[len(ways) - place for place in range(len(ways))])[0]


def _minutes(origin: str, destination: str, via: tuple[str, ...], rng: Random) -> int:
    """Gate to gate: slower on short legs, faster to the east, with time to change planes."""
    stops = [origin, *via, destination]
    total = 0.0
    for one, two in pairwise(stops):
        length = _leg(one, two)
        east = (airports()[two].city.longitude - airports()[one].city.longitude + 540) % 360 - 180
        wind = 1 - 0.04 * max(-1.0, min(1.0, east / 40))
        total += 35 + wind * length / (11.5 + 3 * min(length, 6000) / 6000)
    total += sum(rng.randrange(60, 215, 5) for _ in via)
    return 5 * round((total + rng.randrange(-5, 25)) / 5)


def _aircraft(length: float, rng: Random) -> str:
    if length > LONG_HAUL_KM:
        return rng.choice(["Boeing 787-9", "Airbus A350-900", "Boeing 777-300ER", "Airbus A330-900"])
    if length < 900:
        return rng.choice(["Embraer E190", "Airbus A220-300", "Boeing 737-800"])
    return rng.choice(["Airbus A320neo", "Boeing 737-800", "Airbus A321neo", "Boeing 737 MAX 8"])
