"""OpenAI tools, optionally with a `returns` schema beside `parameters`: JSON lines, or a JSON list.

    {"type": "function", "function": {"name": "get_rate", "description": "…", "parameters": {…}, "returns": {…}}}

The bare inner object is read too, and a list under `tools` or `functions`. `category` and `toolkit` may be given; they
are the catalog's name where they are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from magnet_kg.loaders.described import described_function

from magnet_kg.catalog.documents import no_file, read_document
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function

_KEYS = {"type", "name", "description", "parameters", "returns", "category", "toolkit", "strict"}
# How a list of tools begins, alone or as the first key of an object; ToolUniverse says `parameter`.
_BEGINNING = re.compile(
    rb"""\s*(?:\[|\{\s*"(?:tools|functions)"\s*:\s*\[)\s*[{\]]|\s*\{\s*"(?:type"\s*:\s*"function"|name")"""
)
_OTHER = re.compile(rb'"parameter"\s*:')


class OpenAIToolsLoader:
    """Reads `.jsonl` files with a tool a line, and `.json` files with a list of tools; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the suffix; what is JSON must begin like a list of tools."""
        path = Path(location)
        if path.suffix == ".jsonl":
            return True
        if path.suffix != ".json" or not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(100_000)
        return _BEGINNING.match(head) is not None and _OTHER.search(head) is None

    def catalog_name(self, location: str) -> str:
        """The file's name."""
        return Path(location).stem

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The tools of a file, in its order; blank lines are skipped."""
        if not source.path.is_file():
            raise no_file(source.path)
        if source.path.suffix == ".json":
            yield from _from_list(source)
            return
        with source.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _from_line(line, source, number)


def _from_line(line: bytes, source: Source, number: int) -> Function | Fault:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Fault(
            what=f"not JSON: {error}", file=source.location, line=number,
            do="Correct or remove the line; nothing was written",
        )  # fmt: skip
    return _function(data, source, number)


def _from_list(source: Source) -> Iterator[Function | Fault]:
    document = read_document(source.path)
    data = document.data
    if isinstance(data, dict):
        data = next((data[key] for key in ("tools", "functions") if key in data), [data])
    if not isinstance(data, list):
        raise MagnetError("tools are a list", where=source.location, do="See loaders/openai_tools.py for the form")
    met: list[str] = []
    for one in data:
        inner = one.get("function", one) if isinstance(one, dict) else None
        name = inner.get("name") if isinstance(inner, dict) else None
        # The line of a tool without a name is that of the tool before it.
        met += [f'"{name}"'] if isinstance(name, str) else []
        read = _function(one, source, None)
        yield read.model_copy(update={"line": document.line_after(*met[-2:])}) if isinstance(read, Fault) else read


def _function(data: Any, source: Source, line: int | None) -> Function | Fault:
    def fault(what: str, do: str | None = None) -> Fault:
        return Fault(what=what, file=source.location, line=line, do=do)

    tool = data.get("function", data) if isinstance(data, dict) else data
    if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
        return fault("a function is an object with a name", "See loaders/openai_tools.py for the form")
    unknown = sorted(tool.keys() - _KEYS)
    if unknown:
        return fault(f"unknown key {unknown[0]}", f"Known keys: {', '.join(sorted(_KEYS))}")
    return described_function(tool, source, f"openai:{source.path.name}", line)
