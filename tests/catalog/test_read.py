"""Reading a catalog: whoever brings functions of their own is told the file and line of what is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from magnet_kg.catalog.read import find_loaders, read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import NAME_PATTERN

RATE: dict[str, Any] = {
    "name": "get_rate",
    "description": "Get an exchange rate.",
    "parameters": {"type": "object", "properties": {"currency": {"type": "string"}}, "required": ["currency"]},
    "returns": {"type": "object", "properties": {"rate": {"type": "number"}}},
}


def write(folder: Path, *lines: Any, name: str = "money.jsonl") -> Path:
    file = folder / name
    file.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines), encoding="utf-8")
    return file


def tool(**changes: Any) -> dict[str, Any]:
    return {"type": "function", "function": {**RATE, **changes}}


def fault(file: Path, loader: str | None = None) -> MagnetError:
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(file), loader)
    return raised.value


def test_a_good_file_is_read_line_by_line(tmp_path: Path) -> None:
    file = write(tmp_path, tool(), "", RATE | {"name": "get_day", "category": "calendar", "toolkit": "days"})
    first, second = read_catalog(str(file)).functions
    assert (first.id, first.category, first.toolkit) == ("money/get_rate", "money", "money")
    assert first.required == ("currency",)
    assert first.returns == RATE["returns"]
    assert first.executor is None
    assert first.source == "openai:money.jsonl"
    assert (second.id, second.category, second.toolkit) == ("money/get_day", "calendar", "days")


def test_a_function_without_parameters_or_description_is_read(tmp_path: Path) -> None:
    (one,) = read_catalog(str(write(tmp_path, {"name": "list_all"}))).functions
    assert one.properties == {}
    assert one.description == ""
    assert one.returns is None


def test_openai_s_strict_flag_is_known(tmp_path: Path) -> None:
    assert read_catalog(str(write(tmp_path, tool(strict=True)))).functions


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"name": "x"', "not JSON"),
        ("hello", "not JSON"),
        ('["name"]', "an object with a name"),
        ("3", "an object with a name"),
        ('{"type": "function"}', "an object with a name"),
        ('{"description": "no name"}', "an object with a name"),
        ('{"name": 3}', "an object with a name"),
        ('{"name": "x", "colour": "red"}', "unknown key colour"),
        ('{"type": "function", "function": {"name": "x", "paramters": {}}}', "unknown key paramters"),
        ('{"name": "x", "parameters": {"type": "string"}}', '"type": "object"'),
        ('{"name": "x", "description": 7}', "description: "),
        ('{"name": "x", "returns": "a number"}', "returns: "),
    ],
)
def test_a_broken_line_is_told_with_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    file = write(tmp_path, tool(), "", line)
    error = fault(file)
    assert error.where == f"{file}:3"
    assert says in str(error)


@pytest.mark.parametrize("name", ["two words", "x" * 65, "pets.list"])
def test_a_name_that_no_provider_takes_is_made_fit_and_kept(tmp_path: Path, name: str) -> None:
    (one,) = read_catalog(str(write(tmp_path, {"name": name}))).functions
    assert re.fullmatch(NAME_PATTERN, one.name)
    assert one.original_name == name


def test_bad_functions_are_left_out_where_the_user_says_so(tmp_path: Path) -> None:
    file = write(tmp_path, tool(), "", "hello", {"name": "get_day"})
    catalog = read_catalog(str(file), skip_bad=True)
    assert [one.name for one in catalog.functions] == ["get_rate", "get_day"]
    assert [one.where for one in catalog.skipped] == [f"{file}:3"]


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, tool(), {"name": "get_day"}, {"name": "list_days"})
    assert [one.name for one in read_catalog(str(file), only=["*_day*"]).functions] == ["get_day", "list_days"]


def test_the_same_file_under_another_name(tmp_path: Path) -> None:
    (one,) = read_catalog(str(write(tmp_path, tool())), name="rates").functions
    assert (one.id, one.catalog) == ("rates/get_rate", "rates")


def test_a_function_that_occurs_twice(tmp_path: Path) -> None:
    error = fault(write(tmp_path, tool(), tool(description="Another one.")))
    assert "money/get_rate occurs twice" in str(error)
    assert error.do


@pytest.mark.parametrize("lines", [[], ["", "  "]])
def test_an_empty_file(tmp_path: Path, lines: list[str]) -> None:
    assert "empty" in str(fault(write(tmp_path, *lines)))


def test_a_file_of_another_format(tmp_path: Path) -> None:
    error = fault(write(tmp_path, tool(), name="money.xml"))
    assert "no loader reads this" in str(error)
    assert "jsonl" in str(error)
    assert error.do


def test_a_format_may_be_named_where_the_suffix_does_not_tell(tmp_path: Path) -> None:
    file = write(tmp_path, tool(), name="money.txt")
    assert [one.name for one in read_catalog(str(file), "jsonl").functions] == ["get_rate"]


def test_a_format_that_nobody_knows(tmp_path: Path) -> None:
    assert "there is no format openapi-9" in str(fault(write(tmp_path, tool()), "openapi-9"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    error = fault(tmp_path / "nothing.jsonl")
    assert "no such file" in str(error)
    assert error.where == str(tmp_path / "nothing.jsonl")


@pytest.mark.parametrize("name", ["folder", "folder.jsonl"])
def test_a_folder_is_no_catalog(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert fault(tmp_path / name).where == str(tmp_path / name)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "money.jsonl"
    file.write_bytes(b"\xff\xfe\x00name\n")
    assert fault(file).where == f"{file}:1"


def test_the_jsonl_loader_is_installed() -> None:
    assert find_loaders()["jsonl"].fits("money.jsonl")
