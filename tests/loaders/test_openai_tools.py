"""Tools as JSON: a list of them is read like lines of them, and told apart from other JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from magnet_kg.catalog.read import find_loaders, read_catalog
from magnet_kg.domain.errors import MagnetError

RATE: dict[str, Any] = {
    "name": "get_rate",
    "description": "Get an exchange rate.",
    "parameters": {"type": "object", "properties": {"currency": {"type": "string"}}, "required": ["currency"]},
}
DAY: dict[str, Any] = {"name": "get_day", "parameters": {"type": "object", "properties": {}}}


def tool(function: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": function}


def written(folder: Path, data: Any, name: str = "tools.json") -> Path:
    file = folder / name
    file.write_text(data if isinstance(data, str) else json.dumps(data, indent=1), encoding="utf-8")
    return file


def refused(file: Path, format: str | None = None) -> MagnetError:
    with pytest.raises(MagnetError) as raised:
        read_catalog(str(file), format)
    return raised.value


@pytest.mark.parametrize(
    "data",
    [
        [tool(RATE), tool(DAY)],
        [RATE, DAY],
        [{"type": "function", **RATE, "strict": True}, {"type": "function", **DAY}],
        {"tools": [tool(RATE), tool(DAY)]},
        {"functions": [RATE, DAY]},
    ],
)
def test_every_form_of_a_list_gives_the_same_functions(tmp_path: Path, data: Any) -> None:
    first, second = read_catalog(str(written(tmp_path, data))).functions
    assert (first.id, first.description, first.required) == ("tools/get_rate", "Get an exchange rate.", ("currency",))
    assert (first.source, second.name) == ("openai:tools.json", "get_day")


def test_one_tool_alone(tmp_path: Path) -> None:
    assert [one.name for one in read_catalog(str(written(tmp_path, tool(RATE)))).functions] == ["get_rate"]


def test_definitions_are_written_in_and_what_contains_itself_ends(tmp_path: Path) -> None:
    parameters = {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/Tree"}},
        "$defs": {"Tree": {"type": "object", "properties": {"n": {"type": "integer"}, "up": {"$ref": "#/$defs/Tree"}}}},
    }
    (one,) = read_catalog(str(written(tmp_path, [{**DAY, "parameters": parameters}]))).functions
    tree = one.properties["tree"]["properties"]
    assert tree["n"] == {"type": "integer"}
    assert tree["up"]["type"] == "object"
    assert "$defs" not in one.parameters


def test_a_list_that_is_returned_stands_in_an_object(tmp_path: Path) -> None:
    returns = {"type": "array", "items": {"type": "number"}}
    (one,) = read_catalog(str(written(tmp_path, [{**DAY, "returns": returns}]))).functions
    assert one.returns == {"type": "object", "properties": {"items": returns}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parameters": {"type": "object", "properties": {"a": {"type": "dict"}}}}, '"dict"'),
        ({"parameters": {"type": "object", "properties": {"a": {"pattern": "(?<x"}}}}, "regex"),
        ({"parameters": {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}}}, "leads nowhere"),
        ({"parameters": {"type": "object", "properties": {"a": {"$ref": "https://example.org/a"}}}}, "the network"),
        ({"parameters": {"type": "object", "properties": {"a": {"$ref": "secret.json"}}}}, "out of the folder"),
        ({"parametres": {}}, "unknown key parametres"),
        ({"name": 3}, "an object with a name"),
    ],
)
def test_a_bad_tool_of_a_list_is_told_with_its_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    file = written(tmp_path, "[\n" + ",\n".join(json.dumps(one) for one in (RATE, DAY | changes)) + "\n]")
    error = refused(file)
    assert said in error.what
    assert error.where == f"{file}:{2 if changes == {'name': 3} else 3}"
    assert len(read_catalog(str(file), skip_bad=True).functions) == 1


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ('[\n{"name": "x",}]', "not JSON", ":2"),
        ('{"tools": [{}', "not JSON", ":1"),
        ("hello", "not JSON", ":1"),
        ("", "not JSON", ":1"),
        ("[]", "the catalog is empty", ""),
        ('{"tools": []}', "the catalog is empty", ""),
    ],
)
def test_a_file_that_is_broken_or_empty(tmp_path: Path, text: str, said: str, line: str) -> None:
    file = written(tmp_path, text)
    error = refused(file)
    assert said in error.what
    assert error.where == f"{file}{line}"


@pytest.mark.parametrize(
    ("data", "formats"),
    [
        ([tool(RATE)], {"jsonl", "openai"}),
        ({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}, {"openapi"}),
        ({"components": {"x": "y" * 200_000}, "openapi": "3.1.0"}, {"openapi"}),
        ({"kind": "discovery#restDescription", "name": "books"}, set()),
        ([{"type": "Lookup", "name": "x", "parameter": {"type": "object"}}], set()),
    ],
)
def test_json_is_told_apart_by_what_is_in_it(tmp_path: Path, data: Any, formats: set[str]) -> None:
    file = written(tmp_path, data)
    ours = {"jsonl", "openai", "openapi", "python", "table"}
    assert {name for name in ours if find_loaders()[name].fits(str(file))} == formats
