"""Files that a trainer loads: JSON lines and Parquet, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from magnet_kg.domain.errors import file_error

_CALL = pa.struct(
    [
        ("id", pa.string()),
        ("type", pa.string()),
        ("function", pa.struct([("name", pa.string()), ("arguments", pa.string())])),
    ]
)
_MESSAGES = pa.list_(
    pa.struct(
        [
            ("role", pa.string()),
            ("content", pa.string()),
            ("tool_calls", pa.list_(_CALL)),
            ("tool_call_id", pa.string()),
            ("name", pa.string()),
        ]
    )
)
_ERRORS = pa.list_(
    pa.struct([("turn", pa.string()), ("error", pa.string()), ("evidence", pa.string()), ("injected", pa.bool_())])
)
SFT_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("messages", _MESSAGES),
        ("tools", pa.string()),
        ("tools_added", pa.string()),
        ("simulated", pa.bool_()),
        ("provenance", pa.string()),
    ]
)
PREFERENCE_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("prompt", _MESSAGES),
        ("chosen", _MESSAGES),
        ("rejected", _MESSAGES),
        ("tools", pa.string()),
        ("tools_added", pa.string()),
        ("simulated", pa.bool_()),
        ("errors", _ERRORS),
        ("provenance", pa.string()),
    ]
)
_BATCH = 500


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A place to write to, which becomes `path` when all is written; what was there before stays until then.

    Raises:
        MagnetError: the disk is full, or the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise file_error(error, path) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_jsonl(path: Path, lines: Iterable[bytes]) -> int:
    """Write lines to a file that appears when it is complete; gives their number."""
    count = 0
    with written_whole(path) as partial, partial.open("wb", buffering=1 << 20) as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def write_parquet(path: Path, source: Path, schema: pa.Schema) -> None:
    """The rows of a JSON lines file as Parquet, in batches, so that memory stays small."""
    with (
        written_whole(path) as partial,
        pq.ParquetWriter(partial, schema, compression="zstd") as writer,
        source.open("rb") as lines,
    ):
        for batch in _batches(orjson.loads(line) for line in lines):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
