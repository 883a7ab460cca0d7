"""What the user has ordered, reserved and booked to get around, and what the functions give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

RideType = Literal["economy", "comfort", "electric", "van", "premium"]
RideStatus = Literal["scheduled", "on_the_way", "completed", "cancelled"]
CarClass = Literal["economy", "compact", "suv", "van", "convertible", "electric"]
RentalExtra = Literal["child_seat", "additional_driver", "full_insurance", "roof_box", "snow_chains"]
BookingStatus = Literal["booked", "cancelled"]


@dataclass(slots=True)
class SavedAddress:
    """An address under the label by which the user calls it."""

    saved_address_id: str
    address_label: str
    address: str


@dataclass(slots=True)
class Quote:
    """A ride that has been offered; it can be ordered once."""

    ride_quote_id: str
    ride_type: RideType
    origin_address: str
    destination_address: str
    ride_price: float
    distance_km: float
    duration_minutes: int
    wait_minutes: int


@dataclass(slots=True)
class Ride:
    """A ride of the user, past, under way or to come."""

    ride_id: str
    ride_type: RideType
    origin_address: str
    destination_address: str
    ride_price: float
    distance_km: float
    duration_minutes: int
    pickup_at: datetime
    status: RideStatus
    card_id: str
    tip_amount: float = 0.0
    driver_rating: int | None = None
    shared_with: list[str] = field(default_factory=list)
    lost_items: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rental:
    """A rental car of the user."""

    rental_booking_id: str
    rental_offer_id: str
    confirmation_code: str
    card_id: str
    total_price: float
    extras: list[RentalExtra] = field(default_factory=list)
    status: BookingStatus = "booked"


@dataclass(slots=True)
class Ticket:
    """A seat on a train."""

    train_ticket_id: str
    train_id: str
    coach: int
    seat: str
    card_id: str
    status: BookingStatus = "booked"


@dataclass(slots=True)
class RidesState:
    """Everything of the user's own; cars and trains to choose from are computed."""

    addresses: list[SavedAddress] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    rides: list[Ride] = field(default_factory=list)
    rentals: list[Rental] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)


@dataclass(slots=True)
class SavedAddressList:
    """All saved addresses."""

    addresses: list[SavedAddress]


@dataclass(slots=True)
class RideQuote:
    """One kind of ride for a way, with its price and how soon a driver could be there."""

    ride_quote_id: str
    ride_type: RideType
    seat_count: int
    ride_price: float
    currency: str
    wait_minutes: int


@dataclass(slots=True)
class RideQuotes:
    """The rides that are offered for a way, cheapest first."""

    origin_address: str
    destination_address: str
    distance_km: float
    duration_minutes: int
    quotes: list[RideQuote]


@dataclass(slots=True)
class RequestedRide:
    """A ride whose driver is on the way to the user."""

    ride_id: str
    ride_type: RideType
    origin_address: str
    destination_address: str
    driver_name: str
    car_model: str
    license_plate: str
    wait_minutes: int
    ride_price: float
    currency: str


@dataclass(slots=True)
class ScheduledRide:
    """A ride that is ordered for later."""

    ride_id: str
    ride_type: RideType
    origin_address: str
    destination_address: str
    pickup_at: datetime
    ride_price: float
    currency: str


@dataclass(slots=True)
class RideSummary:
    """A ride in a list."""

    ride_id: str
    ride_type: RideType
    origin_address: str
    destination_address: str
    pickup_at: datetime
    status: RideStatus
    distance_km: float
    ride_price: float
    currency: str


@dataclass(slots=True)
class RideList:
    """The user's rides, latest first."""

    rides: list[RideSummary]


@dataclass(slots=True)
class RideProgress:
    """Who drives and when. Minutes are None where the driver has not set out yet."""

    ride_id: str
    status: RideStatus
    driver_name: str
    phone: str
    car_model: str
    license_plate: str
    minutes_away: int | None
    pickup_at: datetime
    drop_off_at: datetime
    destination_address: str


@dataclass(slots=True)
class MovedPickup:
    """A scheduled ride at its new time, and the time before."""

    ride_id: str
    destination_address: str
    pickup_at: datetime
    previous_pickup_at: datetime


@dataclass(slots=True)
class CancelledRide:
    """What comes back for a ride that does not take place."""

    destination_address: str
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class RideReceipt:
    """What a ride cost, by part."""

    ride_id: str
    destination_address: str
    ride_date: date
    distance_km: float
    duration_minutes: int
    base_part: float
    service_part: float
    tip_part: float
    total_price: float
    currency: str
    card_last_four: str


@dataclass(slots=True)
class TippedDriver:
    """A tip that the driver got."""

    ride_id: str
    driver_name: str
    tip_amount: float
    paid_in_all: float
    currency: str


@dataclass(slots=True)
class RatedRide:
    """The stars that a driver got."""

    ride_id: str
    driver_name: str
    driver_rating: int


@dataclass(slots=True)
class SharedRide:
    """A ride that somebody can follow on the map."""

    ride_id: str
    contact_id: str
    contact_name: str
    destination_address: str


@dataclass(slots=True)
class LostItemReport:
    """What was left in a car, and how to reach its driver."""

    lost_item_report_id: str
    ride_id: str
    lost_item: str
    driver_name: str
    phone: str
