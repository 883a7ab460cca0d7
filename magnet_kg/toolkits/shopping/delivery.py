"""Getting an order to the user: speeds, fees, carriers and parcels."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.shopping.records import Order, Parcel
from magnet_kg.toolkits.shopping.shelf import find_by_id

DeliverySpeed = Literal["standard", "express", "next_day"]

FREE_SHIPPING_FROM = 60.0
_SHIPPING_FEES: dict[DeliverySpeed, float] = {"standard": 4.95, "express": 11.5, "next_day": 18.9}
_DELIVERY_DAYS: dict[DeliverySpeed, int] = {"standard": 5, "express": 2, "next_day": 1}
_CARRIERS = ("Swift Parcel", "Northline", "Bluebird Express", "Postal Service")
_STOPS = ("Memphis", "Denver", "Atlanta", "Dallas", "Columbus", "Phoenix", "Nashville")


def shipping_fee(goods_price: float, speed: DeliverySpeed) -> float:
    """What shipping costs for goods of a price."""
    return 0.0 if speed == "standard" and goods_price >= FREE_SHIPPING_FROM else _SHIPPING_FEES[speed]


def delivery_date(ordered_on: date, speed: DeliverySpeed) -> date:
    """When an order of a day arrives."""
    return ordered_on + timedelta(days=_DELIVERY_DAYS[speed])


def main_item(world: World, order: Order) -> str:
    """The name of an order's first product, by which people speak of the order."""
    return find_by_id(world.seed, order.lines[0].product_id).name


def parcel_of(world: World, order: Order, tracking_code: str) -> Parcel:
    """Where the parcel of an order is."""
    rng = derived_rng(world.seed, "parcel", tracking_code)
    carrier, stop = rng.choice(_CARRIERS), rng.choice(_STOPS)
    arrived = order.status in ("delivered", "returned")
    weight = sum(find_by_id(world.seed, line.product_id).weight_kg * line.quantity for line in order.lines)
    return Parcel(
        tracking_code=tracking_code,
        main_item=main_item(world, order),
        carrier=carrier,
        delivered=arrived,
        last_seen_in=world.person.home_city if arrived else stop,
        delivery_date=order.delivery_date,
        weight_kg=round(weight + 0.2, 2),
    )
