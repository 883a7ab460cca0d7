"""What a number measures, and which functions only give a quantity in another form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from magnet_kg.catalog.words import OPAQUE, bare_name, words
from magnet_kg.domain.function import Function

_TRANSFORMS = frozenset(
    [
        "convert",
        "translate",
        "transform",
        "express",
        "split",
        "format",
        "round",
        "change_unit",
        "calculate",
        "compute",
        "add",
    ]
)
_MONEY = frozenset(
    [
        "amount",
        "price",
        "cost",
        "fare",
        "fee",
        "balance",
        "total",
        "rate",
        "refund",
        "payment",
        "premium",
        "charge",
        "spent",
    ]
)
# What makes a number something else, whatever else its name says: a total in megabytes is nothing to pay, nor is what
# an insurance leaves to its holder.
_OTHER_UNITS = frozenset(
    "deductible mb gb tb kb byte percent percentage count kcal calorie bpm kmh mph kwh watt volt ml liter litre".split()
)
# Units that say one thing in another size: grams are no kilograms until they have been converted.
_SIZES = {
    **dict.fromkeys(("kg", "kilogram"), "kilogram"),
    **dict.fromkeys(("gram", "g"), "gram"),
    **dict.fromkeys(("pound", "lb"), "pound"),
    **dict.fromkeys(("ounce", "oz"), "ounce"),
    **dict.fromkeys(("km", "kilometer", "kilometre"), "kilometer"),
    **dict.fromkeys(("meter", "metre"), "meter"),
    "mile": "mile",
    "celsius": "celsius",
    "fahrenheit": "fahrenheit",
    "minute": "minute",
    "hour": "hour",
    "second": "second",
    "day": "day",
}
_MOMENTS = {"date-time": "moment", "date": "date"}


def quantity_of(path: str, schema: Mapping[str, Any]) -> str | None:
    """What kind of quantity a value is: money, distance, temperature, weight, duration, moment, date; or None."""
    form, type = schema.get("format"), schema.get("type")
    if form in _MOMENTS:
        return _MOMENTS[form]
    if type not in ("number", "integer"):
        return None
    name = set(words(path.rsplit(".", 1)[-1].removesuffix("[]")))
    if name & _OTHER_UNITS:
        return None
    for kind, marks in (
        ("distance", {"distance", "km", "kilometer", "kilometre", "mile"}),
        ("temperature", {"temperature", "celsius", "fahrenheit"}),
        ("weight", {"weight", "kg", "kilogram", "gram", "pound"}),
        ("duration", {"duration", "minute"}),
    ):
        if name & marks:
            return kind
    if type == "number" and name & _MONEY and not set(words(str(schema.get("description", "")))) & {"rate", "percent"}:
        return "money"
    return None


def unit_of(path: str) -> str | None:
    """The unit in which a quantity is given, where its name says so: `distance_km`, `weightGrams`."""
    named = words(path.rsplit(".", 1)[-1].removesuffix("[]"))
    return next((_SIZES[word] for word in reversed(named) if word in _SIZES), None)


def is_transformer(function: Function) -> bool:
    """Whether a function only gives what it is given in another form: a conversion, a split, a calculation.

    What needs an id acts on a thing, whatever its name begins with (`add_to_cart`, `split_booking`).
    """
    named = words(bare_name(function.name, function.toolkit))
    return named[0] in _TRANSFORMS and not any(words(name)[-1] in OPAQUE for name in function.required)
