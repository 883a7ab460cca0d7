"""Functions that move a booking to another flight or cancel it."""

from __future__ import annotations

from datetime import date, timedelta

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.flights.answers import change_of
from magnet_kg.toolkits.flights.bookings import (
    amount_due,
    booking_of,
    cancellation_fee,
    change_fee,
    changeable,
    is_open,
    same_flight,
    seats_left,
)
from magnet_kg.toolkits.flights.kit import toolkit
from magnet_kg.toolkits.flights.offers import check_day, flight_by_id, flights_on
from magnet_kg.toolkits.flights.records import CancellationTerms, CancelledFlight, ChangedFlight, FlightChanges


@toolkit.function
def search_flight_changes(world: World, flight_booking_id: str, departure_date: date) -> FlightChanges:
    """Search the flights of a day on the same route to which a booking can be moved, and what it costs.

    Args:
        flight_booking_id: id of the flight booking to move
        departure_date: day of the new departure
    """
    booking, old = changeable(world, flight_booking_id)
    check_day(world, departure_date)
    every = flights_on(world, old.origin.code, old.destination.code, departure_date, old.cabin)
    kept = [f for f in every if is_open(world, f) and seats_left(world, f) and not same_flight(world, booking, f)]
    return FlightChanges(
        flight_booking_id,
        old.origin.city.name,
        old.destination.city.name,
        departure_date,
        change_fee(old.cabin),
        world.person.currency,
        [change_of(world, booking, f) for f in kept],
    )


@toolkit.function
def change_flight(world: World, flight_change_id: str) -> ChangedFlight:
    """Move a booking to another flight that was found for it.

    The change fee and the difference to a higher fare go to the card that the booking was paid with.

    Args:
        flight_change_id: id of the flight change
    """
    digits = flight_change_id.removeprefix("fc_")
    try:
        booking, _ = changeable(world, f"fb_{digits[:6]}")
        new = flight_by_id(world, f"fl_{digits[6:]}")
    except ToolError as error:
        if error.code != "not_found":
            raise
        raise ToolError("not_found", f"There is no flight change with the id {flight_change_id}.") from None
    number = new.rotation.flight_number
    if same_flight(world, booking, new):
        raise ToolError("same_flight", f"The booking is already for {number} on that day.")
    if not is_open(world, new) or not seats_left(world, new):
        raise ToolError("sold_out", f"There is no seat on {number} any more.")
    due = amount_due(booking, new)
    if due:
        world.charge(booking.card_id, due, new.rotation.airline.name, "travel")
    # A seat belongs to a plane, and the fee for the change is gone: neither adds to the booking's worth.
    booking.flight_id, booking.fare = new.flight_id, max(booking.fare, new.price)
    booking.seat_number, booking.seat_fee = None, 0.0
    return ChangedFlight(
        flight_booking_id=booking.flight_booking_id,
        airline=new.rotation.airline.name,
        flight_number=number,
        destination_city=new.destination.city.name,
        departs_at=new.departs_at,
        departure_time_zone=new.origin.city.time_zone,
        arrives_at=new.arrives_at,
        arrival_time_zone=new.destination.city.time_zone,
        amount_due=due,
        total_price=booking.total_price,
        currency=world.person.currency,
    )


@toolkit.function
def check_flight_cancellation(world: World, flight_booking_id: str) -> CancellationTerms:
    """Check whether a flight booking could be cancelled and how much would be given back.

    Args:
        flight_booking_id: id of the flight booking
    """
    booking, flight = booking_of(world, flight_booking_id)
    possible = booking.status == "confirmed" and flight.until_departure(world) > timedelta()
    fee = cancellation_fee(world, booking, flight) if possible else 0.0
    return CancellationTerms(
        flight_booking_id,
        flight.destination.city.name,
        possible,
        round(booking.total_price - fee, 2) if possible else 0.0,
        fee,
        world.person.currency,
    )


@toolkit.function
def cancel_flight_booking(world: World, flight_booking_id: str) -> CancelledFlight:
    """Cancel a flight booking; what the fare rules give back goes to the card it was paid with.

    Within 24 hours of booking, and at least a week before departure, everything is given back.

    Args:
        flight_booking_id: id of the flight booking
    """
    booking, flight = changeable(world, flight_booking_id)
    fee = cancellation_fee(world, booking, flight)
    refund = round(booking.total_price - fee, 2)
    world.refund(booking.card_id, refund, flight.rotation.airline.name, "travel")
    booking.status = "cancelled"
    return CancelledFlight(flight.destination.city.name, refund, fee, world.person.currency)
