"""An online store: products, a cart, orders, parcels and returns."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.shopping.beginning import make_store
from magnet_kg.toolkits.shopping.cart import changed, check_filled, goods_price, item_count
from magnet_kg.toolkits.shopping.delivery import DeliverySpeed, delivery_date, main_item, parcel_of, shipping_fee
from magnet_kg.toolkits.shopping.records import (
    CancelledOrder,
    Cart,
    CartItem,
    CartLine,
    ChangedCart,
    CheckoutTotal,
    Deal,
    DealList,
    Order,
    OrderDetails,
    OrderedItem,
    OrderLine,
    OrderList,
    OrderStatus,
    OrderSummary,
    Parcel,
    PlacedOrder,
    ProductDetails,
    ProductMatches,
    ProductSummary,
    ReturnedOrder,
    ShoppingState,
    Stock,
)
from magnet_kg.toolkits.shopping.shelf import ProductCategory, find_by_id, shelf
from magnet_kg.toolkits.shopping.stock import check_units, put_back, summary_of, take_out, units_left

toolkit = Toolkit(
    "shopping", category="shopping", description="An online store with the user's cart, orders and parcels."
)

Quantity = Annotated[int, Field(ge=1, le=20)]
Amount = Annotated[float, Field(gt=0)]
ReturnReason = Literal["wrong_size", "damaged", "not_as_described", "changed_mind"]

MERCHANT = "Dovetail Store"
RETURN_DAYS = 30


@toolkit.state
def make_state(world: World, rng: Random) -> ShoppingState:
    """A cart with something in it, and four earlier orders at different stages."""
    return make_store(world, rng)


@toolkit.function
def search_shop_products(world: World, query: str, max_price: Amount | None = None) -> ProductMatches:
    """Search the store for products by words, cheapest first, with their product ids.

    Args:
        query: what to look for
        max_price: only products up to this price in US dollars
    """
    if not query.strip():
        raise ToolError("invalid_argument", "There is nothing to search for.")
    fitting = [p for p in shelf(world.seed).values() if p.fits(query) and (max_price is None or p.price <= max_price)]
    return ProductMatches([summary_of(world, p) for p in sorted(fitting, key=lambda p: (p.price, p.name))])


@toolkit.function
def find_product(world: World, product_name: str) -> ProductSummary:
    """Find the one product that has a given name, with its product id.

    Args:
        product_name: the name of the product
    """
    wanted = product_name.strip().casefold()
    for product in shelf(world.seed).values():
        if product.name.casefold() == wanted:
            return summary_of(world, product)
    raise ToolError("not_found", f"The store has no product called {product_name}.")


@toolkit.function
def list_deals(world: World, product_category: ProductCategory | None = None) -> DealList:
    """List the products that are cheaper than usual today, cheapest first.

    Args:
        product_category: only deals of this category
    """
    deals = [
        Deal(
            p.product_id,
            p.name,
            p.category,
            p.price,
            p.regular_price,
            "USD",
            round((1 - p.price / p.regular_price) * 100),
        )
        for p in shelf(world.seed).values()
        if p.price < p.regular_price and product_category in (None, p.category)
    ]
    return DealList(sorted(deals, key=lambda d: (d.price, d.product_name)))


@toolkit.function
def get_product(world: World, product_id: str) -> ProductDetails:
    """Get the price, rating, weight and warranty of a product.

    Args:
        product_id: id of the product
    """
    p = find_by_id(world.seed, product_id)
    return ProductDetails(
        product_id=p.product_id,
        product_name=p.name,
        product_category=p.category,
        price=p.price,
        currency="USD",
        rating=p.rating,
        review_count=p.review_count,
        weight_kg=p.weight_kg,
        warranty_months=p.warranty_months,
        in_stock=units_left(world, p) > 0,
    )


@toolkit.function
def check_stock(world: World, product_id: str) -> Stock:
    """Check whether a product is in stock, and how many units are left.

    Args:
        product_id: id of the product
    """
    product = find_by_id(world.seed, product_id)
    left = units_left(world, product)
    return Stock(product_id, product.name, left > 0, left)


@toolkit.function
def add_to_cart(world: World, product_id: str, quantity: Quantity = 1) -> ChangedCart:
    """Put a product into the user's cart.

    Args:
        product_id: id of the product
        quantity: how many of it
    """
    state = world.of(ShoppingState)
    product = find_by_id(world.seed, product_id)
    line = next((c for c in state.cart if c.product_id == product_id), None)
    wanted = quantity + (line.quantity if line else 0)
    check_units(world, product, wanted)
    if line is None:
        state.cart.append(CartLine(world.new_id("ci", 6), product_id, quantity))
    else:
        line.quantity = wanted
    return changed(world, product, wanted)


@toolkit.function
def view_cart(world: World) -> Cart:
    """Show what is in the user's cart, with the ids of its items."""
    state = world.of(ShoppingState)
    items = []
    for line in state.cart:
        product = find_by_id(world.seed, line.product_id)
        items.append(CartItem(line.cart_item_id, line.product_id, product.name, line.quantity, product.price))
    return Cart(items, goods_price(world), "USD")


