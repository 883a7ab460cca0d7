"""What the user's saved places keep, and what the functions of places return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from magnet_kg.toolkits.places.atlas import PlaceType

TravelMode = Literal["walking", "cycling", "driving", "public_transport"]
StartingPoint = Literal["city_center", "main_station", "airport"]


@dataclass(slots=True)
class SavedPlace:
    """A place that the user keeps under a label."""

    saved_place_id: str
    place_id: str
    label: str


@dataclass(slots=True)
class PlacesState:
    """What the user has saved; everything else is computed from the seed."""

    saved: list[SavedPlace] = field(default_factory=list)


@dataclass(slots=True)
class PlaceSummary:
    """A place in a list. The distance is from the center of its city."""

    place_id: str
    place_name: str
    place_type: PlaceType
    address: str
    rating: float
    distance_km: float


@dataclass(slots=True)
class PlaceMatches:
    """Places of one kind in a city, best rated first."""

    city: str
    places: list[PlaceSummary]


@dataclass(slots=True)
class PlaceDetails:
    """What is known about one place. The admission is for one; 0 is free."""

    place_id: str
    place_name: str
    place_type: PlaceType
    city: str
    address: str
    phone: str
    opens_at: str
    closes_at: str
    closed_on: str | None
    rating: float
    review_count: int
    admission: float
    currency: str


@dataclass(slots=True)
class OpeningHours:
    """Whether a place is open on a day, and when; without times where it is closed."""

    place_id: str
    place_name: str
    is_open: bool
    opens_at: str | None
    closes_at: str | None


@dataclass(slots=True)
class Directions:
    """The way to a place."""

    place_id: str
    place_name: str
    address: str
    place_city: str
    travel_mode: TravelMode
    distance_km: float
    duration_minutes: int


@dataclass(slots=True)
class CityDistance:
    """How far two cities are from each other."""

    origin_city: str
    destination_city: str
    distance_km: float


@dataclass(slots=True)
class CityInfo:
    """The country of a city, and what money and time are used there."""

    city: str
    country: str
    country_code: str
    currency: str
    time_zone: str


@dataclass(slots=True)
class LocalTime:
    """What the clocks in a city show now, and how many hours they are ahead of the user's."""

    city: str
    local_time: datetime
    time_zone: str
    hours_ahead: float


@dataclass(slots=True)
class CurrentWeather:
    """The weather in a city now."""

    city: str
    condition: str
    temperature_celsius: float
    humidity_percent: int
    wind_kmh: int


@dataclass(slots=True)
class Forecast:
    """The weather that is expected in a city on a day."""

    city: str
    condition: str
    high_temperature_celsius: float
    low_temperature_celsius: float
    rain_probability_percent: int


@dataclass(slots=True)
class SunTimes:
    """When the sun rises and sets, on the clocks of the city."""

    city: str
    sunrise: datetime
    sunset: datetime
    time_zone: str
    daylight_minutes: int


@dataclass(slots=True)
class SavedPlaceSummary:
    """A saved place with the name and city of the place."""

    saved_place_id: str
    place_id: str
    label: str
    place_name: str
    place_city: str


@dataclass(slots=True)
class SavedPlaceList:
    """All saved places, in the order in which they were saved."""

    saved_places: list[SavedPlaceSummary]


@dataclass(slots=True)
class RemovedPlace:
    """What is no longer among the saved places."""

    label: str
    place_name: str
    removed: bool
