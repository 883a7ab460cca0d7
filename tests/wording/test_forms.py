"""What is said in any form is read back as the same value: else true origins fail their check, or false ones pass."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.domain.context import Context
from magnet_kg.wording import calendar, forms, numbers
from magnet_kg.wording.claims import Known, unsupported
from magnet_kg.wording.currencies import CURRENCIES, read_currency
from magnet_kg.wording.report import possessive, render
from magnet_kg.wording.written import is_whole, shows, written_forms

MOST = settings(max_examples=300, deadline=None)
seeds = st.integers(0, 10_000)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
nows = st.datetimes(datetime(2025, 1, 1), datetime(2031, 12, 31))
minutes = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))
cents = st.integers(1, 10_000_000).map(lambda c: c / 100)


def context(now: datetime) -> Context:
    return Context(
        now=now, user_name="Dana Whitfield", home_city="Oslo", time_zone="America/Los_Angeles", currency="USD"
    )


def read_back(value: Any, form: str, now: datetime, seed: int) -> tuple[str, Any]:
    text = forms.say(value, form, context(now), Random(seed))
    return text, forms.read(text, form, context(now))


@MOST
@given(nows, st.integers(-400, 400), seeds)
def test_any_day_is_read_as_it_is_said(now: datetime, away: int, seed: int) -> None:
    day = (now.date() + timedelta(days=away)).isoformat()
    text, read = read_back(day, "day", now, seed)
    assert read == day, text


@given(nows, st.integers(0, 14), seeds)
def test_this_friday_and_next_week_mean_one_day_to_everybody(now: datetime, away: int, seed: int) -> None:
    """ "This Thursday", said on a Friday, is gone; on a Sunday "next week" may have begun or not."""
    day = now.date() + timedelta(days=away)
    text = calendar.say_day(day, now.date(), Random(seed))
    assert not text.startswith("this ") or day.weekday() > now.weekday(), text
    assert now.weekday() != 6 or "next" not in text, text


@MOST
@given(minutes, seeds)
def test_any_time_of_day_is_read_as_it_is_said(hour: time, seed: int) -> None:
    value = f"{hour:%H:%M}"
    text, read = read_back(value, "time", datetime(2026, 11, 19), seed)
    assert read == value, text


@MOST
@given(nows, st.integers(-60, 300), minutes, seeds)
def test_any_moment_is_read_as_it_is_said(now: datetime, away: int, hour: time, seed: int) -> None:
    value = datetime.combine(now.date() + timedelta(days=away), hour).isoformat()
    text, read = read_back(value, "moment", now, seed)
    assert forms.same(read, value), text


@MOST
@given(st.one_of(st.integers(0, 10_000_000), cents), st.sampled_from(["number", "money"]), seeds)
def test_any_amount_is_read_as_it_is_said(value: float, form: str, seed: int) -> None:
    text, read = read_back(value, form, datetime(2026, 11, 19), seed)
    assert forms.same(read, value), text


@MOST
@given(st.integers(1, 24 * 60), seeds)
def test_any_length_of_time_is_read_as_it_is_said(value: int, seed: int) -> None:
    text, read = read_back(value, "duration", datetime(2026, 11, 19), seed)
    assert forms.same(read, value), text


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_every_currency_is_read_as_it_is_said(code: str) -> None:
    for seed in range(6):
        text, read = read_back(code, "currency", datetime(2026, 11, 19), seed)
        assert read == code, text


def test_no_name_means_two_currencies() -> None:
    names = [name.lower() for known in CURRENCIES.values() for name in known]
    assert len(names) == len(set(names))
    assert read_currency("  Euros ") == "EUR"
    assert read_currency("eur") == "EUR"
    assert read_currency("doubloons") is None


@given(st.text(max_size=30))
def test_words_said_as_they_are_are_read_as_they_are(text: str) -> None:
    assert read_back(text, "verbatim", datetime(2026, 11, 19), 0) == (text, text)


@MOST
@given(st.text(max_size=24), st.sampled_from(forms.FORMS))
def test_any_text_is_read_or_means_nothing_and_never_crashes(text: str, form: str) -> None:
    read = forms.read(text, form, context(datetime(2026, 11, 19)), {"window seat": "window"})
    assert read is None or isinstance(read, str | float)


@pytest.mark.parametrize(
    "text",
    ["in 99999999 days", "the 45th", "31 February", "in ², days", "29 February 2027", "0 May", "in ² days"],
)
def test_a_day_that_is_none_means_nothing(text: str) -> None:
    assert forms.read(text, "day", context(datetime(2026, 11, 19))) is None


@pytest.mark.parametrize("text", ["25:00", "12:75", "13 pm and more", "thirteen in the morning", "", "half past"])
def test_a_time_that_is_none_means_nothing(text: str) -> None:
    assert forms.read(text, "time", context(datetime(2026, 11, 19))) is None


def test_a_choice_is_read_by_its_words_alone() -> None:
    now = context(datetime(2026, 11, 19))
    lexicon = {"business class": "business", "economy": "economy"}
    assert forms.read("Business class", "choice", now, lexicon) == "business"
    assert forms.read("business", "choice", now, lexicon) is None
    assert forms.read("economy", "choice", now, None) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-19"),
        ("tonight", "2026-11-19"),
        ("tomorrow", "2026-11-20"),
        ("the day after tomorrow", "2026-11-21"),
        ("yesterday", "2026-11-18"),
        ("Friday", "2026-11-20"),
        ("this Friday", "2026-11-20"),
        ("next Friday", "2026-11-27"),
        ("Friday next week", "2026-11-27"),
        ("last Friday", "2026-11-13"),
        ("Thursday", "2026-11-26"),
        ("last Thursday", "2026-11-12"),
        ("in three days", "2026-11-22"),
        ("the 27th", "2026-11-27"),
        ("the 3rd", "2026-12-03"),
        ("27 November", "2026-11-27"),
        ("November 27th", "2026-11-27"),
        ("Nov 27", "2026-11-27"),
        ("Friday, 27 November", "2026-11-27"),
        ("27 November 2027", "2027-11-27"),
        ("3 January", "2027-01-03"),
        ("on 27 November", "2026-11-27"),
        ("2026-11-27", "2026-11-27"),
    ],
)
def test_a_day_is_read_as_people_mean_it_on_a_thursday_in_november(text: str, day: str) -> None:
    assert forms.read(text, "day", context(datetime(2026, 11, 19, 17))) == day


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("noon", "12:00"),
        ("6:30 pm", "18:30"),
        ("6pm", "18:00"),
        ("12 am", "00:00"),
        ("12:15 pm", "12:15"),
        ("18:30", "18:30"),
        ("half past six in the evening", "18:30"),
        ("quarter past nine in the morning", "09:15"),
        ("two o'clock in the afternoon", "14:00"),
        ("twelve in the afternoon", "12:00"),
    ],
)
def test_a_time_is_read_as_people_mean_it(text: str, hour: str) -> None:
    assert forms.read(text, "time", context(datetime(2026, 11, 19))) == hour


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$1,200.50", 1200.5),
        ("$1.2k", 1200),
        ("40 bucks", 40),
        ("40 dollars", 40),
        ("twelve", 12),
        ("15%", 15),
        ("15 percent", 15),
        ("-5", -5),
        ("a few", None),
        ("1,2,", None),
    ],
)
def test_an_amount_is_read_as_people_mean_it(text: str, number: float | None) -> None:
    assert numbers.read_number(text) == number


@MOST
@given(st.one_of(st.integers(-10_000_000, 10_000_000), cents, st.floats(1e-5, 1e9)))
def test_a_written_number_is_one_that_people_read(value: float) -> None:
    """No exponents, and nothing but rounding is lost."""
    text = numbers.write_number(value)
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?", text), text
    read = numbers.read_number(text)
    assert read is not None
    assert abs(read - value) <= max(0.005, 1e-6) if abs(value) >= 1 else abs(read - value) <= abs(value) * 0.05


@MOST
@given(st.one_of(st.integers(1, 10_000_000), cents))
def test_a_written_number_or_amount_is_found_as_a_form_of_its_value(value: float) -> None:
    found = written_forms(value)
    assert numbers.write_number(value) in found
    assert numbers.write_money(value) in found or numbers.write_money(value).lstrip("-") in found
    assert shows(f"That's {numbers.write_money(value)}.", value)
    assert shows(f"That's {numbers.write_number(value)}, as I said.", value)


@MOST
@given(days, minutes)
def test_a_written_moment_is_found_as_a_form_of_its_value(day: date, hour: time) -> None:
    moment = datetime.combine(day, hour)
    for value in (moment.isoformat(), moment.isoformat(timespec="minutes")):
        for form in ("day", "date", "day_of_year", "time", "moment"):
            assert forms.write(value, form) in written_forms(value), form
            assert shows(f"It's {forms.write(value, form)}.", value)
    assert forms.write(day.isoformat(), "date") in written_forms(day.isoformat())
    assert forms.write(f"{hour:%H:%M}", "time") in written_forms(f"{hour:%H:%M}")


@pytest.mark.parametrize("text", ["25:61", "12:ab", "77:00:00"])
def test_what_only_looks_like_a_time_is_a_text(text: str) -> None:
    """A form's wrong entry among the arguments ended a whole run."""
    known = Known()
    known.add_value({"entry": text})
    assert unsupported(f"The entry {text} is wrong.", known) == []
    assert written_forms(text) == (text,)


