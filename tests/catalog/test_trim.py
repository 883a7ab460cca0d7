"""Hand-written schemas: what providers refuse and nobody needs goes, what a caller must know stays."""

from __future__ import annotations

from typing import Any

import pytest

from magnet_kg.catalog.resolver import INPUTS, OUTPUTS, Limits, in_cycles
from magnet_kg.catalog.trim import RESULT, trim_parameters, trim_returns

ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"below": schema}}
    return schema


def levels_of(schema: dict[str, Any]) -> int:
    return 1 + levels_of(schema["properties"]["below"]) if "properties" in schema else 0


def test_a_schema_of_fifty_levels_becomes_as_deep_as_it_may_be() -> None:
    assert levels_of(trim_parameters(nested(50), INPUTS)) == INPUTS.depth


def test_a_wide_schema_becomes_less_deep_and_keeps_its_first_level() -> None:
    wide = {"type": "object", "properties": {f"p{n}": nested(4) for n in range(60)}}
    found = trim_parameters(wide, Limits(depth=6, properties=150, text=100, text_below=50))
    assert len(found["properties"]) == 60
    assert levels_of(found["properties"]["p0"]) == 1


def test_of_alternatives_at_the_top_the_first_is_required() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {"type": ["string", "null"]}, "name": {"type": "string"}},
        "oneOf": [{"required": ["id"]}, {"required": ["name"]}],
    }
    assert trim_parameters(schema, INPUTS) == {
        "type": "object",
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        "required": ["id"],
    }


def test_parameters_that_need_no_saying_are_left_out() -> None:
    schema = {
        "properties": {
            "operation": {"type": "string", "enum": ["get"], "default": "get"},
            "gene": {"type": "string"},
            "symbol": {"type": "string", "description": "Alias for gene."},
            "kind": {"const": "x"},
        },
        "required": ["kind"],
    }
    found = trim_parameters(schema, INPUTS)
    assert list(found["properties"]) == ["gene", "kind"]
    assert found["required"] == ["kind"]


@pytest.mark.parametrize("alternatives", ["oneOf", "anyOf"])
def test_what_is_returned_is_the_alternative_that_is_no_error(alternatives: str) -> None:
    good = {"type": "object", "properties": {"id": {"type": "string"}}}
    assert trim_returns({alternatives: [ERROR, {"type": "null"}, good]}, OUTPUTS) == good


def test_a_list_is_returned_under_a_name() -> None:
    found = trim_returns({"type": "array", "items": {"type": "string"}}, OUTPUTS)
    assert found is not None
    assert found["properties"] == {RESULT: {"type": "array", "items": {"type": "string"}}}


@pytest.mark.parametrize("schema", [None, {}, {"type": "object", "properties": {}}])
def test_where_nothing_is_said_of_what_is_returned(schema: dict[str, Any] | None) -> None:
    assert trim_returns(schema, OUTPUTS) is None


def test_a_schema_that_is_none_is_told() -> None:
    with pytest.raises(TypeError, match="'string' is no schema"):
        trim_parameters({"properties": {"name": "string"}}, INPUTS)


def test_only_what_recurs_lies_on_a_cycle() -> None:
    references = {"tree": ["node"], "node": ["leaf", "tree"], "leaf": [], "page": ["tree"], "self": ["self"]}
    assert in_cycles(references) == {"tree", "node", "self"}
