"""What people call currencies."""

from __future__ import annotations

CURRENCIES: dict[str, tuple[str, ...]] = {
    "USD": ("US dollars", "dollars"),
    "EUR": ("euros",),
    "GBP": ("British pounds", "pounds"),
    "JPY": ("yen", "Japanese yen"),
    "CAD": ("Canadian dollars",),
    "AUD": ("Australian dollars",),
    "CHF": ("Swiss francs",),
    "SEK": ("Swedish kronor",),
    "NOK": ("Norwegian kroner",),
    "DKK": ("Danish kroner",),
    "PLN": ("Polish zloty",),
    "CZK": ("Czech koruna",),
    "HUF": ("Hungarian forints",),
    "MXN": ("Mexican pesos",),
    "BRL": ("Brazilian reais",),
    "INR": ("rupees", "Indian rupees"),
    "CNY": ("Chinese yuan", "yuan"),
    "KRW": ("Korean won",),
    "SGD": ("Singapore dollars",),
    "HKD": ("Hong Kong dollars",),
    "NZD": ("New Zealand dollars",),
    "ZAR": ("South African rand",),
    "THB": ("Thai baht", "baht"),
    "TRY": ("Turkish lira",),
    "AED": ("dirhams",),
    "ILS": ("shekels",),
}


def read_currency(text: str) -> str | None:
    """The ISO code that a currency's name means, or None."""
    plain = text.strip().lower()
    for code, names in CURRENCIES.items():
        if plain == code.lower() or plain in (name.lower() for name in names):
            return code
    return None
