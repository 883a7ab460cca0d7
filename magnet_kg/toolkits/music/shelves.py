"""Songs, podcasts, audiobooks and plans of one world, all with invented names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, TypeVar, get_args

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import derived_rng, words
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.events.performers import Performer, performers

T = TypeVar("T")
Mood = Literal["calm", "energetic", "happy", "sad", "romantic"]
PodcastTopic = Literal[
    "history", "science", "cooking", "true crime", "business", "travel", "parenting", "gardening", "technology", "film"
]
BookGenre = Literal["mystery", "fantasy", "romance", "biography", "science fiction", "self-help"]
MOODS: tuple[Mood, ...] = get_args(Mood)
TOPICS: tuple[PodcastTopic, ...] = get_args(PodcastTopic)
BOOK_GENRES: tuple[BookGenre, ...] = get_args(BookGenre)
SONGS = 8
PODCASTS = 5
BOOKS = 5
EPISODES = 6

_HOW = (
    "Paper", "Slow", "Borrowed", "Electric", "Salt", "Second-Hand", "Neon", "Hollow", "Sugar", "Broken", "Gentle",
    "Reckless", "Silver", "Unsent", "Stolen", "Barefoot", "Careless", "Distant", "Copper", "Sleepless", "Crooked",
    "Wild", "Faithful", "Honest",
)  # fmt: skip
_WHAT = (
    "Lightning", "Rivers", "Telephones", "Weather", "Honey", "Staircases", "Gravity", "Postcards", "Matches", "Thunder",
    "Summers", "Windows", "Daughters", "Compass", "Elevators", "Ghosts", "Kitchens", "Taxis", "Horizon", "Feathers",
    "Mirrors", "Bridges", "Alibis", "Fireflies",
)  # fmt: skip
_DOING = (
    "Carry", "Leave", "Call", "Follow", "Teach", "Meet", "Wake", "Find", "Drive", "Send", "Sing", "Lend",
)  # fmt: skip
_WHERE = (
    "Down to the Water", "Before the Rain", "Past the Station", "One More Mile", "in the Kitchen", "Without a Map",
    "to the Coast", "Under the Bridge", "after the Party", "When the Lights Go", "by the River", "Home Again",
)  # fmt: skip
_SHOW = {
    "history": ("Dust and Crowns", "The Long Corridor", "Footnotes Aloud", "Ruins and Rumors", "Once, in a Harbor"),
    "science": ("Curious Beakers", "Half-Life Stories", "Why the Sky", "Ask a Molecule", "Orbiting"),
    "cooking": ("Burnt Onions", "Salt First", "The Stubborn Dough", "Leftovers Anonymous", "A Pinch of Trouble"),
    "true crime": ("The Third Alibi", "Cold Coffee Cases", "Locked from Inside", "Gone by Harvest", "Quiet Suspects"),
    "business": ("Margins", "The Corner Shop", "Spreadsheet Confessions", "Founders at Lunch", "Loose Change"),
    "travel": ("Window Seat Tales", "The Wrong Ferry", "Two Socks and a Map", "Passport Stamps", "Night Buses"),
    "parenting": ("Crumbs in the Car", "The Bedtime Committee", "Small Loud People", "Still Awake", "Lost Mittens"),
    "gardening": (
        "Dirt Under Nails",
        "Slugs and Other Friends",
        "The Patient Tomato",
        "Compost Hour",
        "Roots and Rakes",
    ),
    "technology": ("Have You Rebooted", "Tabs Open", "Patch Notes", "Blinking Cursor", "The Dongle Drawer"),
    "film": ("Back Row Whispers", "Cutting Room Crumbs", "Popcorn Arguments", "Director's Couch", "Ninety Minutes"),
}
_PART = (
    "The one about patience", "A visit to the archive", "What nobody tells beginners", "Letters from listeners",
    "The great mix-up", "An afternoon with an expert", "Five small mistakes", "Starting over", "The argument",
    "Behind the closed door", "A question of taste", "What we got wrong", "The winter special", "Tools of the trade",
    "The long way round", "How it all began",
)  # fmt: skip
_BOOK_HOW = (
    "The Last", "The Hidden", "A Borrowed", "The Silent", "The Glass", "A Stubborn", "The Drowned", "The Painted",
    "An Ordinary", "The Wandering", "A Careful", "The Other",
)  # fmt: skip
_BOOK_WHAT = {
    "mystery": ("Alibi", "Orchard", "Witness", "Inheritance", "Boathouse", "Gardener"),
    "fantasy": ("Dragonkeeper", "Moonwell", "Oath", "Ferrywoman", "Thornwood", "Cartographer"),
    "romance": ("Summer Lease", "Bakery", "Wedding Guest", "Lighthouse", "Dance Lesson", "Correspondence"),
    "biography": ("Composer", "Life in Ink", "Mountaineer", "Inventor", "Childhood", "Diplomat"),
    "science fiction": ("Signal", "Orbit", "Colony", "Machine", "Horizon", "Passenger"),
    "self-help": ("Morning", "Habit", "Promise", "Pause", "Conversation", "Budget"),
}
_PLANS = (("Solo", 1, True), ("Duet", 2, True), ("Household", 6, True), ("Campus", 1, True), ("Pocket", 1, False))


@dataclass(frozen=True, slots=True)
class Song:
    """A song; `number` is its place in the world's list."""

    number: int
    title: str
    artist: Performer
    album: str
    mood: Mood
    plays: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Podcast:
    """A podcast; `number` is its place in the world's list."""

    number: int
    title: str
    topic: PodcastTopic
    host: str
    rating: float
    episodes: int


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode; `back` counts from the newest."""

    back: int
    title: str
    published_on: date
    minutes: int


@dataclass(frozen=True, slots=True)
class Audiobook:
    """An audiobook; `number` is its place in the world's list."""

    number: int
    title: str
    genre: BookGenre
    author: str
    narrator: str
    minutes: int
    rating: float
    price: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription plan."""

    music_plan_id: str
    name: str
    price: float
    accounts: int
    downloads: bool


@lru_cache(maxsize=64)
def songs(seed: int) -> tuple[Song, ...]:
    """All songs of this world; no two have the same title or are played equally often."""
    rng = derived_rng(seed, "songs")
    artists = performers(seed)
    pairs = [f"{how} {what}" for how in _HOW for what in _WHAT]
    lines = [f"{do} Me {where}" for do in _DOING for where in _WHERE]
    titles = rng.sample(pairs, len(artists) * (SONGS - 2)) + rng.sample(lines, len(artists) * 2)
    rng.shuffle(titles)
    plays = rng.sample(range(8_000, 4_000_000), len(titles))
    made = []
    for number, title in enumerate(titles):
        artist = artists[number // SONGS]
        album = titles[number - number % 4]  # two albums of four songs, called after their first
        mood = MOODS[(number + artist.number) % len(MOODS)]
        made.append(Song(number, title, artist, album, mood, plays[number], rng.randint(128, 330)))
    return tuple(made)


@lru_cache(maxsize=64)
def podcasts(seed: int) -> tuple[Podcast, ...]:
    """All podcasts of this world."""
    rng = derived_rng(seed, "podcasts")
    made: list[Podcast] = []
    for topic in TOPICS:
        ratings = rng.sample(range(33, 50), PODCASTS)
        for title, rating in zip(_SHOW[topic], ratings, strict=True):
            host = f"{rng.choice(words('first_names'))} {rng.choice(words('last_names'))}"
            made.append(Podcast(len(made), title, topic, host, rating / 10, rng.randint(18, 240)))
    return tuple(made)


@lru_cache(maxsize=64)
def audiobooks(seed: int) -> tuple[Audiobook, ...]:
    """All audiobooks of this world."""
    rng = derived_rng(seed, "audiobooks")
    made: list[Audiobook] = []
    names = [f"{first} {last}" for first, last in zip(words("first_names"), words("last_names"), strict=False)]
    for genre in BOOK_GENRES:
        ratings = rng.sample(range(34, 50), BOOKS)
        prices = rng.sample(range(7, 32), BOOKS)
        starts = rng.sample(_BOOK_HOW, BOOKS)
        for start, what, rating, price in zip(
            starts, rng.sample(_BOOK_WHAT[genre], BOOKS), ratings, prices, strict=True
        ):
            made.append(
                Audiobook(
                    len(made), f"{start} {what}", genre, rng.choice(names), rng.choice(names),
                    5 * rng.randint(48, 190), rating / 10, price + 0.99,
                )
            )  # fmt: skip
    return tuple(made)


@lru_cache(maxsize=64)
def plans(seed: int) -> tuple[Plan, ...]:
    """All plans of this world, cheapest first."""
    rng = derived_rng(seed, "plans")
    base = rng.choice((9.99, 10.49, 10.99, 11.49))
    prices = (base, base + 4, base + 7.5, base - 5, base - 3)
    made = [
        Plan(hide(seed, "plan", number), name, round(price, 2), accounts, downloads)
        for number, ((name, accounts, downloads), price) in enumerate(zip(_PLANS, prices, strict=True))
    ]
    return tuple(sorted(made, key=lambda plan: plan.price))


def episodes_of(seed: int, podcast: Podcast, today: date) -> list[Episode]:
    """The newest episodes of a podcast, newest first."""
    rng = derived_rng(seed, "episodes", podcast.title, today.isoformat())
    day = today - timedelta(days=rng.randint(0, 6))
    made = []
    for back, title in enumerate(rng.sample(_PART, EPISODES)):
        made.append(Episode(back, title, day, rng.randint(18, 85)))
        day -= timedelta(days=rng.choice((7, 7, 14)))
    return made


def by_id(seed: int, prefix: str, given: str, items: tuple[T, ...], noun: str) -> T:
    """The thing whose number an id hides, or a `not_found` error."""
    number = reveal(seed, prefix, given)
    if number is None or number >= len(items):
        raise ToolError("not_found", f"There is no {noun} with the id {given}.")
    return items[number]


def song_by_id(seed: int, song_id: str) -> Song:
    """The song with this id, or a `not_found` error."""
    return by_id(seed, "song", song_id, songs(seed), "song")


def artist_by_id(seed: int, artist_id: str) -> Performer:
    """The artist with this id, or a `not_found` error."""
    return by_id(seed, "art", artist_id, performers(seed), "artist")
