"""Functions for what belongs to a booked seat: the seat itself, bags, a meal, the check-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.flights.answers import INCLUDED_BAGS, bag_fee, seat_of
from magnet_kg.toolkits.flights.bookings import DAY, gate, standing
from magnet_kg.toolkits.flights.kit import toolkit
from magnet_kg.toolkits.flights.offers import Flight, flight_by_id
from magnet_kg.toolkits.flights.records import (
    BoardingPass,
    CheckedBags,
    ChosenSeat,
    FlightBooking,
    FlightsState,
    FreeSeats,
    Meal,
    RequestedMeal,
    SeatPosition,
)
from magnet_kg.toolkits.flights.seats import Seat, free_seats, seat_id

CHECK_IN_OPENS = timedelta(hours=48)
CHECK_IN_CLOSES = timedelta(minutes=45)
MOST_BAGS = 3
MEAL_MINUTES = 100


@toolkit.function
def list_available_seats(world: World, flight_booking_id: str, position: SeatPosition | None = None) -> FreeSeats:
    """List the seats that are still free on a booked flight, from front to back, with what they cost.

    Args:
        flight_booking_id: id of the flight booking
        position: only seats at the window, in the middle or on the aisle
    """
    booking, flight = standing(world, flight_booking_id)
    free = [s for s in free_seats(world, flight) if s.number != booking.seat_number]
    return FreeSeats(
        flight_booking_id,
        flight.rotation.flight_number,
        flight.destination.city.name,
        [seat_of(world, booking, s) for s in free if position in (None, s.position)],
    )


@toolkit.function
def choose_seat(world: World, flight_seat_id: str) -> ChosenSeat:
    """Take a free seat on a booked flight; its fee goes to the card that the booking was paid with.

    Args:
        flight_seat_id: id of the free seat
    """
    booking, flight, seat = _free_seat(world, flight_seat_id)
    if booking.seat_number == seat.number:
        raise ToolError("already_chosen", f"Seat {seat.number} is already the chosen one.")
    extra = round(max(seat.fee - booking.seat_fee, 0.0), 2)
    if extra:
        world.charge(booking.card_id, extra, flight.rotation.airline.name, "travel")
        booking.seat_fee = seat.fee
    booking.seat_number = seat.number
    return ChosenSeat(
        flight_booking_id=booking.flight_booking_id,
        flight_number=flight.rotation.flight_number,
        destination_city=flight.destination.city.name,
        seat_number=seat.number,
        seat_fee=extra,
        currency=world.person.currency,
    )


@toolkit.function
def add_checked_bag(
    world: World, flight_booking_id: str, card_id: str, bags: Annotated[int, Field(ge=1, le=MOST_BAGS)] = 1
) -> CheckedBags:
    """Add checked bags to a flight booking and pay for them with a card.

    Args:
        flight_booking_id: id of the flight booking
        card_id: id of the payment card
        bags: how many bags to add
    """
    booking, flight = standing(world, flight_booking_id)
    total = booking.checked_bags + bags
    if total > MOST_BAGS:
        raise ToolError("too_many_bags", f"A passenger may add {MOST_BAGS} bags, that would make {total}.")
    fee = sum(bag_fee(flight, number) for number in range(booking.checked_bags + 1, total + 1))
    world.charge(card_id, fee, flight.rotation.airline.name, "travel")
    booking.checked_bags, booking.bag_fees = total, booking.bag_fees + fee
    return CheckedBags(
        flight_booking_id=flight_booking_id,
        destination_city=flight.destination.city.name,
        checked_bags=total + INCLUDED_BAGS[flight.cabin],
        bag_fee=fee,
        currency=world.person.currency,
    )


@toolkit.function
def request_meal(world: World, flight_booking_id: str, meal: Meal) -> RequestedMeal:
    """Order a special meal for a booked flight; it is free, and possible until a day before departure.

    Args:
        flight_booking_id: id of the flight booking
        meal: kind of the meal
    """
    booking, flight = standing(world, flight_booking_id)
    number = flight.rotation.flight_number
    if flight.rotation.duration < MEAL_MINUTES:
        raise ToolError("not_available", f"No meals are served on {number}, the flight is too short.")
    if flight.until_departure(world) < DAY:
        raise ToolError("closed", f"Meals are ordered a day ahead, and {number} leaves sooner.")
    booking.meal = meal
    return RequestedMeal(flight_booking_id, number, flight.destination.city.name, meal)


@toolkit.function
def check_in_for_flight(world: World, flight_booking_id: str) -> BoardingPass:
    """Check the user in for a booked flight, between 48 hours and 45 minutes before departure.

    Args:
        flight_booking_id: id of the flight booking
    """
    booking, flight = standing(world, flight_booking_id)
    number, left = flight.rotation.flight_number, flight.until_departure(world)
    if booking.status == "checked_in":
        raise ToolError("already_checked_in", f"The check-in for {number} is already done.")
    if left > CHECK_IN_OPENS:
        opens = flight.departs_at - CHECK_IN_OPENS
        raise ToolError("closed", f"Check-in for {number} opens on {opens:%A}, {opens.day} {opens:%B}.")
    if left < CHECK_IN_CLOSES:
        raise ToolError("closed", f"Check-in for {number} has closed.")
    booking.seat_number = booking.seat_number or free_seats(world, flight)[-1].number
    booking.status = "checked_in"
    first = flight.cabin == "business"
    return BoardingPass(
        flight_booking_id=flight_booking_id,
        passenger_name=world.person.full_name,
        flight_number=number,
        destination_city=flight.destination.city.name,
        seat_number=booking.seat_number,
        gate=gate(world, flight),
        boarding_group=1 if first else derived_rng(world.seed, "group", flight_booking_id).randint(2, 6),
        boarding_at=flight.departs_at + timedelta(minutes=flight.delay - 40),
        departs_at=flight.departs_at + timedelta(minutes=flight.delay),
        departure_time_zone=flight.origin.city.time_zone,
    )


def _free_seat(world: World, flight_seat_id: str) -> tuple[FlightBooking, Flight, Seat]:
    for booking in world.of(FlightsState).bookings:
        for seat in free_seats(world, flight_by_id(world, booking.flight_id)):
            if seat_id(world, booking, seat) == flight_seat_id:
                return *standing(world, booking.flight_booking_id), seat
    raise ToolError("not_found", f"There is no free seat with the id {flight_seat_id}.")
