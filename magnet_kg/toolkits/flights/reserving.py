"""Functions for the user's own bookings: to make them, list them and look into them."""

from __future__ import annotations

from datetime import timedelta

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.flights.answers import booked, booking_details_of
from magnet_kg.toolkits.flights.bookings import DAY, booking_of, gate, is_open, same_flight, seats_left, standing
from magnet_kg.toolkits.flights.initial import confirmation_code
from magnet_kg.toolkits.flights.kit import toolkit
from magnet_kg.toolkits.flights.offers import flight_by_id
from magnet_kg.toolkits.flights.records import (
    BookedFlight,
    BookedFlights,
    FlightBooking,
    FlightBookingDetails,
    FlightsState,
    FlightStatus,
)


@toolkit.function
def reserve_flight(world: World, flight_id: str, card_id: str) -> BookedFlight:
    """Book a flight for the user and pay for it with a card.

    Args:
        flight_id: id of the flight
        card_id: id of the payment card
    """
    flight = flight_by_id(world, flight_id)
    state, number = world.of(FlightsState), flight.rotation.flight_number
    if not is_open(world, flight):
        raise ToolError("closed", f"Booking for {number} has closed.")
    if not seats_left(world, flight):
        raise ToolError("sold_out", f"{number} has no seat left in {flight.cabin.replace('_', ' ')}.")
    if any(b.status != "cancelled" and same_flight(world, b, flight) for b in state.bookings):
        raise ToolError("already_booked", f"There is already a booking for {number} that day.")
    world.charge(card_id, flight.price, flight.rotation.airline.name, "travel")
    booking_id = world.new_id("fb", 6)
    code = confirmation_code(world, booking_id)
    booking = FlightBooking(booking_id, flight_id, code, card_id, world.now, flight.price)
    state.bookings.append(booking)
    return booked(world, booking)


@toolkit.function
def list_flight_bookings(world: World, include_cancelled: bool = False) -> BookedFlights:
    """List the user's booked flights with their booking ids, soonest departure first.

    Args:
        include_cancelled: list the cancelled ones too
    """
    bookings = world.of(FlightsState).bookings
    every = [booked(world, b) for b in bookings if include_cancelled or b.status != "cancelled"]
    return BookedFlights(sorted(every, key=lambda b: (b.departs_at, b.flight_booking_id)))


@toolkit.function
def get_flight_booking(world: World, flight_booking_id: str) -> FlightBookingDetails:
    """Get everything about one of the user's flight bookings: times, seat, bags, meal and what was paid.

    Args:
        flight_booking_id: id of the flight booking
    """
    return booking_details_of(world, *booking_of(world, flight_booking_id))


@toolkit.function
def get_flight_status(world: World, flight_booking_id: str) -> FlightStatus:
    """Check whether a booked flight is on time, delayed or gone, and at which gate it leaves.

    Args:
        flight_booking_id: id of the flight booking
    """
    _, f = standing(world, flight_booking_id, departed=True)
    left = f.until_departure(world)
    near = left <= DAY
    delay = f.delay if near else 0
    gone = left + timedelta(minutes=delay) <= timedelta()
    return FlightStatus(
        flight_booking_id=flight_booking_id,
        flight_number=f.rotation.flight_number,
        destination_city=f.destination.city.name,
        status="departed" if gone else "delayed" if delay else "on_time" if near else "scheduled",
        delay_minutes=delay,
        departs_at=f.departs_at,
        expected_departure=f.departs_at + timedelta(minutes=delay),
        departure_time_zone=f.origin.city.time_zone,
        gate=gate(world, f) if near else None,
    )
