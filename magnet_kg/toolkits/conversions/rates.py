"""Currencies: what one US dollar buys, and how finely each is counted. Fixed, so that replays agree."""

from __future__ import annotations

from magnet_kg.execution.toolkit import ToolError

PER_DOLLAR: dict[str, float] = {
    "AED": 3.6725, "ALL": 83.4, "AMD": 383.5, "ARS": 1412.0, "AUD": 1.521, "AZN": 1.7, "BAM": 1.688,
    "BBD": 2.0, "BDT": 121.9, "BGN": 1.688, "BHD": 0.376, "BOB": 6.91, "BRL": 5.36, "BSD": 1.0,
    "BWP": 13.4, "CAD": 1.398, "CHF": 0.801, "CLP": 941.0, "CNY": 7.118, "COP": 3862.0, "CRC": 502.0,
    "CUP": 24.0, "CVE": 95.2, "CZK": 20.94, "DKK": 6.446, "DOP": 63.9, "DZD": 130.3, "EGP": 47.4,
    "ETB": 152.4, "EUR": 0.8635, "FJD": 2.27, "GBP": 0.7602, "GEL": 2.71, "GHS": 11.05, "GTQ": 7.66,
    "HKD": 7.776, "HNL": 26.3, "HRK": 6.506, "HUF": 334.6, "IDR": 16690.0, "ILS": 3.258, "INR": 88.7,
    "IQD": 1310.0, "ISK": 126.4, "JMD": 160.5, "JOD": 0.709, "JPY": 154.2, "KES": 129.2, "KGS": 87.4,
    "KHR": 4020.0, "KRW": 1451.0, "KWD": 0.3068, "KZT": 524.0, "LAK": 21700.0, "LBP": 89500.0,
    "LKR": 305.0, "MAD": 9.27, "MDL": 17.0, "MGA": 4490.0, "MKD": 53.1, "MMK": 2100.0, "MNT": 3580.0,
    "MOP": 8.01, "MUR": 45.9, "MXN": 18.41, "MYR": 4.172, "MZN": 63.9, "NAD": 17.3, "NGN": 1442.0,
    "NOK": 10.12, "NPR": 141.9, "NZD": 1.768, "OMR": 0.3845, "PAB": 1.0, "PEN": 3.374, "PHP": 58.9,
    "PKR": 281.0, "PLN": 3.665, "PYG": 7080.0, "QAR": 3.64, "RON": 4.391, "RSD": 101.2, "RUB": 80.9,
    "RWF": 1453.0, "SAR": 3.75, "SEK": 9.472, "SGD": 1.302, "SRD": 38.6, "THB": 32.38, "TND": 2.95,
    "TRY": 42.24, "TTD": 6.78, "TWD": 31.06, "TZS": 2445.0, "UAH": 42.0, "UGX": 3620.0, "USD": 1.0,
    "UYU": 39.8, "UZS": 11980.0, "VND": 26320.0, "XAF": 566.4, "XOF": 566.4, "XPF": 103.0, "ZAR": 17.24,
    "ZMW": 22.4,
}  # fmt: skip
"""Units of each currency for one US dollar, by ISO code."""

_WITHOUT_CENTS = {
    "CLP", "COP", "HUF", "IDR", "IQD", "ISK", "JPY", "KHR", "KRW", "LAK", "LBP", "MGA", "MMK", "MNT",
    "PYG", "RWF", "TZS", "UGX", "UZS", "VND", "XAF", "XOF", "XPF",
}  # fmt: skip
_THOUSANDTHS = {"BHD", "JOD", "KWD", "OMR", "TND"}


def decimals(currency: str) -> int:
    """How many digits after the point amounts of this currency have."""
    return 0 if currency in _WITHOUT_CENTS else 3 if currency in _THOUSANDTHS else 2


def exchange_rate(source_currency: str, target_currency: str) -> float:
    """What one unit of the source is worth in units of the target.

    Raises:
        ToolError: `unknown_currency`, for a code that has no rate.
    """
    for code in (source_currency, target_currency):
        if code.upper() not in PER_DOLLAR:
            raise ToolError("unknown_currency", f"There is no exchange rate for {code}.")
    return PER_DOLLAR[target_currency.upper()] / PER_DOLLAR[source_currency.upper()]


def exchange(amount: float, source_currency: str, target_currency: str) -> float:
    """An amount in another currency, rounded as that currency is counted."""
    return round(amount * exchange_rate(source_currency, target_currency), decimals(target_currency.upper()))


def local_price(dollars: float, currency: str) -> float:
    """A price as it would stand on a sign: the worth of so many dollars, rounded to what people charge.

    The step is about a hundredth of the price's magnitude, and never finer than the currency counts.
    """
    price = dollars * exchange_rate("USD", currency)
    step = 1.0
    while step * 1000 <= price:
        step *= 10
    step = step / 2 if price < 50 and decimals(currency) else step
    return round(max(round(price / step) * step, step), decimals(currency))
