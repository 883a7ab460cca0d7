"""Restaurants, their menus, tables to reserve and food to be delivered."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import City, World, cities, derived_rng, found, words
from magnet_kg.toolkits.conversions.rates import exchange, local_price
from magnet_kg.toolkits.dining.kitchens import (
    CUISINES,
    SEATS,
    Cuisine,
    Restaurant,
    find_dish,
    find_restaurant,
    find_town,
    restaurants_in,
)
from magnet_kg.toolkits.dining.records import (
    CancelledDelivery,
    CancelledTable,
    Delivery,
    DeliveryList,
    DeliveryProgress,
    DeliveryStatus,
    DeliverySummary,
    DiningState,
    DinnerInvitation,
    DishOffer,
    Menu,
    OrderedDelivery,
    Reservation,
    ReservationList,
    ReservedTable,
    RestaurantDetails,
    RestaurantMatches,
    RestaurantSummary,
    TableCheck,
)

toolkit = Toolkit(
    "dining", category="dining", description="Restaurants, menus, table reservations and food deliveries."
)

PartySize = Annotated[int, Field(ge=1, le=12)]
Quantity = Annotated[int, Field(ge=1, le=10)]

DAYS_AHEAD = 90


@toolkit.state
def make_state(world: World, rng: Random) -> DiningState:
    """Two reservations ahead and two deliveries, all in the home city and each at another restaurant."""
    state = DiningState()
    home = cities()[world.person.home_city]
    picked = [rng.choice(restaurants_in(world.seed, home, cuisine)) for cuisine in rng.sample(CUISINES, 4)]
    ahead = sorted(rng.sample(range(2, 16), 2))
    for restaurant, days in zip(picked[:2], ahead, strict=True):
        day = world.now.replace(hour=rng.choice((12, 18, 19, 20)), minute=rng.choice((0, 30))) + timedelta(days=days)
        if day.weekday() == restaurant.closed_on:
            day += timedelta(days=1)
        made = Reservation(world.new_id("tbl", 6), restaurant.restaurant_id, day, rng.choice((2, 3, 4, 4, 6)))
        state.reservations.append(made)
    streets = ("Maple Street", "Juniper Lane", "Second Avenue", "Lake Drive")
    home_address = f"{rng.randrange(2, 90)} {rng.choice(streets)}"
    for restaurant, days in zip(picked[2:], (0, rng.randrange(3, 20)), strict=True):
        dish = rng.choice(restaurant.menu)
        fee = local_price(4.5, home.currency)
        total = round(dish.price + fee, 2)
        expected = world.now - timedelta(days=days, minutes=95)
        status: DeliveryStatus = "delivered"
        if days == 0:
            expected = max(world.now, world.now.replace(hour=11, minute=30)) + timedelta(minutes=rng.randrange(9, 41))
            status = "preparing" if world.now.hour < 11 or rng.random() < 0.6 else "on the way"
        state.deliveries.append(
            Delivery(
                delivery_id=world.new_id("dlv", 6),
                dish_id=dish.dish_id,
                quantity=1,
                delivery_address=home_address,
                total_price=total,
                card_id=rng.choice(world.cards).card_id,
                charged=exchange(total, home.currency, "USD"),
                expected_at=expected,
                status=status,
            )
        )
    return state


@toolkit.function
def search_restaurants(world: World, city: str, cuisine: Cuisine) -> RestaurantMatches:
    """Search a city for restaurants of one cuisine, best rated first, with their restaurant ids.

    Args:
        city: name of the city to look in
        cuisine: what is cooked there
    """
    where = find_town(city)
    return RestaurantMatches(
        where.name,
        [
            RestaurantSummary(
                restaurant_id=r.restaurant_id,
                restaurant_name=r.name,
                cuisine=r.cuisine,
                rating=r.rating,
                average_price=r.average_price,
                currency=where.currency,
                price_level=r.price_level,
                distance_km=r.distance_km,
            )
            for r in restaurants_in(world.seed, where, cuisine)
        ],
    )


@toolkit.function
def get_restaurant_details(world: World, restaurant_id: str) -> RestaurantDetails:
    """Get the address, phone number, opening hours and rating of a restaurant.

    Args:
        restaurant_id: id of the restaurant
    """
    r = find_restaurant(world.seed, restaurant_id)
    return RestaurantDetails(
        restaurant_id=restaurant_id,
        restaurant_name=r.name,
        cuisine=r.cuisine,
        city=r.city.name,
        address=r.address,
        phone=r.phone,
        rating=r.rating,
        review_count=r.review_count,
        average_price=r.average_price,
        currency=r.city.currency,
        opens_at=f"{r.opens:02d}:00",
        closes_at=f"{r.closes:02d}:00",
        closed_on=r.rest_day,
        distance_km=r.distance_km,
    )


@toolkit.function
def get_menu(world: World, restaurant_id: str) -> Menu:
    """Get the dishes of a restaurant with their dish ids and prices, cheapest first.

    Args:
        restaurant_id: id of the restaurant
    """
    r = find_restaurant(world.seed, restaurant_id)
    return Menu(restaurant_id, r.name, [DishOffer(d.dish_id, d.name, d.price, r.city.currency) for d in r.menu])


@toolkit.function
def check_table(world: World, restaurant_id: str, reservation_time: NaiveDatetime, party_size: PartySize) -> TableCheck:
    """Check whether a restaurant has a free table at a given time, and at which other times close to it.

    Args:
        restaurant_id: id of the restaurant
        reservation_time: date and time of the visit, on the clocks of the restaurant's city
        party_size: how many people come
    """
    r = find_restaurant(world.seed, restaurant_id)
    _check_ahead(world, r, reservation_time)
    others = []
    for minutes in (-60, -30, 30, 60):
        other = reservation_time + timedelta(minutes=minutes)
        if _has_table(world, r, other, party_size) and other > _now_in(world, r.city):
            others.append(other)
    free = _has_table(world, r, reservation_time, party_size)
    return TableCheck(restaurant_id, r.name, reservation_time, r.city.time_zone, party_size, free, others)


@toolkit.function
def reserve_table(
    world: World, restaurant_id: str, reservation_time: NaiveDatetime, party_size: PartySize
) -> ReservedTable:
    """Reserve a table at a restaurant.

    Args:
        restaurant_id: id of the restaurant
        reservation_time: date and time of the visit, on the clocks of the restaurant's city
        party_size: how many people come
    """
    r = find_restaurant(world.seed, restaurant_id)
    _check_table(world, r, reservation_time, party_size)
    state = world.of(DiningState)
    for other in state.reservations:
        if other.status == "confirmed" and abs(other.reservation_time - reservation_time) < timedelta(minutes=90):
            name = find_restaurant(world.seed, other.restaurant_id).name
            raise ToolError(
                "conflict", f"There is a table at {name} at {other.reservation_time:%H:%M} that day already."
            )
    made = Reservation(world.new_id("tbl", 6), restaurant_id, reservation_time, party_size)
    state.reservations.append(made)
    return _reserved(world, made)


@toolkit.function
def list_table_reservations(world: World) -> ReservationList:
    """List the user's table reservations that are still ahead, soonest first, with their reservation ids."""
    ahead = [r for r in world.of(DiningState).reservations if r.status == "confirmed"]
    return ReservationList(
        [_reserved(world, r) for r in sorted(ahead, key=lambda r: (r.reservation_time, r.reservation_id))]
    )


