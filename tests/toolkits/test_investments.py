"""What an investor would miss: money and shares that add up, orders that wait while the exchange is closed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from magnet_kg.execution.toolkits import SavedWorld, ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.investments import toolkit
from magnet_kg.toolkits.investments.market import market_of

SEEDS = (1, 4, 9, 31)
EXECUTOR = ToolkitExecutor([toolkit])


class Broker:
    """A session with the investments toolkit, and the world behind it."""

    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        world: World = self.session.snapshot().opened()
        return world

    def at(self, now: datetime) -> None:
        world = self.world
        world.now, world.person.time_zone = now, "America/New_York"
        self.session.restore(SavedWorld.of(world))

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"investments/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"investments/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def shares_of(self, symbol: str) -> int:
        return sum(h["shares"] for h in self.do("list_holdings")["holdings"] if h["symbol"] == symbol)


@pytest.fixture(params=SEEDS)
def broker(request: pytest.FixtureRequest) -> Broker:
    return Broker(EXECUTOR.open(request.param))


def test_worlds_have_markets_of_their_own() -> None:
    names = {i.name for seed in range(40) for i in market_of(seed)}
    assert len(names) >= 200
    for seed in range(40):
        assert len({i.symbol for i in market_of(seed)}) == len({i.name for i in market_of(seed)}) == 40


def test_what_is_bought_while_the_exchange_is_open_is_held_at_once(broker: Broker) -> None:
    broker.at(datetime(2026, 6, 10, 11, 0))
    one = broker.do("search_instruments", industry="robotics")["instruments"][0]
    before, cash = broker.shares_of(one["symbol"]), broker.do("get_portfolio_value")["available_cash"]
    estimate = broker.do("estimate_trade_cost", instrument_id=one["instrument_id"], shares=2)
    bought = broker.do("buy_shares", instrument_id=one["instrument_id"], shares=2)
    assert bought["status"] == "filled"
    assert bought["total_amount"] == estimate["total_amount"]
    assert bought["available_cash"] == round(cash - estimate["total_amount"], 2)
    assert broker.shares_of(one["symbol"]) == before + 2
    assert broker.refusal("cancel_trade", trade_order_id=bought["trade_order_id"]) == "closed"
    assert broker.refusal("buy_shares", instrument_id=one["instrument_id"], shares=9000) == "insufficient_funds"
    mine = broker.do("list_holdings")["holdings"][0]["holding_id"]
    assert broker.refusal("sell_shares", holding_id=mine, shares=9000) == "insufficient_shares"


def test_orders_wait_for_the_exchange_and_can_be_cancelled_until_then(broker: Broker) -> None:
    broker.at(datetime(2026, 6, 13, 11, 0))  # a Saturday
    held = broker.do("list_holdings")["holdings"][-1]
    order = broker.do("sell_shares", holding_id=held["holding_id"], shares=1)
    assert order["status"] == "open"
    assert broker.shares_of(held["symbol"]) == held["shares"]
    assert order["trade_order_id"] in {t["trade_order_id"] for t in broker.do("list_open_trades")["trade_orders"]}
    broker.do("cancel_trade", trade_order_id=order["trade_order_id"])
    assert broker.refusal("cancel_trade", trade_order_id=order["trade_order_id"]) == "already_cancelled"
    assert order["trade_order_id"] not in {t["trade_order_id"] for t in broker.do("list_open_trades")["trade_orders"]}


def test_prices_agree_wherever_they_are_told(broker: Broker) -> None:
    for held in broker.do("list_holdings")["holdings"]:
        quote = broker.do("get_instrument_quote", symbol=held["symbol"].lower())
        history = broker.do("get_price_history", symbol=held["symbol"], period="week")
        found = broker.do("find_instrument_by_name", instrument_name=held["instrument_name"])
        assert quote["share_price"] == held["share_price"] == found["share_price"]
        assert history["closing_prices"][-1]["closing_price"] == held["share_price"]
        assert quote["year_low"] <= quote["share_price"] <= quote["year_high"]
    assert broker.refusal("get_instrument_quote", symbol="??") == "not_found"
    assert broker.refusal("find_instrument_by_name", instrument_name="") == "not_found"


def test_money_goes_to_the_broker_and_back(broker: Broker) -> None:
    account = broker.world.accounts[0]
    there = broker.do("deposit_to_brokerage", account_id=account.account_id, amount=100)
    assert there["left_in_account"] == round(account.balance - 100, 2)
    back = broker.do("withdraw_from_brokerage", account_id=account.account_id, amount=100)
    assert back["left_in_account"] == account.balance
    assert back["available_cash"] == round(there["available_cash"] - 100, 2)
    too_much = {"account_id": account.account_id, "amount": 10_000_000}
    assert broker.refusal("deposit_to_brokerage", **too_much) == "insufficient_funds"
    assert broker.refusal("withdraw_from_brokerage", **too_much) == "insufficient_funds"


def test_watchlists_and_alerts_come_and_go(broker: Broker) -> None:
    held = broker.do("list_holdings")["holdings"][0]["instrument_id"]
    own = broker.do("create_watchlist", watchlist_name="Later")["watchlist_id"]
    assert broker.refusal("create_watchlist", watchlist_name="later") == "already_exists"
    assert broker.do("add_instrument_to_watchlist", watchlist_id=own, instrument_id=held)["entry_count"] == 1
    assert broker.refusal("add_instrument_to_watchlist", watchlist_id=own, instrument_id=held) == "already_exists"
    entry = broker.do("view_watchlist", watchlist_id=own)["entries"][0]["watchlist_entry_id"]
    assert broker.do("remove_from_watchlist", watchlist_entry_id=entry)["entry_count"] == 0
    assert broker.refusal("remove_from_watchlist", watchlist_entry_id=entry) == "not_found"
    wish = {"instrument_id": held, "direction": "falls", "change_percent": 7}
    alert = broker.do("set_price_alert", **wish)
    assert broker.refusal("set_price_alert", **wish) == "already_exists"
    broker.do("delete_price_alert", price_alert_id=alert["price_alert_id"])
    assert broker.refusal("delete_price_alert", price_alert_id=alert["price_alert_id"]) == "not_found"
