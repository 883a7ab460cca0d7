"""Where things are: the places of each city, found again by their ids, and how far apart cities lie."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from random import Random
from typing import Literal, get_args

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.conversions.rates import local_price

PlaceType = Literal[
    "museum", "park", "cafe", "pharmacy", "gym", "library", "cinema", "supermarket", "bookstore",
    "bakery", "hair_salon", "swimming_pool",
]  # fmt: skip
TYPES: tuple[PlaceType, ...] = get_args(PlaceType)
_MOST = 100  # kinds of places, and places of one kind in a city

_NAMES: dict[PlaceType, tuple[str, ...]] = {
    "museum": (
        "Museum of Maps", "Museum of Clocks", "Harbor Museum", "Museum of Glass", "Tramway Museum",
        "Toy Museum", "Museum of Everyday Life", "Museum of Textiles", "Photography House",
        "Museum of Sound", "Old Mint Museum", "Natural History Rooms", "Modern Art Depot",
        "Museum of Letters",
    ),
    "park": (
        "Linden Park", "Mill Pond Park", "Rosewood Gardens", "Lantern Park", "Observatory Hill",
        "Willow Green", "Old Orchard Park", "Kite Meadow", "Birch Commons", "Fountain Gardens",
        "Heron Park", "Quarry Park",
    ),
    "cafe": (
        "Copper Kettle", "Second Cup of Joy", "The Reading Nook", "Blue Saucer", "Slow Mornings",
        "Corner & Crumb", "Paper Lantern Coffee", "The Quiet Bean", "Tin Roof Coffee", "Marigold",
        "Half Moon Coffee", "Little Acorn",
    ),
    "pharmacy": (
        "Lion Pharmacy", "Station Pharmacy", "Green Cross Pharmacy", "Market Square Pharmacy",
        "Angel Pharmacy", "Riverside Pharmacy", "Old Town Pharmacy", "Sunflower Pharmacy",
        "Northgate Pharmacy", "Bellevue Pharmacy",
    ),
    "gym": (
        "Ironworks", "Level Nine Fitness", "The Rope Room", "Pulse Hall", "Granite Gym", "Kinetic",
        "Warehouse Fitness", "Second Wind", "Sweat & Steel", "Northside Barbell", "Motion Loft",
    ),
    "library": (
        "Central Library", "Glasshouse Library", "Garden Street Library", "Harbor Library",
        "University Reading Rooms", "Children's Library", "Old Town Library", "Westside Library",
        "Bridge Library",
    ),
    "cinema": (
        "The Orpheum", "Lumen Cinema", "Palace Pictures", "Projector House", "Cinema Aurora",
        "The Little Screen", "Velvet Cinema", "Roxana", "Skylight Pictures", "Cinema Central",
    ),
    "supermarket": (
        "Greenbasket", "Daily Market", "Freshline", "Corner Pantry", "Harvest Hall", "Cityfresh",
        "The Good Grocer", "Larder & Co", "Marketplus", "Plenty",
    ),
    "bookstore": (
        "Dog-Eared Books", "Paper Moon", "Inkwell", "The Last Chapter", "Foxglove Books", "Margin Notes",
        "Second Story Books", "Compass Books", "Quill & Cover", "Lantern Books", "The Open Page",
    ),
    "bakery": (
        "Rise", "Flour & Salt", "The Golden Crust", "Morning Loaf", "Old Mill Bakery", "Butter Lane",
        "Rye & Honey", "The Braided Loaf", "Sunday Oven", "Crumb House",
    ),
    "hair_salon": (
        "Studio Nine", "Shear Delight", "The Cutting Room", "Mane Street", "Salon Verbena", "Curl & Comb",
        "Halo Hair", "Atelier Mira", "Loose Ends", "Ripple Hair",
    ),
    "swimming_pool": (
        "Lido West", "Aqua Hall", "Riverside Baths", "Olympia Pool", "Blue Lane Pool", "Old Baths",
        "Lagoon Pool", "Harbor Baths", "Splash Hall", "Seastar Pool",
    ),
}  # fmt: skip
_STREETS = (
    "Harbor Street", "Mill Lane", "Station Road", "Chestnut Avenue", "Market Square", "Bridge Street",
    "Park Row", "Garden Street", "King's Road", "Elm Street", "Church Lane", "Canal Street", "Hill Road",
    "Museum Street", "Orchard Road", "Victoria Street", "Long Lane", "South Gate",
)  # fmt: skip
_HOURS: dict[PlaceType, tuple[tuple[int, int], ...]] = {
    "museum": ((10, 17), (10, 18), (9, 17)),
    "park": ((6, 22), (7, 21)),
    "cafe": ((7, 18), (8, 19), (8, 17)),
    "pharmacy": ((8, 19), (9, 20), (8, 21)),
    "gym": ((6, 22), (6, 23), (5, 22)),
    "library": ((9, 18), (10, 20), (9, 19)),
    "cinema": ((12, 23), (14, 23), (11, 23)),
    "supermarket": ((7, 22), (8, 21), (7, 23)),
    "bookstore": ((10, 19), (9, 18), (10, 20)),
    "bakery": ((6, 14), (7, 18), (6, 17)),
    "hair_salon": ((9, 18), (10, 19), (9, 19)),
    "swimming_pool": ((7, 21), (8, 20), (6, 22)),
}
_ENTRY_IN_DOLLARS: dict[PlaceType, tuple[float, float]] = {
    "museum": (6, 28),
    "gym": (10, 25),
    "cinema": (9, 19),
    "swimming_pool": (5, 14),
}
_OFTEN_CLOSED = {"museum": 0, "hair_salon": 6, "bookstore": 6, "library": 6, "bakery": 6}


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one world. `opens` and `closes` are hours; `closed_on` is a weekday (Monday is 0)."""

    place_id: str
    name: str
    place_type: PlaceType
    city: str
    address: str
    distance_km: float
    rating: float
    review_count: int
    phone: str
    opens: int
    closes: int
    closed_on: int | None
    admission: float
    currency: str


