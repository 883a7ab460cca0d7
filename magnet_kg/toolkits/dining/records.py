"""What the user has reserved and ordered, and what the functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from magnet_kg.toolkits.dining.kitchens import Cuisine

ReservationStatus = Literal["confirmed", "cancelled"]
DeliveryStatus = Literal["preparing", "on the way", "delivered", "cancelled"]


@dataclass(slots=True)
class Reservation:
    """A table of the user."""

    reservation_id: str
    restaurant_id: str
    reservation_time: datetime
    party_size: int
    status: ReservationStatus = "confirmed"
    guest_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Delivery:
    """Food that is brought to an address. Prices are in the currency of the restaurant's city."""

    delivery_id: str
    dish_id: str
    quantity: int
    delivery_address: str
    total_price: float
    card_id: str
    charged: float
    expected_at: datetime
    status: DeliveryStatus


@dataclass(slots=True)
class DiningState:
    """Reservations in the order of their making, deliveries newest first."""

    reservations: list[Reservation] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(slots=True)
class RestaurantSummary:
    """A restaurant in a list: the average price of a dish, and the distance from the center of the city."""

    restaurant_id: str
    restaurant_name: str
    cuisine: Cuisine
    rating: float
    average_price: float
    currency: str
    price_level: str
    distance_km: float


@dataclass(slots=True)
class RestaurantMatches:
    """Restaurants that fit, best rated first."""

    city: str
    restaurants: list[RestaurantSummary]


@dataclass(slots=True)
class RestaurantDetails:
    """All that the guide says about one restaurant."""

    restaurant_id: str
    restaurant_name: str
    cuisine: Cuisine
    city: str
    address: str
    phone: str
    rating: float
    review_count: int
    average_price: float
    currency: str
    opens_at: str
    closes_at: str
    closed_on: str | None
    distance_km: float


@dataclass(slots=True)
class DishOffer:
    """A dish and what it costs."""

    dish_id: str
    dish_name: str
    price: float
    currency: str


@dataclass(slots=True)
class Menu:
    """The dishes of a restaurant, cheapest first."""

    restaurant_id: str
    restaurant_name: str
    dishes: list[DishOffer]


@dataclass(slots=True)
class TableCheck:
    """Whether there is a table, and close times at which there is one."""

    restaurant_id: str
    restaurant_name: str
    reservation_time: datetime
    time_zone: str
    party_size: int
    is_available: bool
    other_times: list[datetime]


@dataclass(slots=True)
class ReservedTable:
    """A reservation as it stands."""

    reservation_id: str
    restaurant_id: str
    restaurant_name: str
    restaurant_city: str
    reservation_time: datetime
    time_zone: str
    party_size: int


@dataclass(slots=True)
class ReservationList:
    """The reservations that are still ahead, soonest first."""

    reservations: list[ReservedTable]


@dataclass(slots=True)
class CancelledTable:
    """A reservation that has been given back."""

    restaurant_name: str
    reservation_time: datetime
    time_zone: str
    status: ReservationStatus


@dataclass(slots=True)
class DinnerInvitation:
    """Who is invited to a reservation, with the newest guest and all so far."""

    reservation_id: str
    restaurant_name: str
    reservation_time: datetime
    time_zone: str
    guest_name: str
    guests: list[str]


@dataclass(slots=True)
class OrderedDelivery:
    """Food that is on order and paid for; the total includes the delivery."""

    delivery_id: str
    restaurant_name: str
    dish_name: str
    quantity: int
    total_price: float
    currency: str
    expected_at: datetime
    time_zone: str


@dataclass(slots=True)
class DeliverySummary:
    """A delivery in a list."""

    delivery_id: str
    restaurant_name: str
    dish_name: str
    quantity: int
    total_price: float
    currency: str
    status: DeliveryStatus


@dataclass(slots=True)
class DeliveryList:
    """The user's deliveries, newest first."""

    deliveries: list[DeliverySummary]


@dataclass(slots=True)
class DeliveryProgress:
    """How far a delivery has got. Without minutes left where nothing is on its way any more."""

    delivery_id: str
    restaurant_name: str
    dish_name: str
    status: DeliveryStatus
    courier_name: str
    courier_phone: str
    expected_at: datetime
    time_zone: str
    minutes_left: int | None


@dataclass(slots=True)
class CancelledDelivery:
    """A delivery that will not come, and what is given back, in the currency in which it was ordered."""

    restaurant_name: str
    dish_name: str
    status: DeliveryStatus
    refund_amount: float
    currency: str