@toolkit.function
def change_reservation_time(world: World, reservation_id: str, reservation_time: NaiveDatetime) -> ReservedTable:
    """Move a table reservation to another time.

    Args:
        reservation_id: id of the table reservation
        reservation_time: the new date and time, on the clocks of the restaurant's city
    """
    reservation = _reservation(world, reservation_id)
    r = find_restaurant(world.seed, reservation.restaurant_id)
    if reservation.reservation_time == reservation_time:
        raise ToolError("nothing_to_change", f"The table at {r.name} is reserved for that time already.")
    _check_table(world, r, reservation_time, reservation.party_size)
    reservation.reservation_time = reservation_time
    return _reserved(world, reservation)


@toolkit.function
def change_party_size(world: World, reservation_id: str, party_size: PartySize) -> ReservedTable:
    """Change for how many people a table is reserved.

    Args:
        reservation_id: id of the table reservation
        party_size: how many people come now
    """
    reservation = _reservation(world, reservation_id)
    r = find_restaurant(world.seed, reservation.restaurant_id)
    if reservation.party_size == party_size:
        raise ToolError("nothing_to_change", f"The table at {r.name} is reserved for {party_size} already.")
    if len(reservation.guest_ids) >= party_size:
        raise ToolError(
            "table_full", f"{len(reservation.guest_ids)} guests are invited to {r.name}, too many for that."
        )
    if party_size > reservation.party_size + _seats_left(world, r, reservation.reservation_time):
        raise ToolError("not_available", f"{r.name} has no room for {party_size} at that time.")
    reservation.party_size = party_size
    return _reserved(world, reservation)


