"""The market of a world: invented companies and funds, their prices on any day, their news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import sin
from random import Random
from zoneinfo import ZoneInfo

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.investments.records import Headline, Industry, InstrumentType

_STEMS = (
    "Aldera", "Brightmere", "Calvero", "Dunmore", "Eastvale", "Fennick", "Glaston", "Hollis", "Ivaro", "Jorvan",
    "Kelmont", "Larkfield", "Morrow", "Nordell", "Ostrava Bay", "Pellham", "Quenby", "Rosvik", "Silvercrest",
    "Tamarin", "Umberline", "Velora", "Westbrook", "Xanda", "Yarrow", "Zephyra", "Ambrose", "Bellweather", "Corvina",
    "Drayton", "Elmhurst", "Farrow", "Greycastle", "Havering", "Inverloch", "Juniper Hill", "Kestwick", "Lunaris",
    "Meridane", "Nimbrook", "Orlen Park", "Pinecrest", "Quillan", "Redfern", "Sablewood", "Thornbury", "Vantry",
    "Whitlock", "Arkwell", "Brannock",
)  # fmt: skip
_TRADES: dict[Industry, tuple[str, ...]] = {
    "renewable_energy": ("Solar", "Wind Power", "Renewables", "Clean Energy", "Tidal", "Energy Storage"),
    "shipping": ("Shipping", "Marine Lines", "Freight", "Container Lines", "Logistics", "Ports"),
    "biotech": ("Biotech", "Therapeutics", "Genomics", "Biosciences", "Diagnostics", "Vaccines"),
    "robotics": ("Robotics", "Automation", "Machine Vision", "Drones", "Industrial Systems", "Motion"),
    "food": ("Foods", "Dairy", "Coffee", "Bakeries", "Farms", "Beverages"),
    "retail": ("Stores", "Outfitters", "Home Goods", "Department Stores", "Footwear", "Furniture"),
    "water_technology": ("Water", "Filtration", "Desalination", "Pumps", "Waterworks", "Hydro Systems"),
    "video_games": ("Games", "Interactive", "Studios", "Play", "Arcade", "Game Works"),
}
_FUNDS: dict[Industry, str] = {
    "renewable_energy": "Clean Power Fund",
    "shipping": "World Trade Fund",
    "biotech": "Life Sciences Fund",
    "robotics": "Automation Fund",
    "food": "Food Producers Fund",
    "retail": "Consumer Fund",
    "water_technology": "Water Fund",
    "video_games": "Games & Media Fund",
}
_EACH = 4  # companies of an industry
_SOURCES = ("Ledger Daily", "The Market Post", "Exchange Wire", "Tape & Ticker", "Capital Courier")
_NEWS = (
    "{name} beats its own forecast for the quarter",
    "{name} warns of slower growth in {trade}",
    "{name} names a new chief executive from within",
    "Analysts see room for {name} after a quiet season",
    "{name} opens a research center and hires two hundred engineers",
    "Strike at a supplier of {name} ends after talks",
    "{name} raises its dividend for another year",
    "{name} buys a smaller rival in {trade}",
    "Investors question the spending plans of {name}",
    "{name} wins a long contract with three cities",
    "{name} delays the launch of its latest product",
    "Record orders at {name}, but costs rise too",
)
# What no symbol may be: a sentence would read it as a word. Every one of these can be drawn from some name.
_WORDS = frozenset(
    "ALSO AWAY BACK BEEN BEST BOTH CALL CAME COME DATE DAYS DOES DONE DOWN EACH ELSE EVEN EVER FIND FIVE FOUR FREE "
    "FROM GAIN GAVE GIVE GOES GONE GOOD HAVE HERE HOLD INTO JUST KEEP LAST LATE LESS LIST LOSS MADE MAKE MANY MORE "
    "MOST NEAR NINE NONE NOTE ONCE ONLY ONTO OPEN OVER PAID PLAN PLUS REAL RENT RISE SALE SAME SEEN SENT SOME "
    "SOON TAKE THAN THAT THEM THEN THEY THIS THUS TIME TRUE VERY WANT WENT WERE WHAT WHEN WILL WITH YEAR YOUR".split()
)
_FIRST_DAY = date(2025, 1, 1)
_OPENS, _CLOSES = time(9, 30), time(16, 0)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A share or a fund. `base` is the price around which it moves."""

    instrument_id: str
    symbol: str
    name: str
    kind: InstrumentType
    industry: Industry
    base: float
    dividend_percent: float


@lru_cache(maxsize=256)
def market_of(seed: int) -> tuple[Instrument, ...]:
    """All instruments of a world; no two have the same name or symbol."""
    rng = derived_rng(seed, "market")
    stems = iter(rng.sample(_STEMS, len(_TRADES) * (_EACH + 1)))
    taken: set[str] = set()
    made: list[Instrument] = []
    for industry, trades in _TRADES.items():
        for trade in (*rng.sample(trades, _EACH), None):
            stem = next(stems)
            name = f"{stem} {trade or _FUNDS[industry]}"
            symbol = _symbol(name, 4 if trade else 5, taken, rng)
            pays = trade is None or rng.random() < 0.6
            made.append(
                Instrument(
                    hide(seed, "ins", len(made)),
                    symbol,
                    name,
                    "stock" if trade else "fund",
                    industry,
                    round(rng.lognormvariate(3.9, 0.65) if trade else rng.uniform(40, 130), 2),
                    round(rng.uniform(0.8, 5.2), 1) if pays else 0.0,
                )
            )
    return tuple(made)


