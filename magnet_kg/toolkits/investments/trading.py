"""The brokerage account: what it holds, orders, dividends, and money in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.investments.kit import toolkit
from magnet_kg.toolkits.investments.market import (
    Instrument,
    by_id,
    by_symbol,
    is_open,
    next_dividend,
    previous_close,
    price_now,
)
from magnet_kg.toolkits.investments.records import (
    CancelledTrade,
    CashTransfer,
    DividendList,
    DividendPayment,
    Holding,
    HoldingList,
    InvestmentsState,
    OpenTrade,
    OpenTradeList,
    PlacedTrade,
    PortfolioValue,
    Position,
    Trade,
    TradeEstimate,
    TradeSide,
)

Shares = Annotated[int, Field(ge=1, le=10_000)]
Price = Annotated[float, Field(gt=0)]

LEAST_FEE = 1.5
FEE_SHARE = 0.0025


@toolkit.function
def list_holdings(world: World) -> HoldingList:
    """List the shares and funds that the user holds, with holding ids, worth and gain or loss, largest first."""
    holdings = [_holding(world, p) for p in world.of(InvestmentsState).positions]
    return HoldingList(sorted(holdings, key=lambda h: (-h.holding_total, h.symbol)))


@toolkit.function
def get_portfolio_value(world: World) -> PortfolioValue:
    """Get what the user's brokerage account is worth: holdings, cash, change since the day before, and gain in all."""
    state = world.of(InvestmentsState)
    held = [(by_symbol(world.seed, p.symbol), p) for p in state.positions]
    total = round(sum(price_now(world, i) * p.shares for i, p in held), 2)
    return PortfolioValue(
        holdings_worth=total,
        available_cash=state.cash,
        portfolio_total=round(total + state.cash, 2),
        day_change=round(sum((price_now(world, i) - previous_close(world, i)) * p.shares for i, p in held), 2),
        gain=round(sum((price_now(world, i) - p.average_cost) * p.shares for i, p in held), 2),
        currency=world.person.currency,
    )


@toolkit.function
def estimate_trade_cost(world: World, instrument_id: str, shares: Shares) -> TradeEstimate:
    """Estimate what buying some shares would cost, fee included, without placing an order.

    Args:
        instrument_id: id of the share or fund
        shares: how many
    """
    one = by_id(world.seed, instrument_id)
    price, fee = price_now(world, one), _fee(price_now(world, one) * shares)
    return TradeEstimate(
        instrument_id, one.symbol, one.name, shares, price, fee, round(price * shares + fee, 2),
        world.of(InvestmentsState).cash, world.person.currency,
    )  # fmt: skip


@toolkit.function
def buy_shares(world: World, instrument_id: str, shares: Shares, limit_price: Price | None = None) -> PlacedTrade:
    """Order shares with the cash of the brokerage account; filled at once while the exchange is open.

    Args:
        instrument_id: id of the share or fund
        shares: how many to buy
        limit_price: the highest price to pay for one; without it, whatever the price is
    """
    one, state = by_id(world.seed, instrument_id), world.of(InvestmentsState)
    price = price_now(world, one)
    needed = round(price * shares + _fee(price * shares), 2)
    if needed > state.cash:
        raise ToolError(
            "insufficient_funds",
            f"{shares} of {one.name} come to ${needed:,.2f}, but the brokerage account has ${state.cash:,.2f} in cash.",
        )
    return _placed(world, one, "buy", shares, limit_price, fits=limit_price is None or price <= limit_price)


@toolkit.function
def sell_shares(world: World, holding_id: str, shares: Shares, limit_price: Price | None = None) -> PlacedTrade:
    """Order the sale of shares that the user holds; filled at once while the exchange is open.

    Args:
        holding_id: id of the holding that the shares are of
        shares: how many to sell
        limit_price: the lowest price to take for one; without it, whatever the price is
    """
    state = world.of(InvestmentsState)
    position = found(state.positions, "holding_id", holding_id, "holding")
    one = by_symbol(world.seed, position.symbol)
    waiting = sum(t.shares for t in state.trades if (t.symbol, t.side, t.status) == (one.symbol, "sell", "open"))
    free = position.shares - waiting
    if shares > free:
        raise ToolError("insufficient_shares", f"There are {free} shares of {one.name} to sell, not {shares}.")
    price = price_now(world, one)
    return _placed(world, one, "sell", shares, limit_price, fits=limit_price is None or price >= limit_price)


@toolkit.function
def list_open_trades(world: World) -> OpenTradeList:
    """List the orders to buy or sell that have not been carried out yet, newest first, with their order ids."""
    waiting = [t for t in world.of(InvestmentsState).trades if t.status == "open"]
    waiting.sort(key=lambda t: (t.placed_at, t.trade_order_id), reverse=True)
    every = [(by_symbol(world.seed, t.symbol), t) for t in waiting]
    return OpenTradeList(
        [
            OpenTrade(
                t.trade_order_id, t.side, i.instrument_id, i.symbol, i.name, t.shares, t.limit_price,
                price_now(world, i), world.person.currency, t.placed_at,
            )
            for i, t in every
        ]
    )  # fmt: skip


