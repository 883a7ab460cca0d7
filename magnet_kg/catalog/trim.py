"""A JSON Schema that somebody wrote by hand, brought to what a model and a judge need of it: one type, bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from magnet_kg.catalog.normalize import brief, choices, object_schema, usable_pattern
from magnet_kg.catalog.resolver import Limits, Sized, deepest_that_fits
from magnet_kg.domain.record import JsonObject

_KEPT = (
    *("format", "contentEncoding", "const", "default", "examples", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
_SCALARS = ("string", "integer", "number", "boolean")
_ALIAS = re.compile(r"(?:\(?Optional\)?:? )?(?:Alias|Alternative name|Synonym) (?:for|of)\b", re.IGNORECASE)
# The property under which something that is no object is returned, as MCP servers do it.
RESULT = "result"


def trim_parameters(schema: Mapping[str, Any], limits: Limits) -> JsonObject:
    """The schema of parameters: an object without alternatives at its top, which providers refuse.

    Of "either this parameter or that one is required" the first remains. Optional parameters that can have one value
    only, or are another's second name, are left out.

    Raises:
        TypeError: a part of it is no schema.
    """
    required = list(schema.get("required") or ())
    for alternatives in (schema.get("oneOf"), schema.get("anyOf")):
        if alternatives and isinstance(alternatives[0], dict):
            required += [name for name in alternatives[0].get("required", ()) if name not in required]
    properties = {
        name: stated
        for name, stated in (schema.get("properties") or {}).items()
        if name in required or not _needs_no_saying(stated)
    }
    whole = {**schema, "type": "object", "properties": properties, "required": required}
    return object_schema(deepest_that_fits(partial(_sized, whole, limits, 0), limits.depth, limits.properties))


def trim_returns(schema: Mapping[str, Any] | None, limits: Limits) -> JsonObject | None:
    """The schema of what is returned, as an object: the alternative that is no error; see `RESULT`.

    None, where nothing is said of it.

    Raises:
        TypeError: a part of it is no schema.
    """
    if not schema:
        return None
    schema = _good_alternative(schema)
    if _type(schema) != "object":
        schema = {"type": "object", "properties": {RESULT: schema}, "required": [RESULT]}
    found = deepest_that_fits(partial(_sized, schema, limits, 0), limits.depth, limits.properties)
    return object_schema(found) if "properties" in found or "additionalProperties" in found else None


def _needs_no_saying(stated: Any) -> bool:
    if not isinstance(stated, dict):
        return False
    description = stated.get("description")
    return (
        "const" in stated
        or len(stated.get("enum") or "more") == 1
        or (isinstance(description, str) and _ALIAS.match(description) is not None)
    )


def _good_alternative(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of alternatives the first that is not only an error; null is none."""
    alternatives = [one for one in schema.get("oneOf") or schema.get("anyOf") or () if isinstance(one, dict)]
    for one in alternatives:
        if _type(one) != "null" and not set(one.get("properties") or ("more",)) <= {"error", "status", "message"}:
            rest = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf")}
            return _good_alternative({**rest, **one})
    return schema


def _type(schema: Mapping[str, Any]) -> str | None:
    """The type; the first that is not null, where there are several; None, where anything goes."""
    type = schema.get("type")
    if isinstance(type, list):
        type = next((one for one in type if one != "null"), "null")
    if type is None:
        type = "object" if "properties" in schema else "array" if "items" in schema else None
    if type is None and isinstance(schema.get("const"), str):
        type = "string"
    return type


def _sized(schema: Any, limits: Limits, level: int, depth: int) -> Sized:
    """The schema down to `depth` levels below itself, which is itself `level` levels below the top."""
    if not isinstance(schema, dict):
        raise TypeError(f"{schema!r} is no schema")
    schema = _good_alternative(schema)
    type = _type(schema)
    found: JsonObject = {} if type is None else {"type": type}
    found |= {key: schema[key] for key in _KEPT if schema.get(key) is not None}
    size = 0
    if type == "object" and depth > 0:
        below, size = _object(schema, limits, level, depth)
        found |= below
    elif type == "array" and isinstance(schema.get("items"), dict):
        found["items"], size = _sized(schema["items"], limits, level + 1, depth)
    elif type in _SCALARS:
        values = [one for one in schema.get("enum") or () if one is not None]
        found |= choices(values) if values else {}
        if isinstance(schema.get("pattern"), str) and usable_pattern(schema["pattern"]):
            found["pattern"] = schema["pattern"]
    description = schema.get("description")
    if isinstance(description, str) and description and level > 0:
        found["description"] = brief(description, limits.text if level == 1 else limits.text_below)
    return found, size


def _object(schema: Mapping[str, Any], limits: Limits, level: int, depth: int) -> Sized:
    properties: JsonObject = {}
    size = 0
    for name, stated in (schema.get("properties") or {}).items():
        properties[name], below = _sized(stated, limits, level + 1, depth - 1)
        size += below + 1
    found: JsonObject = {"properties": properties} if properties else {}
    required = [name for name in schema.get("required") or () if name in properties]
    if required:
        found["required"] = required
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        found["additionalProperties"], below = _sized(values, limits, level + 1, depth - 1)
        size += below + 1
    return found, size
