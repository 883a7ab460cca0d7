"""Flights: searching the timetable, and the user's own bookings with their seats, bags and check-in."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, cities, derived_rng, found
from magnet_kg.toolkits.flights.initial import confirmation_code, make_bookings
from magnet_kg.toolkits.flights.offers import CABINS, Cabin, Flight, check_day, flight_by_id, flights_on
from magnet_kg.toolkits.flights.records import (
    AirportList,
    AirportOfCity,
    BoardingPass,
    BookedFlight,
    BookedFlights,
    CancelledFlight,
    CheckedBags,
    ChosenSeat,
    DayFare,
    DayFares,
    FlightBooking,
    FlightBookingDetails,
    FlightDetails,
    FlightOffer,
    FlightOffers,
    FlightsState,
    FlightStatus,
    FreeSeats,
    Meal,
    RebookedFlight,
    RequestedMeal,
    SeatPosition,
)
from magnet_kg.toolkits.flights.routes import airport, airports, distance_km
from magnet_kg.toolkits.flights.seats import free_seats

toolkit = Toolkit(
    "flights", category="travel", description="Searching and booking flights; seats, bags, check-in."
)

DAY = timedelta(hours=24)
BOOKING_CLOSES = timedelta(hours=1)
CHECK_IN_CLOSES = timedelta(minutes=45)
MOST_BAGS = 3
NEAR_KM = 150
MEAL_MINUTES = 150
INCLUDED_BAGS = dict(zip(CABINS, (0, 1, 2), strict=True))
CHANGE_FEES = dict(zip(CABINS, (75.0, 40.0, 0.0), strict=True))
CANCELLED_SHARE = dict(zip(CABINS, (0.3, 0.2, 0.0), strict=True))


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
    here = next((c for c in cities().values() if _plain(c.name) == _plain(city)), None)
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
    kept = [
        f
        for f in every
        if f.until_departure(world) > BOOKING_CLOSES and not (nonstop_only and f.rotation.via)
    ]
    return FlightOffers(
        airport(origin_airport_code).city.name,
        airport(destination_airport_code).city.name,
        departure_date,
        cabin,
        [
            FlightOffer(
                f.flight_id,
                f.rotation.airline.name,
                f.rotation.flight_number,
                f.departs_at,
                f.arrives_at,
                f.rotation.duration,
                len(f.rotation.via),
                f.price,
                world.person.currency,
                _seats_left(world, f),
            )
            for f in kept
        ],
    )


@toolkit.function
def find_cheapest_days(
    world: World,
    origin_airport_code: str,
    destination_airport_code: str,
    earliest_date: date,
    days: Annotated[int, Field(ge=2, le=31)] = 7,
) -> DayFares:
    """Compare the lowest economy fares between two airports over several days in a row.

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
        bookable = [f for f in every if f.until_departure(world) > BOOKING_CLOSES and _seats_left(world, f)]
        if bookable:
            best = min(bookable, key=lambda f: f.price)
            fares.append(DayFare(day, best.price, world.person.currency, best.flight_id))
    return DayFares(
        airport(origin_airport_code).city.name, airport(destination_airport_code).city.name, fares
    )


@toolkit.function
def get_flight(world: World, flight_id: str) -> FlightDetails:
    """Get everything about one flight: route, stops, aircraft, baggage and change rules.

    Args:
        flight_id: id of the flight
    """
    f = flight_by_id(world, flight_id)
    return FlightDetails(
        flight_id=f.flight_id,
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        origin_airport_code=f.origin.code,
        origin_city=f.origin.city.name,
        destination_airport_code=f.destination.code,
        destination_city=f.destination.city.name,
        departs_at=f.departs_at,
        arrives_at=f.arrives_at,
        duration_minutes=f.rotation.duration,
        distance_km=round(f.kilometers),
        stop_cities=[airports()[code].city.name for code in f.rotation.via],
        aircraft=f.rotation.aircraft,
        cabin=f.cabin,
        bags_included=INCLUDED_BAGS[f.cabin],
        first_bag_fee=_bag_fee(f, 1),
        change_fee=CHANGE_FEES[f.cabin],
        price=f.price,
        currency=world.person.currency,
        seats_left=_seats_left(world, f),
    )


