"""All the ways in which a value of an output may stand in a sentence."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from magnet_kg.wording import calendar, numbers


def written_forms(value: Any) -> tuple[str, ...]:
    """The texts that show a value: itself, an amount, a date, a weekday, a time, a length of time."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return ()
    if isinstance(value, int | float):
        return _number_forms(float(value))
    return _text_forms(str(value))


@lru_cache(maxsize=65536)
def _number_forms(value: float) -> tuple[str, ...]:
    plain = numbers.write_number(value)
    rounded = (f"{value:,.0f}", f"{value:,.1f}", f"{value:,.2f}")
    extra = (numbers.write_duration(value),) if 0 <= value < 100_000 else ()
    return tuple(dict.fromkeys((plain, *rounded, f"{value:g}", numbers.write_money(value).lstrip("-"), *extra)))


@lru_cache(maxsize=65536)
def _text_forms(text: str) -> tuple[str, ...]:
    moment = calendar.parse_iso(text)
    if moment is None:
        if len(text) in (5, 8) and text[2:3] == ":" and text[:2].isdigit():
            return (text, calendar.write_time(datetime.fromisoformat(f"2000-01-01T{text}").time()))
        spoken = text.replace("_", " ")
        return (text, spoken) if spoken != text else (text,)
    day = moment.date() if isinstance(moment, datetime) else moment
    found = [
        text,
        calendar.write_date(day),
        calendar.write_day_of_year(day),
        calendar.DAYS[day.weekday()],
    ]
    if isinstance(moment, datetime):
        found += [calendar.write_moment(moment), calendar.write_time(moment.time())]
    return tuple(found)
