"""Functions for food that is brought: to order it, follow it and stop it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found, words
from magnet_kg.toolkits.conversions.rates import exchange, local_price
from magnet_kg.toolkits.dining.kit import toolkit
from magnet_kg.toolkits.dining.kitchens import Restaurant, find_dish, now_in
from magnet_kg.toolkits.dining.records import (
    CancelledDelivery,
    Delivery,
    DeliveryList,
    DeliveryProgress,
    DeliverySummary,
    DiningState,
    OrderedDelivery,
)

Quantity = Annotated[int, Field(ge=1, le=10)]


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
        left = round((d.expected_at - now_in(world, r.city)).total_seconds() / 60)
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


def _next_delivery(world: World, r: Restaurant) -> datetime:
    """When food that is ordered now arrives; the kitchen starts when it opens next."""
    now = now_in(world, r.city)
    minutes = derived_rng(world.seed, "delivery", r.restaurant_id, now.isoformat()).randrange(25, 61)
    start = now
    while not r.is_open(start):
        opening = start.replace(hour=r.opens, minute=0)
        start = opening if start < opening and start.weekday() != r.closed_on else opening + timedelta(days=1)
    return start + timedelta(minutes=minutes)
