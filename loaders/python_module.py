"""A Python module: its public functions, with schemas from their type hints and texts from their docstrings.

The module is imported, which runs its code: only where the user names this format.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from magnet_kg.loaders.python_types import given_schema, returned_schema, type_hints
from pydantic import ValidationError

from magnet_kg.catalog.documents import no_file
from magnet_kg.catalog.normalize import plain_text
from magnet_kg.catalog.references import SchemaError
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.execution.finding import fault_in, run_file
from magnet_kg.execution.signature import documentation_of, place_of

_UNNAMED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class PythonModuleLoader:
    """Reads Python modules; see `Loader`."""

    def fits(self, location: str) -> bool:
        """Never: reading it runs it."""
        return False

    def catalog_name(self, location: str) -> str:
        """The file's name, or the module's."""
        return Path(location).stem if _is_file(location) else location

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The public functions that the module itself defines (those of `__all__`, where it has one), in its order."""
        module = _imported(source.location)
        for code in _public(module):
            if source.asks_for(code.__name__):
                yield _function(code, module, source)


def _is_file(location: str) -> bool:
    return location.endswith(".py") or "/" in location or Path(location).exists()


def _imported(location: str) -> ModuleType:
    """The module, imported; what it prints goes where it disturbs nobody."""
    path = Path(location)
    file = path / "__init__.py" if path.is_dir() else path
    if _is_file(location) and not file.is_file():
        raise no_file(path)
    folder = file.resolve().parent if _is_file(location) else Path.cwd()
    try:
        with redirect_stdout(sys.stderr), _importing_from(folder):
            if _is_file(location):
                return run_file(file.resolve(), f"magnet_kg_catalog_{path.stem}")
            return import_module(location)
    except (Exception, SystemExit) as error:
        fault = fault_in(error, folder, file.name)
        where = fault.where if _is_file(location) else location
        raise MagnetError(
            f"it cannot be imported: {fault.what}", where=where, do="Correct it, or give a module"
        ) from error


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Modules beside a file are found as if it were run."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _public(module: ModuleType) -> list[FunctionType]:
    listed = getattr(module, "__all__", None)
    names = [name for name in vars(module) if not name.startswith("_")] if listed is None else list(listed)
    found = [one for name in names if inspect.isfunction(one := getattr(module, name, None))]
    own = found if listed is not None else [one for one in found if one.__module__ == module.__name__]
    return sorted(dict.fromkeys(own), key=lambda one: (place_of(one), one.__name__))


def _function(code: FunctionType, module: ModuleType, source: Source) -> Function | Fault:
    file, line = place_of(code)

    def fault(what: str, do: str | None = None) -> Fault:
        return Fault(what=what, file=file, line=line, function=code.__name__, do=do)

    try:
        hints = type_hints(code)
    except (NameError, TypeError, AttributeError, SyntaxError) as error:
        return fault(
            f"its types cannot be read: {error}", "Import them where the module runs, not only for type checkers"
        )
    told = documentation_of(code)
    try:
        parameters = _parameters(code, hints, told.parameters)
        returns = returned_schema(hints["return"], told.result) if "return" in hints else None
    except SchemaError as error:
        return fault(error.what, error.do)
    version, licence = (getattr(module, name, None) for name in ("__version__", "__license__"))
    try:
        return Function(
            id=f"{source.catalog}/{code.__name__}",
            name=code.__name__,
            category=source.catalog,
            toolkit=source.catalog,
            description=plain_text(told.text),
            parameters=parameters,
            returns=returns,
            source=f"python:{Path(source.location).name if _is_file(source.location) else source.location}",
            catalog=source.catalog,
            licence=licence if isinstance(licence, str) else None,
            version=version if isinstance(version, str) else None,
        )
    except ValidationError as error:
        return fault(f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}")


def _parameters(code: Callable[..., Any], hints: dict[str, Any], described: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, parameter in inspect.signature(code).parameters.items():
        if parameter.kind in _UNNAMED or (name.startswith("_") and parameter.default is not parameter.empty):
            continue
        try:
            schema, must = given_schema(hints.get(name, Any), parameter.default, described.get(name, ""))
        except SchemaError as error:
            raise SchemaError(f"parameter {name}: {error.what}", do=error.do) from error
        properties[name] = schema
        required += [name] * must
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})
