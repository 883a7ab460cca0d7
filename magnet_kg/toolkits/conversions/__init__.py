"""Values in another form: currencies, time zones, units, shares, days counted on.

Every function takes what other toolkits return, as they return it: an amount with its currency, a distance in
kilometers, a moment with its time zone. None of them has state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, cities
from magnet_kg.toolkits.conversions.rates import exchange, exchange_rate

toolkit = Toolkit(
    "conversions", category="utilities", description="Amounts, times, distances and dates in another form."
)

People = Annotated[int, Field(ge=1)]
Percent = Annotated[float, Field(gt=0, le=100)]
Days = Annotated[int, Field(ge=-3650, le=3650)]
NotNegative = Annotated[float, Field(ge=0)]
DistanceUnit = Literal["miles", "meters", "feet", "nautical_miles"]
TemperatureUnit = Literal["fahrenheit", "kelvin"]
WeightUnit = Literal["pounds", "ounces", "grams", "stone"]
DurationUnit = Literal["hours", "days", "seconds"]

_PER_KILOMETER = {"miles": 0.62137119, "meters": 1000.0, "feet": 3280.8399, "nautical_miles": 0.53995680}
_PER_KILOGRAM = {"pounds": 2.20462262, "ounces": 35.2739619, "grams": 1000.0, "stone": 0.15747304}
_PER_MINUTE = {"hours": 1 / 60, "days": 1 / 1440, "seconds": 60.0}


@dataclass(slots=True)
class ConvertedAmount:
    """An amount of money in another currency."""

    converted_amount: float
    currency: str
    rate: float


@dataclass(slots=True)
class ConvertedMoment:
    """The same moment on the clocks of another city. `day_shift` is 1 where it is the next day already."""

    city: str
    local_time: datetime
    time_zone: str
    day_shift: int


@dataclass(slots=True)
class ConvertedDistance:
    """A distance in another unit."""

    converted_distance: float
    distance_unit: str


@dataclass(slots=True)
class ConvertedTemperature:
    """A temperature on another scale."""

    converted_temperature: float
    temperature_unit: str


@dataclass(slots=True)
class ConvertedWeight:
    """A weight in another unit."""

    converted_weight: float
    weight_unit: str


@dataclass(slots=True)
class ConvertedDuration:
    """A length of time in another unit."""

    converted_duration: float
    duration_unit: str


@dataclass(slots=True)
class SplitAmount:
    """What each person pays; rounded up to the cent, so that the amount is covered."""

    amount_per_person: float
    people: int


@dataclass(slots=True)
class PartOfAmount:
    """A percentage of an amount, and the rest of the amount."""

    part_amount: float
    remaining_amount: float
    percent: float


@dataclass(slots=True)
class ShiftedDate:
    """The date some days after or before another."""

    shifted_date: date
    weekday: str


@dataclass(slots=True)
class DaysFromToday:
    """How far a date is from today; negative when it has passed."""

    days_ahead: int
    weekday: str


@toolkit.function
def convert_money(world: World, amount: float, source_currency: str, target_currency: str) -> ConvertedAmount:
    """Convert an amount of money from one currency to another at today's rate.

    Args:
        amount: the amount of money, such as a price, a total or a balance
        source_currency: ISO code of the currency that the amount is in
        target_currency: ISO code of the currency that the amount is wanted in
    """
    rate = exchange_rate(source_currency, target_currency)
    converted = exchange(amount, source_currency, target_currency)
    return ConvertedAmount(converted, target_currency.upper(), float(f"{rate:.6g}"))


@toolkit.function
def convert_time_zone(world: World, moment: NaiveDatetime, source_time_zone: str, remote_city: str) -> ConvertedMoment:
    """Tell what the clocks of another city show at a given moment.

    Args:
        moment: date and time, such as a departure, an arrival or the start of an event
        source_time_zone: IANA name of the time zone that the moment is in, such as America/Chicago
        remote_city: name of the city whose local time is wanted
    """
    try:
        source = ZoneInfo(source_time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ToolError("unknown_time_zone", f"There is no time zone called {source_time_zone}.") from error
    city = next((c for c in cities().values() if c.name.casefold() == remote_city.casefold()), None)
    if city is None:
        raise ToolError("not_found", f"There is no city called {remote_city} in the list of cities.")
    local = moment.replace(tzinfo=source).astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None)
    return ConvertedMoment(city.name, local, city.time_zone, (local.date() - moment.date()).days)


@toolkit.function
def convert_distance(world: World, distance_km: NotNegative, distance_unit: DistanceUnit) -> ConvertedDistance:
    """Give a distance in a unit other than kilometers.

    Args:
        distance_km: the distance in kilometers
        distance_unit: the unit that the distance is wanted in
    """
    return ConvertedDistance(_rounded(distance_km * _PER_KILOMETER[distance_unit]), distance_unit)


@toolkit.function
def convert_temperature(
    world: World, temperature_celsius: float, temperature_unit: TemperatureUnit
) -> ConvertedTemperature:
    """Give a temperature on a scale other than Celsius.

    Args:
        temperature_celsius: the temperature in degrees Celsius
        temperature_unit: the scale that the temperature is wanted on
    """
    if temperature_celsius < -273.15:
        raise ToolError("invalid_argument", f"{temperature_celsius:g} °C is below absolute zero.")
    if temperature_unit == "fahrenheit":
        return ConvertedTemperature(round(temperature_celsius * 9 / 5 + 32, 1), temperature_unit)
    return ConvertedTemperature(round(temperature_celsius + 273.15, 2), temperature_unit)


@toolkit.function
def convert_weight(world: World, weight_kg: NotNegative, weight_unit: WeightUnit) -> ConvertedWeight:
    """Give a weight in a unit other than kilograms.

    Args:
        weight_kg: the weight in kilograms
        weight_unit: the unit that the weight is wanted in
    """
    return ConvertedWeight(_rounded(weight_kg * _PER_KILOGRAM[weight_unit]), weight_unit)


@toolkit.function
def convert_duration(world: World, duration_minutes: NotNegative, duration_unit: DurationUnit) -> ConvertedDuration:
    """Give a length of time in a unit other than minutes.

    Args:
        duration_minutes: the length of time in minutes, such as how long a trip or a flight takes
        duration_unit: the unit that the length of time is wanted in
    """
    return ConvertedDuration(_rounded(duration_minutes * _PER_MINUTE[duration_unit]), duration_unit)


@toolkit.function
def split_amount(world: World, amount: NotNegative, people: People) -> SplitAmount:
    """Divide an amount of money evenly among several people.

    Args:
        amount: the amount of money that is shared, such as a price or a total
        people: how many people share it
    """
    cents = -(-round(amount * 100) // people)
    return SplitAmount(cents / 100, people)


@toolkit.function
def calculate_percentage(world: World, amount: float, percent: Percent) -> PartOfAmount:
    """Work out how much a percentage of an amount of money is, and what is left of the amount without it.

    Args:
        amount: the amount of money, such as a price, a total or a balance
        percent: the percentage of it
    """
    part = round(amount * percent / 100, 2)
    return PartOfAmount(part, round(amount - part, 2), percent)


@toolkit.function
def add_days_to_date(world: World, start_date: date, days: Days) -> ShiftedDate:
    """Find the date that lies a number of days after another date, or before it.

    Args:
        start_date: the date to count from, such as a delivery date, an arrival or a birthday
        days: how many days to go on from there; negative to go back
    """
    try:
        shifted = start_date + timedelta(days=days)
    except OverflowError as error:
        raise ToolError("out_of_range", f"{days} days from then is outside of the calendar.") from error
    return ShiftedDate(shifted, f"{shifted:%A}")


@toolkit.function
def calculate_days_from_today(world: World, target_date: date) -> DaysFromToday:
    """Calculate how many days there are between today and a date, ahead or in the past.

    Args:
        target_date: the date to count to, such as a departure, a deadline, a delivery date or a birthday
    """
    return DaysFromToday((target_date - world.today).days, f"{target_date:%A}")


def _rounded(value: float) -> float:
    """Two decimals, or three significant digits where that would leave less."""
    return round(value, 2) if abs(value) >= 1 else float(f"{value:.3g}")
