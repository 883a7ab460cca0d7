"""What a function's signature and docstring say: the record that models and judges see, and what is missing in it."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from docstring_parser import parse as parse_docstring
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticUserError

from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import TOOLKITS, Function
from magnet_kg.domain.record import JsonObject

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


Derived = tuple[Function, type[BaseModel], TypeAdapter[Any]]


def place_of(code: Callable[..., Any]) -> tuple[str, int]:
    """File and line where a function is defined: the line of its `def`, below any decorator."""
    source = inspect.unwrap(code).__code__
    first = source.co_firstlineno
    lines = linecache.getlines(source.co_filename)[first - 1 :]
    below = (number for number, line in enumerate(lines) if line.lstrip().startswith(("def ", "async def ")))
    return source.co_filename, first + next(below, 0)


@dataclass(frozen=True)
class Documentation:
    """What a docstring says: the function's description, on one line, those of its parameters, and of its result."""

    text: str
    parameters: Mapping[str, str]
    result: str


def documentation_of(code: Callable[..., Any]) -> Documentation:
    """The docstring of a function, in any of the usual styles."""
    read = parse_docstring(inspect.getdoc(code) or "")
    text = f"{read.short_description or ''} {read.long_description or ''}"
    result = (read.returns.description if read.returns else None) or ""
    described = {p.arg_name: " ".join((p.description or "").split()) for p in read.params}
    return Documentation(" ".join(text.split()), described, " ".join(result.split()))


def derive(toolkit: str, category: str, code: Callable[..., Any]) -> Derived | list[Fault]:
    """A function's record, the model of its arguments and the type of its result, or everything that it lacks.

    Args:
        toolkit: the toolkit's name.
        category: the toolkit's category.
        code: the function; its first parameter is the world.
    """
    file, line = place_of(code)
    faults: list[Fault] = []

    def lacks(what: str, do: str | None = None) -> None:
        faults.append(Fault(what=what, file=file, line=line, function=code.__name__, do=do))

    documentation = documentation_of(code)
    if not documentation.text:
        lacks("a function needs a docstring; it is its description")
    described = documentation.parameters
    try:
        hints = get_type_hints(code, include_extras=True)
    except (NameError, TypeError, AttributeError, SyntaxError) as error:
        lacks(f"its types cannot be read: {error}", "Import them where the module runs, not only for type checkers")
        return faults
    parameters = list(inspect.signature(code).parameters.items())
    if not parameters or getattr(hints.get(parameters[0][0]), "__name__", "World") != "World":
        lacks("the first parameter is the world", f"Write `def {code.__name__}(world: World, …)`")
        return faults
    fields: dict[str, Any] = {}
    for name, parameter in parameters[1:]:
        if parameter.kind not in _NAMED:
            lacks(f"parameter {name} cannot be given by name", "Give each parameter a name of its own")
            continue
        if name not in hints or not described.get(name):
            lacks(f"parameter {name} needs a type and a line under Args:")
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[name] = (hints.get(name, Any), Field(default, description=described.get(name)))
    for name in described.keys() - {name for name, _ in parameters}:
        lacks(f"Args: tells of {name}, which is no parameter")
    if "return" not in hints:
        lacks("a function needs a return type; it is the schema of its result")
    if faults:
        return faults
    try:
        arguments = create_model(f"{code.__name__}_arguments", __base__=_Arguments, **fields)
        taken = _plain(arguments.model_json_schema())
    except (PydanticUserError, TypeError, ValueError, RecursionError) as error:
        lacks(f"its parameters have no schema: {_first_line(error)}", "Use plain types, Literal, date and datetime")
        return faults
    try:
        result = TypeAdapter(hints["return"])
        given = _plain(result.json_schema(mode="serialization"))
    except (PydanticUserError, TypeError, ValueError, RecursionError) as error:
        lacks(f"its result has no schema: {_first_line(error)}", "Return a dataclass of plain values and lists")
        return faults
    try:
        record = Function(
            id=f"{toolkit}/{code.__name__}",
            name=code.__name__,
            category=category,
            toolkit=toolkit,
            description=documentation.text,
            parameters=taken,
            returns=given,
            source=f"toolkit:{toolkit}",
            executor="toolkit",
            catalog=TOOLKITS,
        )
    except ValidationError as error:
        lacks(f"its {error.errors()[0]['loc'][0]} does not fit: {error.errors()[0]['msg']}")
        return faults
    return record, arguments, result


def _first_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "a type contains itself"
    return str(error).splitlines()[0].rstrip(".")


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