@toolkit.function
def change_cart_quantity(world: World, cart_item_id: str, quantity: Quantity) -> ChangedCart:
    """Change how many of an item are in the user's cart.

    Args:
        cart_item_id: id of the item in the cart
        quantity: how many there shall be
    """
    line = found(world.of(ShoppingState).cart, "cart_item_id", cart_item_id, "item in the cart")
    product = find_by_id(world.seed, line.product_id)
    check_units(world, product, quantity)
    line.quantity = quantity
    return changed(world, product, quantity)


@toolkit.function
def remove_from_cart(world: World, cart_item_id: str) -> ChangedCart:
    """Take an item out of the user's cart.

    Args:
        cart_item_id: id of the item in the cart
    """
    state = world.of(ShoppingState)
    line = found(state.cart, "cart_item_id", cart_item_id, "item in the cart")
    state.cart.remove(line)
    return changed(world, find_by_id(world.seed, line.product_id), 0)


@toolkit.function
def get_checkout_total(world: World) -> CheckoutTotal:
    """Get what ordering the user's cart would cost with standard shipping, and the id of the cart."""
    state = world.of(ShoppingState)
    check_filled(state)
    goods = goods_price(world)
    fee = shipping_fee(goods, "standard")
    return CheckoutTotal(state.cart_id, item_count(state), goods, fee, round(goods + fee, 2), "USD")


@toolkit.function
def place_cart_order(
    world: World, cart_id: str, card_id: str, delivery_speed: DeliverySpeed = "standard"
) -> PlacedOrder:
    """Order everything in the user's cart and pay for it with a card. The cart is empty afterwards.

    Args:
        cart_id: id of the cart
        card_id: id of the card that is charged
        delivery_speed: how fast it shall arrive
    """
    state = world.of(ShoppingState)
    if cart_id != state.cart_id:
        raise ToolError("not_found", f"There is no cart with the id {cart_id}.")
    check_filled(state)
    lines = []
    for item in state.cart:
        product = find_by_id(world.seed, item.product_id)
        check_units(world, product, item.quantity)
        lines.append(OrderLine(item.product_id, item.quantity, product.price))
    goods = goods_price(world)
    fee = shipping_fee(goods, delivery_speed)
    world.charge(card_id, round(goods + fee, 2), MERCHANT, "shopping")
    order = Order(
        order_id=world.new_id("ord", 7),
        lines=lines,
        shipping=fee,
        card_id=card_id,
        ordered_on=world.today,
        delivery_date=delivery_date(world.today, delivery_speed),
        status="processing",
        tracking_code=None,
    )
    take_out(world, order)
    count = item_count(state)
    state.orders.insert(0, order)
    state.cart.clear()
    state.cart_id = world.new_id("cart", 6)
    return PlacedOrder(order.order_id, count, fee, order.total_price, "USD", order.delivery_date)


