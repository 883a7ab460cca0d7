"""The hotels of every city and their free rooms: computed from the world's seed, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng, words
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.hotels.records import HotelReview, RoomType

ROOM_TYPES: tuple[RoomType, ...] = ("standard", "deluxe", "family", "suite")
BEDS: dict[RoomType, tuple[str, int]] = {
    "standard": ("one queen bed", 2),
    "deluxe": ("one king bed", 2),
    "family": ("two double beds", 4),
    "suite": ("one king bed and a sofa bed", 3),
}
MOST_NIGHTS = 28
BEST_SCORE = 10
FULL_SHARE = 0.025
_FACTORS: dict[RoomType, float] = {"standard": 1.0, "deluxe": 1.32, "family": 1.61, "suite": 2.3}
_FIRST_DAY = date(2025, 1, 1)
_NAMES = [
    "Amber",
    "Aurora",
    "Bluebell",
    "Cedar",
    "Clover",
    "Copper",
    "Harbor",
    "Heron",
    "Ivory",
    "Juniper",
    "Kestrel",
    "Lantern",
    "Linden",
    "Magnolia",
    "Maple",
    "Marigold",
    "Orchard",
    "Saffron",
    "Sparrow",
    "Velvet",
    "Willow",
    "Wren",
]
_KINDS = {
    2: ("Inn", "Guesthouse", "Lodge"),
    3: ("House", "Court", "Inn"),
    4: ("Hotel", "Suites", "Residence"),
    5: ("Grand Hotel", "Palace"),
}
_STREETS = ("Station Road", "Market Street", "Garden Lane", "Bridge Street", "Museum Square", "Church Street")
_AMENITIES = (
    "free Wi-Fi", "gym", "restaurant", "bar", "parking", "airport shuttle", "laundry", "sauna", "pool",
    "rooftop terrace", "bike rental", "luggage storage",
)  # fmt: skip
_RATES = {2: 68.0, 3: 104.0, 4: 165.0, 5: 310.0}
_DEAR = frozenset(
    [
        "US",
        "CH",
        "NO",
        "IS",
        "GB",
        "SG",
        "JP",
        "HK",
        "AU",
        "DK",
        "IE",
        "FR",
        "NL",
        "AE",
        "QA",
        "IL",
        "BS",
        "BB",
        "PF",
        "SE",
    ]
)
_CHEAP = frozenset(
    [
        "IN",
        "VN",
        "ID",
        "TH",
        "PH",
        "EG",
        "NP",
        "LK",
        "BD",
        "PK",
        "TR",
        "BO",
        "CO",
        "EC",
        "PE",
        "AR",
        "ET",
        "TZ",
        "KE",
        "UZ",
        "MK",
        "BA",
        "AL",
        "RS",
        "GE",
        "AM",
        "TN",
        "MY",
        "ZA",
    ]
)
_PRAISE = (
    "Spotless room and very kind people at the desk.",
    "Great breakfast, and we slept like logs.",
    "Perfect location, everything within walking distance.",
    "Better than in the pictures, we'd come back any time.",
)
_MIXED = (
    "Fine for the price, but the walls are thin.",
    "Nice staff; the room was smaller than expected.",
    "Good location, slow elevator.",
    "Comfortable bed, weak Wi-Fi.",
)
_BLAME = (
    "Noisy street, hardly any sleep.",
    "The shower was cold on both mornings.",
    "Check-in took almost an hour.",
    "Tired furniture, needs a renovation.",
)


@dataclass(frozen=True, slots=True)
class Hotel:
    """A hotel. `breakfast_price` is for one person and day, None where none is served."""

    hotel_id: str
    name: str
    city: City
    address: str
    stars: int
    rating: float
    kilometers: float
    check_in_from: str
    check_out_until: str
    amenities: tuple[str, ...]
    pets_allowed: bool
    breakfast_price: float | None
    rate: float
    room_types: tuple[RoomType, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """Some nights in a room of a hotel, at the price of those nights."""

    hotel: Hotel
    room_type: RoomType
    check_in_date: date
    nights: int

    @property
    def check_out_date(self) -> date:
        """The day after the last night."""
        return self.check_in_date + timedelta(days=self.nights)

    @property
    def price(self) -> float:
        """The price of all nights; weekends and holidays cost more."""
        base = self.hotel.rate * _FACTORS[self.room_type]
        return round(sum(base * _season(day) for day in self._days()), 2)

    @property
    def first_night(self) -> float:
        """The price of the first night."""
        return round(self.hotel.rate * _FACTORS[self.room_type] * _season(self.check_in_date), 2)

    def rooms_left(self, seed: int) -> int:
        """How many such rooms are free on every night."""
        return min(_left(seed, self.hotel.hotel_id, self.room_type, day) for day in self._days())

    def _days(self) -> list[date]:
        return [self.check_in_date + timedelta(days=night) for night in range(self.nights)]


@lru_cache(maxsize=1024)
def hotels_in(seed: int, city: str) -> tuple[Hotel, ...]:
    """The hotels of a city, best rated first; no two have the same name, rating, distance or rate."""
    rng = derived_rng(seed, "hotels", city)
    here, index = cities()[city], list(cities()).index(city)
    count = rng.randint(6, 10)
    names = rng.sample(_NAMES, count)
    ratings = sorted(rng.sample(range(62, 98), count), reverse=True)
    distances = rng.sample(range(2, 85), count)
    level = 1.25 if here.country_code in _DEAR else 0.6 if here.country_code in _CHEAP else 0.9
    made: list[Hotel] = []
    for number in range(count):
        stars = rng.choice([2, 3, 3, 4, 4, 5])
        rate = float(round(_RATES[stars] * level * rng.uniform(0.8, 1.25)))
        while any(rate == other.rate for other in made):
            rate += 1.0
        made.append(
            Hotel(
                hotel_id=hide(seed, "htl", index * 16 + number),
                name=f"{names[number]} {rng.choice(_KINDS[stars])}",
                city=here,
                address=f"{rng.randint(1, 140)} {rng.choice(_STREETS)}",
                stars=stars,
                rating=ratings[number] / 10,
                kilometers=distances[number] / 10,
                check_in_from=rng.choice(["14:00", "15:00", "16:00"]),
                check_out_until=rng.choice(["10:00", "11:00", "12:00"]),
                amenities=tuple(rng.sample(_AMENITIES, 2 + stars)),
                pets_allowed=rng.random() < 0.4,
                breakfast_price=float(rng.randint(6, 10) + 4 * (stars - 2)) if rng.random() < 0.94 else None,
                rate=rate,
                room_types=_room_types(stars, rng),
            )
        )
    return tuple(made)


def hotel_by_id(seed: int, hotel_id: str) -> Hotel:
    """The hotel with this id, or a `not_found` error."""
    place = reveal(seed, "htl", hotel_id)
    if place is not None:
        city, number = divmod(place, 16)
        if city < len(cities()):
            here = hotels_in(seed, list(cities())[city])
            if number < len(here):
                return here[number]
    raise ToolError("not_found", f"There is no hotel with the id {hotel_id}.")


def offer_id(seed: int, stay: Stay) -> str:
    """The id under which a stay can be booked."""
    value = reveal(seed, "htl", stay.hotel.hotel_id) or 0
    value = (value * 2048 + (stay.check_in_date - _FIRST_DAY).days) * 32 + stay.nights
    return hide(seed, "room", value * 4 + ROOM_TYPES.index(stay.room_type))


def stay_by_id(seed: int, room_offer_id: str) -> Stay:
    """The stay that was offered under this id, or a `not_found` error."""
    value = reveal(seed, "room", room_offer_id)
    if value is not None:
        value, kind = divmod(value, 4)
        value, nights = divmod(value, 32)
        value, day = divmod(value, 2048)
        city, number = divmod(value, 16)
        if city < len(cities()) and 1 <= nights <= MOST_NIGHTS:
            here = hotels_in(seed, list(cities())[city])
            if number < len(here) and ROOM_TYPES[kind] in here[number].room_types:
                return Stay(here[number], ROOM_TYPES[kind], _FIRST_DAY + timedelta(days=day), nights)
    raise ToolError("not_found", f"There is no room offer with the id {room_offer_id}.")


def reviews_of(seed: int, hotel: Hotel, today: date) -> tuple[int, list[HotelReview]]:
    """How many reviews a hotel has, and the newest of them."""
    rng = derived_rng(seed, "reviews", hotel.hotel_id)
    found = []
    for ago, name in enumerate(rng.sample(words("first_names"), 4), 1):
        score = max(2, min(BEST_SCORE, round(rng.gauss(hotel.rating, 1.1))))
        said = _PRAISE if score >= 9 else _MIXED if score >= 7 else _BLAME
        month = today - timedelta(days=30 * ago)
        found.append(HotelReview(name, score, rng.choice(said), f"{month:%B %Y}"))
    return rng.randint(40, 1900), found


def _room_types(stars: int, rng: Random) -> tuple[RoomType, ...]:
    kept: list[RoomType] = ["standard", "deluxe"]
    if rng.random() < 0.6:
        kept.append("family")
    if stars >= 4:
        kept.append("suite")
    return tuple(kept)


def _season(day: date) -> float:
    weekend = 1.12 if day.weekday() in (4, 5) else 1.0
    high = 1.15 if day.month in (7, 8) or (day.month == 12 and day.day > 20) else 1.0
    return weekend * high


def _left(seed: int, hotel_id: str, room_type: RoomType, day: date) -> int:
    rng = derived_rng(seed, "rooms", hotel_id, room_type, day.isoformat())
    return 0 if rng.random() < FULL_SHARE else rng.randint(1, 6)
