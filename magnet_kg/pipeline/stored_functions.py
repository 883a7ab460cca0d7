"""The functions of catalogs that a run's rows are made of, kept beside its rows: `functions.jsonl`.

A graph may hold tens of thousands, a row names a dozen. Every process finds the ones it needs by their place in the
file, and an export carries those that it offers, so that it can be checked without a graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import orjson

from magnet_kg.domain.function import Function
from magnet_kg.pipeline.rows import RowFile

NAME = "functions.jsonl"
_IN_MEMORY = 8192


class StoredFunctions(Mapping[str, Function]):
    """The functions of a file by id, read when they are asked for; what is appended later is found too.

    Args:
        path: the file; one that does not exist holds none yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, int] = {}
        self._end = 0
        self._read = lru_cache(_IN_MEMORY)(self._read_at)

    def __getitem__(self, key: str) -> Function:
        if key not in self:
            raise KeyError(key)
        return self._read(self._places[key])

    def __contains__(self, key: object) -> bool:
        if key not in self._places:
            self._look_on()
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        self._look_on()
        return iter(tuple(self._places))

    def __len__(self) -> int:
        self._look_on()
        return len(self._places)

    def _look_on(self) -> None:
        if not self._path.exists() or self._path.stat().st_size == self._end:
            return
        with self._path.open("rb") as lines:
            lines.seek(self._end)
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                self._places[orjson.loads(line)["row"]] = self._end
                self._end += len(line)

    def _read_at(self, place: int) -> Function:
        with self._path.open("rb") as lines:
            lines.seek(place)
            return Function.model_validate(orjson.loads(lines.readline())["function"])


def store_functions(file: RowFile, functions: Iterable[Function]) -> None:
    """Append those functions that the file lacks; they are on disk when this returns."""
    for function in functions:
        if function.id not in file:
            entry = {"row": function.id, "function": function.model_dump(mode="json", exclude_defaults=True)}
            file.append(function.id, orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
    file.flush()