@toolkit.function
def list_orders(world: World, status: OrderStatus | None = None) -> OrderList:
    """List the user's orders, newest first, with their order ids.

    Args:
        status: only orders at this stage
    """
    return OrderList(
        [
            OrderSummary(
                order_id=o.order_id,
                main_item=main_item(world, o),
                item_count=sum(line.quantity for line in o.lines),
                total_price=o.total_price,
                currency="USD",
                status=o.status,
                ordered_on=o.ordered_on,
            )
            for o in world.of(ShoppingState).orders
            if status in (None, o.status)
        ]
    )


@toolkit.function
def get_order(world: World, order_id: str) -> OrderDetails:
    """Get the products, the total, the stage and the tracking code of one order.

    Args:
        order_id: id of the order
    """
    order = _order(world, order_id)
    return OrderDetails(
        order_id=order_id,
        items=[
            OrderedItem(line.product_id, find_by_id(world.seed, line.product_id).name, line.quantity, line.price)
            for line in order.lines
        ],
        shipping=order.shipping,
        total_price=order.total_price,
        currency="USD",
        status=order.status,
        ordered_on=order.ordered_on,
        delivery_date=order.delivery_date,
        tracking_code=order.tracking_code,
    )


@toolkit.function
def track_parcel(world: World, tracking_code: str) -> Parcel:
    """Find out where a parcel is and when it is delivered.

    Args:
        tracking_code: tracking code of the parcel
    """
    order = next((o for o in world.of(ShoppingState).orders if o.tracking_code == tracking_code), None)
    if order is None:
        raise ToolError("not_found", f"There is no parcel with the tracking code {tracking_code}.")
    return parcel_of(world, order, tracking_code)


@toolkit.function
def cancel_unshipped_order(world: World, order_id: str) -> CancelledOrder:
    """Cancel an order that has not been shipped yet and refund it to the card it was paid with.

    Args:
        order_id: id of the order
    """
    order = _order(world, order_id)
    name = main_item(world, order)
    if order.status == "cancelled":
        raise ToolError("already_cancelled", f"The order with the {name} has been cancelled before.")
    if order.status != "processing":
        raise ToolError("already_shipped", f"The order with the {name} has been shipped and can only be returned.")
    world.refund(order.card_id, order.total_price, MERCHANT, "shopping")
    order.status = "cancelled"
    put_back(world, order)
    return CancelledOrder(name, order.status, order.total_price, "USD")


@toolkit.function
def return_order(world: World, order_id: str, reason: ReturnReason) -> ReturnedOrder:
    """Send a delivered order back within 30 days and get the price of the goods refunded.

    Args:
        order_id: id of the order
        reason: why it goes back
    """
    order = _order(world, order_id)
    name = main_item(world, order)
    if order.status == "returned":
        raise ToolError("already_returned", f"A return of the order with the {name} is under way.")
    if order.status != "delivered":
        raise ToolError("not_delivered", f"The order with the {name} has not been delivered ({order.status}).")
    last_day = order.delivery_date + timedelta(days=RETURN_DAYS)
    if world.today > last_day:
        raise ToolError("return_period_over", f"The order with the {name} could be returned until {last_day}.")
    refund = order.total_price if reason in ("damaged", "not_as_described") else order.goods_price
    world.refund(order.card_id, refund, MERCHANT, "shopping")
    order.status = "returned"
    put_back(world, order)
    hand_in = min(last_day, world.today + timedelta(days=14))
    return ReturnedOrder(world.new_id("ret", 7), name, refund, "USD", hand_in)


def _order(world: World, order_id: str) -> Order:
    return found(world.of(ShoppingState).orders, "order_id", order_id, "order")
