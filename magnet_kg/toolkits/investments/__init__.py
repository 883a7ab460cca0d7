"""The user's brokerage account: a market of invented companies and funds, orders, watchlists and alerts."""

from __future__ import annotations

from random import Random

from magnet_kg.execution.world import World
from magnet_kg.toolkits.investments import quotes, trading, watching
from magnet_kg.toolkits.investments.initial import make_account
from magnet_kg.toolkits.investments.kit import toolkit
from magnet_kg.toolkits.investments.records import InvestmentsState

__all__ = ["make_state", "quotes", "toolkit", "trading", "watching"]


@toolkit.state
def make_state(world: World, rng: Random) -> InvestmentsState:
    """Some holdings and cash, orders that wait, two watchlists and two price alerts."""
    return make_account(world, rng)
