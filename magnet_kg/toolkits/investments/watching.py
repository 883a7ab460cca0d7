"""Watchlists and price alerts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.investments.kit import toolkit
from magnet_kg.toolkits.investments.market import Instrument, by_id, by_symbol, day_change, price_now
from magnet_kg.toolkits.investments.records import (
    Alert,
    AlertDirection,
    DeletedAlert,
    InvestmentsState,
    PriceAlert,
    PriceAlertList,
    Watched,
    WatchedInstruments,
    Watchlist,
    WatchlistChange,
    WatchlistEntry,
    WatchlistList,
    WatchlistSummary,
)

Percent = Annotated[float, Field(gt=0, le=90)]

MOST_WATCHED = 30


@toolkit.function
def list_watchlists(world: World) -> WatchlistList:
    """List the user's watchlists with their watchlist ids and the symbols on them."""
    return WatchlistList([_summary(w) for w in world.of(InvestmentsState).watchlists])


@toolkit.function
def view_watchlist(world: World, watchlist_id: str) -> WatchedInstruments:
    """Get the shares and funds on a watchlist with their prices and the change since the day before.

    Args:
        watchlist_id: id of the watchlist
    """
    watchlist = _watchlist(world, watchlist_id)
    every = [(e.watchlist_entry_id, by_symbol(world.seed, e.symbol)) for e in watchlist.entries]
    return WatchedInstruments(
        watchlist_id,
        watchlist.watchlist_name,
        [
            WatchlistEntry(
                entry_id, i.instrument_id, i.symbol, i.name, price_now(world, i), world.person.currency,
                day_change(world, i),
            )
            for entry_id, i in every
        ],
    )  # fmt: skip


@toolkit.function
def create_watchlist(world: World, watchlist_name: str) -> WatchlistSummary:
    """Start a new, empty watchlist.

    Args:
        watchlist_name: what it should be called
    """
    state = world.of(InvestmentsState)
    if any(w.watchlist_name.casefold() == watchlist_name.casefold() for w in state.watchlists):
        raise ToolError("already_exists", f"There is already a watchlist called “{watchlist_name}”.")
    made = Watchlist(world.new_id("wl", 5), watchlist_name)
    state.watchlists.append(made)
    return _summary(made)


@toolkit.function
def add_instrument_to_watchlist(world: World, watchlist_id: str, instrument_id: str) -> WatchlistChange:
    """Put a share or fund on a watchlist.

    Args:
        watchlist_id: id of the watchlist
        instrument_id: id of the share or fund
    """
    watchlist, one = _watchlist(world, watchlist_id), by_id(world.seed, instrument_id)
    if any(e.symbol == one.symbol for e in watchlist.entries):
        raise ToolError("already_exists", f"{one.name} is already on the watchlist “{watchlist.watchlist_name}”.")
    if len(watchlist.entries) >= MOST_WATCHED:
        raise ToolError("limit_exceeded", f"“{watchlist.watchlist_name}” is full with {MOST_WATCHED} entries.")
    watchlist.entries.append(Watched(world.new_id("we", 6), one.symbol))
    return _change(watchlist, one)


@toolkit.function
def remove_from_watchlist(world: World, watchlist_entry_id: str) -> WatchlistChange:
    """Take a share or fund off the watchlist that it is on.

    Args:
        watchlist_entry_id: id of the entry on a watchlist
    """
    for watchlist in world.of(InvestmentsState).watchlists:
        for entry in watchlist.entries:
            if entry.watchlist_entry_id == watchlist_entry_id:
                watchlist.entries.remove(entry)
                return _change(watchlist, by_symbol(world.seed, entry.symbol))
    raise ToolError("not_found", f"No watchlist has an entry with the id {watchlist_entry_id}.")


@toolkit.function
def set_price_alert(world: World, instrument_id: str, direction: AlertDirection, change_percent: Percent) -> PriceAlert:
    """Have the user told when a price has risen or fallen by so many percent from where it is now.

    Args:
        instrument_id: id of the share or fund
        direction: whether to wait for a rise or a fall
        change_percent: by how many percent
    """
    one, state = by_id(world.seed, instrument_id), world.of(InvestmentsState)
    sign = 1 if direction == "rises" else -1
    level = round(price_now(world, one) * (1 + sign * change_percent / 100), 2)
    same = (one.symbol, direction, change_percent)
    if any((a.symbol, a.direction, a.change_percent) == same for a in state.alerts):
        raise ToolError("already_exists", f"There is already such an alert for {one.name}.")
    alert = Alert(world.new_id("alr", 5), one.symbol, direction, change_percent, level)
    state.alerts.append(alert)
    return _alert(world, alert)


@toolkit.function
def list_price_alerts(world: World) -> PriceAlertList:
    """List the user's price alerts with their alert ids and the prices that set them off."""
    return PriceAlertList([_alert(world, a) for a in world.of(InvestmentsState).alerts])


@toolkit.function
def delete_price_alert(world: World, price_alert_id: str) -> DeletedAlert:
    """Delete a price alert.

    Args:
        price_alert_id: id of the price alert
    """
    state = world.of(InvestmentsState)
    alert = found(state.alerts, "price_alert_id", price_alert_id, "price alert")
    state.alerts.remove(alert)
    one = by_symbol(world.seed, alert.symbol)
    return DeletedAlert(one.instrument_id, one.name, alert.direction, alert.alert_level, world.person.currency)


def _watchlist(world: World, watchlist_id: str) -> Watchlist:
    return found(world.of(InvestmentsState).watchlists, "watchlist_id", watchlist_id, "watchlist")


def _summary(watchlist: Watchlist) -> WatchlistSummary:
    return WatchlistSummary(watchlist.watchlist_id, watchlist.watchlist_name, [e.symbol for e in watchlist.entries])


def _change(watchlist: Watchlist, one: Instrument) -> WatchlistChange:
    return WatchlistChange(
        watchlist.watchlist_id, watchlist.watchlist_name, one.instrument_id, one.name, len(watchlist.entries)
    )


def _alert(world: World, alert: Alert) -> PriceAlert:
    one = by_symbol(world.seed, alert.symbol)
    return PriceAlert(
        alert.price_alert_id, one.instrument_id, one.symbol, one.name, alert.direction, alert.change_percent,
        alert.alert_level, world.person.currency,
    )  # fmt: skip
