"""A catalog with one function a line: OpenAI tools as JSON, optionally with a `returns` schema beside `parameters`.

    {"type": "function", "function": {"name": "get_rate", "description": "…", "parameters": {…}, "returns": {…}}}

The bare inner object is read too. `category` and `toolkit` may be given; they are the file's name where they are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function

_KEYS = {"name", "description", "parameters", "returns", "category", "toolkit", "strict"}


class JsonLinesLoader:
    """Reads `.jsonl` files; see `Loader`."""

    suffixes = (".jsonl",)

    def load(self, source: Path) -> Iterable[Function]:
        """The functions of a file, one a line; blank lines are skipped."""
        with source.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _function(line, source, f"{source}:{number}")


def _function(line: bytes, source: Path, where: str) -> Function:
    try:
        data: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise MagnetError(
            f"not JSON: {error}", where=where, do="Correct or remove the line; nothing was written"
        ) from error
    tool = data.get("function", data) if isinstance(data, dict) else data
    if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
        raise MagnetError("a function is an object with a name", where=where, do="See loaders/jsonl.py for the form")
    unknown = sorted(tool.keys() - _KEYS)
    if unknown:
        raise MagnetError(f"unknown key {unknown[0]}", where=where, do=f"Known keys: {', '.join(sorted(_KEYS))}")
    try:
        return Function(
            id=f"{source.stem}/{tool['name']}",
            name=tool["name"],
            category=tool.get("category", source.stem),
            toolkit=tool.get("toolkit", source.stem),
            description=tool.get("description", ""),
            parameters=tool.get("parameters") or {"type": "object", "properties": {}},
            returns=tool.get("returns"),
            source=f"jsonl:{source.name}",
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MagnetError(f"{place}: {first['msg']}", where=where) from error