def find_city(name: str) -> City:
    """The city of this name, whatever its capitals.

    Raises:
        ToolError: `not_found`.
    """
    city = cities().get(name) or next((c for c in cities().values() if c.name.casefold() == name.casefold()), None)
    if city is None:
        raise ToolError("not_found", f"There is no city called {name} on the map.")
    return city


def places_in(seed: int, city: City, place_type: PlaceType) -> list[Place]:
    """The places of one kind in a city, best rated first. Names, ratings and distances differ."""
    rng = derived_rng(seed, "places", city.name, place_type)
    count = rng.randrange(4, 7)
    names = rng.sample(_NAMES[place_type], count)
    ratings = sorted(rng.sample(range(33, 50), count), reverse=True)
    distances = rng.sample(range(3, 78), count)
    first = (sorted(cities()).index(city.name) * _MOST + TYPES.index(place_type)) * _MOST
    return [
        _make_place(
            hide(seed, "pl", first + number),
            names[number], place_type, city, distances[number] / 10, ratings[number] / 10, rng,
        )
        for number in range(count)
    ]  # fmt: skip


def find_place(seed: int, place_id: str) -> Place:
    """The place with this id.

    Raises:
        ToolError: `not_found`.
    """
    position = reveal(seed, "pl", place_id)
    names = sorted(cities())
    if position is not None:
        city_number, kind = divmod(position // _MOST, _MOST)
        if city_number < len(names) and kind < len(TYPES):
            for place in places_in(seed, cities()[names[city_number]], TYPES[kind]):
                if place.place_id == place_id:
                    return place
    raise ToolError("not_found", f"There is no place with the id {place_id}.")


def great_circle(one: City, other: City) -> float:
    """Kilometers between two cities along the surface of the earth."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(across / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


def _make_place(
    place_id: str,
    name: str,
    place_type: PlaceType,
    city: City,
    distance_km: float,
    rating: float,
    rng: Random,
) -> Place:
    opens, closes = rng.choice(_HOURS[place_type])
    closed_on = _OFTEN_CLOSED.get(place_type) if rng.random() < 0.6 else None
    low, high = _ENTRY_IN_DOLLARS.get(place_type, (0, 0))
    fee = local_price(rng.uniform(low, high), city.currency) if high and rng.random() < 0.85 else 0.0
    return Place(
        place_id=place_id,
        name=name,
        place_type=place_type,
        city=city.name,
        address=f"{rng.randrange(1, 190)} {rng.choice(_STREETS)}",
        distance_km=distance_km,
        rating=rating,
        review_count=rng.randrange(18, 2400),
        phone=f"{rng.randrange(200, 999)} 555 {rng.randrange(1000, 9999)}",
        opens=opens,
        closes=closes,
        closed_on=closed_on,
        admission=fee,
        currency=city.currency,
    )
