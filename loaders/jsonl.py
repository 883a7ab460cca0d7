"""A catalog with one function a line: OpenAI tools as JSON, optionally with a `returns` schema beside `parameters`.

    {"type": "function", "function": {"name": "get_rate", "description": "…", "parameters": {…}, "returns": {…}}}

The bare inner object is read too. `category` and `toolkit` may be given; they are the file's name where they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from magnet_kg.catalog.normalize import fit_name
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function

_KEYS = {"name", "description", "parameters", "returns", "category", "toolkit", "strict"}


class JsonLinesLoader:
    """Reads `.jsonl` files; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the suffix."""
        return location.endswith(".jsonl")

    def catalog_name(self, location: str) -> str:
        """The file's name."""
        return Path(location).stem

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The functions of a file, one a line; blank lines are skipped."""
        if not source.path.is_file():
            what = "this is a folder" if source.path.is_dir() else "there is no such file"
            raise MagnetError(what, where=source.location, do="Give the path of a catalog")
        with source.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _function(line, source, number)


def _function(line: bytes, source: Source, number: int) -> Function | Fault:
    def fault(what: str, do: str | None = None) -> Fault:
        return Fault(what=what, file=source.location, line=number, do=do)

    try:
        data: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return fault(f"not JSON: {error}", "Correct or remove the line; nothing was written")
    tool = data.get("function", data) if isinstance(data, dict) else data
    if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
        return fault("a function is an object with a name", "See loaders/jsonl.py for the form")
    unknown = sorted(tool.keys() - _KEYS)
    if unknown:
        return fault(f"unknown key {unknown[0]}", f"Known keys: {', '.join(sorted(_KEYS))}")
    name = fit_name(tool["name"])
    try:
        return Function(
            id=f"{source.catalog}/{name}",
            name=name,
            category=tool.get("category", source.catalog),
            toolkit=tool.get("toolkit", source.catalog),
            description=tool.get("description", ""),
            parameters=tool.get("parameters") or {"type": "object", "properties": {}},
            returns=tool.get("returns"),
            source=f"jsonl:{source.path.name}",
            catalog=source.catalog,
            original_name=tool["name"] if name != tool["name"] else None,
        )
    except ValidationError as error:
        first = error.errors()[0]
        return fault(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
