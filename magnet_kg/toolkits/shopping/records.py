"""What the store remembers of the user, and what its functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from magnet_kg.toolkits.shopping.shelf import ProductCategory

OrderStatus = Literal["processing", "shipped", "delivered", "cancelled", "returned"]


@dataclass(slots=True)
class CartLine:
    """A product in the cart."""

    cart_item_id: str
    product_id: str
    quantity: int


@dataclass(slots=True)
class OrderLine:
    """A product of an order, at the price that was paid for one."""

    product_id: str
    quantity: int
    price: float


@dataclass(slots=True)
class Order:
    """An order of the user. Parcels get their tracking code when they are shipped."""

    order_id: str
    lines: list[OrderLine]
    shipping: float
    card_id: str
    ordered_on: date
    delivery_date: date
    status: OrderStatus
    tracking_code: str | None

    @property
    def goods_price(self) -> float:
        """What the goods cost together, without shipping."""
        return round(sum(line.price * line.quantity for line in self.lines), 2)

    @property
    def total_price(self) -> float:
        """What was paid."""
        return round(self.goods_price + self.shipping, 2)


@dataclass(slots=True)
class ShoppingState:
    """The cart, the orders (newest first), and the units of each product sold since the world began."""

    cart_id: str
    cart: list[CartLine] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    sold: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ProductSummary:
    """A product in a list."""

    product_id: str
    product_name: str
    price: float
    currency: str
    rating: float
    in_stock: bool


@dataclass(slots=True)
class ProductMatches:
    """Products that fit, cheapest first."""

    products: list[ProductSummary]


@dataclass(slots=True)
class Deal:
    """A product that is cheaper than usual today."""

    product_id: str
    product_name: str
    product_category: ProductCategory
    price: float
    regular_price: float
    currency: str
    discount_percent: int


@dataclass(slots=True)
class DealList:
    """Today's deals, cheapest first."""

    deals: list[Deal]


@dataclass(slots=True)
class ProductDetails:
    """All that the store says about a product."""

    product_id: str
    product_name: str
    product_category: ProductCategory
    price: float
    currency: str
    rating: float
    review_count: int
    weight_kg: float
    warranty_months: int
    in_stock: bool


@dataclass(slots=True)
class Stock:
    """Whether a product can be bought now, and how many of it."""

    product_id: str
    product_name: str
    in_stock: bool
    units_left: int


@dataclass(slots=True)
class CartItem:
    """A product in the cart; the price is for one."""

    cart_item_id: str
    product_id: str
    product_name: str
    quantity: int
    price: float


@dataclass(slots=True)
class Cart:
    """What is in the cart and what it costs, before shipping."""

    items: list[CartItem]
    total_price: float
    currency: str


@dataclass(slots=True)
class ChangedCart:
    """What was put in, changed or taken out, and what the cart then costs, before shipping."""

    cart_id: str
    product_name: str
    quantity: int
    item_count: int
    total_price: float
    currency: str


@dataclass(slots=True)
class CheckoutTotal:
    """What an order of the cart would cost: the goods, standard shipping, and both together."""

    cart_id: str
    item_count: int
    subtotal: float
    shipping: float
    total_price: float
    currency: str


@dataclass(slots=True)
class PlacedOrder:
    """An order that has been placed and paid for; the total includes shipping."""

    order_id: str
    item_count: int
    shipping: float
    total_price: float
    currency: str
    delivery_date: date


@dataclass(slots=True)
class OrderSummary:
    """An order in a list, named after its first product."""

    order_id: str
    main_item: str
    item_count: int
    total_price: float
    currency: str
    status: OrderStatus
    ordered_on: date


@dataclass(slots=True)
class OrderList:
    """The user's orders, newest first."""

    orders: list[OrderSummary]


@dataclass(slots=True)
class OrderedItem:
    """A product of an order; the price is for one."""

    product_id: str
    product_name: str
    quantity: int
    price: float


@dataclass(slots=True)
class OrderDetails:
    """An order with its products; the total includes shipping. A tracking code comes with the shipment."""

    order_id: str
    items: list[OrderedItem]
    shipping: float
    total_price: float
    currency: str
    status: OrderStatus
    ordered_on: date
    delivery_date: date
    tracking_code: str | None


@dataclass(slots=True)
class Parcel:
    """Where a parcel is. The date is that of the delivery, past or expected."""

    tracking_code: str
    main_item: str
    carrier: str
    delivered: bool
    last_seen_in: str
    delivery_date: date
    weight_kg: float


@dataclass(slots=True)
class CancelledOrder:
    """An order that will not be sent, and what went back to the card."""

    main_item: str
    status: OrderStatus
    refund_amount: float
    currency: str


@dataclass(slots=True)
class ReturnedOrder:
    """A return: what is refunded, and by when the parcel has to be handed in."""

    return_id: str
    main_item: str
    refund_amount: float
    currency: str
    send_back_by: date
