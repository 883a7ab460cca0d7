"""Shapes of a service of AWS as JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from magnet_kg.catalog.normalize import choices, usable_pattern
from magnet_kg.catalog.resolver import Limits, Place, Resolver, Sized
from magnet_kg.domain.record import JsonObject

# Bounds that say no more than the type does.
_NO_BOUND = 2**31 - 1

_SCALARS: dict[str, JsonObject] = {
    "string": {"type": "string"},
    "character": {"type": "string"},
    "integer": {"type": "integer"},
    "long": {"type": "integer"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "boolean": {"type": "boolean"},
    "timestamp": {"type": "string", "format": "date-time"},
    "blob": {"type": "string", "contentEncoding": "base64"},
}
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "long": ("minimum", "maximum"),
    "float": ("minimum", "maximum"),
    "double": ("minimum", "maximum"),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
}
_NESTING = ("structure", "map")


class Shapes(Resolver):
    """Schemas of the shapes of one service, named as in botocore's model of it."""

    def __init__(self, shapes: Mapping[str, Any], cyclic: frozenset[str], limits: Limits) -> None:
        super().__init__(cyclic, limits)
        self._shapes = shapes

    def of_object(self, reference: Mapping[str, Any] | None) -> JsonObject:
        """The schema of what an operation takes or gives; of an object without properties, where that is nothing."""
        return {"type": "object", "properties": {}} if reference is None else self.whole(reference["shape"])

    def translate(self, name: str, place: Place) -> Sized:
        """See `Resolver`."""
        shape = self._shapes[name]
        type = shape["type"]
        if type == "list":
            items, size = self.part(shape["member"]["shape"], place)
            return {"type": "array", "items": items, **_bounds(shape)}, size
        if type not in _NESTING:
            return _scalar(shape), 0
        if shape.get("document") or place.depth == 0:
            return self.closed(name), 0
        if type == "structure":
            return self._structure(shape, place)
        values, size = self.part(shape["value"]["shape"], self.inside(place))
        return {"type": "object", "additionalProperties": values, **_bounds(shape)}, size + 1

    def count_levels(self, name: str) -> int:
        """See `Resolver`."""
        shape = self._shapes[name]
        return max(map(self.levels, references(shape)), default=0) + (shape["type"] in _NESTING)

    def closed(self, name: str) -> JsonObject:
        """See `Resolver`."""
        shape = self._shapes[name]
        return {"type": "object"} if shape["type"] in _NESTING and not shape.get("document") else {}

    def _structure(self, shape: Mapping[str, Any], place: Place) -> Sized:
        asked = shape.get("required", ())
        properties: JsonObject = {}
        required: list[str] = []
        total = 0
        below = self.inside(place)
        for name, member in shape["members"].items():
            if member.get("deprecated") and name not in asked:
                continue
            schema, size = self.part(member["shape"], below)
            total += size + 1
            documentation = member.get("documentation") or self._shapes[member["shape"]].get("documentation")
            description = documentation and self.brief(documentation, place.text)
            properties[name] = {**schema, "description": description} if description else schema
            # A token against sending twice is made up by botocore where the caller gives none.
            if name in asked and not member.get("idempotencyToken"):
                required.append(name)
        schema = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        if shape.get("union"):
            schema |= {"minProperties": 1, "maxProperties": 1}
        return schema, total


def references(shape: Mapping[str, Any]) -> Iterable[str]:
    """The names of the shapes that a shape is made of."""
    for member in shape.get("members", {}).values():
        yield member["shape"]
    for part in ("member", "value"):
        if part in shape:
            yield shape[part]["shape"]


def _scalar(shape: Mapping[str, Any]) -> JsonObject:
    schema = {**_SCALARS[shape["type"]], **_bounds(shape)}
    if shape.get("enum"):
        return schema | choices(shape["enum"])
    if "pattern" in shape and shape["type"] == "string" and usable_pattern(shape["pattern"]):
        schema["pattern"] = shape["pattern"]
    return schema


def _bounds(shape: Mapping[str, Any]) -> JsonObject:
    # Of a blob, the bounds are of its bytes, not of the text that stands for them.
    if shape["type"] not in _BOUNDS:
        return {}
    least, most = _BOUNDS[shape["type"]]
    bounds: JsonObject = {}
    if "min" in shape and (shape["min"] != 0 or least == "minimum"):
        bounds[least] = shape["min"]
    if "max" in shape and abs(shape["max"]) < _NO_BOUND:
        bounds[most] = shape["max"]
    return bounds
