"""Types of Python as schemas: what pydantic knows of them, with descriptions of `Annotated`, made plain."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from inspect import Parameter
from pathlib import Path
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import orjson
from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError
from pydantic.fields import FieldInfo
from typing_extensions import TypedDict as NewTypedDict

from magnet_kg.catalog.documents import Document
from magnet_kg.catalog.normalize import plain_text
from magnet_kg.catalog.references import References, SchemaError
from magnet_kg.catalog.schemas import PlainSchemas, Side, as_object, as_returns
from magnet_kg.domain.record import JsonObject

_HERE = Path("type")


def type_hints(code: Callable[..., Any]) -> dict[str, Any]:
    """The types of parameters and result, resolved, with what `Annotated` says beside them.

    Raises:
        NameError: a type that is only imported for type checkers; TypeError, AttributeError, SyntaxError likewise.
    """
    return {name: _known(hint, ()) for name, hint in get_type_hints(code, include_extras=True).items()}


def given_schema(hint: Any, default: Any, described: str) -> tuple[JsonObject, bool]:
    """The schema of a parameter, and whether it is required.

    A description in the type (`Annotated[int, "…"]`, `Field(description=…)`) counts before that of the docstring.

    Raises:
        SchemaError: the type has no schema.
    """
    if isinstance(default, FieldInfo):
        hint, default = Annotated[hint, default], Parameter.empty if default.is_required() else default.default
    schema = dict(_plain(hint, "given"))
    if text := _said(hint) or described:
        schema["description"] = text
    required = default is Parameter.empty
    if not required and default is not None and (value := _as_json(default)) is not None:
        schema["default"] = value
    return schema, required


def returned_schema(hint: Any, described: str) -> JsonObject | None:
    """The schema of a result as an object; None for a function that returns nothing, or what has no schema."""
    if hint is None or hint is type(None):
        return None
    try:
        schema = as_object(_plain(hint, "returned"))
    except SchemaError:
        return None
    return as_returns({**schema, "description": described} if described and "description" not in schema else schema)


def _plain(hint: Any, side: Side) -> JsonObject:
    mode: Literal["validation", "serialization"] = "validation" if side == "given" else "serialization"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schema = TypeAdapter(hint).json_schema(mode=mode)
    except (PydanticUserError, PydanticInvalidForJsonSchema, TypeError, ValueError, NameError, RecursionError) as error:
        told = str(error).splitlines()[0].rstrip(".")
        raise SchemaError(f"its type has no schema: {told}", do="Use plain types, dataclasses or models") from error
    return PlainSchemas(References(Document(_HERE, schema), files=False), side).plain(schema, _HERE)


def _said(hint: Any) -> str:
    """The text beside a type in `Annotated`: a string, a `Field(description=…)` or a `Doc(…)`."""
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    texts = (getattr(note, name, None) for note in notes for name in ("description", "documentation"))
    told = [*(note for note in notes if isinstance(note, str)), *(text for text in texts if isinstance(text, str))]
    return plain_text(told[0]) if told else ""


def _as_json(value: Any) -> Any:
    """A default value as JSON; None where it has no such form."""
    try:
        return orjson.loads(orjson.dumps(value))
    except TypeError:
        return None


def _known(hint: Any, inside: tuple[Any, ...]) -> Any:
    """The type with every `typing.TypedDict` as pydantic takes it: before Python 3.12, that of typing_extensions."""
    if sys.version_info >= (3, 12) or hint in inside:
        return hint
    if is_typeddict(hint):
        fields = get_type_hints(hint, include_extras=True)
        known = {
            name: (Required if name in hint.__required_keys__ else NotRequired)[_known(_bare(one), (*inside, hint))]
            for name, one in fields.items()
        }
        return NewTypedDict(hint.__name__, known)  # type: ignore[operator]
    arguments = get_args(hint)
    origin = get_origin(hint)
    if not arguments or origin in (Literal, None):
        return hint
    if origin is Annotated:
        return Annotated[(_known(arguments[0], inside), *arguments[1:])]
    known_arguments = tuple(_known(one, inside) if isinstance(one, type) or get_args(one) else one for one in arguments)
    if origin in (Union, UnionType):
        return Union[known_arguments]  # noqa: UP007  (of as many as there are)
    return origin[known_arguments] if known_arguments != arguments else hint


def _bare(hint: Any) -> Any:
    """The type within `Required` or `NotRequired`."""
    return get_args(hint)[0] if get_origin(hint) in (Required, NotRequired) else hint
