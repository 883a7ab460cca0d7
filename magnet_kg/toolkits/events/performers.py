"""The invented artists of a world: who makes music, and so who is on tour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from magnet_kg.execution.world import cities, derived_rng

MusicGenre = Literal["rock", "pop", "jazz", "folk", "electronic", "hip-hop", "classical", "country", "soul"]
GENRES: tuple[MusicGenre, ...] = get_args(MusicGenre)
PER_GENRE = 4

_COLORS = (
    "Amber", "Ashen", "Blue", "Brass", "Copper", "Crimson", "Faded", "Glass", "Golden", "Hollow", "Indigo", "Ivory",
    "Lonesome", "Marble", "Midnight", "Mossy", "Northern", "Opal", "Paper", "Quiet", "Rusty", "Silver", "Tender",
    "Velvet", "Wandering", "Wild", "Winter",
)  # fmt: skip
_THINGS = (
    "Almanac", "Antlers", "Bicycles", "Cartographers", "Chimneys", "Comets", "Ferries", "Foxes", "Harbors", "Herons",
    "Kites", "Lanterns", "Lighthouses", "Magpies", "Meridian", "Orchards", "Parade", "Pigeons", "Postcards", "Rivers",
    "Satellites", "Sparrows", "Staircase", "Tigers", "Trams", "Umbrellas", "Voyagers", "Windows",
)  # fmt: skip
_GIVEN = (
    "Ada", "Bram", "Cleo", "Dario", "Elif", "Fern", "Gideon", "Hana", "Ines", "Jonah", "Kaya", "Leif", "Mira", "Nico",
    "Odette", "Pax", "Quinn", "Rosa", "Sol", "Tess", "Umi", "Vera", "Wes", "Yara",
)  # fmt: skip
_FAMILY = (
    "Ashgrove", "Bellweather", "Calloway", "Dunmore", "Everlight", "Fairbourne", "Greenhollow", "Holloway", "Inkwell",
    "Juniper", "Kestrel", "Larkspur", "Merriweather", "Nightingale", "Oakes", "Pemberley", "Quill", "Ravenscroft",
    "Silverton", "Thistle", "Underhill", "Vantage", "Winterbourne", "Yarrow",
)  # fmt: skip
_ENSEMBLES = {"jazz": ("Trio", "Quintet", "Big Band"), "classical": ("Ensemble", "Chamber Players", "String Quartet")}


@dataclass(frozen=True, slots=True)
class Performer:
    """An artist or band; `number` is its place in the world's list."""

    number: int
    name: str
    genre: MusicGenre
    city: str
    since: int


@lru_cache(maxsize=128)
def performers(seed: int) -> tuple[Performer, ...]:
    """All artists of this world; no two have the same name."""
    rng = derived_rng(seed, "performers")
    count = len(GENRES) * PER_GENRE
    bands = rng.sample([f"{color} {thing}" for color in _COLORS for thing in _THINGS], count)
    people = rng.sample([f"{given} {family}" for given in _GIVEN for family in _FAMILY], count)
    families = rng.sample(_FAMILY, len(_FAMILY))
    everywhere = list(cities())
    made = []
    for number in range(count):
        genre = GENRES[number % len(GENRES)]
        kind = rng.random()
        if genre in _ENSEMBLES and kind < 0.6:
            name = f"{families[number % len(families)]} {rng.choice(_ENSEMBLES[genre])}"
        else:
            name = people[number] if kind < 0.45 else bands[number]
        made.append(Performer(number, name, genre, rng.choice(everywhere), rng.randrange(1994, 2024)))
    return tuple(made)


def performer_called(seed: int, name: str) -> Performer | None:
    """The artist of this name, with or without its article."""
    wanted = _plain(name)
    return next((p for p in performers(seed) if _plain(p.name) == wanted), None)


def _plain(name: str) -> str:
    return name.casefold().strip().removeprefix("the ")
