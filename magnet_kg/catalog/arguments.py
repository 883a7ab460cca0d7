"""Arguments against the schema of the function that they are for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson

from magnet_kg.domain.function import Function


@lru_cache(maxsize=4096)
def _validator(schema: bytes) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(orjson.loads(schema))


def argument_fault(function: Function, arguments: Mapping[str, Any]) -> str | None:
    """What the function's schema has against these arguments, or None.

    An argument that the function does not know is an error, whether or not its schema says so.
    """
    closed = orjson.dumps({"additionalProperties": False, **function.parameters})
    error = next(_validator(closed).iter_errors(arguments), None)
    return None if error is None else str(error.message)


def value_fault(function: Function, parameter: str, value: Any) -> str | None:
    """What the schema of one parameter has against a value, or None."""
    definitions = {name: function.parameters[name] for name in ("$defs", "definitions") if name in function.parameters}
    schema = orjson.dumps({**definitions, **function.properties[parameter]})
    error = next(_validator(schema).iter_errors(value), None)
    return None if error is None else str(error.message)
