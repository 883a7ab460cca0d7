"""What the functions for rental cars and trains give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from magnet_kg.toolkits.rides.records import BookingStatus, CarClass, RentalExtra


@dataclass(slots=True)
class RentalOffer:
    """A car that is free for the days asked for."""

    rental_offer_id: str
    rental_company: str
    car_model: str
    car_class: CarClass
    seat_count: int
    daily_price: float
    total_price: float
    currency: str


@dataclass(slots=True)
class RentalOffers:
    """The free cars of a city, cheapest first."""

    city: str
    pickup_date: date
    return_date: date
    rental_days: int
    cars: list[RentalOffer]


@dataclass(slots=True)
class RentalBooking:
    """A rental car that the user has reserved."""

    rental_booking_id: str
    confirmation_code: str
    status: BookingStatus
    rental_company: str
    car_model: str
    city: str
    pickup_date: date
    return_date: date
    extras: list[RentalExtra]
    total_price: float
    currency: str


@dataclass(slots=True)
class RentalBookingList:
    """The user's rental cars, soonest first."""

    rentals: list[RentalBooking]


@dataclass(slots=True)
class AddedRentalExtra:
    """An extra that will be in the car."""

    rental_booking_id: str
    car_model: str
    city: str
    extra: RentalExtra
    extra_price: float
    paid_in_all: float
    currency: str


@dataclass(slots=True)
class CancelledRental:
    """What comes back for a car that is not needed."""

    rental_company: str
    car_model: str
    city: str
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class TrainDestination:
    """A city that trains go to, with the fastest way there."""

    destination_city: str
    distance_km: float
    duration_minutes: int


@dataclass(slots=True)
class TrainDestinations:
    """The cities that can be reached by train from a city, nearest first."""

    origin_city: str
    destinations: list[TrainDestination]


@dataclass(slots=True)
class TrainOption:
    """A train with its times on the clocks of the two cities."""

    train_id: str
    train_number: str
    departs_at: datetime
    arrives_at: datetime
    duration_minutes: int
    change_count: int
    ticket_price: float
    currency: str


@dataclass(slots=True)
class TrainOptions:
    """The trains of a day, earliest first."""

    origin_city: str
    destination_city: str
    distance_km: float
    trains: list[TrainOption]


@dataclass(slots=True)
class TrainTicket:
    """A booked seat on a train."""

    train_ticket_id: str
    status: BookingStatus
    train_number: str
    origin_city: str
    destination_city: str
    departs_at: datetime
    arrives_at: datetime
    coach: int
    seat: str
    ticket_price: float
    currency: str


@dataclass(slots=True)
class TrainTicketList:
    """The user's train tickets, soonest first."""

    tickets: list[TrainTicket]


@dataclass(slots=True)
class CancelledTrainTicket:
    """What comes back for a train that is not taken."""

    train_number: str
    destination_city: str
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class TrainStatus:
    """Where a train leaves from and whether it is late."""

    train_ticket_id: str
    train_number: str
    origin_city: str
    destination_city: str
    platform: str
    departs_at: datetime
    delay_minutes: int
    expected_arrival_at: datetime
