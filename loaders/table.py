"""A table, CSV or Parquet: each row is a function.

Its columns are `name`, `description`, `parameters` and `returns` (JSON Schemas as text), `category`, `toolkit`,
`licence` and `version`; where they are called otherwise, the user says so (`--columns name=tool,parameters=schema`).
Columns that nobody names are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from magnet_kg.loaders.described import described_function

from magnet_kg.catalog.documents import no_file
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function

if TYPE_CHECKING:
    import pandas as pd

_SEPARATORS = {".csv": ",", ".tsv": "\t"}
_SUFFIXES = (*_SEPARATORS, ".parquet")
_FIELDS = ("name", "description", "parameters", "returns", "category", "toolkit", "licence", "version")
_SCHEMAS = ("parameters", "returns")


class TableLoader:
    """Reads tables with pandas; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the suffix."""
        return location.endswith(_SUFFIXES)

    def catalog_name(self, location: str) -> str:
        """The file's name."""
        return Path(location).stem

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The rows of a table, in its order; those without anything in a column that is read are skipped."""
        if not source.path.is_file():
            raise no_file(source.path)
        table = _read(source.path)
        columns = _columns(source, [str(one) for one in table.columns])
        table.columns = [str(one) for one in table.columns]
        kept = table[list(columns.values())].astype(object)
        # What is missing has many forms in pandas; here it is None.
        filled = kept.where(kept.notna(), None)
        for number, values in enumerate(filled.itertuples(index=False, name=None), 1):
            row = {field: value for field, value in zip(columns, values, strict=True) if value not in (None, "")}
            if row:
                yield _function(row, source, number)


def _read(path: Path) -> pd.DataFrame:
    try:
        import pandas as pd
    except ImportError as error:
        raise MagnetError(
            "tables are read with pandas, which is not installed", where=str(path),
            do="Install it: pip install 'magnet-kg[table]'",
        ) from error  # fmt: skip
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(
            path, dtype=str, keep_default_na=False, sep=_SEPARATORS.get(path.suffix, ","), encoding="utf-8-sig"
        )
    except pd.errors.EmptyDataError:
        return pd.DataFrame({"name": []})
    except (ValueError, OSError) as error:  # what pandas and pyarrow raise for what they cannot read
        told = str(error).splitlines()[0].rstrip(".")
        raise MagnetError(
            f"not a table: {told}", where=str(path), do="Correct the file, or give the right --format"
        ) from error


def _columns(source: Source, there: list[str]) -> dict[str, str]:
    """Field → column: what the user says, and the fields' own names.

    Raises:
        MagnetError: a field that no function has, or a column that the table has not.
    """
    has = f"The table has {', '.join(there)}"
    for field, column in source.columns.items():
        if field not in _FIELDS:
            raise MagnetError(f"no function has a {field}", where=source.location, do=f"One of {', '.join(_FIELDS)}")
        if column not in there:
            raise MagnetError(f"there is no column {column}", where=source.location, do=has)
    columns = {field: field for field in _FIELDS if field in there} | dict(source.columns)
    if "name" not in columns:
        raise MagnetError("no column is the name", where=source.location, do=f"Say which: --columns name=…. {has}")
    return columns


def _function(row: Mapping[str, Any], source: Source, number: int) -> Function | Fault:
    place = f"row {number}"
    said = {field: str(value) for field, value in row.items()}
    schemas: dict[str, Any] = {}
    for field in _SCHEMAS:
        if field in said:
            try:
                schemas[field] = orjson.loads(said[field])
            except orjson.JSONDecodeError as error:
                # A struct of Arrow's comes here too: filled up with the keys of all other rows, it is of no use.
                what = f"{place}: {field} are not JSON: {error}"
                return Fault(what=what, file=source.location, do="Write a JSON Schema as text, or leave it empty")
    if "name" not in said:
        return Fault(what=f"{place} has no name", file=source.location)
    read = described_function(said | schemas, source, f"table:{source.path.name}", None)
    return read.model_copy(update={"what": f"{place}: {read.what}"}) if isinstance(read, Fault) else read
