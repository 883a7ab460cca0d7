"""A function that returns something else than it declares is found out, however well it would serialize."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NewType, TypedDict

import pytest

from magnet_kg.execution.returned import differences


@dataclass(slots=True)
class Item:
    price: float
    kind: Literal["small", "large"] = "small"
    note: str | None = None


@dataclass(slots=True)
class Special(Item):
    discount: float = 0.0


@dataclass(slots=True)
class Order:
    items: list[Item]
    day: date
    by_name: dict[str, int] = field(default_factory=dict)
    pair: tuple[int, str] = (1, "a")


class Row(TypedDict):
    count: int


Number = NewType("Number", int)
TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("value", "declared"),
    [
        (Order([Item(1.0), Item(2, "large", "x")], TODAY), Order),
        (datetime(2026, 5, 4), datetime),
        ([1, 2], list[int]),
        (None, Item | None),
        (Item(1.0), Item | None),
        ({"count": 1}, Row),
        (3, Number),
        ({"anything": object()}, dict[str, Any]),
        (True, bool),
    ],
)
def test_what_is_as_declared(value: Any, declared: Any) -> None:
    assert list(differences(value, declared)) == []


@pytest.mark.parametrize(
    ("value", "declared", "says"),
    [
        (Order([Item("1.0")], TODAY), Order, "items.0.price is the str '1.0', declared is float"),  # type: ignore[arg-type]
        (Order([Item(1.0, "huge")], TODAY), Order, "items.0.kind is the str 'huge'"),  # type: ignore[arg-type]
        (Order([Item(1.0, note=3)], TODAY), Order, "items.0.note is the int 3, declared is str"),  # type: ignore[arg-type]
        (Order([], datetime(2026, 5, 4)), Order, "day is the datetime"),
        (Order([], TODAY, {"a": 1.5}), Order, "by_name.a is the float 1.5, declared is int"),  # type: ignore[dict-item]
        (Order([], TODAY, pair=(1, 2)), Order, "pair.1 is the int 2, declared is str"),  # type: ignore[arg-type]
        (Order(None, TODAY), Order, "items is None, declared is list"),  # type: ignore[arg-type]
        (None, Order, "the result is None, declared is Order"),
        (Special(1.0), Item, "the result is the Special"),
        (True, int, "the result is the bool True, declared is int"),
        (1.5, int, "the result is the float 1.5"),
        ("ab", list[str], "the result is the str 'ab'"),
        ({"count": "1"}, Row, "count is the str '1', declared is int"),
        ({}, Row, "count is missing"),
        ({"count": 1, "more": 2}, Row, "more is not declared"),
        ("3", Number, "the result is the str '3', declared is int"),
    ],
)  # fmt: skip
def test_what_is_not(value: Any, declared: Any, says: str) -> None:
    told = list(differences(value, declared))
    assert len(told) == 1
    assert says in told[0]