@toolkit.function
def get_flight_status(world: World, flight_id: str) -> FlightStatus:
    """Check whether a flight is on time, delayed or gone, and at which gate it leaves.

    Args:
        flight_id: id of the flight
    """
    f = flight_by_id(world, flight_id)
    left = f.until_departure(world)
    near = left <= DAY
    delay = f.delay if near else 0
    gone = left + timedelta(minutes=delay) <= timedelta()
    return FlightStatus(
        flight_id=f.flight_id,
        flight_number=f.rotation.flight_number,
        destination_city=f.destination.city.name,
        status="departed" if gone else "delayed" if delay else "on_time" if near else "scheduled",
        delay_minutes=delay,
        departs_at=f.departs_at,
        expected_departure=f.departs_at + timedelta(minutes=delay),
        gate=_gate(world, f) if near else None,
    )


@toolkit.function
def book_flight(world: World, flight_id: str, card_id: str) -> BookedFlight:
    """Book a flight for the user and pay for it with a card.

    Args:
        flight_id: id of the flight
        card_id: id of the payment card
    """
    flight = _bookable(world, flight_id)
    state = world.of(FlightsState)
    if any(b.status != "cancelled" and _same(world, b, flight) for b in state.bookings):
        raise ToolError(
            "already_booked", f"The user already has a seat on {flight.rotation.flight_number} that day."
        )
    world.charge(card_id, flight.price, flight.rotation.airline.name, "travel")
    booking_id = world.new_id("fb", 6)
    booking = FlightBooking(
        booking_id, flight_id, confirmation_code(world, booking_id), card_id, world.now, flight.price
    )
    state.bookings.append(booking)
    return _booked(world, booking)


@toolkit.function
def list_flight_bookings(world: World, include_cancelled: bool = False) -> BookedFlights:
    """List the user's booked flights with their booking ids, soonest departure first.

    Args:
        include_cancelled: list the cancelled ones too
    """
    every = [
        _booked(world, b)
        for b in world.of(FlightsState).bookings
        if include_cancelled or b.status != "cancelled"
    ]
    return BookedFlights(sorted(every, key=lambda b: (b.departs_at, b.flight_booking_id)))


@toolkit.function
def get_flight_booking(world: World, flight_booking_id: str) -> FlightBookingDetails:
    """Get everything about one of the user's flight bookings: times, seat, bags, meal and what was paid.

    Args:
        flight_booking_id: id of the flight booking
    """
    booking, f = _booking(world, flight_booking_id)
    return FlightBookingDetails(
        flight_booking_id=booking.flight_booking_id,
        flight_id=booking.flight_id,
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
        arrives_at=f.arrives_at,
        arrival_date=f.arrives_at.date(),
        cabin=f.cabin,
        seat_number=booking.seat_number,
        checked_bags=booking.checked_bags + INCLUDED_BAGS[f.cabin],
        meal=booking.meal,
        card_last_four=world.card(booking.card_id).last_four,
        total_price=booking.total_price,
        currency=world.person.currency,
    )


@toolkit.function
def rebook_flight(world: World, flight_booking_id: str, flight_id: str) -> RebookedFlight:
    """Move a flight booking to another flight.

    A change fee and the difference in fare go to the card that the booking was paid with.

    Args:
        flight_booking_id: id of the flight booking to move
        flight_id: id of the flight to fly instead
    """
    booking, old = _changeable(world, flight_booking_id)
    new = _bookable(world, flight_id)
    if _same(world, booking, new):
        raise ToolError(
            "same_flight", f"The booking is already for {new.rotation.flight_number} on that day."
        )
    fee = 0.0 if _regretted(world, booking, old) else CHANGE_FEES[old.cabin]
    due = round(new.price + fee - booking.fare - booking.seat_fee, 2)
    if due > 0:
        world.charge(booking.card_id, due, new.rotation.airline.name, "travel")
    elif due < 0:
        world.refund(booking.card_id, -due, new.rotation.airline.name, "travel")
    # The fee stays with the airline whatever comes later, so it is no part of what the booking is worth.
    booking.flight_id, booking.fare = flight_id, new.price
    booking.seat_number, booking.seat_fee, booking.meal = None, 0.0, None
    return RebookedFlight(
        flight_booking_id=booking.flight_booking_id,
        flight_id=new.flight_id,
        airline=new.rotation.airline.name,
        flight_number=new.rotation.flight_number,
        destination_city=new.destination.city.name,
        departs_at=new.departs_at,
        arrives_at=new.arrives_at,
        change_fee=fee,
        amount_due=due,
        total_price=booking.total_price,
        currency=world.person.currency,
    )


