"""What a brokerage account holds, and what its functions give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

InstrumentType = Literal["stock", "fund"]
Industry = Literal[
    "renewable_energy", "shipping", "biotech", "robotics", "food", "retail", "water_technology", "video_games"
]
TradeSide = Literal["buy", "sell"]
TradeStatus = Literal["open", "filled", "cancelled"]
HistoryPeriod = Literal["week", "month", "quarter", "year"]
AlertDirection = Literal["rises", "falls"]


@dataclass(slots=True)
class Position:
    """Shares that the user holds, and what one cost on average."""

    holding_id: str
    symbol: str
    shares: int
    average_cost: float


@dataclass(slots=True)
class Trade:
    """An order to buy or sell. `amount` has the fee in it; it is 0 while the order is open."""

    trade_order_id: str
    side: TradeSide
    symbol: str
    shares: int
    limit_price: float | None
    placed_at: datetime
    status: TradeStatus = "open"


@dataclass(slots=True)
class Watched:
    """A symbol on a watchlist."""

    watchlist_entry_id: str
    symbol: str


@dataclass(slots=True)
class Watchlist:
    """What the user keeps an eye on."""

    watchlist_id: str
    watchlist_name: str
    entries: list[Watched] = field(default_factory=list)


@dataclass(slots=True)
class Alert:
    """A wish to be told when a price has moved."""

    price_alert_id: str
    symbol: str
    direction: AlertDirection
    change_percent: float
    alert_level: float


@dataclass(slots=True)
class InvestmentsState:
    """The brokerage account; the market is computed."""

    cash: float = 0.0
    positions: list[Position] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    watchlists: list[Watchlist] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


@dataclass(slots=True)
class InstrumentSummary:
    """A share or fund in a list, with its price and how that moved since the day before."""

    instrument_id: str
    symbol: str
    instrument_name: str
    instrument_type: InstrumentType
    share_price: float
    currency: str
    day_change_percent: float


@dataclass(slots=True)
class InstrumentMatches:
    """The shares and funds of an industry, largest company first."""

    industry: Industry
    instruments: list[InstrumentSummary]


@dataclass(slots=True)
class InstrumentDetails:
    """A share or fund that was found by its name."""

    instrument_id: str
    symbol: str
    instrument_name: str
    instrument_type: InstrumentType
    industry: Industry
    share_price: float
    currency: str


@dataclass(slots=True)
class MarketMovers:
    """What gained and what lost the most since the day before."""

    gainers: list[InstrumentSummary]
    losers: list[InstrumentSummary]


@dataclass(slots=True)
class InstrumentQuote:
    """The price of one share now, and the range of the last 52 weeks."""

    instrument_id: str
    symbol: str
    instrument_name: str
    share_price: float
    previous_close: float
    day_change_percent: float
    year_low: float
    year_high: float
    dividend_yield_percent: float
    market_open: bool
    currency: str


@dataclass(slots=True)
class ClosingPrice:
    """The last price of a day."""

    trading_date: date
    closing_price: float


@dataclass(slots=True)
class PriceHistory:
    """How a price went over a while, oldest day first."""

    instrument_id: str
    symbol: str
    instrument_name: str
    period: HistoryPeriod
    lowest_close: float
    highest_close: float
    change_percent: float
    currency: str
    closing_prices: list[ClosingPrice]


@dataclass(slots=True)
class Headline:
    """One piece of news."""

    headline: str
    news_source: str
    published_on: date


@dataclass(slots=True)
class CompanyNews:
    """The newest headlines on a company or fund, newest first."""

    instrument_id: str
    symbol: str
    instrument_name: str
    articles: list[Headline]


@dataclass(slots=True)
class Holding:
    """Shares that the user holds, with their worth now."""

    holding_id: str
    instrument_id: str
    symbol: str
    instrument_name: str
    shares: int
    bought_at: float
    share_price: float
    holding_total: float
    gain_amount: float
    currency: str


@dataclass(slots=True)
class HoldingList:
    """All holdings, the largest first."""

    holdings: list[Holding]


@dataclass(slots=True)
class PortfolioValue:
    """What the brokerage account is worth."""

    holdings_worth: float
    available_cash: float
    portfolio_total: float
    day_change: float
    gain: float
    currency: str


@dataclass(slots=True)
class TradeEstimate:
    """What an order would cost: the shares at the price now, and the fee."""

    instrument_id: str
    symbol: str
    instrument_name: str
    shares: int
    per_share: float
    commission: float
    total_amount: float
    available_cash: float
    currency: str


@dataclass(slots=True)
class PlacedTrade:
    """An order. While it is open, its amounts are those expected; the exchange opens at 9:30 on weekdays."""

    trade_order_id: str
    side: TradeSide
    status: TradeStatus
    instrument_id: str
    symbol: str
    instrument_name: str
    shares: int
    per_share: float
    commission: float
    total_amount: float
    available_cash: float
    currency: str


@dataclass(slots=True)
class OpenTrade:
    """An order that waits."""

    trade_order_id: str
    side: TradeSide
    instrument_id: str
    symbol: str
    instrument_name: str
    shares: int
    limit_price: float | None
    share_price: float
    currency: str
    placed_at: datetime


@dataclass(slots=True)
class OpenTradeList:
    """The orders that wait, newest first."""

    trade_orders: list[OpenTrade]


@dataclass(slots=True)
class CancelledTrade:
    """An order that will not be carried out."""

    trade_order_id: str
    side: TradeSide
    instrument_id: str
    symbol: str
    instrument_name: str
    shares: int


@dataclass(slots=True)
class DividendPayment:
    """A dividend that is to be paid on what the user holds."""

    instrument_id: str
    symbol: str
    instrument_name: str
    payment_date: date
    dividend_amount: float
    currency: str


@dataclass(slots=True)
class DividendList:
    """The dividends to come, soonest first, and their sum."""

    dividends: list[DividendPayment]
    total_amount: float
    currency: str


@dataclass(slots=True)
class CashTransfer:
    """Money that went from a bank account to the brokerage account or back."""

    account_id: str
    account_name: str
    amount: float
    currency: str
    available_cash: float
    left_in_account: float


@dataclass(slots=True)
class WatchlistSummary:
    """A watchlist and what is on it."""

    watchlist_id: str
    watchlist_name: str
    symbols: list[str]


@dataclass(slots=True)
class WatchlistList:
    """All watchlists of the user."""

    watchlists: list[WatchlistSummary]


@dataclass(slots=True)
class WatchlistEntry:
    """A share or fund on a watchlist, with its price now."""

    watchlist_entry_id: str
    instrument_id: str
    symbol: str
    instrument_name: str
    share_price: float
    currency: str
    day_change_percent: float


@dataclass(slots=True)
class WatchedInstruments:
    """What is on a watchlist, with prices."""

    watchlist_id: str
    watchlist_name: str
    entries: list[WatchlistEntry]


@dataclass(slots=True)
class WatchlistChange:
    """A watchlist after something came or went."""

    watchlist_id: str
    watchlist_name: str
    instrument_id: str
    instrument_name: str
    entry_count: int


@dataclass(slots=True)
class PriceAlert:
    """When the user wants to be told of a price."""

    price_alert_id: str
    instrument_id: str
    symbol: str
    instrument_name: str
    direction: AlertDirection
    change_percent: float
    alert_level: float
    currency: str


@dataclass(slots=True)
class PriceAlertList:
    """All price alerts."""

    price_alerts: list[PriceAlert]


@dataclass(slots=True)
class DeletedAlert:
    """An alert that will not come."""

    instrument_id: str
    instrument_name: str
    direction: AlertDirection
    alert_level: float
    currency: str
