"""What is on: shows of every city and week, computed from the seed, so that the program never ends or changes.

The artists of `performers` are on tour: in a week an artist plays in at most one city a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import cities, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.conversions.rates import exchange
from magnet_kg.toolkits.events.performers import Performer, performers
from magnet_kg.toolkits.events.venues import HOSTS, ShowKind, Venue, venues_in

_FIRST_DAY = date(2024, 1, 1)
_WEEKS = 512
_SLOTS = 16
_TOUR_SLOT = 15
_TOUR_SPREAD = 72
_KINDS: tuple[ShowKind, ...] = ("theater", "sports", "exhibition", "comedy", "dance")
AREAS: dict[ShowKind, tuple[tuple[str, float], ...]] = {
    "concert": (("standing room", 1.0), ("reserved seating", 1.4), ("balcony", 0.8)),
    "theater": (("orchestra", 1.0), ("box", 1.6), ("upper circle", 0.6)),
    "sports": (("end zone", 1.0), ("main stand", 1.7), ("family block", 0.7)),
    "exhibition": (("general entry", 1.0), ("guided tour", 1.8)),
    "comedy": (("main floor", 1.0), ("front row", 1.5), ("balcony", 0.7)),
    "dance": (("orchestra", 1.0), ("front rows", 1.5), ("upper circle", 0.6)),
}
_PRICES: dict[ShowKind, tuple[int, int]] = {
    "concert": (38, 95), "theater": (28, 75), "sports": (24, 80), "exhibition": (9, 22), "comedy": (16, 38),
    "dance": (26, 70),
}  # fmt: skip
_MINUTES: dict[ShowKind, tuple[int, ...]] = {
    "concert": (95, 110, 120, 140), "theater": (90, 105, 130, 150, 165), "sports": (105, 120, 150),
    "exhibition": (60, 75, 90), "comedy": (70, 80, 95), "dance": (75, 95, 115),
}  # fmt: skip
_HOURS: dict[ShowKind, tuple[str, ...]] = {
    "concert": ("19:30", "20:00", "20:30", "21:00"), "theater": ("15:00", "19:00", "19:30", "20:00"),
    "sports": ("13:30", "16:00", "18:30", "19:30"), "exhibition": ("10:00", "11:30", "14:00", "16:30"),
    "comedy": ("19:00", "20:30", "21:30"), "dance": ("16:00", "18:00", "19:30"),
}  # fmt: skip
_WHAT = (
    "Orchard", "Lighthouse", "Staircase", "Almanac", "Clockmaker", "Ferry", "Garden", "Locksmith", "Mirror", "Carousel",
    "Balcony", "Letter", "Umbrella", "Beekeeper", "Cellist", "Chessboard", "Lantern", "Tailor", "Bridge", "Snowglobe",
)  # fmt: skip
_HOW = (
    "Borrowed", "Crooked", "Glass", "Last", "Paper", "Quiet", "Salt", "Second", "Singing", "Sleepless", "Stolen",
    "Upside-Down", "Unfinished", "Winter", "Yellow", "Forgotten", "Impatient", "Velvet",
)  # fmt: skip
_TEAMS = (
    "Herons", "Comets", "Otters", "Foxes", "Harriers", "Lynxes", "Mariners", "Badgers", "Cyclones", "Rams", "Wolves",
    "Kingfishers", "Pioneers", "Bisons",
)  # fmt: skip
_SHOWN = (
    "Maps", "Portraits", "Shadows", "Ceramics", "Photographs", "Machines", "Textiles", "Posters", "Sculptures",
    "Dreams", "Gardens", "Toys",
)  # fmt: skip
_OF = (
    "of Imaginary Islands", "in Slow Motion", "from the Attic", "without Faces", "after the Rain", "of the Deep Sea",
    "made of Light", "from a Small Town", "in Blue and Ochre", "at the Edge of Town", "of Lost Railways",
    "between Two Winters",
)  # fmt: skip
_JOKES = (
    "Mildly Alarming", "My Mother Was Right", "No Refunds on Feelings", "Overdressed and Underslept", "Sorry I'm Early",
    "The Neighbors Can Hear You", "Adult Supervision", "Please Hold", "Bad at Small Talk", "Terms and Conditions",
    "Slightly Burnt Toast", "Confidently Lost", "Low Battery", "Reply All", "Batteries Not Included", "Mind the Cat",
    "Almost Famous Uncle", "Decaf by Mistake", "Wrong Shoes Again", "Nobody Asked",
)  # fmt: skip
_DANCES = ("Suite", "Variations", "Rhapsody", "Nocturne", "Fables", "Tides", "Reverie", "Constellations", "Echoes")


@dataclass(frozen=True, slots=True)
class Show:
    """One performance. `base` is the price of an ordinary ticket in local money; `value` is what the id hides."""

    seed: int
    value: int
    title: str
    kind: ShowKind
    venue: Venue
    starts_at: datetime
    minutes: int
    base: float
    youngest: int

    @property
    def show_id(self) -> str:
        """The id, which lists of a hundred shows need for few of them."""
        return hide(self.seed, "show", self.value)

    @property
    def currency(self) -> str:
        """What tickets are paid in."""
        return self.venue.city.currency

    def price(self, area: int) -> float:
        """The price of one ticket in an area."""
        return _plain_price(self.base * AREAS[self.kind][area][1])

    def left(self, seed: int) -> list[int]:
        """How many tickets of each area are for sale in all."""
        rng = derived_rng(seed, "tickets", str(self.value))
        gone = rng.random() < 0.04
        return [0 if gone or rng.random() < 0.3 else rng.randint(7, 190) for _ in AREAS[self.kind]]


def shows_in(seed: int, city: str, first: date, days: int) -> list[Show]:
    """The shows of a city from a day on, soonest first."""
    start = (first - _FIRST_DAY).days
    weeks = range(max(start // 7, 0), min((start + days) // 7 + 1, _WEEKS))
    every = [show for week in weeks for show in _week(seed, city, week)]
    last = first + timedelta(days=days)
    return sorted(
        (s for s in every if first <= s.starts_at.date() < last), key=lambda show: (show.starts_at, show.value)
    )


def tour_of(seed: int, artist: Performer, first: date, weeks: int = 4) -> list[Show]:
    """The concerts of an artist from a day on, soonest first."""
    start = (first - _FIRST_DAY).days // 7
    names = list(cities())
    every = [
        _concert(seed, names[city], week, artist, place)
        for week in range(max(start, 0), min(start + weeks, _WEEKS))
        for place, city in enumerate(_stops(seed, artist.number, week))
    ]
    return sorted((s for s in every if s.starts_at.date() >= first), key=lambda show: (show.starts_at, show.value))


def show_by_id(seed: int, show_id: str) -> Show:
    """The show with this id, or a `not_found` error."""
    value = reveal(seed, "show", show_id)
    show = _show(seed, value) if value is not None else None
    if show is None:
        raise ToolError("not_found", f"There is no show with the id {show_id}.")
    return show


def offer_id(seed: int, show: Show, area: int) -> str:
    """The id under which tickets of an area can be had."""
    return hide(seed, "tko", show.value * 4 + area)


def offer_by_id(seed: int, ticket_offer_id: str) -> tuple[Show, int]:
    """The show and the area of a ticket offer, or a `not_found` error."""
    value = reveal(seed, "tko", ticket_offer_id)
    if value is not None:
        value, area = divmod(value, 4)
        show = _show(seed, value)
        if show is not None and area < len(AREAS[show.kind]):
            return show, area
    raise ToolError("not_found", f"There is no ticket offer with the id {ticket_offer_id}.")


def _show(seed: int, value: int) -> Show | None:
    rest, slot = divmod(value, _SLOTS)
    city, week = divmod(rest, _WEEKS)
    if city >= len(cities()):
        return None
    return next((s for s in _week(seed, list(cities())[city], week) if s.value % _SLOTS == slot), None)


@lru_cache(maxsize=2048)
def _week(seed: int, city: str, week: int) -> tuple[Show, ...]:
    rng = derived_rng(seed, "shows", city, str(week))
    names = list(cities())
    index = names.index(city)
    days = [*range(7), *rng.sample(range(7), 4)]
    made: list[Show] = []
    for slot, day in enumerate(days):
        kind = _KINDS[(slot + week) % len(_KINDS)]
        title = _title(kind, city, names, rng)
        if any(title == other.title for other in made):
            continue
        made.append(_made(seed, (index * _WEEKS + week) * _SLOTS + slot, title, kind, city, 7 * week + day, rng))
    number = _on_tour(seed, index, week)
    if number is not None and index in (stops := _stops(seed, number, week)):
        made.append(_concert(seed, city, week, performers(seed)[number], stops.index(index)))
    return tuple(made)


def _concert(seed: int, city: str, week: int, artist: Performer, day: int) -> Show:
    rng = derived_rng(seed, "concert", city, str(week))
    value = (list(cities()).index(city) * _WEEKS + week) * _SLOTS + _TOUR_SLOT
    return _made(seed, value, artist.name, "concert", city, 7 * week + day, rng)


def _made(seed: int, value: int, title: str, kind: ShowKind, city: str, day: int, rng: Random) -> Show:
    venue = venues_in(seed, city)[rng.choice(HOSTS[kind])]
    hour = time.fromisoformat(rng.choice(_HOURS[kind]))
    dollars = rng.randint(*_PRICES[kind])
    return Show(
        seed=seed,
        value=value,
        title=title,
        kind=kind,
        venue=venue,
        starts_at=datetime.combine(_FIRST_DAY + timedelta(days=day), hour),
        minutes=rng.choice(_MINUTES[kind]),
        base=_plain_price(exchange(float(dollars), "USD", venue.city.currency)),
        youngest=rng.choice((0, 0, 0, 6, 12, 16)) if kind != "comedy" else rng.choice((12, 16, 18)),
    )


def _title(kind: ShowKind, city: str, names: list[str], rng: Random) -> str:
    if kind == "sports":
        home, away = rng.sample(_TEAMS, 2)
        return f"{city} {home} vs {rng.choice(names)} {away}"
    if kind == "exhibition":
        return f"{rng.choice(_SHOWN)} {rng.choice(_OF)}"
    if kind == "comedy":
        return rng.choice(_JOKES)
    if kind == "dance":
        return f"{rng.choice(_HOW)} {rng.choice(_DANCES)}"
    return f"The {rng.choice(_HOW)} {rng.choice(_WHAT)}"


@lru_cache(maxsize=128)
def _tables(seed: int) -> tuple[list[int], list[int]]:
    rng = derived_rng(seed, "tours")
    return [rng.getrandbits(30) for _ in cities()], [rng.getrandbits(30) | 1 for _ in range(_WEEKS)]


def _on_tour(seed: int, city: int, week: int) -> int | None:
    """The number of the artist who comes to a city in a week."""
    of_city, of_week = _tables(seed)
    number = ((of_city[city] * of_week[week]) >> 12) % _TOUR_SPREAD
    return number if number < len(performers(seed)) else None


@lru_cache(maxsize=4096)
def _stops(seed: int, artist: int, week: int) -> tuple[int, ...]:
    """The cities of an artist's week, in the order of their days."""
    of_city, of_week = _tables(seed)
    factor = of_week[week]
    stops = [c for c, own in enumerate(of_city) if ((own * factor) >> 12) % _TOUR_SPREAD == artist]
    return tuple(derived_rng(seed, "stops", str(artist), str(week)).sample(stops, min(len(stops), 7)))


def _plain_price(value: float) -> float:
    """A price as it stands on a poster: whole, and round where the numbers are large."""
    step = 500 if value >= 20000 else 50 if value >= 2000 else 5 if value >= 200 else 1
    return float(max(step * round(value / step), 1))