@toolkit.function
def cancel_flight_booking(world: World, flight_booking_id: str) -> CancelledFlight:
    """Cancel a flight booking; what the fare rules give back goes to the card it was paid with.

    Within 24 hours of booking, and at least a week before departure, everything is given back.

    Args:
        flight_booking_id: id of the flight booking
    """
    booking, flight = _changeable(world, flight_booking_id)
    fee = (
        0.0 if _regretted(world, booking, flight) else round(booking.fare * CANCELLED_SHARE[flight.cabin], 2)
    )
    refund = round(booking.total_price - fee, 2)
    world.refund(booking.card_id, refund, flight.rotation.airline.name, "travel")
    booking.status = "cancelled"
    return CancelledFlight(
        flight_booking_id, flight.destination.city.name, refund, fee, world.person.currency
    )


@toolkit.function
def list_available_seats(
    world: World, flight_booking_id: str, position: SeatPosition | None = None
) -> FreeSeats:
    """List the seats that are still free on a booked flight, from front to back, with what they cost.

    Args:
        flight_booking_id: id of the flight booking
        position: only seats at the window, in the middle or on the aisle
    """
    _, flight = _open(world, flight_booking_id)
    taken = {
        b.seat_number
        for b in world.of(FlightsState).bookings
        if b.status != "cancelled" and _same(world, b, flight)
    }
    kept = [
        s for s in free_seats(world, flight) if s.seat_number not in taken and position in (None, s.position)
    ]
    return FreeSeats(flight_booking_id, flight.rotation.flight_number, kept, world.person.currency)


