"""The weather of any city and day, and when the sun rises and sets there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import acos, cos, degrees, pi, radians, sin, tan
from zoneinfo import ZoneInfo

from magnet_kg.execution.world import City, derived_rng

_DRY = ("sunny", "partly cloudy", "cloudy", "foggy")
_WET = ("light rain", "rain", "thunderstorms")


@dataclass(frozen=True, slots=True)
class DayWeather:
    """One day of weather. Temperatures are in degrees Celsius."""

    low: float
    high: float
    condition: str
    rain_probability: int
    wind_kmh: int
    humidity_percent: int


def weather_of(seed: int, city: City, day: date) -> DayWeather:
    """The weather of a day, as its season and latitude make it likely; the same whenever it is asked for."""
    rng = derived_rng(seed, "weather", city.name, day.isoformat())
    away = abs(city.latitude)
    season = cos((day.timetuple().tm_yday - 200) / 365.25 * 2 * pi) * (1 if city.latitude >= 0 else -1)
    middle = 28 - 0.35 * max(away - 12, 0) + season * min(away * 0.26, 13) + rng.gauss(0, 2.6)
    spread = rng.uniform(3.0, 6.5)
    rain = min(95, max(0, round(rng.gauss(32, 26))))
    condition = rng.choice(_WET if rain > 50 else _DRY)
    if rain > 50 and middle < 0:
        condition = rng.choice(("light snow", "snow"))
    return DayWeather(
        low=round(middle - spread, 1),
        high=round(middle + spread, 1),
        condition=condition,
        rain_probability=rain,
        wind_kmh=rng.randrange(3, 38),
        humidity_percent=min(98, 38 + rain // 2 + rng.randrange(0, 18)),
    )


def temperature_at(weather: DayWeather, hour: float) -> float:
    """Degrees Celsius at an hour of that day: lowest at four at night, highest at four in the afternoon."""
    share = (1 - cos((hour - 4) / 24 * 2 * pi)) / 2
    return round(weather.low + (weather.high - weather.low) * share, 1)


def sun_times(city: City, day: date) -> tuple[datetime, datetime] | None:
    """Sunrise and sunset on the city's clocks; None where the sun stays up or down all day.

    The usual low-precision formulas for declination and equation of time: right to a few minutes.
    """
    turn = 2 * pi * (day.timetuple().tm_yday - 1) / 365
    equation = 229.18 * (
        0.000075 + 0.001868 * cos(turn) - 0.032077 * sin(turn) - 0.014615 * cos(2 * turn) - 0.040849 * sin(2 * turn)
    )
    tilt = 0.006918 - 0.399912 * cos(turn) + 0.070257 * sin(turn) - 0.006758 * cos(2 * turn) + 0.000907 * sin(2 * turn)
    latitude = radians(city.latitude)
    angle = cos(radians(90.833)) / (cos(latitude) * cos(tilt)) - tan(latitude) * tan(tilt)
    if not -1 < angle < 1:
        return None
    half = degrees(acos(angle)) * 4
    noon = 720 - 4 * city.longitude - equation
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    zone = ZoneInfo(city.time_zone)
    rise, fall = (
        (start + timedelta(minutes=round(minutes))).astimezone(zone).replace(tzinfo=None)
        for minutes in (noon - half, noon + half)
    )
    return rise, fall