@toolkit.function
def cancel_table_reservation(world: World, reservation_id: str) -> CancelledTable:
    """Cancel a table reservation.

    Args:
        reservation_id: id of the table reservation
    """
    reservation = _reservation(world, reservation_id)
    reservation.status = "cancelled"
    r = find_restaurant(world.seed, reservation.restaurant_id)
    return CancelledTable(r.name, reservation.reservation_time, r.city.time_zone, reservation.status)


@toolkit.function
def invite_to_dinner(world: World, reservation_id: str, contact_id: str) -> DinnerInvitation:
    """Invite a person to a table reservation.

    Args:
        reservation_id: id of the table reservation
        contact_id: id of the contact who is invited
    """
    reservation = _reservation(world, reservation_id)
    contact = world.contact(contact_id)
    r = find_restaurant(world.seed, reservation.restaurant_id)
    if contact_id in reservation.guest_ids:
        raise ToolError("already_invited", f"{contact.full_name} is invited to {r.name} already.")
    if len(reservation.guest_ids) + 1 >= reservation.party_size:
        raise ToolError("table_full", f"The table at {r.name} is for {reservation.party_size}, with no seat left.")
    reservation.guest_ids.append(contact_id)
    names = {c.contact_id: c.full_name for c in world.contacts}
    return DinnerInvitation(
        reservation_id=reservation_id,
        restaurant_name=r.name,
        reservation_time=reservation.reservation_time,
        time_zone=r.city.time_zone,
        guest_name=contact.full_name,
        guests=[names[i] for i in reservation.guest_ids if i in names],
    )


@toolkit.function
def order_delivery(
    world: World, dish_id: str, delivery_address: str, card_id: str, quantity: Quantity = 1
) -> OrderedDelivery:
    """Order a dish to be brought to an address in the restaurant's city, paid with a card.

    Args:
        dish_id: id of the dish
        delivery_address: street and number in the restaurant's city
        card_id: id of the card that is charged
        quantity: how many of the dish
    """
    r, dish = find_dish(world.seed, dish_id)
    if not delivery_address.strip():
        raise ToolError("invalid_argument", "There is no address to deliver to.")
    currency = r.city.currency
    fee = local_price(derived_rng(world.seed, "fee", r.restaurant_id).uniform(2.5, 6), currency)
    total = round(dish.price * quantity + fee, 2)
    charged = exchange(total, currency, "USD")
    expected = _next_delivery(world, r)
    world.charge(card_id, charged, r.name, "dining")
    made = Delivery(
        world.new_id("dlv", 6),
        dish_id,
        quantity,
        delivery_address,
        total,
        card_id,
        charged,
        expected,
        "preparing",
    )
    world.of(DiningState).deliveries.insert(0, made)
    return OrderedDelivery(made.delivery_id, r.name, dish.name, quantity, total, currency, expected, r.city.time_zone)


@toolkit.function
def list_deliveries(world: World) -> DeliveryList:
    """List the user's food deliveries, newest first, with their delivery ids."""
    listed = []
    for d in world.of(DiningState).deliveries:
        r, dish = find_dish(world.seed, d.dish_id)
        listed.append(
            DeliverySummary(d.delivery_id, r.name, dish.name, d.quantity, d.total_price, r.city.currency, d.status)
        )
    return DeliveryList(listed)


