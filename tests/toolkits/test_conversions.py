"""What people would miss if values came back wrong in another form."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import cities
from magnet_kg.toolkits.conversions import toolkit
from magnet_kg.toolkits.conversions.rates import PER_DOLLAR, decimals, exchange, local_price
from magnet_kg.wording.currencies import CURRENCIES

SESSION: ToolkitSession = ToolkitExecutor([toolkit]).open(3)


def do(function: str, **arguments: Any) -> Any:
    outcome = asyncio.run(SESSION.call(f"conversions/{function}", arguments))
    assert not outcome.failed, outcome.output
    return outcome.output


def refusal(function: str, **arguments: Any) -> str | None:
    return asyncio.run(SESSION.call(f"conversions/{function}", arguments)).error_code


def test_every_currency_that_a_city_uses_or_a_person_says_has_a_rate() -> None:
    assert {c.currency for c in cities().values()} | set(CURRENCIES) <= set(PER_DOLLAR)


@given(
    st.integers(1, 10_000_000),
    st.sampled_from(sorted(PER_DOLLAR)),
    st.sampled_from(sorted(PER_DOLLAR)),
)
def test_money_changed_and_changed_back_is_the_same_but_for_rounding(cents: int, one: str, other: str) -> None:
    amount = exchange(cents / 100, "USD", one)
    there = exchange(amount, one, other)
    back = exchange(there, other, one)
    worth_of_rounding = exchange(0.5 * 10 ** -decimals(other), other, one)
    assert abs(back - amount) <= worth_of_rounding + 1.001 * 10 ** -decimals(one)


def test_the_result_of_a_conversion_says_its_currency_and_rate() -> None:
    given_back = do("convert_money", amount=412.6, source_currency="USD", target_currency="eur")
    assert given_back == {"converted_amount": 356.28, "currency": "EUR", "rate": 0.8635}
    whole = do("convert_money", amount=10, source_currency="EUR", target_currency="JPY")
    assert whole["converted_amount"] == int(whole["converted_amount"]), "there are no parts of a yen"


@pytest.mark.parametrize("code", ["XXX", "", "dollars"])
def test_an_unknown_currency_is_an_error_and_not_a_guess(code: str) -> None:
    assert refusal("convert_money", amount=1, source_currency="USD", target_currency=code) == "unknown_currency"


@given(st.floats(0.5, 5000), st.sampled_from(sorted(PER_DOLLAR)))
def test_prices_on_signs_are_near_the_worth_and_payable(dollars: float, currency: str) -> None:
    price = local_price(dollars, currency)
    assert price > 0
    assert round(price, decimals(currency)) == price
    worth = dollars * PER_DOLLAR[currency]
    assert abs(price - worth) <= max(0.02 * worth, 1.0)


def test_a_moment_is_told_on_the_clocks_of_another_city() -> None:
    told = do(
        "convert_time_zone",
        moment="2026-11-27T22:00:00",
        source_time_zone="America/Chicago",
        remote_city="Tokyo",
    )
    assert told == {
        "city": "Tokyo",
        "local_time": "2026-11-28T13:00:00",
        "time_zone": "Asia/Tokyo",
        "day_shift": 1,
    }


def test_daylight_saving_counts_on_the_day_itself() -> None:
    def paris(moment: str) -> datetime:
        told = do("convert_time_zone", moment=moment, source_time_zone="America/New_York", remote_city="paris")
        return datetime.fromisoformat(told["local_time"])

    # In mid-March New York has changed its clocks and Paris has not.
    assert paris("2026-03-20T12:00:00") == datetime(2026, 3, 20, 17)
    assert paris("2026-07-20T12:00:00") == datetime(2026, 7, 20, 18)


@given(
    st.datetimes(datetime(2026, 4, 10), datetime(2026, 9, 20)),
    st.sampled_from(sorted(cities())),
    st.sampled_from(sorted(cities())),
)
def test_a_moment_told_there_and_back_is_the_same_moment(moment: datetime, one: str, other: str) -> None:
    there = do(
        "convert_time_zone",
        moment=moment.isoformat(),
        source_time_zone=cities()[one].time_zone,
        remote_city=other,
    )
    back = do(
        "convert_time_zone",
        moment=there["local_time"],
        source_time_zone=there["time_zone"],
        remote_city=one,
    )
    assert datetime.fromisoformat(back["local_time"]) == moment
    assert back["day_shift"] == -there["day_shift"]


def test_unknown_zones_and_cities_are_refused() -> None:
    moment = "2026-11-27T15:00:00"
    asked = {"moment": moment, "remote_city": "Tokyo"}
    assert refusal("convert_time_zone", source_time_zone="Mars/Olympus", **asked) == "unknown_time_zone"
    assert refusal("convert_time_zone", source_time_zone="../etc", **asked) == "unknown_time_zone"
    elsewhere = {"moment": moment, "source_time_zone": "Europe/Paris", "remote_city": "Atlantis"}
    assert refusal("convert_time_zone", **elsewhere) == "not_found"
    with_offset = {"moment": f"{moment}+02:00", "source_time_zone": "Europe/Paris", "remote_city": "Tokyo"}
    assert refusal("convert_time_zone", **with_offset) == "invalid_argument"


@pytest.mark.parametrize(
    ("function", "arguments", "field", "expected"),
    [
        ("convert_distance", {"distance_km": 42.195, "distance_unit": "miles"}, "converted_distance", 26.22),
        (
            "convert_distance",
            {"distance_km": 1.852, "distance_unit": "nautical_miles"},
            "converted_distance",
            1.0,
        ),
        (
            "convert_temperature",
            {"temperature_celsius": -40, "temperature_unit": "fahrenheit"},
            "converted_temperature",
            -40.0,
        ),
        (
            "convert_temperature",
            {"temperature_celsius": 100, "temperature_unit": "fahrenheit"},
            "converted_temperature",
            212.0,
        ),
        ("convert_weight", {"weight_kg": 23, "weight_unit": "pounds"}, "converted_weight", 50.71),
        ("convert_weight", {"weight_kg": 0.1, "weight_unit": "pounds"}, "converted_weight", 0.22),
        ("convert_duration", {"duration_minutes": 95, "duration_unit": "hours"}, "converted_duration", 1.58),
        ("convert_duration", {"duration_minutes": 1440, "duration_unit": "days"}, "converted_duration", 1.0),
    ],
)
def test_units_are_right(function: str, arguments: dict[str, Any], field: str, expected: float) -> None:
    assert do(function, **arguments)[field] == pytest.approx(expected)


def test_what_cannot_be_measured_is_refused() -> None:
    assert refusal("convert_distance", distance_km=-1, distance_unit="miles") == "invalid_argument"
    cold = {"temperature_celsius": -300, "temperature_unit": "kelvin"}
    assert refusal("convert_temperature", **cold) == "invalid_argument"
    assert refusal("convert_weight", weight_kg=2, weight_unit="bushels") == "invalid_argument"


@given(st.integers(0, 5_000_000), st.integers(1, 40))
def test_the_shares_cover_the_amount_and_nobody_pays_a_cent_too_much(cents: int, people: int) -> None:
    share = do("split_amount", amount=cents / 100, people=people)["amount_per_person"]
    assert 0 <= round(share * 100) * people - cents < people


def test_a_percentage_and_the_rest_make_the_amount() -> None:
    part = do("calculate_percentage", amount=84.9, percent=18)
    assert part["part_amount"] == 15.28
    assert part["part_amount"] + part["remaining_amount"] == pytest.approx(84.9)
    assert refusal("split_amount", amount=10, people=0) == "invalid_argument"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-400, 400))
def test_days_are_counted_on_the_calendar(start: date, days: int) -> None:
    shifted = do("add_days_to_date", start_date=start.isoformat(), days=days)
    assert date.fromisoformat(shifted["shifted_date"]) == start + timedelta(days=days)
    assert shifted["weekday"] == f"{start + timedelta(days=days):%A}"


def test_days_from_today_agree_with_the_date_that_the_system_message_states() -> None:
    today = SESSION.context.now.date()
    for days in (-3, 0, 41):
        day = (today + timedelta(days=days)).isoformat()
        assert do("calculate_days_from_today", target_date=day)["days_ahead"] == days


def test_conversions_change_nothing() -> None:
    before = SESSION.digest()
    do("convert_money", amount=3, source_currency="CHF", target_currency="USD")
    do("split_amount", amount=3, people=2)
    assert SESSION.digest() == before
