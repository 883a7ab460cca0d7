"""Schemas of other people made plain: no references, no allOf, no vendor's keywords, nothing without an end.

What comes out is JSON Schema (2020-12) that the rest of the system reads without asking where it came from: `type`,
`properties`, `items`, `anyOf`, `enum` and their like. A type that contains itself ends in a plain object that says so;
so do the deepest references of a schema that would grow beyond `MOST_NODES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import orjson

from magnet_kg.catalog.normalize import fit_name, plain_text
from magnet_kg.catalog.references import References, SchemaError, Target
from magnet_kg.domain.record import JsonObject

DEEPEST = 32
MOST_NODES = 300
# Levels down to which references are followed, tried in this order until a schema stays below `MOST_NODES`.
_LEVELS = (12, 8, 6, 5, 4, 3, 2, 1)
_TYPES = frozenset(["object", "array", "string", "number", "integer", "boolean", "null"])
_SCALARS = _TYPES - {"object", "array"}
_KEPT = (
    "format", "default", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
)  # fmt: skip
_LONGEST_EXAMPLE = 200
_FIT_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OF_SCHEMAS = frozenset(["properties", "$defs", "definitions", "patternProperties"])
_A_SCHEMA = frozenset(["items", "additionalProperties", "not"])
_LISTS_OF_SCHEMAS = frozenset(["anyOf", "oneOf", "allOf", "prefixItems"])
Side = Literal["given", "returned"]


class _TooLargeError(Exception):
    pass


class PlainSchemas:
    """Makes the schemas of one document plain.

    Args:
        references: of the document.
        side: of what is given, read-only properties and null are left out; of what is returned, write-only ones.
    """

    def __init__(self, references: References, side: Side) -> None:
        self._references = references
        self._side = side
        # By limit: what was made of a reference when it was cut nowhere, the levels of references in it, its nodes.
        self._whole: dict[int, dict[tuple[Path, str], tuple[JsonObject, int, int]]] = {n: {} for n in _LEVELS}
        self._limit = _LEVELS[0]
        self._nodes = self._reach = self._cuts = 0

    def plain(self, schema: Any, file: Path) -> JsonObject:
        """The plain form of a schema in a file. Parts of it may be shared with others: never change it.

        Raises:
            SchemaError: it is no schema, refers to nothing, or is deeper than `DEEPEST`.
        """
        for limit in _LEVELS:
            self._limit, self._nodes, self._reach, self._cuts = limit, 0, 0, 0
            try:
                return self._expand(schema, file, (), 0)
            except _TooLargeError:
                continue
        raise AssertionError("the last limit takes any size")

    def _expand(self, schema: Any, file: Path, stack: tuple[tuple[Path, str], ...], level: int) -> JsonObject:
        if schema is True or schema is None:
            return {}
        if not isinstance(schema, dict):
            raise SchemaError(f"a schema is an object, not {orjson.dumps(schema).decode()[:40]}")
        if level > DEEPEST:
            raise SchemaError(f"it is deeper than {DEEPEST} levels", do="Flatten it, or name its parts by $ref")
        self._count(1)
        parts = [self._at(("allOf", str(n)), one, file, stack, level) for n, one in enumerate(_list(schema, "allOf"))]
        if "$ref" in schema:
            parts.insert(0, self._reference(schema["$ref"], file, stack, level))
        own = self._own(schema, file, stack, level)
        plain = merged([*parts, own]) if parts else own
        return self._nullable(plain) if schema.get("nullable") is True else plain

    def _at(
        self, keys: tuple[str, ...], schema: Any, file: Path, stack: tuple[tuple[Path, str], ...], level: int
    ) -> JsonObject:
        try:
            return self._expand(schema, file, stack, level)
        except SchemaError as error:
            raise error.inside(*keys) from None

    def _reference(self, reference: Any, file: Path, stack: tuple[tuple[Path, str], ...], level: int) -> JsonObject:
        target = self._references.follow(reference, file)
        key = (target.file, "/".join(target.keys))
        known = self._whole[self._limit]
        # Only what comes out the same wherever it stands is taken again: a function is no other for its neighbours.
        if key in known and level + known[key][1] <= self._limit:
            schema, height, nodes = known[key]
            self._count(nodes)
            self._reach = max(self._reach, level + height)
            return schema
        if key in stack or (level > self._limit and not _is_scalar(target.value)):
            self._cuts += 1
            return _cut(target, again=key in stack)
        reach, cuts, nodes = self._reach, self._cuts, self._nodes
        self._reach = level
        try:
            schema = self._expand(target.value, target.file, (*stack, key), level)
        except SchemaError as error:
            raise error.found_in(target) from None
        if self._cuts == cuts:
            known[key] = (schema, self._reach - level, self._nodes - nodes)
        self._reach = max(reach, self._reach)
        return schema

    def _own(self, schema: JsonObject, file: Path, stack: tuple[tuple[Path, str], ...], level: int) -> JsonObject:
        """What a schema says itself, beside its references."""
        plain: JsonObject = {}
        kinds, null = _kinds(schema)
        if kinds:
            plain["type"] = kinds[0] if len(kinds) == 1 else kinds
        if isinstance(text := schema.get("description"), str) and (text := plain_text(text)):
            plain["description"] = text
        options = [(name, n, one) for name in ("anyOf", "oneOf") for n, one in enumerate(_list(schema, name))]
        if options:
            chosen = [self._at((name, str(n)), one, file, stack, level + 1) for name, n, one in options]
            plain = merged([_options(chosen), plain])
            null = null or any(one.get("type") == "null" for one in chosen)
        if isinstance(values := _values(schema), list):
            plain["enum"] = values
        plain |= {name: schema[name] for name in _KEPT if name in schema and _is_small(schema[name])}
        _exclusive(plain)
        if "pattern" in plain and not _is_pattern(str(plain["pattern"])):
            del plain["pattern"]
        if plain.get("default", ...) is None:
            del plain["default"]
        if examples := [one for one in _examples(schema) if one is not None and _is_small(one)]:
            plain["examples"] = examples
        self._children(plain, schema, file, stack, level)
        return self._nullable(plain) if null else plain

    def _children(
        self, plain: JsonObject, schema: JsonObject, file: Path, stack: tuple[tuple[Path, str], ...], level: int
    ) -> None:
        if "properties" in schema:
            properties = schema["properties"]
            if not isinstance(properties, dict):
                raise SchemaError("properties are an object").inside("properties")
            plain["properties"] = {
                name: self._at(("properties", name), one, file, stack, level + 1)
                for name, one in properties.items()
                if not self._is_hidden(one)
            }
            # In the order of the list: to order properties otherwise changes no schema.
            if kept := [name for name in _required(schema) if name in plain["properties"]]:
                plain["required"] = kept
        elif required := _required(schema):
            # In an allOf, one part may require what another describes.
            plain["required"] = required
        if isinstance(schema.get("additionalProperties"), dict):
            values = self._at(("additionalProperties",), schema["additionalProperties"], file, stack, level + 1)
            if values:
                plain["additionalProperties"] = values
        if "items" in schema or plain.get("type") == "array":
            plain["items"] = self._at(("items",), schema.get("items", {}), file, stack, level + 1)

    def _nullable(self, plain: JsonObject) -> JsonObject:
        """Null beside what it is, for scalars that are returned; what is given may be left out instead."""
        kinds = [plain["type"]] if isinstance(plain.get("type"), str) else plain.get("type", [])
        if self._side == "given" or not kinds or not _SCALARS.issuperset(kinds) or "null" in kinds:
            return plain
        nullable = {**plain, "type": [*kinds, "null"]}
        if "enum" in plain:
            nullable["enum"] = [*plain["enum"], None]
        return nullable

    def _is_hidden(self, schema: Any) -> bool:
        mark = "readOnly" if self._side == "given" else "writeOnly"
        return isinstance(schema, dict) and schema.get(mark) is True

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES and self._limit > _LEVELS[-1]:
            raise _TooLargeError


def merged(parts: Iterable[JsonObject]) -> JsonObject:
    """One schema that says what all of these say; of what they say differently, the last one counts."""
    whole: JsonObject = {}
    for part in parts:
        properties = dict(whole.get("properties", {}))
        for name, schema in part.get("properties", {}).items():
            properties[name] = merged([properties[name], schema]) if name in properties else schema
        required = [*whole.get("required", []), *part.get("required", [])]
        whole = {**whole, **part}
        if properties or "properties" in part:
            whole["properties"] = properties
        if required:
            whole["required"] = list(dict.fromkeys(required))
    if "properties" in whole:
        whole.setdefault("type", "object")
    return whole


def as_object(schema: JsonObject) -> JsonObject:
    """The schema of an object as one with properties: those of all its options, required where all require them.

    What is no object stays as it is.
    """
    options = [as_object(one) for one in schema.get("anyOf", [])]
    own = schema
    if options and all("properties" in one for one in options):
        required = [n for n in options[0].get("required", []) if all(n in one.get("required", []) for one in options)]
        own = {name: value for name, value in schema.items() if name != "anyOf"}
        own = merged([{**merged(options), "required": required}, own])
    if "properties" not in own:
        return own
    required = [name for name in own.get("required", []) if name in own["properties"]]
    kept = {name: value for name, value in own.items() if name not in ("type", "required", "anyOf")}
    return {"type": "object", **kept} | ({"required": required} if required else {})


def as_returns(schema: JsonObject) -> JsonObject:
    """What a function returns as an object: a list under `items`, anything else that is no object under `result`."""
    if schema.get("type") == "array":
        return {"type": "object", "properties": {"items": schema}}
    if schema.get("type") == "object" or "properties" in schema:
        return {"type": "object", "properties": {}} | {name: v for name, v in schema.items() if name != "type"}
    return {"type": "object", "properties": {"result": schema}}


def fit_parameter(original: str, schema: JsonObject) -> tuple[str, JsonObject]:
    """A parameter under a name that providers and binding paths take; its own name stays in the schema.

    `filter[status]` becomes `filter_status` with `x-original-name: filter[status]`.
    """
    name = original if _FIT_PARAMETER.fullmatch(original) else fit_name(original)
    return name, schema if name == original else {**schema, "x-original-name": original}


def depth(schema: Any) -> int:
    """How many schemas stand within one another, at most; told without recursion, for any depth."""
    levels = 0
    layer = [schema] if isinstance(schema, dict) else []
    while layer:
        levels += 1
        layer = [inner for node in layer for inner in _inside(node)]
    return levels


def _inside(schema: JsonObject) -> Iterator[JsonObject]:
    """The schemas that stand directly within a schema."""
    for name, value in schema.items():
        if value.__class__ is dict:
            if name in _OF_SCHEMAS:
                yield from (one for one in value.values() if one.__class__ is dict)
            elif name in _A_SCHEMA:
                yield value
        elif value.__class__ is list and name in _LISTS_OF_SCHEMAS:
            yield from (one for one in value if one.__class__ is dict)


def _list(schema: JsonObject, name: str) -> list[Any]:
    found = schema.get(name)
    return found if isinstance(found, list) else []


def _required(schema: JsonObject) -> list[str]:
    return list(dict.fromkeys(name for name in _list(schema, "required") if isinstance(name, str)))


def _kinds(schema: JsonObject) -> tuple[list[str], bool]:
    """The types of a schema but null, and whether null is among them."""
    kind = schema.get("type")
    kinds = [kind] if isinstance(kind, str) else list(kind) if isinstance(kind, list) else []
    if unknown := [one for one in kinds if not isinstance(one, str) or one not in _TYPES]:
        what = f"{str(unknown[0])[:40]!r} is no type of JSON Schema"
        raise SchemaError(what, do=f"One of {', '.join(sorted(_TYPES))}").inside("type")
    if not kinds:
        kinds = ["object"] if "properties" in schema else ["array"] if "items" in schema else []
    if kinds == ["null"]:
        return kinds, False
    return [one for one in kinds if one != "null"], "null" in kinds


def _values(schema: JsonObject) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return [one for one in values if one is not None] if isinstance(values, list) else None


def _options(chosen: list[JsonObject]) -> JsonObject:
    """Several options as one schema, where one says it all: null and mere requirements are no options."""
    options: list[JsonObject] = []
    for one in chosen:
        if one.keys() - {"required"} and one.get("type") != "null" and one not in options:
            options.append(one)
    if len(options) <= 1:
        return options[0] if options else {}
    if all("enum" in one for one in options) and len({str(one.get("type")) for one in options}) == 1:
        values = [value for one in options for value in one["enum"]]
        kind = {"type": options[0]["type"]} if "type" in options[0] else {}
        return {**kind, "enum": [value for n, value in enumerate(values) if value not in values[:n]]}
    return {"anyOf": options}


def _exclusive(plain: JsonObject) -> None:
    """OpenAPI 3.0 says with true what JSON Schema says with a number."""
    for name, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(plain.get(name), bool) and plain.pop(name) and bound in plain:
            plain[name] = plain.pop(bound)


def _examples(schema: JsonObject) -> list[Any]:
    given = schema.get("examples")
    return given[:3] if isinstance(given, list) else [schema["example"]] if "example" in schema else []


@lru_cache(maxsize=4096)
def _is_pattern(pattern: str) -> bool:
    """Whether what validates arguments understands a pattern; dialects of regular expressions differ."""
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError:
        return False
    return True


def _is_small(value: Any) -> bool:
    try:
        return len(orjson.dumps(value)) <= _LONGEST_EXAMPLE
    except TypeError:  # a number beyond 64 bits
        return False


def _is_scalar(schema: Any) -> bool:
    return isinstance(schema, dict) and isinstance(kind := schema.get("type"), str) and kind in _SCALARS


def _cut(target: Target, *, again: bool) -> JsonObject:
    """What stands where a type contains itself, or is left out."""
    schema = target.value if isinstance(target.value, dict) else {}
    named = plain_text(str(schema.get("title") or (target.keys[-1] if target.keys else target.file.stem)))
    kinds, _ = _kinds(schema)
    kind = kinds[0] if kinds else "object"
    told = f"{named}, with the same fields as the one that it is in" if again else f"{named}, in short"
    cut: JsonObject = {"type": kind, "description": told}
    return {**cut, "items": {"type": "object"}} if kind == "array" else cut
