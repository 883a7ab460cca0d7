"""The cart and the orders with which a world begins."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.world import World
from magnet_kg.toolkits.shopping.delivery import shipping_fee
from magnet_kg.toolkits.shopping.records import CartLine, Order, OrderLine, OrderStatus, ShoppingState
from magnet_kg.toolkits.shopping.shelf import shelf


def make_store(world: World, rng: Random) -> ShoppingState:
    """A cart with something in it, and four earlier orders at different stages, each of other products.

    Args:
        world: whose cards paid for the orders.
        rng: the toolkit's own generator.
    """
    products = [p for p in shelf(world.seed).values() if p.units]
    picked = rng.sample(products, 12)
    state = ShoppingState(world.new_id("cart", 6))
    for product in picked[: rng.randrange(1, 4)]:
        state.cart.append(CartLine(world.new_id("ci", 6), product.product_id, rng.choice((1, 1, 2))))
    stages: list[tuple[OrderStatus, int]] = [
        ("processing", 0),
        ("shipped", 3),
        ("delivered", 12),
        ("delivered", rng.choice((19, 26, 48))),
    ]
    at = 3
    for status, ago in stages:
        ordered_on = world.today - timedelta(days=ago + rng.randrange(0, 3))
        lines = []
        for product in picked[at : at + rng.choice((1, 1, 2))]:
            lines.append(OrderLine(product.product_id, rng.choice((1, 1, 1, 2)), product.price))
        at += 2
        order = Order(
            order_id=world.new_id("ord", 7),
            lines=lines,
            shipping=0.0,
            card_id=rng.choice(world.cards).card_id,
            ordered_on=ordered_on,
            delivery_date=ordered_on + timedelta(days=rng.randrange(6, 9)),
            status=status,
            tracking_code=None if status == "processing" else world.new_id("trk", 9),
        )
        order.shipping = shipping_fee(order.goods_price, "standard")
        state.orders.append(order)
    return state
