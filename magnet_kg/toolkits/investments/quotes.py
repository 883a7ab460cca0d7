"""The market: finding shares and funds, their prices, history and news."""

from __future__ import annotations

from datetime import timedelta

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World
from magnet_kg.toolkits.investments.kit import toolkit
from magnet_kg.toolkits.investments.market import (
    Instrument,
    by_symbol,
    close_on,
    closes_since,
    day_change,
    is_open,
    market_of,
    news_of,
    previous_close,
    price_now,
)
from magnet_kg.toolkits.investments.records import (
    ClosingPrice,
    CompanyNews,
    HistoryPeriod,
    Industry,
    InstrumentDetails,
    InstrumentMatches,
    InstrumentQuote,
    InstrumentSummary,
    InstrumentType,
    MarketMovers,
    PriceHistory,
)

MOVERS = 4
_DAYS: dict[HistoryPeriod, tuple[int, int]] = {"week": (6, 5), "month": (30, 8), "quarter": (91, 10), "year": (364, 12)}


@toolkit.function
def search_instruments(
    world: World, industry: Industry, instrument_type: InstrumentType | None = None
) -> InstrumentMatches:
    """Search the shares and funds of an industry, with symbols, prices and instrument ids.

    Args:
        industry: what the companies do
        instrument_type: only single stocks, or only funds
    """
    kept = [i for i in market_of(world.seed) if i.industry == industry and instrument_type in (None, i.kind)]
    return InstrumentMatches(industry, [summary_of(world, i) for i in kept])


@toolkit.function
def find_instrument_by_name(world: World, instrument_name: str) -> InstrumentDetails:
    """Find a share or fund by its name, to get its symbol and instrument id.

    Args:
        instrument_name: name of the company or fund, or a part that only it has
    """
    wanted = instrument_name.casefold().strip()
    matches = [i for i in market_of(world.seed) if wanted and wanted in i.name.casefold()]
    exact = [i for i in matches if i.name.casefold() == wanted]
    if not matches:
        raise ToolError("not_found", f"Nothing called {instrument_name} is traded.")
    if len(matches) > 1 and not exact:
        raise ToolError("ambiguous", f"More than one name contains {instrument_name}.")
    one = (exact or matches)[0]
    return InstrumentDetails(
        one.instrument_id, one.symbol, one.name, one.kind, one.industry, price_now(world, one), world.person.currency
    )


@toolkit.function
def list_market_movers(world: World) -> MarketMovers:
    """List the shares that gained and those that lost the most since the trading day before."""
    stocks = [summary_of(world, i) for i in market_of(world.seed) if i.kind == "stock"]
    stocks.sort(key=lambda s: (-s.day_change_percent, s.symbol))
    up = [s for s in stocks[:MOVERS] if s.day_change_percent > 0]
    down = [s for s in stocks[: -MOVERS - 1 : -1] if s.day_change_percent < 0]
    return MarketMovers(up, down)


@toolkit.function
def get_instrument_quote(world: World, symbol: str) -> InstrumentQuote:
    """Get the price of a share or fund now, its change since the day before, and its range over a year.

    Args:
        symbol: symbol under which it is traded
    """
    one = by_symbol(world.seed, symbol)
    year = [price for _, price in closes_since(world, one, 364, 60)]
    price = price_now(world, one)
    return InstrumentQuote(
        instrument_id=one.instrument_id,
        symbol=one.symbol,
        instrument_name=one.name,
        share_price=price,
        previous_close=previous_close(world, one),
        day_change_percent=day_change(world, one),
        year_low=min([price, *year]),
        year_high=max([price, *year]),
        dividend_yield_percent=one.dividend_percent,
        market_open=is_open(world),
        currency=world.person.currency,
    )


@toolkit.function
def get_price_history(world: World, symbol: str, period: HistoryPeriod = "month") -> PriceHistory:
    """Get how the price of a share or fund went over the last week, month, quarter or year.

    Args:
        symbol: symbol under which it is traded
        period: how far to look back
    """
    one = by_symbol(world.seed, symbol)
    days, count = _DAYS[period]
    closes = closes_since(world, one, days, count)
    first = close_on(world.seed, one, closes[-1][0] - timedelta(days=days))
    prices = [first, *(price for _, price in closes)]
    return PriceHistory(
        instrument_id=one.instrument_id,
        symbol=one.symbol,
        instrument_name=one.name,
        period=period,
        lowest_close=min(prices),
        highest_close=max(prices),
        change_percent=round((prices[-1] - first) / first * 100, 2),
        currency=world.person.currency,
        closing_prices=[ClosingPrice(day, price) for day, price in closes],
    )


@toolkit.function
def get_company_news(world: World, symbol: str) -> CompanyNews:
    """Get the newest headlines on a company or fund.

    Args:
        symbol: symbol under which it is traded
    """
    one = by_symbol(world.seed, symbol)
    return CompanyNews(one.instrument_id, one.symbol, one.name, news_of(world, one))


def summary_of(world: World, one: Instrument) -> InstrumentSummary:
    """A share or fund in short."""
    return InstrumentSummary(
        one.instrument_id, one.symbol, one.name, one.kind, price_now(world, one), world.person.currency,
        day_change(world, one),
    )  # fmt: skip
