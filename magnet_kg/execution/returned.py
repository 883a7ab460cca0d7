"""What a function really returned, compared with the type that it declares.

Serialization hides such differences: a `datetime` where a `date` is declared becomes a string that looks nearly right,
and a number where a text is declared only brings a warning.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel


def differences(value: Any, declared: Any, path: str = "") -> Iterator[str]:
    """Where a value is not what its type says: "games.0.players is the text '4', declared is int".

    Args:
        value: what a function returned.
        declared: its type; what cannot be looked into (`Any`, a type variable) fits everything.
        path: where the value is; the result itself, where it is empty.
    """
    while isinstance(declared, NewType) or hasattr(declared, "__value__"):
        declared = declared.__supertype__ if isinstance(declared, NewType) else declared.__value__
    origin, arguments = get_origin(declared), get_args(declared)
    if declared is Any:
        return
    if origin is Annotated:
        yield from differences(value, arguments[0], path)
    elif origin in (Union, types.UnionType):
        if all(any(differences(value, option, path)) for option in arguments):
            # One option that can be anything but None tells more than "none of these".
            real = [option for option in arguments if option is not type(None)]
            if len(real) == 1 and value is not None:
                yield from differences(value, real[0], path)
            else:
                yield _told(value, declared, path)
    elif origin is Literal:
        if not any(value == option and type(value) is type(option) for option in arguments):
            yield _told(value, declared, path)
    elif origin is not None:
        yield from _in_container(value, declared, origin, arguments, path)
    elif declared is None or declared is type(None):
        if value is not None:
            yield _told(value, None, path)
    elif isinstance(declared, type):
        yield from _of_class(value, declared, path)


def _in_container(value: Any, declared: Any, origin: Any, arguments: tuple[Any, ...], path: str) -> Iterator[str]:
    if not isinstance(origin, type) or not isinstance(value, origin) or isinstance(value, str):
        if isinstance(origin, type):
            yield _told(value, declared, path)
    elif isinstance(value, Mapping) and len(arguments) == 2:
        for key, item in value.items():
            yield from differences(key, arguments[0], _under(path, f"key {key!r}"))
            yield from differences(item, arguments[1], _under(path, key))
    elif isinstance(value, tuple) and arguments and arguments[-1] is not Ellipsis:
        if len(value) != len(arguments):
            yield _told(value, declared, path)
        for index, (item, option) in enumerate(zip(value, arguments, strict=False)):
            yield from differences(item, option, _under(path, index))
    elif isinstance(value, Sequence | set | frozenset) and arguments:
        for index, item in enumerate(value):
            yield from differences(item, arguments[0], _under(path, index))


def _of_class(value: Any, declared: type[Any], path: str) -> Iterator[str]:
    # A bool is an int, and a datetime a date, to Python; to whoever reads the JSON they are not.
    whole = isinstance(value, int) and not isinstance(value, bool)
    if declared is float and whole:
        return
    disguised = (isinstance(value, bool) and declared in (int, float)) or (
        isinstance(value, datetime) and declared is not object and not issubclass(declared, datetime)
    )
    if getattr(declared, "__total__", None) is not None and isinstance(value, dict):
        yield from _fields(value, get_type_hints(declared), path)
    elif disguised or not isinstance(value, declared):
        yield _told(value, declared, path)
    elif is_dataclass(declared) and type(value) is not declared:
        # A subclass has fields that the schema does not know.
        yield _told(value, declared, path)
    elif is_dataclass(declared):
        hints = get_type_hints(declared, include_extras=True)
        for field in fields(declared):
            if not hasattr(value, field.name):
                yield f"{_under(path, field.name)} was never set"
            else:
                yield from differences(getattr(value, field.name), hints[field.name], _under(path, field.name))
    elif issubclass(declared, BaseModel):
        for name, info in declared.model_fields.items():
            yield from differences(getattr(value, name), info.annotation, _under(path, name))


def _fields(value: Mapping[str, Any], hints: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, declared in hints.items():
        if name in value:
            yield from differences(value[name], declared, _under(path, name))
        else:
            yield f"{_under(path, name)} is missing"
    for name in sorted(value.keys() - hints.keys()):
        yield f"{_under(path, name)} is not declared"


def _under(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _told(value: Any, declared: Any, path: str) -> str:
    shown = repr(value)
    kind = type(value).__name__
    is_what = "None" if value is None else f"the {kind} {shown if len(shown) <= 60 else shown[:57] + '…'}"
    name = declared.__name__ if isinstance(declared, type) and get_origin(declared) is None else str(declared)
    return f"{path or 'the result'} is {is_what}, declared is {name.replace('typing.', '')}"
