"""The scientific tools of ToolUniverse, from its data files: the package is neither imported nor run.

    pip install --no-deps tooluniverse
    magnet-kg catalog add tooluniverse
    magnet-kg catalog add path/to/tooluniverse-1.5.7-py3-none-any.whl

The package brings many others with it, and none of them is needed here; a wheel or a folder does as well. A tool's
category is the file that it stands in: one database or service. Tools that ToolUniverse itself keeps as broken are
left out; what its examples say is kept on the parameters as `examples`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema_rs
import orjson

from magnet_kg.catalog.normalize import MALFORMED, brief, fit_name, in_words
from magnet_kg.catalog.resolver import INPUTS, OUTPUTS
from magnet_kg.catalog.source import Source
from magnet_kg.catalog.trim import trim_parameters, trim_returns
from magnet_kg.domain.errors import MagnetError, file_error
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import JsonObject

_PACKAGE = "tooluniverse"
_DESCRIPTION = 600
_EXAMPLES = 3
_LONGEST_EXAMPLE = 100
_LEFT_OUT = ("broken_apis", "schemas")
_INSTALL = f"pip install --no-deps {_PACKAGE}, or give the path of its wheel"
_ENDING = re.compile(r"(_(tools?|rest|api|client|info))+$")

# The name of a data file below the folder of data, and what it holds.
_Files = Iterator[tuple[PurePosixPath, bytes]]


class ToolUniverseLoader:
    """Reads the installed package (`tooluniverse`), a wheel of it or a folder; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the name of the package, or of a wheel of it."""
        name = Path(location).name
        return location == _PACKAGE or (name.startswith(f"{_PACKAGE}-") and name.endswith(".whl"))

    def catalog_name(self, location: str) -> str:
        """`tooluniverse`."""
        return _PACKAGE

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """All tools, file by file."""
        with _opened(source) as (files, release):
            for name, content in files:
                yield from _tools(name, content, source, release)


@contextmanager
def _opened(source: Source) -> Iterator[tuple[_Files, str | None]]:
    if source.location == _PACKAGE:
        try:
            installed = distribution(_PACKAGE)
        except PackageNotFoundError:
            raise MagnetError(f"the package {_PACKAGE} is not installed", do=_INSTALL) from None
        yield _in_folder(Path(str(installed.locate_file(_PACKAGE))) / "data"), installed.version
    elif source.path.is_dir():
        yield _in_folder(source.path), None
    else:
        try:
            with zipfile.ZipFile(source.path) as wheel:
                yield _in_wheel(wheel), source.path.name.split("-")[1] if "-" in source.path.name else None
        except OSError as error:
            raise file_error(error, source.path) from None
        except zipfile.BadZipFile:
            raise MagnetError("not a wheel", where=source.location, do=_INSTALL) from None


def _in_folder(folder: Path) -> _Files:
    for below in (folder / _PACKAGE / "data", folder / "data", folder):
        if below.is_dir():
            for file in sorted(below.rglob("*.json")):
                yield PurePosixPath(file.relative_to(below)), file.read_bytes()
            return


def _in_wheel(wheel: zipfile.ZipFile) -> _Files:
    data = f"{_PACKAGE}/data/"
    for name in sorted(wheel.namelist()):
        if name.startswith(data) and name.endswith(".json"):
            yield PurePosixPath(name.removeprefix(data)), wheel.read(name)


def _tools(file: PurePosixPath, content: bytes, source: Source, release: str | None) -> Iterator[Function | Fault]:
    if file.parts[0] in _LEFT_OUT:
        return
    try:
        held = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        yield Fault(what=f"not JSON: {error}", file=str(file), do=f"Install {_PACKAGE} again")
        return
    for tool in held if isinstance(held, list) else [held]:
        # Other files hold keys, defaults and addresses, which are no tools.
        if isinstance(tool, dict) and "name" in tool and "parameter" in tool:
            yield _tool(tool, file, source, release)


def _tool(tool: Mapping[str, Any], file: PurePosixPath, source: Source, release: str | None) -> Function | Fault:
    original = tool["name"]
    category = _ENDING.sub("", file.stem) or file.stem
    try:
        name = fit_name(original)
        return Function(
            id=f"{source.catalog}/{name}",
            name=name,
            category=category,
            toolkit=category,
            description=brief(tool.get("description") or f"{in_words(original)}.".capitalize(), _DESCRIPTION),
            parameters=_with_examples(trim_parameters(tool["parameter"], INPUTS), tool.get("test_examples")),
            returns=trim_returns(tool.get("return_schema"), OUTPUTS),
            source=f"{_PACKAGE}:{file}",
            catalog=source.catalog,
            original_name=original if name != original else None,
            licence=tool.get("license") or "Apache-2.0",
            version=release,
        )
    except MALFORMED as error:
        return Fault(what=f"not a tool: {error!r}", file=str(file), function=str(original), do="Use --skip-bad")


def _with_examples(schema: JsonObject, calls: Any) -> JsonObject:
    """The parameters with the values that they have in examples of calls, where these values are what they take."""
    if not isinstance(calls, list):
        return schema
    properties = dict(schema["properties"])
    for name, stated in properties.items():
        values: list[Any] = []
        for call in calls:
            value = call.get(name) if isinstance(call, dict) else None
            if value is not None and value not in values and len(orjson.dumps(value)) <= _LONGEST_EXAMPLE:
                values.append(value)
        if values and not {"enum", "examples", "const"} & stated.keys() and stated.get("type") != "boolean":
            validator = jsonschema_rs.validator_for(stated)
            fitting = [value for value in values if validator.is_valid(value)][:_EXAMPLES]
            if fitting:
                properties[name] = {**stated, "examples": fitting}
    return {**schema, "properties": properties}
