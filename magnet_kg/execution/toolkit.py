"""Toolkits: Python functions that act on a shared world, with schemas derived from their signatures.

A toolkit is one folder in `magnet_kg/toolkits/`: its `__init__.py` holds a `Toolkit` called `toolkit` and the
functions registered on it, its `phrases.yaml` the words in which people ask for them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from docstring_parser import parse as parse_docstring
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import JsonObject
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.tool_error import ToolError

if TYPE_CHECKING:
    from magnet_kg.execution.world import World

__all__ = ["ToolError", "ToolFunction", "Toolkit"]

F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S", bound=Callable[..., Any])


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class ToolFunction:
    """One function of a toolkit: the code, and the record derived from its signature and docstring."""

    record: Function
    code: Callable[..., Any]
    arguments: type[BaseModel]
    result: TypeAdapter[Any]

    def call(self, world: World, arguments: Mapping[str, Any]) -> Outcome:
        """Validate, run, and give the result as JSON; a `ToolError` or bad arguments become a failed outcome."""
        try:
            parsed = self.arguments.model_validate(arguments)
            given = {name: getattr(parsed, name) for name in type(parsed).model_fields}
            return Outcome(self.result.dump_python(self.code(world, **given), mode="json"))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            return _failure("invalid_argument", f"{place}: {first['msg']}")
        except ToolError as error:
            return _failure(error.code, error.message)


class Toolkit:
    """A named set of functions and the part of the world's state that is theirs.

    Args:
        name: the folder's name.
        category: functions of one category are judged against one another first.
        description: one sentence on what the toolkit is for.
    """

    def __init__(self, name: str, *, category: str, description: str) -> None:
        self.name = name
        self.category = category
        self.description = description
        self.functions: dict[str, ToolFunction] = {}
        self.make_state: Callable[[World, Random], object] | None = None

    def state(self, make: S) -> S:
        """Register what makes this toolkit's part of a new world: `make(world, rng)` gives a dataclass instance.

        It is reached again with `world.of(StateClass)`.
        """
        self.make_state = make
        return make

    def function(self, code: F) -> F:
        """Register a function. Its first parameter is the world; the rest, typed and documented, are its schema."""
        record, arguments, result = _derive(self, code)
        self.functions[record.id] = ToolFunction(record, code, arguments, result)
        return code


def _derive(toolkit: Toolkit, code: Callable[..., Any]) -> tuple[Function, type[BaseModel], TypeAdapter[Any]]:
    where = f"{toolkit.name}.{code.__name__}"
    documentation = parse_docstring(inspect.getdoc(code) or "")
    if not documentation.short_description:
        raise MagnetError("a function needs a docstring; it is its description", where=where)
    described = {p.arg_name: " ".join((p.description or "").split()) for p in documentation.params}
    hints = get_type_hints(code, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(code).parameters.items())[1:]:
        if name not in hints or not described.get(name):
            raise MagnetError(f"parameter {name} needs a type and a line under Args:", where=where)
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[name] = (hints[name], Field(default, description=described[name]))
    if "return" not in hints:
        raise MagnetError("a function needs a return type; it is the schema of its result", where=where)
    arguments = create_model(f"{code.__name__}_arguments", __base__=_Arguments, **fields)
    result = TypeAdapter(hints["return"])
    text = documentation.short_description
    if documentation.long_description:
        text += " " + " ".join(documentation.long_description.split())
    record = Function(
        id=f"{toolkit.name}/{code.__name__}",
        name=code.__name__,
        category=toolkit.category,
        toolkit=toolkit.name,
        description=" ".join(text.split()),
        parameters=_plain(arguments.model_json_schema()),
        returns=_plain(result.json_schema(mode="serialization")),
        source=f"toolkit:{toolkit.name}",
        executor="toolkit",
    )
    return record, arguments, result


def _plain(schema: JsonObject) -> JsonObject:
    """The schema with references resolved in place and without the titles that pydantic adds.

    Args:
        schema: as pydantic makes it; recursive models are not supported (a toolkit's results are finite).
    """
    definitions = schema.get("$defs", {})

    def resolve(node: Any, inside_properties: bool = False) -> Any:
        if isinstance(node, list):
            return [resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = definitions[node["$ref"].rsplit("/", 1)[1]]
            return resolve({**target, **{key: value for key, value in node.items() if key != "$ref"}})
        if "anyOf" in node and node.get("default", ...) is None:
            # An optional parameter is one that may be left out; offering null as well would only invite it.
            given = [option for option in node["anyOf"] if option.get("type") != "null"]
            if len(given) == 1:
                rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
                return resolve({**given[0], **rest})
        drop = set() if inside_properties else {"title", "$defs", "additionalProperties"}
        return {key: resolve(value, key == "properties") for key, value in node.items() if key not in drop}

    plain: JsonObject = resolve(schema)
    if plain.get("type") == "object":
        plain.setdefault("properties", {})
    return plain


def _failure(code: str, message: str) -> Outcome:
    return Outcome({"error": {"code": code, "message": message}}, failed=True)
