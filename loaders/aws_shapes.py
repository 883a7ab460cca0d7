"""Shapes of a service of AWS as JSON Schemas: references resolved, recursion cut, depth and size bounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from magnet_kg.catalog.normalize import brief, deepest_that_fits, usable_pattern
from magnet_kg.domain.record import JsonObject


@dataclass(frozen=True)
class Limits:
    """How much of a schema is kept.

    Attributes:
        depth: levels of objects within each other.
        properties: of the whole schema, where it is deeper than one level.
        text: characters of the description of a property of the first level.
        text_below: characters of the description of a property below.
    """

    depth: int
    properties: int
    text: int
    text_below: int


INPUTS = Limits(depth=6, properties=150, text=300, text_below=160)
OUTPUTS = Limits(depth=4, properties=100, text=120, text_below=80)
# EC2 knows more than a thousand types of instances, and many operations take one.
MOST_CHOICES = 64
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
    "blob": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "long": ("minimum", "maximum"),
    "float": ("minimum", "maximum"),
    "double": ("minimum", "maximum"),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
}


class Shapes:
    """Schemas of the shapes of one service; what is built once is shared by all schemas that contain it.

    Args:
        shapes: of botocore's model of the service.
        cyclic: names of those that recur, see `in_cycles`.
        limits: of each schema.
    """

    def __init__(self, shapes: Mapping[str, Any], cyclic: frozenset[str], limits: Limits) -> None:
        self._shapes = shapes
        self._limits = limits
        self._cyclic = cyclic
        self._levels: dict[str, int] = {}
        self._texts: dict[tuple[str, int], str] = {}
        self._built: dict[tuple[str, int, frozenset[str]], tuple[JsonObject, int]] = {}
        self._objects: dict[str, JsonObject] = {}

    def of_object(self, reference: Mapping[str, Any] | None) -> JsonObject:
        """The schema of what an operation takes or gives; of an object without properties, where that is nothing."""
        if reference is None:
            return {"type": "object", "properties": {}}
        name = reference["shape"]
        if name not in self._objects:
            limits = self._limits
            self._objects[name] = deepest_that_fits(partial(self._object, name), limits.depth, limits.properties)
        return self._objects[name]

    def _object(self, name: str, depth: int) -> tuple[JsonObject, int]:
        shape = self._shapes[name]
        return self._structure(shape, depth, frozenset([name]) & self._cyclic, self._limits.text)

    def _build(self, name: str, depth: int, above: frozenset[str]) -> tuple[JsonObject, int]:
        """The schema of a shape, and the number of properties in it; `above` are the shapes it would recur to."""
        if name in self._cyclic:
            if name in above:
                return {"type": "object"} if self._shapes[name]["type"] in ("structure", "map") else {}, 0
            above |= {name}
        else:
            above = frozenset()
        # A shape that is not as deep as it may be is the same schema at all these depths.
        depth = min(depth, self._levels_of(name))
        key = (name, depth, above)
        if key not in self._built:
            self._built[key] = self._new(self._shapes[name], depth, above)
        return self._built[key]

    def _new(self, shape: Mapping[str, Any], depth: int, above: frozenset[str]) -> tuple[JsonObject, int]:
        type = shape["type"]
        if type == "structure":
            if shape.get("document"):
                return {}, 0
            if depth == 0:
                return {"type": "object"}, 0
            return self._structure(shape, depth, above, self._limits.text_below)
        if type == "list":
            items, size = self._build(shape["member"]["shape"], depth, above)
            return {"type": "array", "items": items, **_bounds(shape)}, size
        if type == "map":
            if depth == 0:
                return {"type": "object"}, 0
            values, size = self._build(shape["value"]["shape"], depth - 1, above)
            return {"type": "object", "additionalProperties": values, **_bounds(shape)}, size + 1
        return _scalar(shape), 0

    def _structure(
        self, shape: Mapping[str, Any], depth: int, above: frozenset[str], text: int
    ) -> tuple[JsonObject, int]:
        asked = shape.get("required", ())
        properties: JsonObject = {}
        required: list[str] = []
        total = 0
        for name, member in shape["members"].items():
            if member.get("deprecated") and name not in asked:
                continue
            schema, size = self._build(member["shape"], depth - 1, above)
            total += size + 1
            documentation = member.get("documentation") or self._shapes[member["shape"]].get("documentation")
            description = documentation and self._brief(documentation, text)
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

    def _brief(self, documentation: str, limit: int) -> str:
        key = (documentation, limit)
        if key not in self._texts:
            self._texts[key] = brief(documentation, limit)
        return self._texts[key]

    def _levels_of(self, name: str) -> int:
        """Levels of objects within each other in a shape; as many as are ever asked for, where it recurs."""
        if name in self._cyclic:
            return self._limits.depth
        if name not in self._levels:
            shape = self._shapes[name]
            below = max((self._levels_of(other) for other in references(shape)), default=0)
            self._levels[name] = below + (shape["type"] in ("structure", "map"))
        return self._levels[name]


def references(shape: Mapping[str, Any]) -> Iterable[str]:
    """The names of the shapes that a shape is made of."""
    for member in shape.get("members", {}).values():
        yield member["shape"]
    for part in ("member", "key", "value"):
        if part in shape:
            yield shape[part]["shape"]


def _scalar(shape: Mapping[str, Any]) -> JsonObject:
    schema = {**_SCALARS[shape["type"]], **_bounds(shape)}
    choices = shape.get("enum", ())
    if choices:
        schema |= {"enum": choices} if len(choices) <= MOST_CHOICES else {"examples": choices[:5]}
    elif "pattern" in shape and shape["type"] == "string" and usable_pattern(shape["pattern"]):
        schema["pattern"] = shape["pattern"]
    return schema


def _bounds(shape: Mapping[str, Any]) -> JsonObject:
    if shape["type"] not in _BOUNDS:
        return {}
    least, most = _BOUNDS[shape["type"]]
    bounds: JsonObject = {}
    if "min" in shape and (shape["min"] != 0 or least == "minimum"):
        bounds[least] = shape["min"]
    if "max" in shape and abs(shape["max"]) < _NO_BOUND:
        bounds[most] = shape["max"]
    return bounds
