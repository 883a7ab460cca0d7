"""Days, times and moments: said by people relative to a stated now, written by assistants, read back."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal, get_args

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# How functions of the wild want dates, as their descriptions say it.
Layout = Literal[
    "YYYY-MM-DD", "MM/DD/YYYY", "DD/MM/YYYY", "MM-DD-YYYY", "DD-MM-YYYY", "YYYY/MM/DD", "DD.MM.YYYY", "YYYYMMDD"
]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
ISO = LAYOUTS[0]
_PARTS = {"YYYY": "%Y", "MM": "%m", "DD": "%d"}
_HOURS = ["twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]
_COUNT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
RELATIVE = re.compile(r"(?:today|tomorrow|tonight|yesterday|next |this |last |in |the day )", re.IGNORECASE)
_MONTH = {name.lower(): number for number, name in enumerate(MONTHS, 1)} | {
    name[:3].lower(): number for number, name in enumerate(MONTHS, 1)
}


def say_day(day: date, today: date, rng: Random) -> str:
    """A day as a person says it: "tomorrow", "next Friday", "the 27th", "November 27"."""
    ways = [
        write_day_of_year(day),
        f"{MONTHS[day.month - 1]} {day.day}",
        f"{MONTHS[day.month - 1]} {_ordinal(day.day)}",
    ]
    far = abs((day - today).days) > 170
    if far:
        return f"{write_day_of_year(day)} {day.year}"
    away = (day - today).days
    weekday = DAYS[day.weekday()]
    near = {0: ["today"], 1: ["tomorrow"], -1: ["yesterday"], 2: ["the day after tomorrow"]}.get(away, [])
    if 1 < away < 7:
        near += [weekday, *([f"this {weekday}"] if day.weekday() > today.weekday() else [])]
    if _is_next_week(day, today):
        near += [f"next {weekday}", f"{weekday} next week"]
    if -7 <= away < -1:
        near += [f"last {weekday}"]
    if 2 <= away <= 10:
        near += [f"in {_COUNT[away]} days"]
    if 3 < away < 25:
        ways.append(f"the {_ordinal(day.day)}")
    if near and rng.random() < 0.75:
        return rng.choice(near)
    return rng.choice(ways)


def read_day(text: str, today: date) -> date | None:
    """The day that a text says, or None."""
    plain = re.sub(r"^on ", "", text.strip().lower()).rstrip(".,")
    fixed = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2}
    if plain in fixed:
        return today + timedelta(days=fixed[plain])
    weekdays = {name.lower(): number for number, name in enumerate(DAYS)}
    match = re.fullmatch(r"(?:(this|next|last) )?(\w+day)( next week)?", plain)
    if match and match[2] in weekdays:
        number = weekdays[match[2]]
        if match[1] == "next" or match[3]:
            return today + timedelta(days=7 - today.weekday() + number)
        ahead = (number - today.weekday()) % 7
        return today + timedelta(days=(ahead or 7) if match[1] != "last" else (ahead - 7))
    match = re.fullmatch(r"in (?:([a-z]+)|([0-9]{1,4})) days", plain)
    if match:
        count = int(match[2]) if match[2] else _COUNT.index(match[1]) if match[1] in _COUNT else None
        return None if count is None else today + timedelta(days=count)
    match = re.fullmatch(r"the (\d{1,2})(?:st|nd|rd|th)", plain)
    if match:
        return _next_with_day(int(match[1]), today)
    return _read_date(plain, today)


def say_date(day: date, rng: Random) -> str:
    """A date with its year, which needs no today: "2024-03-15", "March 15, 2024", "15 March 2024"."""
    month = MONTHS[day.month - 1]
    return rng.choice(
        (
            *(day.isoformat(), f"{month} {day.day}, {day.year}", f"{month} {day.day}, {day.year}"),
            *(f"{day.day} {month} {day.year}", f"{month} {_ordinal(day.day)}, {day.year}"),
        )
    )


def read_date(text: str) -> date | None:
    """The date that a text with a year says, or None."""
    plain = text.strip().lower()
    return _read_date(plain, date.min) if re.search(r"\b\d{4}\b", plain) else None


def write_layout(day: date, layout: str) -> str:
    """A date in one of the `LAYOUTS`: 28 April 2026 is "04/28/2026" as MM/DD/YYYY."""
    return re.sub("YYYY|MM|DD", lambda part: day.strftime(_PARTS[part[0]]), layout)


def say_time(moment: time, rng: Random) -> str:
    """A time of day as a person says it: "6:30 pm", "half past six in the evening", "18:30", "noon"."""
    if moment == time(12, 0) and rng.random() < 0.7:
        return "noon"
    half = "in the morning" if moment.hour < 12 else "in the afternoon" if moment.hour < 18 else "in the evening"
    spoken = _HOURS[moment.hour % 12]
    ways = [write_time(moment), write_time(moment).replace(" ", ""), f"{moment.hour:02d}:{moment.minute:02d}"]
    if moment.minute == 0:
        ways += [f"{spoken} {half}", f"{spoken} o'clock {half}"]
    elif moment.minute == 30:
        ways += [f"half past {spoken} {half}"] * 2
    elif moment.minute == 15:
        ways += [f"quarter past {spoken} {half}"]
    return rng.choice(ways)


def read_time(text: str) -> time | None:
    """The time of day that a text says, or None."""
    plain = text.strip().lower()
    if plain == "noon":
        return time(12, 0)
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?\s?(am|pm)", plain)
    if match:
        return _clock(int(match[1]) % 12 + (12 if match[3] == "pm" else 0), int(match[2] or 0))
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", plain)
    if match:
        return _clock(int(match[1]), int(match[2]))
    match = re.fullmatch(r"(half past |quarter past )?(\w+)(?: o'clock)? in the (morning|afternoon|evening)", plain)
    if match and match[2] in _HOURS:
        minute = {"half past ": 30, "quarter past ": 15}.get(match[1] or "", 0)
        return _clock(_HOURS.index(match[2]) + (0 if match[3] == "morning" else 12), minute)
    return None


def say_moment(moment: datetime, today: date, rng: Random) -> str:
    """A day with a time as a person says it: "Friday at half past six in the evening"."""
    return f"{say_day(moment.date(), today, rng)} at {say_time(moment.time(), rng)}"


def read_moment(text: str, today: date) -> datetime | None:
    """The moment that a text says, or None."""
    day_text, _, time_text = text.partition(" at ")
    day, hour = read_day(day_text, today), read_time(time_text)
    return None if day is None or hour is None else datetime.combine(day, hour)


def write_date(day: date, today: date | None = None) -> str:
    """A date as an assistant writes it: "Friday, 27 November".

    Where a today is given, and without a year another day would be meant, the year follows: "Friday, 27 November 2020".
    """
    return f"{DAYS[day.weekday()]}, {write_day_of_year(day, today)}"


def write_day_of_year(day: date, today: date | None = None) -> str:
    """A date without its weekday: "27 November"; its year as in `write_date`."""
    plain = f"{day.day} {MONTHS[day.month - 1]}"
    return plain if today is None or read_day(plain, today) == day else f"{plain} {day.year}"


def write_time(moment: time) -> str:
    """A time as an assistant writes it: "6:40 pm", "9 am"."""
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{hour}{minutes} {'am' if moment.hour < 12 else 'pm'}"


def write_moment(moment: datetime, today: date | None = None) -> str:
    """A moment as an assistant writes it: "Friday, 27 November at 6:40 pm"; its year as in `write_date`."""
    return f"{write_date(moment.date(), today)} at {write_time(moment.time())}"


def parse_iso(value: str) -> datetime | date | None:
    """The date or moment that an ISO string holds, or None for any other text."""
    if not re.match(r"\d{4}-\d{2}-\d{2}", value):
        return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return None


def parse_clock(value: str) -> time | None:
    """The time of day that an ISO string holds ("18:05"), or None for any other text, as "25:61"."""
    if not re.fullmatch(r"\d{2}:\d{2}(:\d{2})?", value, re.ASCII):
        return None
    try:
        return time.fromisoformat(value)
    except ValueError:
        return None


def _read_date(plain: str, today: date) -> date | None:
    iso = parse_iso(plain)
    if iso is not None and not isinstance(iso, datetime):
        return iso
    match = re.fullmatch(r"(?:\w+day,? )?(\d{1,2}) ([a-z]+)(?: (\d{4}))?", plain)
    day_text, month_text, year_text = match.groups() if match else (None, None, None)
    if match is None:
        match = re.fullmatch(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?", plain)
        month_text, day_text, year_text = match.groups() if match else (None, None, None)
    if day_text is None or month_text not in _MONTH:
        return None
    years = [int(year_text)] if year_text else [today.year - 1, today.year, today.year + 1]
    options = []
    for year in years:
        with suppress(ValueError):  # 29 February
            options.append(date(year, _MONTH[month_text], int(day_text)))
    # Without a year people mean the nearest such day: "3 March" in late February lies ahead, in April behind.
    return min(options, key=lambda option: abs((option - today).days), default=None)


def _is_next_week(day: date, today: date) -> bool:
    if today.weekday() == 6:  # For some the new week has begun, for others it has not.
        return False
    monday = today + timedelta(days=7 - today.weekday())
    return monday <= day < monday + timedelta(days=7)


def _next_with_day(number: int, today: date) -> date | None:
    for ahead in range(32):
        day = today + timedelta(days=ahead)
        if day.day == number:
            return day
    return None


def _clock(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _ordinal(number: int) -> str:
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
