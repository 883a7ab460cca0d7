"""Numbers, amounts and durations: said by people, written by assistants, read back."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
# A number as it is typed, thousands separated or not.
_DIGITS = r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}


def say_number(value: float, rng: Random) -> str:
    """A number as a person says it: small whole numbers sometimes as words."""
    if value == int(value) and 1 < value <= 12 and rng.random() < 0.4:
        return SMALL[int(value)]
    return write_number(value)


def say_money(value: float, rng: Random) -> str:
    """An amount of US dollars as a person says it: "$40", "40 dollars", "$1.2k"."""
    if value >= 1000 and value % 100 == 0 and rng.random() < 0.3:
        return f"${value / 1000:g}k"
    text = write_number(value)
    return rng.choice([f"${text}", f"${text}", f"{text} dollars", f"{text} bucks" if value < 500 else f"${text}"])


def say_duration(minutes: float, rng: Random) -> str:
    """A length of time as a person says it: "half an hour", "an hour and a half", "two hours"."""
    value = int(minutes)
    fixed = {30: "half an hour", 60: "an hour", 90: "an hour and a half"}
    if value in fixed and rng.random() < 0.6:
        return fixed[value]
    if value % 60 == 0 and value // 60 <= 12:
        hours = value // 60
        return f"{SMALL[hours] if rng.random() < 0.5 else hours} hour{'s' if hours > 1 else ''}"
    return f"{value} minutes" if rng.random() < 0.8 else f"{value} min"


def read_number(text: str) -> float | None:
    """The number that a text says, or None: "twelve", "1,200", "$1.2k", "40 bucks", "5 %"."""
    plain = text.strip().lower()
    if plain in SMALL:
        return float(SMALL.index(plain))
    match = re.fullmatch(
        rf"[$€£¥₹₩]?\s?{_DIGITS}\s?(k|thousand)?\s?(?:%|percent|dollars?|bucks|[a-z]{{3}})?",
        plain,
    )
    if match is None:
        return None
    return round(float(match[1].replace(",", "")) * (1000 if match[2] else 1), 6)


def say_share(value: float, rng: Random) -> str:
    """A share as a person says it, in percent: 0.05 is "5%", "5 %" or "5 percent"."""
    return write_exactly(round(value * 100, 6)) + rng.choice(("%", "%", " %", " percent"))


def read_share(text: str) -> float | None:
    """The share that a text in percent says, or None: "5%" is 0.05."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s?(?:%|percent)", text.strip().lower())
    return round(float(match[1]) / 100, 8) if match else None


def write_exactly(value: float) -> str:
    """A number with all its digits, its thousands not separated, as people type it beside a unit."""
    return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"


# Words of units; symbols have fewer letters, and what comes after "per" is singular as it is.
_PLURAL = re.compile(r"\b(?:feet|[a-z]{3,}s)\b")
_SINGULAR = {"feet": "foot", "inches": "inch"}
_SIGNS = ("$", "€", "£")
# How often a small count is a word, thousands are separated, and a round number is one of thousands or millions.
_AS_WORD, _SEPARATED, _IN_THOUSANDS, _IN_MILLIONS = 0.25, 0.4, 0.15, 0.5
_WORDED = (0, *range(2, 13))
_SIZES = {"billion": 1e9, "million": 1e6, "thousand": 1e3}


def with_unit(number: float, unit: str) -> str:
    """All digits of a number and its unit, which stands after it, or before it if it is a sign of money."""
    text = write_exactly(float(number))
    if number == 1:
        unit = _PLURAL.sub(lambda found: _SINGULAR.get(found[0], found[0][:-1]), unit, count=1)
    return f"{unit}{number:,}" if unit in _SIGNS else text + unit


def say_quantity(number: float, unit: str, rng: Random) -> str:
    """A number with its unit as a person says it: "298K", "three days", "12,500 people", "$2.5 million".

    Args:
        number: the number.
        unit: what stands after it, spaces included, or "$", "€", "£"; "" for a number without one.
        rng: chooses among the ways to say it.
    """
    if unit and unit not in _SIGNS and not re.match(r" [A-Za-z]{3}", unit):
        return with_unit(number, unit)
    way = rng.random()
    if number in _WORDED and unit not in _SIGNS and way < _AS_WORD:
        return SMALL[int(number)] + unit
    short, share = _shortened(number, unit)
    if short and way < share:
        return short
    # Without a unit it may be a year, or the number that something has.
    separable = number >= 1e3 and number == int(number) and (bool(unit) or (number >= 1e4 and number % 100 == 0))
    if separable and unit not in _SIGNS and way > 1 - _SEPARATED:
        return f"{int(number):,}{unit}"
    return with_unit(number, unit)


def _shortened(number: float, unit: str) -> tuple[str, float]:
    """A number as so many thousands, millions or billions, and how often it is said so; "" where nobody would."""
    name, size = next(((name, size) for name, size in _SIZES.items() if number >= size), ("", 1.0))
    count = round(number / size, 9)
    if number < 1e4 or count * 100 != int(count * 100) or (name == "thousand" and not unit):
        return "", 0.0
    if unit not in _SIGNS:
        return f"{write_exactly(count)} {name}{unit}", _IN_THOUSANDS if name == "thousand" else _IN_MILLIONS
    if name == "thousand":
        return f"{unit}{write_exactly(count)}k", _IN_THOUSANDS
    return f"{unit}{write_exactly(count)} {name}", _IN_MILLIONS


