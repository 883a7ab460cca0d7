"""The bookings that the user has already in a new world."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from magnet_kg.execution.world import World, cities, derived_rng
from magnet_kg.toolkits.flights.offers import Cabin, Flight, flight_by_id, flights_on
from magnet_kg.toolkits.flights.records import FlightBooking, FlightsState
from magnet_kg.toolkits.flights.routes import Airport, airports, distance_km
from magnet_kg.toolkits.flights.seats import free_seats


def make_bookings(world: World, rng: Random) -> FlightsState:
    """One to three booked flights: a trip from home, often with its way back, and perhaps another trip.

    No two go to the same city, and often the first leaves within two days, so that it can be checked in.
    """
    state = FlightsState()
    home = cities()[world.person.home_city]
    start = _main(min(airports().values(), key=lambda a: distance_km(a.city, home)))
    soon = rng.random() < 0.7
    wanted = rng.choice([1, 2, 2, 3])
    while len(state.bookings) < wanted:
        end = rng.choice(_destinations(start))
        first = soon and not state.bookings
        day = world.today + timedelta(days=rng.randrange(2) if first else rng.randrange(4, 50))
        flight = _book(world, rng, state, start, end, day)
        if flight is None:
            soon = soon and rng.random() < 0.9
        elif len(state.bookings) < wanted and rng.random() < 0.6:
            _book(world, rng, state, end, start, flight.arrives_at.date() + timedelta(days=rng.randrange(2, 9)))
    return state


def confirmation_code(world: World, flight_booking_id: str) -> str:
    """Six letters and digits, as airlines print them."""
    rng = derived_rng(world.seed, "confirmation", flight_booking_id)
    return "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6))


def _main(airport: Airport) -> Airport:
    return airports()[airport.city.airports[0][0]]


def _destinations(start: Airport) -> list[Airport]:
    """Main airports of other cities, the nearer ones several times."""
    mains = [airports()[c.airports[0][0]] for c in cities().values() if c.airports]
    near = [a for a in mains if 300 < distance_km(a.city, start.city) < 4500]
    return near * 4 + [a for a in mains if distance_km(a.city, start.city) >= 4500]


def _book(world: World, rng: Random, state: FlightsState, start: Airport, end: Airport, day: date) -> Flight | None:
    """Add a booking made some time ago, unless that city is booked already or the day has no free seat."""
    if any(flight_by_id(world, b.flight_id).destination.city is end.city for b in state.bookings):
        return None
    cabin: Cabin = "economy" if rng.random() < 0.85 else "business"
    every = flights_on(world, start.code, end.code, day, cabin)
    open_flights = [f for f in every if f.seats_left and f.until_departure(world) > timedelta(hours=2)]
    if not open_flights:
        return None
    flight = rng.choice(open_flights)
    booking_id = world.new_id("fb", 6)
    booking = FlightBooking(
        booking_id,
        flight.flight_id,
        confirmation_code(world, booking_id),
        rng.choice(world.cards).card_id,
        world.now - timedelta(days=rng.randrange(3, 40), hours=rng.randrange(12)),
        round(flight.price * rng.uniform(0.7, 1.0), 2),
    )
    if rng.random() < 0.4:
        booking.seat_number = rng.choice(free_seats(world, flight)).number
    state.bookings.append(booking)
    return flight
