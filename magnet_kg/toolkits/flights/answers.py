"""Flights, seats and bookings as the functions answer them."""

from __future__ import annotations

from magnet_kg.execution.world import World
from magnet_kg.toolkits.flights.bookings import amount_due, change_fee, seats_left
from magnet_kg.toolkits.flights.offers import Cabin, Flight, flight_by_id
from magnet_kg.toolkits.flights.records import (
    BookedFlight,
    FlightBooking,
    FlightBookingDetails,
    FlightChange,
    FlightDetails,
    FlightOffer,
    FreeSeat,
)
from magnet_kg.toolkits.flights.routes import airports
from magnet_kg.toolkits.flights.seats import Seat, seat_id

INCLUDED_BAGS: dict[Cabin, int] = {"economy": 0, "premium_economy": 1, "business": 2}


def bag_fee(flight: Flight, number: int) -> float:
    """What the first, second … added bag costs."""
    first = 35.0 if flight.kilometers < 4500 else 60.0
    return first + 15.0 * (number - 1)


def offer_of(world: World, f: Flight) -> FlightOffer:
    """A flight as a search shows it."""
    return FlightOffer(
        flight_id=f.flight_id,
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        departs_at=f.departs_at,
        departure_time_zone=f.origin.city.time_zone,
        arrives_at=f.arrives_at,
        arrival_time_zone=f.destination.city.time_zone,
        duration_minutes=f.rotation.duration,
        stops=len(f.rotation.via),
        price=f.price,
        currency=world.person.currency,
        seats_left=seats_left(world, f),
    )


def details_of(world: World, f: Flight) -> FlightDetails:
    """Everything about a flight."""
    return FlightDetails(
        flight_id=f.flight_id,
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        origin_airport_code=f.origin.code,
        origin_city=f.origin.city.name,
        destination_airport_code=f.destination.code,
        destination_city=f.destination.city.name,
        departs_at=f.departs_at,
        departure_time_zone=f.origin.city.time_zone,
        arrives_at=f.arrives_at,
        arrival_time_zone=f.destination.city.time_zone,
        duration_minutes=f.rotation.duration,
        distance_km=round(f.kilometers),
        stop_cities=[airports()[code].city.name for code in f.rotation.via],
        aircraft=f.rotation.aircraft,
        cabin=f.cabin,
        bags_included=INCLUDED_BAGS[f.cabin],
        first_bag_fee=bag_fee(f, 1),
        change_fee=change_fee(f.cabin),
        price=f.price,
        currency=world.person.currency,
        seats_left=seats_left(world, f),
    )


def change_of(world: World, booking: FlightBooking, f: Flight) -> FlightChange:
    """A flight as one to which a booking can be moved."""
    return FlightChange(
        flight_change_id=f"fc_{booking.flight_booking_id.removeprefix('fb_')}{f.flight_id.removeprefix('fl_')}",
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        departs_at=f.departs_at,
        departure_time_zone=f.origin.city.time_zone,
        arrives_at=f.arrives_at,
        arrival_time_zone=f.destination.city.time_zone,
        stops=len(f.rotation.via),
        amount_due=amount_due(booking, f),
        currency=world.person.currency,
    )


def seat_of(world: World, booking: FlightBooking, seat: Seat) -> FreeSeat:
    """A seat as one that a booking can have."""
    return FreeSeat(
        flight_seat_id=seat_id(world, booking, seat),
        seat_number=seat.number,
        row=seat.row,
        position=seat.position,
        extra_legroom=seat.extra_legroom,
        seat_fee=seat.fee,
        currency=world.person.currency,
    )


def booked(world: World, booking: FlightBooking) -> BookedFlight:
    """A booking in short."""
    f = flight_by_id(world, booking.flight_id)
    return BookedFlight(
        flight_booking_id=booking.flight_booking_id,
        confirmation_code=booking.confirmation_code,
        status=booking.status,
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        origin_city=f.origin.city.name,
        destination_city=f.destination.city.name,
        departs_at=f.departs_at,
        departure_time_zone=f.origin.city.time_zone,
        arrives_at=f.arrives_at,
        arrival_time_zone=f.destination.city.time_zone,
        total_price=booking.total_price,
        currency=world.person.currency,
    )


def booking_details_of(world: World, booking: FlightBooking, f: Flight) -> FlightBookingDetails:
    """Everything about a booking."""
    return FlightBookingDetails(
        flight_booking_id=booking.flight_booking_id,
        confirmation_code=booking.confirmation_code,
        status=booking.status,
        passenger_name=world.person.full_name,
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        origin_airport_code=f.origin.code,
        origin_city=f.origin.city.name,
        destination_airport_code=f.destination.code,
        destination_city=f.destination.city.name,
        departs_at=f.departs_at,
        departure_time_zone=f.origin.city.time_zone,
        arrives_at=f.arrives_at,
        arrival_time_zone=f.destination.city.time_zone,
        arrival_date=f.arrives_at.date(),
        cabin=f.cabin,
        seat_number=booking.seat_number,
        checked_bags=booking.checked_bags + INCLUDED_BAGS[f.cabin],
        meal=booking.meal,
        card_last_four=world.card(booking.card_id).last_four,
        total_price=booking.total_price,
        currency=world.person.currency,
    )
