"""All the ways in which a value of an output may stand in a sentence."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from magnet_kg.wording import calendar, numbers

_CUT_BEFORE = re.compile(r"\d[.,:]$")
_PATH = re.compile(r"(?:[a-z][A-Za-z]*s/[^/\s]+/)*[a-z][A-Za-z]*s/[^/\s]{3,}")
_CUT_AFTER = re.compile(r"[.,:]\d")


def shows(text: str, value: Any, *, ignore_case: bool = False) -> bool:
    """Whether a value stands in a text in any form, as words of its own: "12" does not show 1."""
    found = written_forms(value)
    if ignore_case:
        text, found = text.lower(), tuple(form.lower() for form in found)
    return any(_stands(text, form) for form in found)


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a text is cut out neither of a longer word nor of a longer number."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    first, last = text[start : start + 1], text[end - 1 : end]
    of_a_word = (before[-1:].isalnum() and first.isalnum()) or (after[:1].isalnum() and last.isalnum())
    of_a_number = (first.isdigit() and _CUT_BEFORE.search(before)) or (last.isdigit() and _CUT_AFTER.match(after))
    return not (of_a_word or of_a_number)


def _stands(text: str, form: str) -> bool:
    at = text.find(form) if form else -1
    while at >= 0:
        if is_whole(text, at, at + len(form)):
            return True
        at = text.find(form, at + 1)
    return False


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
    # A rate of 1.398 is not shown by a 1.
    rounded = (*((f"{value:,.0f}",) if abs(value) >= 10 else ()), f"{value:,.1f}", f"{value:,.2f}")
    extra = (numbers.write_duration(value),) if 0 <= value < 100_000 else ()
    return tuple(dict.fromkeys((plain, *rounded, f"{value:g}", numbers.write_money(value).lstrip("-"), *extra)))


@lru_cache(maxsize=65536)
def _text_forms(text: str) -> tuple[str, ...]:
    moment = calendar.parse_iso(text)
    if moment is None:
        clock = calendar.parse_clock(text)
        if clock is not None:
            return (text, calendar.write_time(clock))
        spoken = text.replace("_", " ")
        # A thing with a path ("projects/acme/topics/orders") is called by the last part of it.
        called = (text.rsplit("/", 1)[1],) if _PATH.fullmatch(text) else ()
        return (text, spoken, *called) if spoken != text else (text, *called)
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
