"""What is left of each product in a world, after what has been ordered and sent back."""

from __future__ import annotations

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.shopping.records import Order, ProductSummary, ShoppingState
from magnet_kg.toolkits.shopping.shelf import Product


def units_left(world: World, product: Product) -> int:
    """How many of a product can still be ordered."""
    return max(0, product.units - world.of(ShoppingState).sold.get(product.product_id, 0))


def check_units(world: World, product: Product, wanted: int) -> None:
    """Refuse more of a product than there is.

    Raises:
        ToolError: `sold_out` or `not_available`.
    """
    left = units_left(world, product)
    if left == 0:
        raise ToolError("sold_out", f"The {product.name} is sold out.")
    if wanted > left:
        raise ToolError("not_available", f"There are only {left} left of the {product.name}, not {wanted}.")


def take_out(world: World, order: Order) -> None:
    """Count the products of an order as sold."""
    sold = world.of(ShoppingState).sold
    for line in order.lines:
        sold[line.product_id] = sold.get(line.product_id, 0) + line.quantity


def put_back(world: World, order: Order) -> None:
    """Count the products of an order as no longer sold."""
    sold = world.of(ShoppingState).sold
    for line in order.lines:
        sold[line.product_id] = sold.get(line.product_id, 0) - line.quantity


def summary_of(world: World, p: Product) -> ProductSummary:
    """A product as it stands in a list."""
    return ProductSummary(p.product_id, p.name, p.price, "USD", p.rating, units_left(world, p) > 0)