def by_symbol(seed: int, symbol: str) -> Instrument:
    """The instrument with this symbol, or a `not_found` error."""
    for one in market_of(seed):
        if one.symbol == symbol.strip().upper():
            return one
    raise ToolError("not_found", f"Nothing is traded under the symbol {symbol}.")


def by_id(seed: int, instrument_id: str) -> Instrument:
    """The instrument with this id, or a `not_found` error."""
    number = reveal(seed, "ins", instrument_id)
    if number is None or number >= len(market_of(seed)):
        raise ToolError("not_found", f"There is no share or fund with the id {instrument_id}.")
    return market_of(seed)[number]


@lru_cache(maxsize=16384)
def close_on(seed: int, one: Instrument, day: date) -> float:
    """The price at the end of a day; weekends have that of the Friday before."""
    while day.weekday() > 4:
        day -= timedelta(days=1)
    waves = derived_rng(seed, "waves", one.symbol)
    age = (day - _FIRST_DAY).days
    level = 1.0
    for height, shortest, longest in ((0.15, 140, 300), (0.07, 35, 90), (0.035, 9, 22)):
        swing, length = height * waves.uniform(0.4, 1.0), waves.uniform(shortest, longest)
        level += swing * sin(6.283 * (age / length + waves.random()))
    jitter = derived_rng(seed, "tick", one.symbol, day.isoformat()).gauss(0, 0.009 if one.kind == "fund" else 0.017)
    return round(max(0.5, one.base * level * (1 + jitter)), 2)


def price_now(world: World, one: Instrument) -> float:
    """The price at the world's time: that of today once the exchange has opened, of the last trading day before."""
    return close_on(world.seed, one, _last_day(world))


def previous_close(world: World, one: Instrument) -> float:
    """The price at the end of the trading day before."""
    return close_on(world.seed, one, _last_day(world) - timedelta(days=1))


def day_change(world: World, one: Instrument) -> float:
    """By how many percent the price moved since the trading day before."""
    before = previous_close(world, one)
    return round((price_now(world, one) - before) / before * 100, 2)


def closes_since(world: World, one: Instrument, days: int, count: int) -> list[tuple[date, float]]:
    """At most `count` closing prices, evenly spread over the last days, oldest first."""
    last = _last_day(world)
    every = [d for ago in range(days, -1, -1) if (d := last - timedelta(days=ago)).weekday() < 5]
    step = max(1, len(every) // count)
    return [(day, close_on(world.seed, one, day)) for day in every[::-1][::step][::-1]]


def is_open(world: World) -> bool:
    """Whether the exchange is open."""
    here = world.now.replace(tzinfo=ZoneInfo(world.person.time_zone))
    there = here.astimezone(ZoneInfo("America/New_York"))
    return there.weekday() < 5 and _OPENS <= there.time() < _CLOSES


def news_of(world: World, one: Instrument) -> list[Headline]:
    """Three headlines of the last weeks, newest first."""
    rng = derived_rng(world.seed, "news", one.symbol, world.today.strftime("%Y-%m"))
    trade = one.industry.replace("_", " ")
    days = sorted(rng.sample(range(1, 27), 3))
    return [
        Headline(text.format(name=one.name, trade=trade), rng.choice(_SOURCES), world.today - timedelta(days=ago))
        for text, ago in zip(rng.sample(_NEWS, 3), days, strict=True)
    ]


def next_dividend(world: World, one: Instrument) -> tuple[date, float] | None:
    """The day and amount for one share of the next quarterly dividend, or None where none is paid."""
    if not one.dividend_percent:
        return None
    rng = derived_rng(world.seed, "dividend", one.symbol)
    since = (world.today - _FIRST_DAY).days
    wait = 91 - (since + rng.randrange(91)) % 91
    return world.today + timedelta(days=wait), round(one.base * one.dividend_percent / 400, 3)


def _last_day(world: World) -> date:
    here = world.now.replace(tzinfo=ZoneInfo(world.person.time_zone))
    there: datetime = here.astimezone(ZoneInfo("America/New_York"))
    day = there.date() if there.time() >= _OPENS else there.date() - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def _symbol(name: str, length: int, taken: set[str], rng: Random) -> str:
    letters = [c for c in name.upper() if c.isalpha()]
    while True:
        rest = sorted(rng.sample(range(1, len(letters)), length - 1))
        symbol = letters[0] + "".join(letters[i] for i in rest)
        if symbol not in taken and symbol not in _WORDS:
            taken.add(symbol)
            return symbol
