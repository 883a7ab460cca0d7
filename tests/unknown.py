"""Functions of catalogs that nobody here has seen, made by hand."""

from __future__ import annotations

from typing import Any

from magnet_kg.domain.function import Function

TYPES = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "yes": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
}


def schema(fields: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    """An object schema; a field is a name of TYPES, a nested dict, a list of one dict or name, or a whole schema."""
    made: dict[str, Any] = {"type": "object", "properties": {name: _field(value) for name, value in fields.items()}}
    if required is not None:
        made["required"] = list(required)
    return made


def _field(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return dict(TYPES[value])
    if isinstance(value, list):
        return {"type": "array", "items": _field(value[0])}
    return value if "type" in value else schema(value)


def function(
    name: str,
    takes: dict[str, Any] | None = None,
    returns: dict[str, Any] | None = None,
    *,
    optional: tuple[str, ...] = (),
    description: str = "",
    category: str = "unknown",
) -> Function:
    """A function whose parameters are required unless they are called optional."""
    takes = takes or {}
    return Function(
        id=f"unknown/{name}",
        name=name,
        category=category,
        toolkit="unknown",
        description=description or f"{name.replace('_', ' ').capitalize()}.",
        parameters=schema(takes, tuple(one for one in takes if one not in optional)),
        returns=schema(returns) if returns is not None else None,
        source="test",
    )
