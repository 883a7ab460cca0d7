"""Functions that look into the timetable: airports, flights, fares."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, cities
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.flights.answers import details_of, offer_of
from magnet_kg.toolkits.flights.bookings import is_open, seats_left
from magnet_kg.toolkits.flights.kit import toolkit
from magnet_kg.toolkits.flights.offers import Cabin, check_day, flight_by_id, flights_on
from magnet_kg.toolkits.flights.records import (
    AirportList,
    AirportOfCity,
    DayFare,
    DayFares,
    FlightDetails,
    FlightOffers,
)
from magnet_kg.toolkits.flights.routes import airport, distance_km

NEAR_KM = 150


@toolkit.function
def find_airports(world: World, city: str) -> AirportList:
    """Find the airports of a city, the main one first; for a city without one, the nearest around it.

    Args:
        city: name of the city
    """
    here = find_city(city)
    if here is None:
        raise ToolError("not_found", f"There is no city called {city} in the airport directory.")
    served = [c for c in cities().values() if c.airports and distance_km(c, here) < NEAR_KM]
    nearest = [here] if here.airports else sorted(served, key=lambda c: distance_km(c, here))
    every = [AirportOfCity(code, name, c.name, c.country) for c in nearest for code, name in c.airports]
    return AirportList(every[:3])


@toolkit.function
def search_flights(
    world: World,
    origin_airport_code: str,
    destination_airport_code: str,
    departure_date: date,
    cabin: Cabin = "economy",
    nonstop_only: bool = False,
) -> FlightOffers:
    """Search the flights from one airport to another on a day, with times, prices and flight ids.

    Args:
        origin_airport_code: three-letter airport code of where the flight starts
        destination_airport_code: three-letter airport code of where the flight goes
        departure_date: day of the departure
        cabin: class of the seats
        nonstop_only: leave out flights with a change of planes
    """
    check_day(world, departure_date)
    every = flights_on(world, origin_airport_code, destination_airport_code, departure_date, cabin)
    kept = [f for f in every if is_open(world, f) and not (nonstop_only and f.rotation.via)]
    return FlightOffers(
        airport(origin_airport_code).city.name,
        airport(destination_airport_code).city.name,
        departure_date,
        cabin,
        [offer_of(world, f) for f in kept],
    )


@toolkit.function
def find_cheapest_days(
    world: World,
    origin_airport_code: str,
    destination_airport_code: str,
    earliest_date: date,
    days: Annotated[int, Field(ge=2, le=31)] = 7,
) -> DayFares:
    """Compare the lowest economy fares between two airports over several days in a row, cheapest day first.

    Args:
        origin_airport_code: three-letter airport code of where the flight starts
        destination_airport_code: three-letter airport code of where the flight goes
        earliest_date: first day to look at
        days: how many days to look at
    """
    check_day(world, earliest_date)
    fares = []
    for ahead in range(days):
        day = earliest_date + timedelta(days=ahead)
        every = flights_on(world, origin_airport_code, destination_airport_code, day, "economy")
        free = [f for f in every if is_open(world, f) and seats_left(world, f)]
        if free:
            best = min(free, key=lambda f: f.price)
            fares.append(DayFare(day, best.price, world.person.currency, best.flight_id))
    return DayFares(
        airport(origin_airport_code).city.name,
        airport(destination_airport_code).city.name,
        sorted(fares, key=lambda fare: (fare.lowest_price, fare.departure_date)),
    )


@toolkit.function
def get_flight(world: World, flight_id: str) -> FlightDetails:
    """Get everything about one flight: route, stops, aircraft, baggage and change rules.

    Args:
        flight_id: id of the flight
    """
    return details_of(world, flight_by_id(world, flight_id))