def read_quantity(text: str) -> float | None:
    """The number before a unit, or after a sign of money, or None: "298K", "three days", "$1,200", "2.5 million"."""
    plain = text.strip()
    word, _, rest = plain.partition(" ")
    if word in SMALL:
        return float(SMALL.index(word)) if not rest[:1].isdigit() else None
    match = re.fullmatch(rf"([$€£]?)\s?{_DIGITS}( thousand| million| billion)?((?:\s?[^\d.,].*)?)", plain)
    if match is None:
        return None
    size = _SIZES[match[3].strip()] if match[3] else 1e3 if match[1] and match[4] == "k" else 1
    return round(float(match[2].replace(",", "")) * size, 9)


def read_duration(text: str) -> float | None:
    """The minutes that a text says, or None."""
    plain = text.strip().lower()
    fixed = {"half an hour": 30.0, "an hour": 60.0, "an hour and a half": 90.0, "one hour": 60.0}
    if plain in fixed:
        return fixed[plain]
    match = re.fullmatch(r"(.+?) (minutes?|min|hours?)", plain)
    number = read_number(match[1]) if match else None
    if match is None or number is None:
        return None
    return number * (60 if match[2].startswith("hour") else 1)


# How many of a unit of time make a longer one. Days of so many hours may be working days.
LONGER = {
    "s": {"minute": 60, "hour": 3600},
    "min": {"hour": 60},
    "days": {"week": 7},
    "weeks": {"year": 52},
    "months": {"year": 12},
}


def longer_units(value: float, unit: str) -> dict[str, float]:
    """The longer units in which a length of time can be said, and how many of them it is: 90 min are 1.5 of an hour.

    Args:
        value: how many of the unit.
        unit: one of `LONGER`; others have no longer one.
    """
    counts = {word: value / size for word, size in LONGER.get(unit, {}).items()}
    return {
        word: count
        for word, count in counts.items()
        # "The next one week" is said by nobody.
        if 0.5 <= count <= 20 and count * 2 == int(count * 2) and (count != 1 or word in ("minute", "hour"))
    }


def say_longer(value: float, unit: str, rng: Random) -> str:
    """A length of time in one of its `longer_units`: 180 s are "3 minutes", 14 days "two weeks"."""
    word, count = rng.choice(sorted(longer_units(value, unit).items()))
    if count == 0.5:
        return f"half {'an' if word == 'hour' else 'a'} {word}"
    if count != int(count):
        halved = f"{SMALL[int(count)]} and a half {word}s"
        return rng.choice([f"{count:g} {word}s", halved])
    return f"{SMALL[int(count)] if rng.random() < 0.5 else int(count)} {word}{'s' if count > 1 else ''}"


def read_longer(text: str, unit: str) -> float | None:
    """How many of a unit a length of time in a longer unit is, or None."""
    match = re.fullmatch(
        r"(half an?|[\d.]+|[a-z]+(?: and a half)?) (minute|hour|day|week|year)s?", text.strip().lower()
    )
    size = LONGER.get(unit, {}).get(match[2]) if match else None
    if match is None or size is None:
        return None
    if match[1].startswith("half"):
        return size / 2
    whole, half, _ = match[1].partition(" and a half")
    count = read_number(whole)
    return None if count is None else (count + (0.5 if half else 0)) * size


def write_number(value: float) -> str:
    """A number as an assistant writes it: thousands separated, no needless decimals."""
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 1:
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{Decimal(f'{value:.4g}'):f}"  # without an exponent, which nobody reads out


def write_money(value: float, currency: str = "USD") -> str:
    """An amount as an assistant writes it: "$412.60", "€379.59", "1,200 SEK"."""
    text = f"{abs(value):,.2f}"
    if text.endswith(".00"):
        text = text[:-3]
    sign = "-" if value < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {currency}"


def write_percent(value: float) -> str:
    """A percentage as an assistant writes it."""
    return f"{write_number(value)}%"


def write_duration(minutes: float) -> str:
    """A length of time as an assistant writes it: "45 minutes", "2 h 5 min"."""
    value = round(minutes)
    if value < 60:
        return f"{value} minutes"
    hours, rest = divmod(value, 60)
    if rest == 0:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{hours} h {rest} min"


def write_count(number: float, singular: str, plural: str | None = None) -> str:
    """A counted noun: "1 flight", "3 flights"."""
    return f"{write_number(number)} {singular if number == 1 else plural or singular + 's'}"


def write_list(items: list[str], most: int = 6) -> str:
    """A list in a sentence; what is over `most` is counted: "A, B and 3 more"."""
    shown = [str(item) for item in items[:most]]
    rest = len(items) - len(shown)
    if rest > 0:
        shown.append(f"{rest} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