@toolkit.function
def track_delivery(world: World, delivery_id: str) -> DeliveryProgress:
    """Find out how far a food delivery has got, who brings it and when it is expected.

    Args:
        delivery_id: id of the food delivery
    """
    d = found(world.of(DiningState).deliveries, "delivery_id", delivery_id, "delivery")
    r, dish = find_dish(world.seed, d.dish_id)
    rng = derived_rng(world.seed, "courier", delivery_id)
    left = None
    if d.status in ("preparing", "on the way"):
        left = round((d.expected_at - _now_in(world, r.city)).total_seconds() / 60)
    return DeliveryProgress(
        delivery_id=delivery_id,
        restaurant_name=r.name,
        dish_name=dish.name,
        status=d.status,
        courier_name=rng.choice(words("first_names")),
        courier_phone=f"+1 {rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}",
        expected_at=d.expected_at,
        time_zone=r.city.time_zone,
        minutes_left=left,
    )


@toolkit.function
def cancel_delivery(world: World, delivery_id: str) -> CancelledDelivery:
    """Cancel a food delivery that is still being prepared and refund it to the card.

    Args:
        delivery_id: id of the food delivery
    """
    d = found(world.of(DiningState).deliveries, "delivery_id", delivery_id, "delivery")
    r, dish = find_dish(world.seed, d.dish_id)
    if d.status == "cancelled":
        raise ToolError("already_cancelled", f"The delivery from {r.name} has been cancelled before.")
    if d.status != "preparing":
        state = "has arrived" if d.status == "delivered" else "is on its way"
        raise ToolError("too_late", f"The {dish.name} from {r.name} {state} and cannot be cancelled.")
    world.refund(d.card_id, d.charged, r.name, "dining")
    d.status = "cancelled"
    return CancelledDelivery(r.name, dish.name, d.status, d.total_price, r.city.currency)


def _now_in(world: World, city: City) -> datetime:
    here = world.now.replace(tzinfo=ZoneInfo(world.person.time_zone))
    return here.astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None)


def _reservation(world: World, reservation_id: str) -> Reservation:
    reservation = found(world.of(DiningState).reservations, "reservation_id", reservation_id, "table reservation")
    if reservation.status == "cancelled":
        name = find_restaurant(world.seed, reservation.restaurant_id).name
        raise ToolError("already_cancelled", f"The table at {name} has been cancelled before.")
    return reservation


def _reserved(world: World, made: Reservation) -> ReservedTable:
    r = find_restaurant(world.seed, made.restaurant_id)
    return ReservedTable(
        made.reservation_id,
        made.restaurant_id,
        r.name,
        r.city.name,
        made.reservation_time,
        r.city.time_zone,
        made.party_size,
    )


def _check_ahead(world: World, r: Restaurant, moment: datetime) -> None:
    now = _now_in(world, r.city)
    if moment <= now:
        raise ToolError("in_the_past", f"{moment:%d %B %Y, %H:%M} has passed.")
    if moment > now + timedelta(days=DAYS_AHEAD):
        raise ToolError("too_far_ahead", f"{r.name} takes reservations for the next {DAYS_AHEAD} days only.")


def _check_table(world: World, r: Restaurant, moment: datetime, party_size: int) -> None:
    _check_ahead(world, r, moment)
    r.check_open(moment)
    if _seats_left(world, r, moment) < party_size:
        raise ToolError("not_available", f"{r.name} has no table for {party_size} at {moment:%H:%M} that day.")


def _has_table(world: World, r: Restaurant, moment: datetime, party_size: int) -> bool:
    return r.is_open(moment) and _seats_left(world, r, moment) >= party_size


def _seats_left(world: World, r: Restaurant, moment: datetime) -> int:
    own = sum(
        reservation.party_size
        for reservation in world.of(DiningState).reservations
        if reservation.restaurant_id == r.restaurant_id
        and reservation.reservation_time == moment
        and reservation.status == "confirmed"
    )
    return max(0, SEATS - r.seats_taken(world.seed, moment) - own)


def _next_delivery(world: World, r: Restaurant) -> datetime:
    """When food that is ordered now arrives; the kitchen starts when it opens next."""
    now = _now_in(world, r.city)
    minutes = derived_rng(world.seed, "delivery", r.restaurant_id, now.isoformat()).randrange(25, 61)
    start = now
    while not r.is_open(start):
        opening = start.replace(hour=r.opens, minute=0)
        start = opening if start < opening and start.weekday() != r.closed_on else opening + timedelta(days=1)
    return start + timedelta(minutes=minutes)
