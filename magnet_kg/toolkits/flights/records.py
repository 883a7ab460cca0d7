"""What the functions return, and the bookings that the world keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from magnet_kg.toolkits.flights.offers import Cabin

Meal = Literal["vegetarian", "vegan", "gluten_free", "halal", "kosher"]
SeatPosition = Literal["window", "middle", "aisle"]
BookingStatus = Literal["confirmed", "checked_in", "cancelled"]


@dataclass(slots=True)
class FlightBooking:
    """A flight that the user has booked; what was paid is kept in parts, refunded by different rules."""

    flight_booking_id: str
    flight_id: str
    confirmation_code: str
    card_id: str
    booked_at: datetime
    fare: float
    status: BookingStatus = "confirmed"
    seat_number: str | None = None
    seat_fee: float = 0.0
    checked_bags: int = 0
    bag_fees: float = 0.0
    meal: Meal | None = None

    @property
    def total_price(self) -> float:
        """All that has been paid."""
        return round(self.fare + self.seat_fee + self.bag_fees, 2)


@dataclass(slots=True)
class FlightsState:
    """The user's bookings, the cancelled ones included."""

    bookings: list[FlightBooking] = field(default_factory=list)


@dataclass(slots=True)
class AirportOfCity:
    """An airport; `city` is the one that it serves."""

    airport_code: str
    airport_name: str
    city: str
    country: str


@dataclass(slots=True)
class AirportList:
    """The airports for a city, the main one first."""

    airports: list[AirportOfCity]


@dataclass(slots=True)
class FlightOffer:
    """A flight that can be booked. Times are local; `price` is for one person."""

    flight_id: str
    airline: str
    flight_number: str
    departs_at: datetime
    departure_time_zone: str
    arrives_at: datetime
    arrival_time_zone: str
    duration_minutes: int
    stops: int
    price: float
    currency: str
    seats_left: int


@dataclass(slots=True)
class FlightOffers:
    """The flights of one day, earliest first."""

    origin_city: str
    destination_city: str
    departure_date: date
    cabin: Cabin
    flights: list[FlightOffer]


@dataclass(slots=True)
class DayFare:
    """The lowest fare of a day and the flight that has it."""

    departure_date: date
    lowest_price: float
    currency: str
    flight_id: str


@dataclass(slots=True)
class DayFares:
    """The lowest fares of some days, cheapest day first; days without a free seat are left out."""

    origin_city: str
    destination_city: str
    days: list[DayFare]


@dataclass(slots=True)
class FlightDetails:
    """Everything about one flight. Times are local."""

    flight_id: str
    airline: str
    flight_number: str
    origin_airport_code: str
    origin_city: str
    destination_airport_code: str
    destination_city: str
    departs_at: datetime
    departure_time_zone: str
    arrives_at: datetime
    arrival_time_zone: str
    duration_minutes: int
    distance_km: int
    stop_cities: list[str]
    aircraft: str
    cabin: Cabin
    bags_included: int
    first_bag_fee: float
    change_fee: float
    price: float
    currency: str
    seats_left: int


@dataclass(slots=True)
class FlightStatus:
    """Whether a flight is on time. Before the last day it is "scheduled": gate and delay are not known."""

    flight_booking_id: str
    flight_number: str
    destination_city: str
    status: Literal["scheduled", "on_time", "delayed", "departed"]
    delay_minutes: int
    departs_at: datetime
    expected_departure: datetime
    departure_time_zone: str
    gate: str | None


@dataclass(slots=True)
class BookedFlight:
    """A booking in short. Times are local."""

    flight_booking_id: str
    confirmation_code: str
    status: BookingStatus
    airline: str
    flight_number: str
    origin_city: str
    destination_city: str
    departs_at: datetime
    departure_time_zone: str
    arrives_at: datetime
    arrival_time_zone: str
    total_price: float
    currency: str


@dataclass(slots=True)
class BookedFlights:
    """The user's bookings, soonest departure first."""

    flight_bookings: list[BookedFlight]


@dataclass(slots=True)
class FlightBookingDetails:
    """Everything about one booking. Times are local; `arrival_date` is the day of the landing."""

    flight_booking_id: str
    confirmation_code: str
    status: BookingStatus
    passenger_name: str
    airline: str
    flight_number: str
    origin_airport_code: str
    origin_city: str
    destination_airport_code: str
    destination_city: str
    departs_at: datetime
    departure_time_zone: str
    arrives_at: datetime
    arrival_time_zone: str
    arrival_date: date
    cabin: Cabin
    seat_number: str | None
    checked_bags: int
    meal: Meal | None
    card_last_four: str
    total_price: float
    currency: str


@dataclass(slots=True)
class FlightChange:
    """Another flight to which a booking can be moved, and what that costs."""

    flight_change_id: str
    airline: str
    flight_number: str
    departs_at: datetime
    departure_time_zone: str
    arrives_at: datetime
    arrival_time_zone: str
    stops: int
    amount_due: float
    currency: str


@dataclass(slots=True)
class FlightChanges:
    """The flights of a day to which a booking can be moved, earliest first."""

    flight_booking_id: str
    origin_city: str
    destination_city: str
    departure_date: date
    change_fee: float
    currency: str
    changes: list[FlightChange]


@dataclass(slots=True)
class ChangedFlight:
    """A booking after its move. `amount_due` was charged to its card."""

    flight_booking_id: str
    airline: str
    flight_number: str
    destination_city: str
    departs_at: datetime
    departure_time_zone: str
    arrives_at: datetime
    arrival_time_zone: str
    amount_due: float
    total_price: float
    currency: str


@dataclass(slots=True)
class CancellationTerms:
    """What cancelling a booking would give back, and whether it is possible at all."""

    flight_booking_id: str
    destination_city: str
    cancellation_possible: bool
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class CancelledFlight:
    """What a cancellation gives back."""

    destination_city: str
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class FreeSeat:
    """A seat that nobody has; rows are counted from the front."""

    flight_seat_id: str
    seat_number: str
    row: int
    position: SeatPosition
    extra_legroom: bool
    seat_fee: float
    currency: str


@dataclass(slots=True)
class FreeSeats:
    """The free seats of the booked cabin, from front to back."""

    flight_booking_id: str
    flight_number: str
    destination_city: str
    seats: list[FreeSeat]


@dataclass(slots=True)
class ChosenSeat:
    """The seat that a booking now has."""

    flight_booking_id: str
    flight_number: str
    destination_city: str
    seat_number: str
    seat_fee: float
    currency: str


@dataclass(slots=True)
class CheckedBags:
    """The bags of a booking, those included in the fare not counted."""

    flight_booking_id: str
    destination_city: str
    checked_bags: int
    bag_fee: float
    currency: str


@dataclass(slots=True)
class RequestedMeal:
    """The meal that waits on board."""

    flight_booking_id: str
    flight_number: str
    destination_city: str
    meal: Meal


@dataclass(slots=True)
class BoardingPass:
    """What is needed at the airport. Times are local."""

    flight_booking_id: str
    passenger_name: str
    flight_number: str
    destination_city: str
    seat_number: str
    gate: str
    boarding_group: int
    boarding_at: datetime
    departs_at: datetime
    departure_time_zone: str
