"""The rules of a booking: what it is worth, what a change costs, and what is still possible."""

from __future__ import annotations

from datetime import timedelta

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.flights.offers import Cabin, Flight, flight_by_id
from magnet_kg.toolkits.flights.records import FlightBooking, FlightsState

DAY = timedelta(hours=24)
BOOKING_CLOSES = timedelta(hours=1)
_CHANGE_FEES: dict[Cabin, float] = {"economy": 75.0, "premium_economy": 40.0, "business": 0.0}
_KEPT_SHARES: dict[Cabin, float] = {"economy": 0.3, "premium_economy": 0.2, "business": 0.0}


def booking_of(world: World, flight_booking_id: str) -> tuple[FlightBooking, Flight]:
    """A booking of the user and its flight, or a `not_found` error."""
    booking = found(world.of(FlightsState).bookings, "flight_booking_id", flight_booking_id, "flight booking")
    return booking, flight_by_id(world, booking.flight_id)


def standing(world: World, flight_booking_id: str, *, departed: bool = False) -> tuple[FlightBooking, Flight]:
    """A booking that is not cancelled, and its flight; one that has left only if `departed`."""
    booking, flight = booking_of(world, flight_booking_id)
    if booking.status == "cancelled":
        raise ToolError("already_cancelled", f"The booking for {flight.rotation.flight_number} has been cancelled.")
    if not departed and flight.until_departure(world) <= timedelta():
        raise ToolError("departed", f"{flight.rotation.flight_number} has already left.")
    return booking, flight


def changeable(world: World, flight_booking_id: str) -> tuple[FlightBooking, Flight]:
    """A standing booking that is not fixed by a check-in."""
    booking, flight = standing(world, flight_booking_id)
    if booking.status == "checked_in":
        number = flight.rotation.flight_number
        raise ToolError("already_checked_in", f"The booking for {number} is checked in and cannot be changed.")
    return booking, flight


def same_flight(world: World, booking: FlightBooking, flight: Flight) -> bool:
    """Whether the booking is for this flight, in whatever cabin."""
    other = flight_by_id(world, booking.flight_id)
    return (other.rotation.flight_number, other.departs) == (flight.rotation.flight_number, flight.departs)


def seats_left(world: World, flight: Flight) -> int:
    """The free seats at this fare, those that the user has booked taken off."""
    bookings = world.of(FlightsState).bookings
    mine = sum(b.status != "cancelled" and b.flight_id == flight.flight_id for b in bookings)
    return max(flight.seats_left - mine, 0)


def change_fee(cabin: Cabin) -> float:
    """What moving a booking costs beside the difference in fare."""
    return _CHANGE_FEES[cabin]


def amount_due(booking: FlightBooking, new: Flight) -> float:
    """What moving a booking costs: the fee, and the difference to a higher fare; a lower one gives nothing back."""
    return round(change_fee(new.cabin) + max(new.price - booking.fare, 0.0), 2)


def cancellation_fee(world: World, booking: FlightBooking, flight: Flight) -> float:
    """What the airline keeps: nothing of a fresh booking for a flight that is a week away."""
    if world.now - booking.booked_at <= DAY and flight.until_departure(world) >= 7 * DAY:
        return 0.0
    return round(booking.fare * _KEPT_SHARES[flight.cabin], 2)


def is_open(world: World, flight: Flight) -> bool:
    """Whether the flight can still be booked."""
    return flight.until_departure(world) > BOOKING_CLOSES


def gate(world: World, flight: Flight) -> str:
    """Where the flight leaves from."""
    rng = derived_rng(world.seed, "gate", flight.flight_id)
    return f"{rng.choice('ABCDE')}{rng.randint(1, 48)}"
