"""What the brokerage account holds to begin with."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.world import World
from magnet_kg.toolkits.investments.market import Instrument, close_on, market_of, price_now
from magnet_kg.toolkits.investments.records import (
    Alert,
    AlertDirection,
    InvestmentsState,
    Position,
    Trade,
    TradeSide,
    Watched,
    Watchlist,
)

_LISTS = (
    "maybe someday", "steady earners", "small and bold", "dividends", "tips from friends", "after the next dip",
    "green ideas", "long haul", "too expensive for now", "things I use myself",
)  # fmt: skip


def make_account(world: World, rng: Random) -> InvestmentsState:
    """Five or six holdings, cash, two open orders, two watchlists, two alerts; nothing is in two places at once."""
    market = list(market_of(world.seed))
    rng.shuffle(market)
    held, others = market[: rng.choice([5, 6])], market[6:]
    state = InvestmentsState(cash=round(rng.uniform(2600, 9500), 2))
    for one in held:
        bought = world.today - timedelta(days=rng.randrange(40, 700))
        state.positions.append(
            Position(world.new_id("hld", 5), one.symbol, rng.randrange(14, 75), close_on(world.seed, one, bought))
        )
    sides: list[tuple[TradeSide, Instrument, float]] = [
        ("sell", held[0], rng.uniform(1.06, 1.2)),
        ("buy", others[0], rng.uniform(0.82, 0.95)),
        ("buy", others[1], rng.uniform(0.82, 0.95)),
    ]
    for side, one, factor in rng.sample(sides, rng.choice([2, 2, 3])):
        limit = float(max(1, round(price_now(world, one) * factor)))
        placed = world.now - timedelta(days=rng.randrange(1, 9), minutes=rng.randrange(400))
        state.trades.append(Trade(world.new_id("tro", 6), side, one.symbol, rng.randint(2, 9), limit, placed))
    start = 2
    for name in rng.sample(_LISTS, 2):
        count = rng.randint(3, 5)
        entries = [Watched(world.new_id("we", 6), one.symbol) for one in others[start : start + count]]
        state.watchlists.append(Watchlist(world.new_id("wl", 5), name, entries))
        start += count
    for one in (held[1], others[start]):
        direction: AlertDirection = "rises" if rng.random() < 0.5 else "falls"
        percent = float(rng.choice([5, 8, 10, 15]))
        level = price_now(world, one) * (1 + (percent if direction == "rises" else -percent) / 100)
        state.alerts.append(Alert(world.new_id("alr", 5), one.symbol, direction, percent, round(level, 2)))
    return state