@MOST
@given(st.integers(1, 10_000))
def test_a_written_length_of_time_is_found_as_a_form_of_its_value(value: int) -> None:
    assert shows(f"It takes {forms.write(value, 'duration')}.", value)


@MOST
@given(st.integers(1, 100_000), st.integers(0, 9))
def test_no_number_is_shown_by_a_longer_one(value: int, digit: int) -> None:
    for text in (f"{digit}{value}", f"{value}{digit}", f"{value}.{digit}5", f"x{value}", f"1,{value:03d}"):
        assert not is_whole(text, text.index(str(value)), text.index(str(value)) + len(str(value))) or text == str(
            value
        )


@given(st.booleans() | st.none() | st.lists(st.integers()) | st.dictionaries(st.text(), st.integers()))
def test_what_no_sentence_could_hold_has_no_form(value: Any) -> None:
    assert written_forms(value) == ()


def test_a_status_is_shown_by_its_words() -> None:
    assert shows("Your table is on the waiting list.", "waiting_list") is True
    assert shows("It's confirmed.", "waiting_list") is False
    assert shows("It's with JOEY.", "Joey") is False
    assert shows("It's with JOEY.", "Joey", ignore_case=True) is True


@MOST
@given(
    st.lists(st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=5), max_size=12), st.integers(1, 8)
)
def test_a_list_in_a_sentence_names_or_counts_everything(items: list[str], most: int) -> None:
    text = numbers.write_list(items, most)
    assert all(item in text for item in items[:most])
    if len(items) > most:
        assert text.endswith(f" and {len(items) - most} more")
    elif items:
        assert text.endswith(items[-1])
    else:
        assert text == ""


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{ 412.6 | money }}", "$412.60"),
        ("{{ 1200 | money('EUR') }}", "€1,200"),
        ("{{ 99.5 | money('SEK') }}", "99.50 SEK"),
        ("{{ -61.2 | money }}", "-$61.20"),
        ("{{ 1234567 | number }}", "1,234,567"),
        ("{{ 0.5 | percent }}", "0.5%"),
        ("{{ 125 | duration }}", "2 h 5 min"),
        ("{{ 60 | duration }}", "1 hour"),
        ("{{ 1 | count('flight') }}", "1 flight"),
        ("{{ 3 | count('city', 'cities') }}", "3 cities"),
        ("{{ ['A', 'B', 'C', 'D'] | listed(2) }}", "A, B and 2 more"),
        ("{{ '2026-11-27' | date }}", "Friday, 27 November"),
        ("{{ '2026-11-27T18:40:00' | moment }}", "Friday, 27 November at 6:40 pm"),
        ("{{ '2026-11-27T18:40:00' | time }}", "6:40 pm"),
        ("{{ '09:00' | time }}", "9 am"),
        ("{{ '2026-11-27' | day }}", "Friday"),
        ("{{ '2026-11-27' | day_of_year }}", "27 November"),
        ("{{ 'Joey' | poss }}", "Joey's"),
    ],
)
def test_a_report_writes_values_as_people_do(source: str, told: str) -> None:
    assert render(source, {}) == told


