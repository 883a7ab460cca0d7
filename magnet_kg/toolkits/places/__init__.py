"""Places in cities, ways to them, distances, the weather and the local time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import City, World, cities, derived_rng, found
from magnet_kg.toolkits.places.atlas import Place, PlaceType, find_city, find_place, great_circle, places_in
from magnet_kg.toolkits.places.records import (
    CityDistance,
    CityInfo,
    CurrentWeather,
    Directions,
    Forecast,
    LocalTime,
    OpeningHours,
    PlaceDetails,
    PlaceMatches,
    PlacesState,
    PlaceSummary,
    RemovedPlace,
    SavedPlace,
    SavedPlaceList,
    SavedPlaceSummary,
    StartingPoint,
    SunTimes,
    TravelMode,
)
from magnet_kg.toolkits.places.sky import sun_times, temperature_at, weather_of

toolkit = Toolkit(
    "places", category="places", description="Places to go to, ways there, distances, weather and local time."
)

FORECAST_DAYS = 14
_SPEED_KMH = {"walking": 4.8, "cycling": 15.0, "driving": 27.0, "public_transport": 19.0}
_WAIT_MINUTES = {"walking": 0, "cycling": 1, "driving": 4, "public_transport": 7}
_FARTHEST_KM = {"walking": 20.0, "cycling": 60.0}


_LABELS: dict[PlaceType, str] = {
    "gym": "after work",
    "library": "quiet place",
    "cafe": "Sunday coffee",
    "bakery": "birthday cakes",
    "hair_salon": "haircut",
    "pharmacy": "open late",
    "park": "morning run",
    "bookstore": "presents",
}


@toolkit.state
def make_state(world: World, rng: Random) -> PlacesState:
    """Three places of the home city that the user has saved."""
    home = cities()[world.person.home_city]
    state = PlacesState()
    for place_type in rng.sample(sorted(_LABELS), 3):
        place = rng.choice(places_in(world.seed, home, place_type))
        state.saved.append(SavedPlace(world.new_id("sv", 6), place.place_id, _LABELS[place_type]))
    return state


@toolkit.function
def find_places(world: World, city: str, place_type: PlaceType) -> PlaceMatches:
    """Find places of one kind in a city, best rated first, with their place ids.

    Args:
        city: name of the city to look in
        place_type: the kind of place
    """
    where = find_city(city)
    return PlaceMatches(
        where.name,
        [
            PlaceSummary(p.place_id, p.name, p.place_type, p.address, p.rating, p.distance_km)
            for p in places_in(world.seed, where, place_type)
        ],
    )


@toolkit.function
def get_place_details(world: World, place_id: str) -> PlaceDetails:
    """Get the address, phone number, usual opening hours and admission of a place.

    Args:
        place_id: id of the place
    """
    place = find_place(world.seed, place_id)
    return PlaceDetails(
        place_id=place.place_id,
        place_name=place.name,
        place_type=place.place_type,
        city=place.city,
        address=place.address,
        phone=place.phone,
        opens_at=_clock(place.opens),
        closes_at=_clock(place.closes),
        closed_on=None if place.closed_on is None else _WEEKDAYS[place.closed_on],
        rating=place.rating,
        review_count=place.review_count,
        admission=place.admission,
        currency=place.currency,
    )


@toolkit.function
def check_opening_hours(world: World, place_id: str, day: date) -> OpeningHours:
    """Check whether a place is open on a given day, and from when to when.

    Args:
        place_id: id of the place
        day: the day to check
    """
    place = find_place(world.seed, place_id)
    if place.closed_on == day.weekday():
        return OpeningHours(place_id, place.name, False, None, None)
    return OpeningHours(place_id, place.name, True, _clock(place.opens), _clock(place.closes))


@toolkit.function
def get_travel_directions(
    world: World,
    place_id: str,
    travel_mode: TravelMode = "walking",
    starting_point: StartingPoint = "city_center",
) -> Directions:
    """Get how far it is to a place from a central point of the same city, and how long the way takes.

    Args:
        place_id: id of the place to go to
        travel_mode: how to get there
        starting_point: where in the city the way begins
    """
    place = find_place(world.seed, place_id)
    rng = derived_rng(world.seed, "way", place_id, starting_point)
    distance = place.distance_km * 1.2
    if starting_point == "main_station":
        distance += rng.uniform(0.3, 2.4)
    elif starting_point == "airport":
        if not cities()[place.city].airports:
            raise ToolError("no_route", f"{place.city} has no airport of its own.")
        distance += rng.uniform(8, 32)
    distance = round(distance, 1)
    farthest = _FARTHEST_KM.get(travel_mode)
    if farthest is not None and distance > farthest:
        raise ToolError("too_far", f"{place.name} is {distance:g} km away, too far for {travel_mode}.")
    minutes = max(2, round(distance / _SPEED_KMH[travel_mode] * 60) + _WAIT_MINUTES[travel_mode])
    return Directions(place_id, place.name, place.address, place.city, travel_mode, distance, minutes)


@toolkit.function
def get_distance_between_cities(world: World, origin_city: str, destination_city: str) -> CityDistance:
    """Get the distance between two cities, as the crow flies.

    Args:
        origin_city: name of the city to measure from
        destination_city: name of the city to measure to
    """
    origin, destination = find_city(origin_city), find_city(destination_city)
    if origin.name == destination.name:
        raise ToolError("same_city", f"Both ends of the way are {origin.name}.")
    return CityDistance(origin.name, destination.name, round(great_circle(origin, destination), 1))


@toolkit.function
def get_city_info(world: World, city: str) -> CityInfo:
    """Get the country, the currency and the time zone of a city.

    Args:
        city: name of the city
    """
    c = find_city(city)
    return CityInfo(c.name, c.country, c.country_code, c.currency, c.time_zone)


@toolkit.function
def get_clock_time(world: World, city: str) -> LocalTime:
    """Get the date and time in a city now, with its time zone.

    Args:
        city: name of the city
    """
    where = find_city(city)
    here = world.now.replace(tzinfo=ZoneInfo(world.person.time_zone))
    there = here.astimezone(ZoneInfo(where.time_zone))
    ahead = (there.utcoffset() or timedelta()) - (here.utcoffset() or timedelta())
    return LocalTime(where.name, there.replace(tzinfo=None), where.time_zone, ahead.total_seconds() / 3600)


@toolkit.function
def get_weather_now(world: World, city: str) -> CurrentWeather:
    """Get the weather in a city as it is now, with the temperature in degrees Celsius.

    Args:
        city: name of the city
    """
    where = find_city(city)
    there = _now_in(world, where)
    weather = weather_of(world.seed, where, there.date())
    temperature = temperature_at(weather, there.hour + there.minute / 60)
    dry_sun = weather.condition in ("sunny", "partly cloudy")
    night = there.hour < 6 or there.hour >= 21
    return CurrentWeather(
        city=where.name,
        condition="clear" if dry_sun and night else weather.condition,
        temperature_celsius=temperature,
        humidity_percent=weather.humidity_percent,
        wind_kmh=weather.wind_kmh,
    )


@toolkit.function
def get_forecast(world: World, city: str, day: date) -> Forecast:
    """Get the weather forecast for a city on one of the next 14 days, with temperatures in degrees Celsius.

    Args:
        city: name of the city
        day: the day to look ahead to
    """
    where = find_city(city)
    away = (day - _now_in(world, where).date()).days
    if not 0 <= away <= FORECAST_DAYS:
        raise ToolError("out_of_range", f"There is a forecast for the next {FORECAST_DAYS} days only, not for {day}.")
    weather = weather_of(world.seed, where, day)
    return Forecast(where.name, weather.condition, weather.high, weather.low, weather.rain_probability)


@toolkit.function
def get_sun_times(world: World, city: str, day: date) -> SunTimes:
    """Get when the sun rises and sets in a city on a given day, on the clocks there.

    Args:
        city: name of the city
        day: the day in question
    """
    where = find_city(city)
    times = sun_times(where, day)
    if times is None:
        raise ToolError("no_sunrise", f"The sun does not rise and set in {where.name} on {day}.")
    rise, fall = times
    return SunTimes(where.name, rise, fall, where.time_zone, round((fall - rise).total_seconds() / 60))


@toolkit.function
def save_place(world: World, place_id: str, label: str) -> SavedPlaceSummary:
    """Keep a place in the user's saved places under a label.

    Args:
        place_id: id of the place to keep
        label: what the user calls it
    """
    state = world.of(PlacesState)
    place = find_place(world.seed, place_id)
    for saved in state.saved:
        if saved.place_id == place_id:
            raise ToolError("already_exists", f"{place.name} is already saved as “{saved.label}”.")
        if saved.label.casefold() == label.casefold():
            raise ToolError("already_exists", f"There is already a saved place called “{saved.label}”.")
    made = SavedPlace(world.new_id("sv", 6), place_id, label)
    state.saved.append(made)
    return _saved(made, place)


@toolkit.function
def list_saved_places(world: World) -> SavedPlaceList:
    """List the places that the user has saved, with their labels."""
    return SavedPlaceList([_saved(s, find_place(world.seed, s.place_id)) for s in world.of(PlacesState).saved])


@toolkit.function
def remove_saved_place(world: World, saved_place_id: str) -> RemovedPlace:
    """Take a place out of the user's saved places.

    Args:
        saved_place_id: id of the saved place
    """
    state = world.of(PlacesState)
    saved = found(state.saved, "saved_place_id", saved_place_id, "saved place")
    state.saved.remove(saved)
    return RemovedPlace(saved.label, find_place(world.seed, saved.place_id).name, True)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _now_in(world: World, city: City) -> datetime:
    here = world.now.replace(tzinfo=ZoneInfo(world.person.time_zone))
    return here.astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None)


def _clock(hour: int) -> str:
    return f"{hour:02d}:00"


def _saved(saved: SavedPlace, place: Place) -> SavedPlaceSummary:
    return SavedPlaceSummary(saved.saved_place_id, saved.place_id, saved.label, place.name, place.city)
