"""The named forms in which a value can be said, and how each is read back.

A stored origin names its form; `read` then must give the value again from the words in the message. The form
`path:<collections>` reads a resource path (`paths.py`), `longer:<unit>` a length of time said in a longer unit, and
`date:<layout>` a date that the function wants in another layout than ISO's. The form `choice` depends on a lexicon
(words → value) that belongs to the function's parameter, and is read with that lexicon.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from random import Random
from typing import Any

from magnet_kg.domain.context import Context
from magnet_kg.wording import calendar, numbers, paths
from magnet_kg.wording.currencies import CURRENCIES, read_currency

Lexicon = Mapping[str, Any]

FORMS = (
    *("verbatim", "number", "quantity", "share", "money", "duration"),
    *("date", "day", "time", "moment", "currency", "choice"),
)


def say(value: Any, form: str, context: Context, rng: Random) -> str:
    """A JSON value in words.

    Args:
        value: the JSON value: dates and moments in ISO form, times as HH:MM.
        form: one of `FORMS` other than "choice" (its words belong to a function's phrases).
        context: gives the today to which days are relative.
        rng: chooses among the ways to say it.
    """
    today = context.now.date()
    match form:
        case "number":
            return numbers.say_number(float(value), rng)
        case "quantity":
            return numbers.write_exactly(float(value))
        case "share":
            return numbers.say_share(float(value), rng)
        case "money":
            return numbers.say_money(float(value), rng)
        case "duration":
            return numbers.say_duration(float(value), rng)
        case "date":
            return calendar.say_date(date.fromisoformat(value), rng)
        case "day":
            return calendar.say_day(date.fromisoformat(value), today, rng)
        case "time":
            return calendar.say_time(time.fromisoformat(value), rng)
        case "moment":
            return calendar.say_moment(datetime.fromisoformat(value), today, rng)
        case "currency":
            return rng.choice(CURRENCIES.get(str(value), (str(value),)))
        case _:
            return str(value)


def read(text: str, form: str, context: Context, lexicon: Lexicon | None = None) -> Any:
    """The JSON value that the words mean, or None where they mean nothing in this form."""
    today = context.now.date()
    match form:
        case "number" | "money":
            return numbers.read_number(text)
        case "quantity":
            return numbers.read_quantity(text)
        case "share":
            return numbers.read_share(text)
        case "duration":
            return numbers.read_duration(text)
        case "date":
            named = calendar.read_date(text)
            return named.isoformat() if named else None
        case "day":
            day = calendar.read_day(text, today)
            return day.isoformat() if day else None
        case "time":
            hour = calendar.read_time(text)
            return f"{hour:%H:%M}" if hour else None
        case "moment":
            moment = calendar.read_moment(text, today)
            return moment.isoformat() if moment else None
        case "currency":
            return read_currency(text)
        case "choice":
            return (lexicon or {}).get(text.lower())
        case _ if form.startswith("date:"):
            named = calendar.read_date(text)
            return calendar.write_layout(named, form.partition(":")[2]) if named else None
        case _ if form.startswith("longer:"):
            return numbers.read_longer(text, form.partition(":")[2])
        case _ if form.startswith("path:"):
            return paths.read_path(text, form)
        case _:
            return text


def same(said: Any, value: Any) -> bool:
    """Whether a value read from words is the value of an argument (2 is 2.0; times may carry seconds)."""
    if isinstance(said, float | int) and isinstance(value, float | int) and not isinstance(value, bool):
        return abs(float(said) - float(value)) < 1e-9
    if isinstance(said, str) and isinstance(value, str):
        return said == value or (value.startswith(said) and value[len(said) :] == ":00")
    return bool(said == value)


def write(value: Any, form: str, today: date | None = None) -> str:
    """A JSON value as an assistant writes it, in the forms that references and reports use.

    A date gets its year where, seen from today, people would take it for that of another one.
    """
    match form:
        case "money":
            return numbers.write_money(float(value))
        case "number":
            return numbers.write_number(float(value))
        case "day" | "date" | "time" | "moment" | "day_of_year" | "each_year":
            return _write_when(str(value), form, today)
        case "duration":
            return numbers.write_duration(float(value))
        case _:
            return str(value)


def write_plain(value: Any) -> str:
    """A JSON value of which nothing more is known, as an assistant writes it: 1,200; yes; Friday, 27 November."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return numbers.write_number(float(value))
    moment = calendar.parse_iso(str(value))
    if moment is None:
        return str(value)
    return write(value, "moment" if isinstance(moment, datetime) else "date")


def _write_when(value: str, form: str, today: date | None) -> str:
    if form == "time" and len(value) in (5, 8) and value[2] == ":":
        return calendar.write_time(time.fromisoformat(value))
    moment = datetime.fromisoformat(value)
    match form:
        case "day":
            return calendar.DAYS[moment.weekday()]
        case "date":
            return calendar.write_date(moment.date(), today)
        case "day_of_year":
            return calendar.write_day_of_year(moment.date(), today)
        case "each_year":
            return calendar.write_day_of_year(moment.date())
        case "time":
            return calendar.write_time(moment.time())
        case _:
            return calendar.write_moment(moment, today)
