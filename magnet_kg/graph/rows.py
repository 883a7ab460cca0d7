"""Puts values into the one shape that both engines take alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from magnet_kg.graph.store import Row

_SCALARS = {str, int, float, bool, type(None)}


def plain(value: Any) -> Any:
    """The value with lists for tuples, and every list of maps with one order of keys.

    ladybug matches the fields of maps by position: rows whose keys come in another order swap their values
    silently.
    """
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], Mapping):
            return aligned(value)
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        raise TypeError("a set has no order: pass a sorted list")
    return value


def aligned(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows with the same keys in the same order; keys that a row lacks are None.

    Raises TypeError for a column of several types, or with None beside anything but strings: ladybug types a
    batch by what it meets first, and a column that is null throughout as STRING.
    """
    columns = sorted({key for row in rows for key in row})
    for column in columns:
        _check_column(column, {type(row.get(column)) for row in rows})
    return [{column: plain(row.get(column)) for column in columns} for row in rows]


def _check_column(column: str, types: set[type]) -> None:
    known = types - {type(None)}
    if len(known) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in known))
        raise TypeError(f"column {column!r} mixes types ({names}): engines would disagree about it")
    if len(types) > len(known) and known and known != {str}:
        raise TypeError(f"column {column!r} is null in some rows: only a column of strings may be")


def batches(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    """The rows in slices of at most `size`."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def as_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pa.Table:
    """Rows as an Arrow table with exactly these columns, in this order: COPY goes by position."""
    for row in rows:
        if len(row) != len(columns) or any(column not in row for column in columns):
            raise TypeError(f"a COPY needs the columns {list(columns)}, a row has {list(row)}")
    arrays = {}
    for column in columns:
        values = [row[column] for row in rows]
        _check_column(column, {type(value) for value in values})
        arrays[column] = pa.array(values, pa.string() if all(value is None for value in values) else None)
    return pa.table(arrays)
