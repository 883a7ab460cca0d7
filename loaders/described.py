"""A function that is described by its name, a text and JSON Schemas: what tools as JSON and tables have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson
from pydantic import ValidationError

from magnet_kg.catalog.documents import Document
from magnet_kg.catalog.normalize import fit_name, object_schema
from magnet_kg.catalog.references import References, SchemaError
from magnet_kg.catalog.schemas import DEEPEST, PlainSchemas, Side, as_returns, depth
from magnet_kg.catalog.source import Source
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function

_REFERS = re.compile(rb'"\$(?:ref|dynamicRef|recursiveRef)":')


def described_function(said: Mapping[str, Any], source: Source, origin: str, line: int | None) -> Function | Fault:
    """The function that is described, its schemas as they are but without references; or what is wrong with it.

    Args:
        said: `name`, and what is known of `description`, `parameters`, `returns`, `category`, `toolkit`, `licence`,
            `version`.
        source: the catalog's.
        origin: the function's `source`.
        line: where it stands in the source.
    """
    original = str(said["name"])
    name = fit_name(original)

    def fault(what: str, do: str | None = None) -> Fault:
        return Fault(what=what, file=source.location, line=line, function=name, do=do)

    schemas = {}
    for key, side in (("parameters", "given"), ("returns", "returned")):
        try:
            schemas[key] = _without_references(said.get(key), side, source)  # type: ignore[arg-type]
        except SchemaError as error:
            return fault(f"{error.what} (at {error.inside(key).pointer})", error.do)
        if isinstance(schemas[key], dict) and depth(schemas[key]) <= DEEPEST and (what := _wrong(schemas[key])):
            return fault(f"{key} are no JSON Schema: {what}", "Correct them")
    parameters, returns = schemas["parameters"], schemas["returns"]
    labels = {key: said[key] for key in ("licence", "version") if said.get(key)}
    try:
        return Function(
            id=f"{source.catalog}/{name}",
            name=name,
            category=said.get("category") or source.catalog,
            toolkit=said.get("toolkit") or source.catalog,
            description=said.get("description") or "",
            parameters=object_schema(parameters) if isinstance(parameters, dict | None) else parameters,
            returns=as_returns(returns) if isinstance(returns, dict) and returns else returns or None,
            source=origin,
            catalog=source.catalog,
            original_name=original if name != original else None,
            **labels,
        )
    except ValidationError as error:
        first = error.errors()[0]
        return fault(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")


def _wrong(schema: dict[str, Any]) -> str | None:
    """Why a schema is none, in short."""
    try:
        jsonschema_rs.validator_for(schema)
    except jsonschema_rs.ValidationError as error:
        return f"{error.message[:120]} (at #/{'/'.join(str(key) for key in error.instance_path)})"
    return None


def _without_references(schema: Any, side: Side, source: Source) -> Any:
    """A schema as it was given, or made plain where parts of it are only referred to."""
    if not isinstance(schema, dict) or depth(schema) > DEEPEST or not _REFERS.search(orjson.dumps(schema)):
        return schema
    references = References(Document(source.path, schema), files=False)
    return PlainSchemas(references, side).plain(schema, references.root)