@toolkit.function
def choose_seat(world: World, flight_booking_id: str, seat_number: str) -> ChosenSeat:
    """Take a seat on a booked flight; its fee goes to the card that the booking was paid with.

    Args:
        flight_booking_id: id of the flight booking
        seat_number: row and letter of a free seat on the plane
    """
    booking, flight = _open(world, flight_booking_id)
    if booking.seat_number == seat_number:
        raise ToolError("already_chosen", f"Seat {seat_number} is already the user's.")
    seat = next((s for s in free_seats(world, flight) if s.seat_number == seat_number), None)
    if seat is None:
        raise ToolError("seat_taken", f"Seat {seat_number} is not free on {flight.rotation.flight_number}.")
    extra = round(seat.seat_fee - booking.seat_fee, 2)
    if extra > 0:
        world.charge(booking.card_id, extra, flight.rotation.airline.name, "travel")
        booking.seat_fee = seat.seat_fee
    booking.seat_number = seat_number
    return ChosenSeat(
        flight_booking_id,
        flight.rotation.flight_number,
        flight.destination.city.name,
        seat_number,
        max(extra, 0.0),
        booking.total_price,
        world.person.currency,
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
    booking, flight = _open(world, flight_booking_id)
    total = booking.checked_bags + bags
    if total > MOST_BAGS:
        raise ToolError(
            "too_many_bags", f"A passenger may pay for {MOST_BAGS} bags, that would make {total}."
        )
    fee = sum(_bag_fee(flight, n) for n in range(booking.checked_bags + 1, total + 1))
    world.charge(card_id, fee, flight.rotation.airline.name, "travel")
    booking.checked_bags, booking.bag_fees = total, booking.bag_fees + fee
    return CheckedBags(
        flight_booking_id,
        flight.destination.city.name,
        total + INCLUDED_BAGS[flight.cabin],
        fee,
        booking.total_price,
        world.person.currency,
    )


@toolkit.function
def request_meal(world: World, flight_booking_id: str, meal: Meal) -> RequestedMeal:
    """Order a special meal for a booked flight; it is free, and possible until a day before departure.

    Args:
        flight_booking_id: id of the flight booking
        meal: kind of the meal
    """
    booking, flight = _open(world, flight_booking_id)
    number = flight.rotation.flight_number
    if flight.rotation.duration < MEAL_MINUTES:
        raise ToolError("no_meal_service", f"No meals are served on {number}, the flight is too short.")
    if flight.until_departure(world) < DAY:
        raise ToolError(
            "too_late", f"Meals can be ordered until 24 hours before departure, and {number} leaves sooner."
        )
    booking.meal = meal
    return RequestedMeal(flight_booking_id, number, flight.destination.city.name, meal)


@toolkit.function
def check_in_for_flight(world: World, flight_booking_id: str) -> BoardingPass:
    """Check the user in for a booked flight, between 24 hours and 45 minutes before departure.

    Args:
        flight_booking_id: id of the flight booking
    """
    booking, flight = _open(world, flight_booking_id)
    number, left = flight.rotation.flight_number, flight.until_departure(world)
    if booking.status == "checked_in":
        raise ToolError("already_checked_in", f"The user is already checked in for {number}.")
    if left > DAY:
        opens = flight.departs_at - DAY
        raise ToolError("too_early", f"Check-in for {number} opens on {opens:%A, %-d %B} at {opens:%H:%M}.")
    if left < CHECK_IN_CLOSES:
        raise ToolError("too_late", f"Check-in for {number} has closed.")
    booking.seat_number = booking.seat_number or free_seats(world, flight)[-1].seat_number
    booking.status = "checked_in"
    return BoardingPass(
        flight_booking_id,
        world.person.full_name,
        number,
        flight.destination.city.name,
        booking.seat_number,
        _gate(world, flight),
        1
        if flight.cabin == "business"
        else derived_rng(world.seed, "group", flight_booking_id).randint(2, 6),
        flight.departs_at + timedelta(minutes=flight.delay - 40),
        flight.departs_at + timedelta(minutes=flight.delay),
    )


def _plain(name: str) -> str:
    """A city's name without case, accents and dots, as people write it."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if c.isalpha() or c.isspace()).split())


def _seats_left(world: World, flight: Flight) -> int:
    mine = [
        b
        for b in world.of(FlightsState).bookings
        if b.status != "cancelled" and b.flight_id == flight.flight_id
    ]
    return max(flight.seats_left - len(mine), 0)


def _same(world: World, booking: FlightBooking, flight: Flight) -> bool:
    """Whether the booking is for this flight, in whatever cabin."""
    other = flight_by_id(world, booking.flight_id)
    return (other.rotation.flight_number, other.departs) == (flight.rotation.flight_number, flight.departs)


def _bookable(world: World, flight_id: str) -> Flight:
    flight = flight_by_id(world, flight_id)
    if flight.until_departure(world) <= BOOKING_CLOSES:
        raise ToolError("too_late", f"Booking for {flight.rotation.flight_number} has closed.")
    if not _seats_left(world, flight):
        cabin = flight.cabin.replace("_", " ")
        raise ToolError("sold_out", f"{flight.rotation.flight_number} has no seat left in {cabin}.")
    return flight


def _booking(world: World, flight_booking_id: str) -> tuple[FlightBooking, Flight]:
    booking = found(world.of(FlightsState).bookings, "flight_booking_id", flight_booking_id, "flight booking")
    return booking, flight_by_id(world, booking.flight_id)


def _open(world: World, flight_booking_id: str) -> tuple[FlightBooking, Flight]:
    """A booking that is not cancelled, with its flight that has not left."""
    booking, flight = _booking(world, flight_booking_id)
    if booking.status == "cancelled":
        raise ToolError(
            "already_cancelled", f"The booking for {flight.rotation.flight_number} has been cancelled."
        )
    if flight.until_departure(world) <= timedelta():
        raise ToolError("departed", f"{flight.rotation.flight_number} has already left.")
    return booking, flight


def _changeable(world: World, flight_booking_id: str) -> tuple[FlightBooking, Flight]:
    booking, flight = _open(world, flight_booking_id)
    if booking.status == "checked_in":
        number = flight.rotation.flight_number
        raise ToolError(
            "already_checked_in", f"The user is checked in for {number}; the booking is now fixed."
        )
    return booking, flight


def _regretted(world: World, booking: FlightBooking, flight: Flight) -> bool:
    """Whether the booking is so fresh, and the flight so far, that it can be undone for nothing."""
    return world.now - booking.booked_at <= DAY and flight.until_departure(world) >= 7 * DAY


def _bag_fee(flight: Flight, number: int) -> float:
    first = 35.0 if flight.kilometers < 4500 else 60.0
    return first + 15.0 * (number - 1)


def _gate(world: World, flight: Flight) -> str:
    rng = derived_rng(world.seed, "gate", flight.flight_id)
    return f"{rng.choice('ABCDE')}{rng.randint(1, 48)}"


def _booked(world: World, booking: FlightBooking) -> BookedFlight:
    f = flight_by_id(world, booking.flight_id)
    return BookedFlight(
        flight_booking_id=booking.flight_booking_id,
        flight_id=booking.flight_id,
        confirmation_code=booking.confirmation_code,
        status=booking.status,
        airline=f.rotation.airline.name,
        flight_number=f.rotation.flight_number,
        origin_city=f.origin.city.name,
        destination_city=f.destination.city.name,
        departs_at=f.departs_at,
        arrives_at=f.arrives_at,
        total_price=booking.total_price,
        currency=world.person.currency,
    )
