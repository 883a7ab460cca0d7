"""The venues of every city, computed from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng
from magnet_kg.toolkits.codes import hide, reveal

ShowKind = Literal["concert", "theater", "sports", "exhibition", "comedy", "dance"]
VenueKind = Literal["concert hall", "arena", "theater", "gallery", "club"]

_PLACES: tuple[VenueKind, ...] = ("concert hall", "arena", "theater", "theater", "gallery", "gallery", "club", "club")
VENUES = len(_PLACES)
HOSTS: dict[ShowKind, tuple[int, ...]] = {
    "concert": (0, 1, 6),
    "theater": (2, 3),
    "sports": (1,),
    "exhibition": (4, 5),
    "comedy": (6, 7),
    "dance": (2, 3, 0),
}
_NAMES = (
    "Alder", "Beacon", "Canal", "Corner", "Drydock", "Elm", "Foundry", "Gaslight", "Granary", "Harbor", "Hawthorn",
    "Jubilee", "Keystone", "Lyric", "Mercury", "Millstone", "Orpheus", "Palladium", "Quarry", "Regent", "Riverside",
    "Saltworks", "Starling", "Tannery", "Union", "Vesper", "Weaver",
)  # fmt: skip
_CALLED: dict[VenueKind, tuple[str, ...]] = {
    "concert hall": ("Hall", "Music Hall", "Auditorium"),
    "arena": ("Arena", "Dome", "Stadium"),
    "theater": ("Theater", "Playhouse", "Stage"),
    "gallery": ("Gallery", "Museum of Art", "Exhibition House"),
    "club": ("Club", "Cellar", "Lounge"),
}
_SEATS: dict[VenueKind, tuple[int, int]] = {
    "concert hall": (90, 240), "arena": (600, 2200), "theater": (30, 110), "gallery": (12, 40), "club": (8, 35),
}  # fmt: skip
_STREETS = ("Canal Street", "Opera Square", "Mill Lane", "Station Road", "Old Market", "Quay Street", "Park Avenue")
_TRANSIT = ("by tram", "by bus", "on foot from the main station", "by subway")


@dataclass(frozen=True, slots=True)
class Venue:
    """A place where shows are; `number` is its place among those of its city."""

    venue_id: str
    number: int
    name: str
    kind: VenueKind
    city: City
    address: str
    phone: str
    capacity: int
    kilometers: float
    step_free: bool
    parking: bool
    reached: str


@lru_cache(maxsize=1024)
def venues_in(seed: int, city: str) -> tuple[Venue, ...]:
    """The venues of a city; no two have the same name."""
    rng = derived_rng(seed, "venues", city)
    here, index = cities()[city], list(cities()).index(city)
    names, distances = rng.sample(_NAMES, VENUES), rng.sample(range(3, 95), VENUES)
    made = []
    for number, kind in enumerate(_PLACES):
        low, high = _SEATS[kind]
        made.append(
            Venue(
                venue_id=hide(seed, "ven", index * VENUES + number),
                number=number,
                name=f"{names[number]} {rng.choice(_CALLED[kind])}",
                kind=kind,
                city=here,
                address=f"{rng.randint(1, 120)} {rng.choice(_STREETS)}, {here.name}",
                phone=f"+1 {rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}",
                capacity=10 * rng.randint(low, high),
                kilometers=distances[number] / 10,
                step_free=rng.random() < 0.8,
                parking=rng.random() < 0.5,
                reached=rng.choice(_TRANSIT),
            )
        )
    return tuple(made)


def venue_by_id(seed: int, venue_id: str) -> Venue:
    """The venue with this id, or a `not_found` error."""
    value = reveal(seed, "ven", venue_id)
    if value is not None and value < len(cities()) * VENUES:
        city, number = divmod(value, VENUES)
        return venues_in(seed, list(cities())[city])[number]
    raise ToolError("not_found", f"There is no venue with the id {venue_id}.")
