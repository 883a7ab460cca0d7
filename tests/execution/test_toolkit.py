"""Toolkits: whoever adds a function gets its schema from the code, or is told what is missing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.execution.finding import find_toolkits
from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.execution.world import World, make_core


@dataclass(slots=True)
class Inner:
    price: float
    note: str | None = None


@dataclass(slots=True)
class Outer:
    items: list[Inner]
    first: Inner
    by_name: dict[str, int] = field(default_factory=dict)


def record(toolkit: Toolkit) -> Function:
    (made,) = toolkit.functions.values()
    return made.record


def test_a_schema_is_derived_from_signature_and_docstring() -> None:
    toolkit = Toolkit("shop", category="shopping", description="A shop.")

    @toolkit.function
    def buy(
        world: World,
        item: str,
        day: datetime.date,
        speed: Literal["slow", "fast"] = "slow",
        note: str | None = None,
        tags: list[str] | None = None,
    ) -> Outer:
        """Buy an item
        in the shop.

        It is sent home.

        Args:
            item: What to
                buy.
            day: When.
            speed: How fast.
            note: A note.
            tags: Tags.
        """
        return Outer([], Inner(1.0))

    made = record(toolkit)
    assert (made.id, made.name, made.category, made.toolkit) == ("shop/buy", "buy", "shopping", "shop")
    assert made.executor == "toolkit"
    assert made.description == "Buy an item in the shop. It is sent home."
    assert made.required == ("item", "day")
    assert made.properties["item"] == {"type": "string", "description": "What to buy."}
    assert made.properties["day"] == {"type": "string", "format": "date", "description": "When."}
    assert made.properties["speed"]["enum"] == ["slow", "fast"]
    assert made.properties["speed"]["default"] == "slow"
    assert made.properties["note"] == {"type": "string", "description": "A note."}, "null is no offer"
    assert made.properties["tags"]["items"] == {"type": "string"}
    assert "title" not in str(made.parameters)
    assert "$ref" not in str(made.returns)
    assert made.returns is not None
    assert made.returns["properties"]["items"]["items"]["properties"]["price"] == {"type": "number"}


def test_a_parameter_may_be_called_title() -> None:
    """The titles that pydantic adds go; a parameter of that name stays."""
    toolkit = Toolkit("shop", category="shopping", description="A shop.")

    @toolkit.function
    def write(world: World, title: str, description: str) -> Inner:
        """Write.

        Args:
            title: The title.
            description: The text.
        """
        return Inner(1.0)

    assert set(record(toolkit).properties) == {"title", "description"}
    assert record(toolkit).required == ("title", "description")


def _bare(world: World, item: str) -> Inner:
    return Inner(1.0)


def _undescribed(world: World, item: str) -> Inner:
    """Buy."""
    return Inner(1.0)


def _without_result(world: World):  # type: ignore[no-untyped-def]
    """Buy."""


@pytest.mark.parametrize(
    ("code", "says"),
    [(_bare, "a function needs a docstring"), (_undescribed, "parameter item needs"), (_without_result, "return type")],
)
def test_what_a_function_lacks_is_told_with_its_name(code: Any, says: str) -> None:
    toolkit = Toolkit("shop", category="shopping", description="A shop.")
    toolkit.function(code)
    with pytest.raises(MagnetError, match=f"{code.__name__}: .*{says}") as raised:
        ToolkitExecutor([toolkit])
    assert raised.value.where == f"{__file__}:{code.__code__.co_firstlineno}"


def test_an_error_of_a_function_is_what_an_api_would_answer() -> None:
    toolkit = Toolkit("shop", category="shopping", description="A shop.")

    @toolkit.function
    def refuse(world: World) -> Inner:
        """Refuse."""
        raise ToolError("closed", "The shop is closed on Sundays.")

    (made,) = toolkit.functions.values()
    outcome = made.call(make_core(1), {})
    assert outcome.failed
    assert outcome.error_code == "closed"
    assert outcome.output == {"error": {"code": "closed", "message": "The shop is closed on Sundays."}}


def test_a_fault_of_the_program_is_not_hidden_as_an_error_of_the_api() -> None:
    toolkit = Toolkit("shop", category="shopping", description="A shop.")

    @toolkit.function
    def crash(world: World) -> Inner:
        """Crash."""
        raise ZeroDivisionError

    (made,) = toolkit.functions.values()
    with pytest.raises(ZeroDivisionError):
        made.call(make_core(1), {})


def test_arguments_arrive_as_what_they_are() -> None:
    toolkit = Toolkit("shop", category="shopping", description="A shop.")
    seen: list[Any] = []

    @toolkit.function
    def keep(world: World, day: datetime.date, at: datetime.datetime, count: int = 3) -> Inner:
        """Keep.

        Args:
            day: A day.
            at: A moment.
            count: A number.
        """
        seen.extend([day, at, count])
        return Inner(2.5, note="ok")

    (made,) = toolkit.functions.values()
    outcome = made.call(make_core(1), {"day": "2026-11-27", "at": "2026-11-27T18:40:00"})
    assert seen == [datetime.date(2026, 11, 27), datetime.datetime(2026, 11, 27, 18, 40), 3]
    assert outcome.output == {"price": 2.5, "note": "ok"}
    assert made.call(make_core(1), {"day": "soon", "at": "2026-11-27T18:40:00"}).failed


def test_two_toolkits_with_one_function_s_name_are_an_error() -> None:
    """A model calls functions by name: two of one name cannot be told apart."""

    def shop(name: str) -> Toolkit:
        toolkit = Toolkit(name, category="shopping", description="A shop.")

        @toolkit.function
        def buy(world: World) -> Inner:
            """Buy."""
            return Inner(1.0)

        return toolkit

    with pytest.raises(MagnetError, match="two toolkits have a function called buy"):
        ToolkitExecutor([shop("one"), shop("two")])


def test_the_package_s_toolkits_are_found_by_folder() -> None:
    names = [toolkit.name for toolkit in find_toolkits()]
    assert names == sorted(names)
    assert "contacts" in names
    assert all(toolkit.functions and toolkit.description for toolkit in find_toolkits())


def test_one_more_toolkit_leaves_the_others_worlds_as_they_were() -> None:
    """Adding a folder must not change the rows that were made before."""
    everything = find_toolkits()
    one = next(toolkit for toolkit in everything if toolkit.make_state is not None)
    alone = ToolkitExecutor([one]).open(3)
    both = ToolkitExecutor([one, *(t for t in everything if t.name in ("conversions", "contacts") and t is not one)])
    assert alone.context == both.open(3).context
