"""The sums of the cart: what it costs, how much is in it, and what stands in it after a change."""

from __future__ import annotations

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.shopping.records import ChangedCart, ShoppingState
from magnet_kg.toolkits.shopping.shelf import Product, find_by_id


def check_filled(state: ShoppingState) -> None:
    """Refuse an empty cart.

    Raises:
        ToolError: `empty_cart`.
    """
    if not state.cart:
        raise ToolError("empty_cart", "There is nothing in the cart.")


def goods_price(world: World) -> float:
    """What the products in the cart cost together, without shipping."""
    cart = world.of(ShoppingState).cart
    return round(sum(find_by_id(world.seed, c.product_id).price * c.quantity for c in cart), 2)


def item_count(state: ShoppingState) -> int:
    """How many units are in the cart."""
    return sum(line.quantity for line in state.cart)


def changed(world: World, product: Product, quantity: int) -> ChangedCart:
    """The cart after a change to one product, of which there are now so many."""
    state = world.of(ShoppingState)
    return ChangedCart(state.cart_id, product.name, quantity, item_count(state), goods_price(world), "USD")
