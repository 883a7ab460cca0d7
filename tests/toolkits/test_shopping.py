"""What a customer of the store would miss: the right money, the right stock, and no second refund."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.shopping import toolkit
from magnet_kg.toolkits.shopping.records import ShoppingState
from magnet_kg.toolkits.shopping.shelf import shelf

EXECUTOR = ToolkitExecutor([toolkit])
SEEDS = (1, 2, 4, 9, 33)


class Store:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def balance(self, card_id: str) -> float:
        world = self.world
        return world.account(world.card(card_id).account_id).balance

    def rich_card(self) -> str:
        world = self.world
        return max(world.cards, key=lambda c: world.account(c.account_id).balance).card_id

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"shopping/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"shopping/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def empty_cart(self) -> None:
        for item in self.do("view_cart")["items"]:
            self.do("remove_from_cart", cart_item_id=item["cart_item_id"])

    def cheap_product(self) -> Any:
        found = self.do("search_shop_products", query="notebooks")["products"]
        return next(p for p in found if p["in_stock"])

    def order(self, **options: str) -> Any:
        total = self.do("get_checkout_total")
        return self.do("place_cart_order", cart_id=total["cart_id"], card_id=self.rich_card(), **options)


@pytest.fixture(params=SEEDS)
def store(request: pytest.FixtureRequest) -> Store:
    return Store(EXECUTOR.open(request.param))


def test_the_catalog_is_large_and_each_kind_can_be_told_apart_by_price_and_rating() -> None:
    for seed in SEEDS:
        products = list(shelf(seed).values())
        assert len(products) >= 200
        assert len({p.name for p in products}) == len({p.product_id for p in products}) == len(products)
        for kind in {p.kind for p in products}:
            alike = [p for p in products if p.kind == kind]
            assert len({p.price for p in alike}) == len({p.rating for p in alike}) == len(alike) >= 4


def test_worlds_differ_in_ids_and_prices_and_one_world_never_changes(store: Store) -> None:
    first = store.do("search_shop_products", query="desk lamps")
    assert store.do("search_shop_products", query="desk lamps") == first
    other = Store(EXECUTOR.open(1000)).do("search_shop_products", query="desk lamps")
    ids = [{p["product_id"] for p in listed["products"]} for listed in (first, other)]
    assert not ids[0] & ids[1]


def test_a_search_finds_by_words_in_any_number_and_under_a_price(store: Store) -> None:
    lamps = store.do("search_shop_products", query="desk lamps")["products"]
    assert len(lamps) == 5
    assert [p["price"] for p in lamps] == sorted(p["price"] for p in lamps)
    assert store.do("search_shop_products", query="Desk Lamp")["products"] == lamps
    limit = lamps[2]["price"]
    assert store.do("search_shop_products", query="desk lamps", max_price=limit)["products"] == lamps[:3]
    assert store.do("search_shop_products", query="flying carpets")["products"] == []
    assert store.refusal("search_shop_products", query="  ") == "invalid_argument"


def test_a_product_is_found_by_its_name_and_has_one_price_everywhere(store: Store) -> None:
    for deal in store.do("list_deals")["deals"]:
        assert deal["price"] < deal["regular_price"]
        found = store.do("find_product", product_name=deal["product_name"].lower())
        details = store.do("get_product", product_id=deal["product_id"])
        assert found["product_id"] == deal["product_id"]
        assert found["price"] == details["price"] == deal["price"]
    assert store.refusal("find_product", product_name="Flying Carpet") == "not_found"
    assert store.refusal("get_product", product_id="prd_1") == "not_found"


def test_the_cart_adds_up(store: Store) -> None:
    before = store.do("view_cart")
    product = store.cheap_product()
    added = store.do("add_to_cart", product_id=product["product_id"], quantity=2)
    assert added["total_price"] == pytest.approx(before["total_price"] + 2 * product["price"])
    item = next(i for i in store.do("view_cart")["items"] if i["product_id"] == product["product_id"])
    again = store.do("add_to_cart", product_id=product["product_id"])
    assert again["quantity"] == 3, "more of the same is no second item"
    fewer = store.do("change_cart_quantity", cart_item_id=item["cart_item_id"], quantity=1)
    assert fewer["total_price"] == pytest.approx(before["total_price"] + product["price"])
    left = store.do("remove_from_cart", cart_item_id=item["cart_item_id"])
    assert left["total_price"] == before["total_price"]
    assert store.refusal("remove_from_cart", cart_item_id=item["cart_item_id"]) == "not_found"


def test_nobody_can_put_more_in_the_cart_than_there_is(store: Store) -> None:
    sold_out = next(p for p in shelf(store.world.seed).values() if p.units == 0)
    assert store.do("check_stock", product_id=sold_out.product_id)["in_stock"] is False
    assert store.refusal("add_to_cart", product_id=sold_out.product_id) == "sold_out"
    scarce = next(
        p
        for p in shelf(store.world.seed).values()
        if p.units == 2 and all(p.product_id != i["product_id"] for i in store.do("view_cart")["items"])
    )
    assert store.refusal("add_to_cart", product_id=scarce.product_id, quantity=3) == "not_available"
    store.do("add_to_cart", product_id=scarce.product_id, quantity=2)
    assert store.refusal("add_to_cart", product_id=scarce.product_id) == "not_available"


def test_an_order_takes_exactly_its_total_from_the_account_and_empties_the_cart(store: Store) -> None:
    store.empty_cart()
    product = store.cheap_product()
    stock = store.do("check_stock", product_id=product["product_id"])["units_left"]
    store.do("add_to_cart", product_id=product["product_id"])
    quote = store.do("get_checkout_total")
    assert quote["total_price"] == pytest.approx(quote["subtotal"] + quote["shipping"])
    card = store.rich_card()
    balance = store.balance(card)
    placed = store.do("place_cart_order", cart_id=quote["cart_id"], card_id=card)
    assert placed["total_price"] == quote["total_price"]
    assert store.balance(card) == pytest.approx(balance - placed["total_price"])
    assert store.do("view_cart")["items"] == []
    assert store.do("check_stock", product_id=product["product_id"])["units_left"] == stock - 1
    assert store.do("list_orders")["orders"][0]["order_id"] == placed["order_id"]
    assert store.refusal("place_cart_order", cart_id=quote["cart_id"], card_id=card) == "not_found", (
        "a cart is ordered once"
    )


def test_faster_delivery_costs_more_and_comes_earlier(store: Store) -> None:
    start = store.session.snapshot()
    slow = store.order()
    store.session.restore(start)
    fast = store.order(delivery_speed="next_day")
    assert fast["shipping"] > slow["shipping"]
    assert fast["delivery_date"] < slow["delivery_date"]
    assert fast["delivery_date"] == (store.world.today + timedelta(days=1)).isoformat()


def test_an_empty_cart_cannot_be_ordered(store: Store) -> None:
    cart = store.do("get_checkout_total")["cart_id"]
    store.empty_cart()
    assert store.refusal("get_checkout_total") == "empty_cart"
    assert store.refusal("place_cart_order", cart_id=cart, card_id=store.rich_card()) == "empty_cart"


def test_an_order_that_the_card_cannot_pay_leaves_everything_as_it_was(store: Store) -> None:
    cart = store.do("get_checkout_total")["cart_id"]
    world = store.world
    card = world.cards[0]
    card.status = "frozen"
    for account in world.accounts:
        account.balance = 1.0
    store.session.restore(SavedWorld.of(world))
    assert store.refusal("place_cart_order", cart_id=cart, card_id=card.card_id) == "card_frozen"
    assert store.refusal("place_cart_order", cart_id=cart, card_id=world.cards[1].card_id) == "insufficient_funds"
    assert store.refusal("place_cart_order", cart_id=cart, card_id="card_0") == "not_found"


def test_a_cancelled_order_is_refunded_once(store: Store) -> None:
    placed = store.order()
    card = store.world.of(ShoppingState).orders[0].card_id
    balance = store.balance(card)
    product = store.do("get_order", order_id=placed["order_id"])["items"][0]
    stock = store.do("check_stock", product_id=product["product_id"])["units_left"]
    cancelled = store.do("cancel_unshipped_order", order_id=placed["order_id"])
    assert cancelled["refund_amount"] == placed["total_price"]
    assert store.balance(card) == pytest.approx(balance + placed["total_price"])
    assert store.do("check_stock", product_id=product["product_id"])["units_left"] == stock + product["quantity"]
    assert store.refusal("cancel_unshipped_order", order_id=placed["order_id"]) == "already_cancelled"
    assert store.refusal("return_order", order_id=placed["order_id"], reason="damaged") == "not_delivered"


def test_earlier_orders_are_at_different_stages_and_tell_each_other_apart(store: Store) -> None:
    orders = store.do("list_orders")["orders"]
    assert [o["status"] for o in orders] == ["processing", "shipped", "delivered", "delivered"]
    assert len({o["main_item"] for o in orders}) == len(orders)
    assert [o["ordered_on"] for o in orders] == sorted((o["ordered_on"] for o in orders), reverse=True)
    assert store.do("list_orders", status="shipped")["orders"] == orders[1:2]
    assert store.refusal("cancel_unshipped_order", order_id=orders[1]["order_id"]) == "already_shipped"
    assert store.refusal("get_order", order_id="ord_1") == "not_found"


def test_a_parcel_can_be_tracked_once_it_has_been_shipped(store: Store) -> None:
    waiting, shipped, delivered = (
        store.do("get_order", order_id=o["order_id"]) for o in store.do("list_orders")["orders"][:3]
    )
    assert waiting["tracking_code"] is None
    under_way = store.do("track_parcel", tracking_code=shipped["tracking_code"])
    assert under_way["delivered"] is False
    assert under_way["delivery_date"] > store.world.today.isoformat()
    arrived = store.do("track_parcel", tracking_code=delivered["tracking_code"])
    assert arrived["delivered"] is True
    assert arrived["delivery_date"] <= store.world.today.isoformat()
    assert store.refusal("track_parcel", tracking_code="trk_1") == "not_found"


def test_only_what_was_delivered_lately_can_go_back_and_only_once(store: Store) -> None:
    orders = store.do("list_orders")["orders"]
    recent, old = orders[2]["order_id"], orders[3]["order_id"]
    card = store.world.of(ShoppingState).orders[2].card_id
    balance = store.balance(card)
    returned = store.do("return_order", order_id=recent, reason="changed_mind")
    assert store.balance(card) == pytest.approx(balance + returned["refund_amount"])
    assert returned["refund_amount"] <= orders[2]["total_price"]
    assert returned["send_back_by"] >= store.world.today.isoformat()
    assert store.refusal("return_order", order_id=recent, reason="damaged") == "already_returned"
    arrived = date.fromisoformat(store.do("get_order", order_id=old)["delivery_date"])
    if store.world.today - arrived > timedelta(days=30):
        assert store.refusal("return_order", order_id=old, reason="damaged") == "return_period_over"
    else:
        whole = store.do("return_order", order_id=old, reason="damaged")
        assert whole["refund_amount"] == orders[3]["total_price"], "shipping is on the store when it is at fault"
    assert store.refusal("return_order", order_id=orders[0]["order_id"], reason="damaged") == "not_delivered"
    assert store.refusal("return_order", order_id=recent, reason="boredom") == "invalid_argument"


def test_the_same_calls_in_the_same_world_give_the_same_ids_and_the_same_end() -> None:
    def shop() -> tuple[Any, str]:
        store = Store(EXECUTOR.open(12))
        store.do("add_to_cart", product_id=store.cheap_product()["product_id"])
        return store.order(), store.session.digest()

    assert shop() == shop()