@toolkit.function
def cancel_trade(world: World, trade_order_id: str) -> CancelledTrade:
    """Cancel an order to buy or sell that has not been carried out yet.

    Args:
        trade_order_id: id of the order to buy or sell
    """
    trade = found(world.of(InvestmentsState).trades, "trade_order_id", trade_order_id, "order")
    one = by_symbol(world.seed, trade.symbol)
    if trade.status == "filled":
        raise ToolError("closed", f"The order to {trade.side} {one.name} has been carried out already.")
    if trade.status == "cancelled":
        raise ToolError("already_cancelled", f"The order to {trade.side} {one.name} has been cancelled already.")
    trade.status = "cancelled"
    return CancelledTrade(trade_order_id, trade.side, one.instrument_id, one.symbol, one.name, trade.shares)


@toolkit.function
def list_upcoming_dividends(world: World) -> DividendList:
    """List the dividends that will be paid next on what the user holds, soonest first, with days and amounts."""
    coming = []
    for position in world.of(InvestmentsState).positions:
        one = by_symbol(world.seed, position.symbol)
        due = next_dividend(world, one)
        if due is not None:
            amount = round(due[1] * position.shares, 2)
            coming.append(
                DividendPayment(one.instrument_id, one.symbol, one.name, due[0], amount, world.person.currency)
            )
    coming.sort(key=lambda d: (d.payment_date, d.symbol))
    return DividendList(coming, round(sum(d.dividend_amount for d in coming), 2), world.person.currency)


@toolkit.function
def deposit_to_brokerage(world: World, account_id: str, amount: Price) -> CashTransfer:
    """Move money from a bank account to the cash of the brokerage account.

    Args:
        account_id: id of the bank account that the money leaves
        amount: how much, in US dollars
    """
    account, state = world.account(account_id), world.of(InvestmentsState)
    if amount > account.balance:
        raise ToolError(
            "insufficient_funds", f"The {account.name} account holds ${account.balance:,.2f}, not ${amount:,.2f}."
        )
    world.move(account, -amount, "Transfer to brokerage", "transfer")
    state.cash = round(state.cash + amount, 2)
    return CashTransfer(account_id, account.name, round(amount, 2), world.person.currency, state.cash, account.balance)


@toolkit.function
def withdraw_from_brokerage(world: World, account_id: str, amount: Price) -> CashTransfer:
    """Move cash of the brokerage account to a bank account.

    Args:
        account_id: id of the bank account that the money goes to
        amount: how much, in US dollars
    """
    account, state = world.account(account_id), world.of(InvestmentsState)
    if amount > state.cash:
        raise ToolError(
            "insufficient_funds", f"The brokerage account has ${state.cash:,.2f} in cash, not ${amount:,.2f}."
        )
    state.cash = round(state.cash - amount, 2)
    world.move(account, amount, "Transfer from brokerage", "transfer")
    return CashTransfer(account_id, account.name, round(amount, 2), world.person.currency, state.cash, account.balance)


def _fee(value: float) -> float:
    return round(max(LEAST_FEE, value * FEE_SHARE), 2)


def _holding(world: World, position: Position) -> Holding:
    one = by_symbol(world.seed, position.symbol)
    price = price_now(world, one)
    return Holding(
        holding_id=position.holding_id,
        instrument_id=one.instrument_id,
        symbol=one.symbol,
        instrument_name=one.name,
        shares=position.shares,
        bought_at=position.average_cost,
        share_price=price,
        holding_total=round(price * position.shares, 2),
        gain_amount=round((price - position.average_cost) * position.shares, 2),
        currency=world.person.currency,
    )


def _placed(
    world: World, one: Instrument, side: TradeSide, shares: int, limit_price: float | None, *, fits: bool
) -> PlacedTrade:
    state, price = world.of(InvestmentsState), price_now(world, one)
    fee = _fee(price * shares)
    total = round(price * shares + (fee if side == "buy" else -fee), 2)
    trade = Trade(world.new_id("tro", 6), side, one.symbol, shares, limit_price, world.now)
    state.trades.append(trade)
    if is_open(world) and fits:
        trade.status = "filled"
        state.cash = round(state.cash + (-total if side == "buy" else total), 2)
        _book(world, one.symbol, shares if side == "buy" else -shares, price)
    return PlacedTrade(
        trade.trade_order_id, side, trade.status, one.instrument_id, one.symbol, one.name, shares, price, fee, total,
        state.cash, world.person.currency,
    )  # fmt: skip


def _book(world: World, symbol: str, shares: int, price: float) -> None:
    state = world.of(InvestmentsState)
    position = next((p for p in state.positions if p.symbol == symbol), None)
    if position is None:
        state.positions.append(Position(world.new_id("hld", 5), symbol, shares, price))
        return
    if shares > 0:
        worth = position.average_cost * position.shares + price * shares
        position.average_cost = round(worth / (position.shares + shares), 2)
    position.shares += shares
    if not position.shares:
        state.positions.remove(position)