@pytest.mark.parametrize(
    ("name", "own"), [("Joey", "Joey's"), ("the Harpers", "the Harpers'"), ("Ross", "Ross's"), ("Tess", "Tess's")]
)
def test_possessives(name: str, own: str) -> None:
    assert possessive(name) == own


@MOST
@given(days)
def test_a_written_date_is_a_real_day_with_its_weekday(day: date) -> None:
    text = calendar.write_date(day)
    assert text.startswith(calendar.DAYS[day.weekday()])
    assert calendar.read_day(text, day) == day


@MOST
@given(nows, st.integers(-2000, 2000), minutes)
def test_a_date_that_is_told_on_a_day_is_taken_for_no_other(now: datetime, away: int, hour: time) -> None:
    """An album of last May was told of in July as of "Wednesday, 21 May"."""
    today, day = now.date(), now.date() + timedelta(days=away)
    assert calendar.read_day(calendar.write_date(day, today), today) == day
    assert calendar.read_day(calendar.write_day_of_year(day, today), today) == day
    assert str(day.year) not in render("{{ one | each_year }}", {"one": day.isoformat()}, today)
    moment = datetime.combine(day, hour)
    told = render("{{ [one] | map('moment') | listed }}", {"one": moment.isoformat()}, today)
    assert calendar.read_moment(told, today) == moment
    assert shows(told, moment.isoformat())
    assert shows(told, day.isoformat())
    assert (str(day.year) in told) == (abs(away) > 182) or 180 < abs(away) < 186


@given(st.text(max_size=20))
def test_only_iso_texts_are_dates(text: str) -> None:
    """A phone number or a name must never be written as a date."""
    found = calendar.parse_iso(text)
    assert found is None or re.match(r"\d{4}-\d{2}-\d{2}", text)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('{{ n | told }} "as is" {{ "x" }}', '3 "as is" x'),
        ("{{ {'a': n}['a'] }} of them", "3 of them"),
        ("{% if n > 2 %}many{% else %}few{% endif %}: {{ n }}", "many: 3"),
        ("no value at all", "no value at all"),
    ],
)
def test_a_report_is_told_whatever_its_template_is_made_of(source: str, told: str) -> None:
    source = source.replace("| told", "| number")
    assert render(source, {"n": 3}) == told


def test_a_name_that_is_not_there_is_an_error_and_no_empty_word() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render('I found {{ missing["x"] }}.', {})
