"""Flights: searching the timetable, and the user's own bookings with their seats, bags and check-in."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, cities, derived_rng
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.flights.answers import (
    INCLUDED_BAGS,
    bag_fee,
    booked,
    booking_details_of,
    change_of,
    details_of,
    offer_of,
    seat_of,
)
from magnet_kg.toolkits.flights.bookings import (
    DAY,
    amount_due,
    booking_of,
    cancellation_fee,
    change_fee,
    changeable,
    same_flight,
    seats_left,
    standing,
)
from magnet_kg.toolkits.flights.initial import confirmation_code, make_bookings
from magnet_kg.toolkits.flights.offers import Cabin, Flight, check_day, flight_by_id, flights_on
from magnet_kg.toolkits.flights.records import (
    AirportList,
    AirportOfCity,
    BoardingPass,
    BookedFlight,
    BookedFlights,
    CancellationTerms,
    CancelledFlight,
    ChangedFlight,
    CheckedBags,
    ChosenSeat,
    DayFare,
    DayFares,
    FlightBooking,
    FlightBookingDetails,
    FlightChanges,
    FlightDetails,
    FlightOffers,
    FlightsState,
    FlightStatus,
    FreeSeats,
    Meal,
    RequestedMeal,
    SeatPosition,
)
from magnet_kg.toolkits.flights.routes import airport, distance_km
from magnet_kg.toolkits.flights.seats import Seat, free_seats, seat_id

toolkit = Toolkit("flights", category="travel", description="Flights, bookings, seats, bags, check-in.")

BOOKING_CLOSES = timedelta(hours=1)
CHECK_IN_OPENS = timedelta(hours=48)
CHECK_IN_CLOSES = timedelta(minutes=45)
MOST_BAGS = 3
NEAR_KM = 150
MEAL_MINUTES = 100


@toolkit.state
def make_state(world: World, rng: Random) -> FlightsState:
    """One to three booked flights."""
    return make_bookings(world, rng)


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
    kept = [f for f in every if _is_open(world, f) and not (nonstop_only and f.rotation.via)]
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
        free = [f for f in every if _is_open(world, f) and seats_left(world, f)]
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


@toolkit.function
def book_flight(world: World, flight_id: str, card_id: str) -> BookedFlight:
    """Book a flight for the user and pay for it with a card.

    Args:
        flight_id: id of the flight
        card_id: id of the payment card
    """
    flight = flight_by_id(world, flight_id)
    state, number = world.of(FlightsState), flight.rotation.flight_number
    if not _is_open(world, flight):
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
        gate=_gate(world, f) if near else None,
    )


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
    kept = [f for f in every if _is_open(world, f) and seats_left(world, f) and not same_flight(world, booking, f)]
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
    if not _is_open(world, new) or not seats_left(world, new):
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
        gate=_gate(world, flight),
        boarding_group=1 if first else derived_rng(world.seed, "group", flight_booking_id).randint(2, 6),
        boarding_at=flight.departs_at + timedelta(minutes=flight.delay - 40),
        departs_at=flight.departs_at + timedelta(minutes=flight.delay),
        departure_time_zone=flight.origin.city.time_zone,
    )


def _is_open(world: World, flight: Flight) -> bool:
    return flight.until_departure(world) > BOOKING_CLOSES


def _free_seat(world: World, flight_seat_id: str) -> tuple[FlightBooking, Flight, Seat]:
    for booking in world.of(FlightsState).bookings:
        for seat in free_seats(world, flight_by_id(world, booking.flight_id)):
            if seat_id(world, booking, seat) == flight_seat_id:
                return *standing(world, booking.flight_booking_id), seat
    raise ToolError("not_found", f"There is no free seat with the id {flight_seat_id}.")


def _gate(world: World, flight: Flight) -> str:
    rng = derived_rng(world.seed, "gate", flight.flight_id)
    return f"{rng.choice('ABCDE')}{rng.randint(1, 48)}"
