"""Schemas of Google's discovery documents as JSON Schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from magnet_kg.catalog.normalize import choices, usable_pattern
from magnet_kg.catalog.resolver import Limits, Place, Resolver, Sized
from magnet_kg.domain.record import JsonObject

_SCALARS: dict[tuple[str | None, str | None], JsonObject] = {
    ("string", "google-datetime"): {"type": "string", "format": "date-time"},
    ("string", "byte"): {"type": "string", "contentEncoding": "base64"},
    ("integer", "uint32"): {"type": "integer", "minimum": 0},
    ("integer", "int32"): {"type": "integer"},
    ("number", "float"): {"type": "number"},
    ("number", "double"): {"type": "number"},
}
# What the schema itself says in `required`, or leaves out.
_BEHAVIOUR = re.compile(
    r"^(?:(?:(?:Required|Optional|Immutable|Identifier|(?:In|Out)put only)\.|\[(?:In|Out)put[ -]only\]:?)\s*)+",
    re.IGNORECASE,
)
_OUTPUT_ONLY = re.compile(r"^(?:\w+\. )*(?:Output only\b|\[Output[ -]only\])", re.IGNORECASE)
_DEPRECATED = re.compile(r"^(?:\w+\. )*\[?Deprecated\b", re.IGNORECASE)
_INPUT_ONLY = re.compile(r"^(?:\w+\. )*(?:Input only\b|\[Input[ -]only\])", re.IGNORECASE)
_REQUIRED = re.compile(r"^(?:\w+\. )*Required\. ")
# Characters of a description in which such a mark stands.
_MARKED = 60
# `kind` of the older APIs is always the same: "calendar#event".
_CONSTANT = re.compile(r"\w+#\w+")


class Schemas(Resolver):
    """Schemas of one discovery document.

    Args:
        definitions: its `schemas`.
        cyclic: names of those that recur.
        limits: of each schema.
        inputs: whether they are sent; else they are received.
    """

    def __init__(self, definitions: Mapping[str, Any], cyclic: frozenset[str], limits: Limits, inputs: bool) -> None:
        super().__init__(cyclic, limits)
        self._definitions = definitions
        self._inputs = inputs

    def of_object(self, reference: Mapping[str, Any] | None) -> JsonObject:
        """The schema of the body of a request or a response; of an object without properties, where there is none."""
        found = self.whole(reference["$ref"]) if reference and "$ref" in reference else {}
        return found if "properties" in found else {"type": "object", "properties": {}}

    def parameter(self, stated: Mapping[str, Any]) -> JsonObject:
        """The schema of a parameter of the path or the query."""
        schema = _scalar(stated, self._inputs) if stated["type"] != "object" else {"type": "object"}
        if stated.get("repeated"):
            schema = {"type": "array", "items": schema}
        description = self._description(stated, self._limits.text)
        return {**schema, "description": description} if description else schema

    def required_in_body(self, method: Mapping[str, Any]) -> list[str]:
        """The properties of its body without which a method cannot be called."""
        reference = method.get("request", {}).get("$ref")
        properties = self._definitions[reference].get("properties", {}) if reference else {}
        return [
            name
            for name, stated in properties.items()
            if _is_required(stated) or method["id"] in stated.get("annotations", {}).get("required", ())
        ]

    def translate(self, name: str, place: Place) -> Sized:
        """See `Resolver`."""
        return self._schema(self._definitions[name], place)

    def count_levels(self, name: str) -> int:
        """See `Resolver`."""
        return self._levels_in(self._definitions[name])

    def closed(self, name: str) -> JsonObject:
        """See `Resolver`."""
        return {"type": "object"} if self._definitions[name].get("type") == "object" else {}

    def _levels_in(self, schema: Mapping[str, Any]) -> int:
        if "$ref" in schema:
            return self.levels(schema["$ref"])
        nests = "properties" in schema or "additionalProperties" in schema
        return max(map(self._levels_in, _below(schema)), default=0) + nests

    def _schema(self, schema: Mapping[str, Any], place: Place) -> Sized:
        if "$ref" in schema:
            return self.part(schema["$ref"], place)
        type = schema.get("type")
        if type == "array":
            items, size = self._schema(schema.get("items", {}), place)
            return {"type": "array", "items": items}, size
        if type != "object":
            return _scalar(schema, self._inputs), 0
        if place.depth == 0:
            return {"type": "object"}, 0
        if "properties" in schema:
            return self._object(schema["properties"], place)
        values, size = self._schema(schema.get("additionalProperties", {}), self.inside(place))
        return ({"type": "object", "additionalProperties": values} if values else {"type": "object"}), size + 1

    def _object(self, stated: Mapping[str, Any], place: Place) -> Sized:
        properties: JsonObject = {}
        total = 0
        below = self.inside(place)
        for name, one in stated.items():
            if self._is_left_out(name, one):
                continue
            schema, size = self._schema(one, below)
            total += size + 1
            description = self._description(one, place.text)
            properties[name] = {**schema, "description": description} if description else schema
        required = [name for name in properties if _is_required(stated[name])] if self._inputs else []
        found = {"type": "object", "properties": properties}
        return (found | {"required": required} if required else found), total

    def _is_left_out(self, name: str, stated: Mapping[str, Any]) -> bool:
        description = stated.get("description", "")[:_MARKED]
        if name == "kind" and _CONSTANT.fullmatch(str(stated.get("default", ""))):
            return True
        if stated.get("deprecated") or ("eprecated" in description and _DEPRECATED.match(description)):
            return True
        if self._inputs and stated.get("readOnly"):
            return True
        other_side = _OUTPUT_ONLY if self._inputs else _INPUT_ONLY
        return "nly" in description and other_side.match(description) is not None

    def _description(self, stated: Mapping[str, Any], limit: int) -> str:
        description = stated.get("description")
        if description is None and "$ref" in stated:
            description = self._definitions[stated["$ref"]].get("description")
        return self.brief(_BEHAVIOUR.sub("", description), limit) if description else ""


def references(schema: Mapping[str, Any]) -> Iterator[str]:
    """The names of the definitions that a definition is made of."""
    if "$ref" in schema:
        yield schema["$ref"]
    for below in _below(schema):
        yield from references(below)


def _below(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from schema.get("properties", {}).values()
    for part in ("items", "additionalProperties"):
        if isinstance(schema.get(part), dict):
            yield schema[part]


def _is_required(stated: Mapping[str, Any]) -> bool:
    description = stated.get("description", "")[:_MARKED]
    return "Required" in description and _REQUIRED.match(description) is not None


def _scalar(stated: Mapping[str, Any], inputs: bool) -> JsonObject:
    type, format = stated.get("type"), stated.get("format")
    if type in (None, "any"):
        return {}
    schema = dict(_SCALARS.get((type, format)) or ({"type": type, "format": format} if format else {"type": type}))
    values = _values(stated, inputs) if "enum" in stated else []
    if values:
        return schema | choices(values)
    if "pattern" in stated and usable_pattern(stated["pattern"]):
        schema["pattern"] = stated["pattern"]
    if inputs:
        schema |= {bound: _number(stated[bound], type) for bound in ("minimum", "maximum") if bound in stated}
        if "default" in stated:
            schema["default"] = _default(stated["default"], type)
    return schema


def _values(stated: Mapping[str, Any], inputs: bool) -> list[str]:
    """The values of an enumeration that may be said: not the one for "nothing said", and none that is given up."""
    values: list[str] = stated.get("enum", [])
    deprecated = stated.get("enumDeprecated") or [False] * len(values)
    unsaid = ("UNSPECIFIED", "UNKNOWN") if inputs else ("UNSPECIFIED",)
    good = [
        one
        for one, gone in zip(values, deprecated, strict=False)
        if not gone and one not in unsaid and not one.endswith("_UNSPECIFIED")
    ]
    return good or values


def _number(text: str, type: str) -> float | int:
    return float(text) if type == "number" else int(text)


def _default(text: str, type: str) -> Any:
    if type == "boolean":
        return text == "true"
    return _number(text, type) if type in ("integer", "number") else text
