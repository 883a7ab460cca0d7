"""What the functions return, and the stays that the world keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

RoomType = Literal["standard", "deluxe", "family", "suite"]
StayStatus = Literal["confirmed", "cancelled"]


@dataclass(slots=True)
class HotelBooking:
    """A stay that the user has booked; what was paid is kept in parts, refunded by different rules."""

    hotel_booking_id: str
    hotel_id: str
    room_type: RoomType
    check_in_date: date
    nights: int
    confirmation_code: str
    card_id: str
    booked_at: datetime
    room_price: float
    status: StayStatus = "confirmed"
    breakfast_guests: int = 0
    breakfast_price: float = 0.0
    late_checkout: str | None = None
    late_checkout_fee: float = 0.0
    requests: list[str] = field(default_factory=list)

    @property
    def check_out_date(self) -> date:
        """The day on which the user leaves."""
        return self.check_in_date + timedelta(days=self.nights)

    @property
    def total_price(self) -> float:
        """All that has been paid."""
        return round(self.room_price + self.breakfast_price + self.late_checkout_fee, 2)


@dataclass(slots=True)
class HotelsState:
    """The user's stays, the cancelled ones included."""

    bookings: list[HotelBooking] = field(default_factory=list)


@dataclass(slots=True)
class HotelMatch:
    """A hotel as a search shows it; `nightly_price` is that of its simplest room on an ordinary night."""

    hotel_id: str
    hotel_name: str
    stars: int
    guest_rating: float
    nightly_price: float
    currency: str
    distance_from_center_km: float


@dataclass(slots=True)
class HotelMatches:
    """The hotels of a city that fit, best rated first."""

    city: str
    hotels: list[HotelMatch]


@dataclass(slots=True)
class HotelDetails:
    """Everything about one hotel; `breakfast_fee` is for one person and day."""

    hotel_id: str
    hotel_name: str
    city: str
    address: str
    stars: int
    guest_rating: float
    distance_from_center_km: float
    check_in_from: str
    check_out_until: str
    amenities: list[str]
    pets_allowed: bool
    breakfast_fee: float | None
    nightly_price: float
    currency: str


@dataclass(slots=True)
class HotelReview:
    """What one guest wrote."""

    guest_name: str
    score: int
    text: str
    stay_month: str


@dataclass(slots=True)
class HotelReviews:
    """What guests say about a hotel, newest first."""

    hotel_id: str
    hotel_name: str
    guest_rating: float
    best_score: int
    review_count: int
    reviews: list[HotelReview]


@dataclass(slots=True)
class RoomOffer:
    """A room that is free on all nights of a stay."""

    room_offer_id: str
    room_type: RoomType
    beds: str
    sleeps: int
    total_price: float
    currency: str
    rooms_left: int


@dataclass(slots=True)
class RoomOffers:
    """The free rooms of a hotel for a stay, cheapest first."""

    hotel_id: str
    hotel_name: str
    city: str
    check_in_date: date
    check_out_date: date
    nights: int
    free_cancellation_until: date
    rooms: list[RoomOffer]


@dataclass(slots=True)
class BookedStay:
    """A booking in short."""

    hotel_booking_id: str
    confirmation_code: str
    status: StayStatus
    hotel_name: str
    city: str
    room_type: RoomType
    check_in_date: date
    check_out_date: date
    nights: int
    total_price: float
    currency: str


@dataclass(slots=True)
class BookedStays:
    """The user's stays, soonest first."""

    hotel_bookings: list[BookedStay]


@dataclass(slots=True)
class StayDetails:
    """Everything about one booking."""

    hotel_booking_id: str
    hotel_id: str
    confirmation_code: str
    status: StayStatus
    guest_name: str
    hotel_name: str
    city: str
    address: str
    room_type: RoomType
    beds: str
    check_in_date: date
    check_in_from: str
    check_out_date: date
    check_out_until: str
    nights: int
    breakfast_guests: int
    requests: list[str]
    free_cancellation_until: date
    card_last_four: str
    total_price: float
    currency: str


@dataclass(slots=True)
class StayChange:
    """Whether a stay can be moved; a negative `difference` would be given back. None where it cannot."""

    hotel_booking_id: str
    hotel_name: str
    check_in_date: date
    check_out_date: date
    available: bool
    total_price: float | None
    difference: float | None
    currency: str


@dataclass(slots=True)
class ChangedStay:
    """A stay after its move; a negative `difference` was given back."""

    hotel_booking_id: str
    hotel_name: str
    city: str
    check_in_date: date
    check_out_date: date
    nights: int
    difference: float
    total_price: float
    currency: str


@dataclass(slots=True)
class CancelledStay:
    """What a cancellation gives back."""

    hotel_name: str
    city: str
    refund_amount: float
    cancellation_fee: float
    currency: str


@dataclass(slots=True)
class AddedBreakfast:
    """Breakfast on every morning of a stay."""

    hotel_booking_id: str
    hotel_name: str
    guests: int
    mornings: int
    breakfast_price: float
    currency: str


@dataclass(slots=True)
class LateCheckout:
    """Whether the room can be kept for longer on the last day, until when, and what that costs."""

    hotel_booking_id: str
    hotel_name: str
    late_checkout_available: bool
    check_out_until: str
    late_checkout_fee: float | None
    currency: str


@dataclass(slots=True)
class BookedLateCheckout:
    """The last day of a stay, with the room for longer."""

    hotel_booking_id: str
    hotel_name: str
    check_out_date: date
    check_out_until: str
    late_checkout_fee: float
    currency: str


@dataclass(slots=True)
class SentHotelRequest:
    """A wish that the hotel has got."""

    hotel_booking_id: str
    hotel_name: str
    city: str
    text: str
