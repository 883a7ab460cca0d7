"""Toolkits: Python functions that act on a shared world, with schemas derived from their signatures.

A toolkit is one folder, in `magnet_kg/toolkits/` or anywhere else: its `__init__.py` holds a `Toolkit` called
`toolkit` and the functions registered on it, its `phrases.yaml` the words in which people ask for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.execution.returned import differences
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.signature import derive, place_of
from magnet_kg.execution.tool_error import ToolError

if TYPE_CHECKING:
    from magnet_kg.execution.world import World

__all__ = ["ToolError", "ToolFunction", "Toolkit"]

F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S", bound=Callable[..., Any])


@dataclass(frozen=True)
class ToolFunction:
    """One function of a toolkit: the code, the record derived from its signature and docstring, and its place."""

    record: Function
    code: Callable[..., Any]
    arguments: type[BaseModel]
    result: TypeAdapter[Any]
    file: str
    line: int

    def call(self, world: World, arguments: Mapping[str, Any]) -> Outcome:
        """Validate, run, and give the result as JSON; a `ToolError` or bad arguments become a failed outcome."""
        try:
            parsed = self.arguments.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            return _failure("invalid_argument", f"{place}: {first['msg']}")
        given = {name: getattr(parsed, name) for name in type(parsed).model_fields}
        try:
            result = self.code(world, **given)
        except ToolError as error:
            return _failure(error.code, error.message)
        try:
            return Outcome(self.result.dump_python(result, mode="json", warnings="error"))
        except PydanticSerializationError as error:
            declared = get_type_hints(self.code, include_extras=True)["return"]
            told = next(differences(result, declared), str(error).splitlines()[0])
            raise self.fault(f"it returns something else than it declares: {told}").error from error

    def fault(self, what: str, do: str | None = None) -> Fault:
        """A fault of this function, with its place."""
        return Fault(what=what, file=self.file, line=self.line, function=self.record.name, do=do)


class Toolkit:
    """A named set of functions and the part of the world's state that is theirs.

    Args:
        name: the folder's name.
        category: functions of one category are judged against one another first.
        description: one sentence on what the toolkit is for.

    Attributes:
        file: where it was found, its phrases beside it; None for one that was made by hand.
        faults: what is wrong with functions that could not be registered; nothing runs while there are any.
    """

    def __init__(self, name: str, *, category: str, description: str) -> None:
        self.name = name
        self.category = category
        self.description = description
        self.functions: dict[str, ToolFunction] = {}
        self.make_state: Callable[[World, Random], object] | None = None
        self.file: Path | None = None
        self.faults: list[Fault] = []

    @property
    def folder(self) -> Path:
        """Where its code and phrases lie; the current folder for one that was made by hand."""
        return self.file.parent if self.file is not None else Path()

    def state(self, make: S) -> S:
        """Register what makes this toolkit's part of a new world: `make(world, rng)` gives a dataclass instance.

        It is reached again with `world.of(StateClass)`.
        """
        if self.make_state is not None:
            file, line = place_of(make)
            before = place_of(self.make_state)[1]
            what = f"a toolkit has one @toolkit.state; the first is in line {before}"
            self.faults.append(Fault(what=what, file=file, line=line, function=make.__name__))
        self.make_state = make
        return make

    def function(self, code: F) -> F:
        """Register a function. Its first parameter is the world; the rest, typed and documented, are its schema.

        What it lacks is kept in `faults`, so that a person who writes a toolkit is told of everything at once.
        """
        derived = derive(self.name, self.category, code)
        if isinstance(derived, list):
            self.faults += derived
            return code
        file, line = place_of(code)
        made = ToolFunction(derived[0], code, derived[1], derived[2], file, line)
        twice = self.functions.get(made.record.id)
        if twice is not None:
            self.faults.append(made.fault(f"a function of this name is in line {twice.line} already", "Rename one"))
        self.functions[made.record.id] = made
        return code


def _failure(code: str, message: str) -> Outcome:
    return Outcome({"error": {"code": code, "message": message}}, failed=True)
