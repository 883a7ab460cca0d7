"""Python modules: type hints and docstrings become what a model sees, and nothing is run that nobody named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from magnet_kg.catalog.read import find_loaders, read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function

KITCHEN = '''
"""Orders of a kitchen."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Literal, Optional, TypedDict, Union

from pydantic import BaseModel, Field

import pantry

__version__ = "1.2"
print("the kitchen opens")


class Heat(Enum):
    MILD = "mild"
    HOT = "hot"


class Table(TypedDict, total=False):
    number: int
    outside: bool


@dataclass
class Dish:
    name: str
    price: float
    side: Optional[Dish] = None


class Order(BaseModel):
    """An order of a table."""

    order_id: str
    dishes: list[Dish]
    note: str | None = Field(None, description="What the guest wishes.")


def order_dish(
    dish: str,
    heat: Heat,
    count: Annotated[int, "How many.", Field(ge=1)] = 1,
    table: Table | None = None,
    *,
    kind: Literal["lunch", "dinner"] = "lunch",
    day: Optional[date] = None,
    unit: Union[int, str] = "piece",
    _cache: object = object(),
    **rest: int,
) -> Order:
    """Order a dish.

    It is <b>cooked</b> at once.

    Args:
        dish: Its name.
        heat: How hot it is.
        count: Not this.
    """


def list_orders() -> list[Order]:
    """List the orders.

    Returns:
        All of today.
    """


async def count_guests(tables: list[Table], weights: dict[str, float]) -> int:
    """:param tables: which"""


def close(x=3): ...
def _secret(): ...
helper = pantry.helper
'''


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kitchen")
    (folder / "pantry.py").write_text("def helper(): ...\n")
    (folder / "kitchen.py").write_text(KITCHEN)
    return folder / "kitchen.py"


@pytest.fixture(scope="module")
def functions(kitchen: Path) -> dict[str, Function]:
    return {one.name: one for one in read_catalog(str(kitchen), "python").functions}


def refused(location: Path | str) -> MagnetError:
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(location), "python")
    return raised.value


def module(folder: Path, text: str) -> Path:
    (folder / "mine.py").write_text(text)
    return folder / "mine.py"


def test_the_public_functions_of_the_module_itself_are_read(functions: dict[str, Function]) -> None:
    assert list(functions) == ["order_dish", "list_orders", "count_guests", "close"]
    order = functions["order_dish"]
    assert (order.id, order.source, order.version) == ("kitchen/order_dish", "python:kitchen.py", "1.2")
    assert order.description == "Order a dish. It is cooked at once."


def test_types_and_descriptions_become_a_schema(functions: dict[str, Function]) -> None:
    order = functions["order_dish"]
    assert order.required == ("dish", "heat")
    assert order.properties == {
        "dish": {"type": "string", "description": "Its name."},
        "heat": {"type": "string", "enum": ["mild", "hot"], "description": "How hot it is."},
        "count": {"type": "integer", "minimum": 1, "description": "How many.", "default": 1},
        "table": {"type": "object", "properties": {"number": {"type": "integer"}, "outside": {"type": "boolean"}}},
        "kind": {"type": "string", "enum": ["lunch", "dinner"], "default": "lunch"},
        "day": {"type": "string", "format": "date"},
        "unit": {"anyOf": [{"type": "integer"}, {"type": "string"}], "default": "piece"},
    }
    weights = functions["count_guests"].properties["weights"]
    assert weights == {"type": "object", "additionalProperties": {"type": "number"}}
    assert functions["close"].properties == {"x": {"default": 3}}


def test_the_return_type_is_what_is_returned_as_an_object(functions: dict[str, Function]) -> None:
    returned = functions["order_dish"].returns or {}
    assert returned["description"] == "An order of a table."
    assert returned["properties"]["note"] == {"type": ["string", "null"], "description": "What the guest wishes."}
    dish = returned["properties"]["dishes"]["items"]["properties"]
    assert dish["side"] == {"type": "object", "description": "Dish, with the same fields as the one that it is in"}
    orders = functions["list_orders"].returns or {}
    assert orders["properties"]["items"]["description"] == "All of today."
    assert functions["count_guests"].returns == {"type": "object", "properties": {"result": {"type": "integer"}}}
    assert functions["close"].returns is None


def test_what_the_module_prints_does_not_end_among_the_results(
    kitchen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read_catalog(str(kitchen), "python")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "the kitchen opens" in printed.err


def test_a_module_may_be_named_as_one_imports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, '__all__ = ["wash"]\ndef wash(plate: str): "Wash a plate."\ndef dry(): ...\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    (one,) = read_catalog("mine", "python").functions
    assert (one.id, one.source) == ("mine/wash", "python:mine")
    assert str(tmp_path) not in sys.path


def test_nothing_is_run_that_nobody_named(tmp_path: Path) -> None:
    file = module(tmp_path, "raise SystemExit('run')\n")
    assert not find_loaders()["python"].fits(str(file))
    with pytest.raises(MagnetError, match="no loader reads this"):
        read_catalog(str(file))


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("import nothing_of_this_name\n", "ModuleNotFoundError: No module named 'nothing_of_this_name'", 1),
        ("x = 1\ndef f(:\n", "SyntaxError", 2),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", 2),
        ("x = 1\n", "the catalog is empty", None),
        ("def good(): ...\n\ndef bad(x: 'Nothing'): ...\n", "bad: its types cannot be read", 3),
        ("class A: ...\n\ndef bad(a: A): ...\n", "bad: parameter a: its type has no schema", 3),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, said: str, line: int | None) -> None:
    file = module(tmp_path, text)
    error = refused(file)
    assert said in error.what
    assert error.where == (f"{file}:{line}" if line else str(file))


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "nothing.py").what
    assert "No module named" in refused("nothing_of_this_name").what
