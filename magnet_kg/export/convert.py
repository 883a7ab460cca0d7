"""An export in the forms that trainers and providers want, without the provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from magnet_kg.domain.errors import MagnetError
from magnet_kg.export.files import write_jsonl, written_whole
from magnet_kg.export.rows import export_files, read_rows

FORMATS = ("trl", "openai")
TARGETS = ("jsonl", "parquet")

Row = dict[str, Any]


def convert_export(folder: Path, form: str, target: str) -> Iterator[tuple[Path, int]]:
    """Convert each exported file; gives (path, rows) for each that was written.

    Args:
        folder: a run's folder.
        form: "trl" (SFTTrainer: messages, tools; DPOTrainer: prompt, chosen, rejected, tools) or "openai" (fine-tuning:
            messages and tools; preference tuning: input, preferred_output, non_preferred_output).
        target: "jsonl" or "parquet". In Parquet the tools stay a JSON string; OpenAI takes JSON lines only.

    Raises:
        MagnetError: nothing to export, or a form that a target cannot hold.
    """
    if form == "openai" and target == "parquet":
        raise MagnetError("OpenAI's fine-tuning takes JSON lines only", do="Give --to jsonl")
    for source in export_files(folder):
        to_row = _CONVERT[form, source.stem.partition("_")[0]]
        out = source.parent / form
        out.mkdir(exist_ok=True)
        path = out / f"{source.stem}.{target}"
        if target == "jsonl":
            count = write_jsonl(
                path,
                (orjson.dumps(converted, option=orjson.OPT_APPEND_NEWLINE) for converted in _converted(source, to_row)),
            )
        else:
            count = _write_parquet(path, source, to_row)
        yield path, count


def _converted(source: Path, to_row: Callable[[Row], Row]) -> Iterator[Row]:
    for where, row in read_rows(source):
        try:
            yield to_row(row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise MagnetError("not a row of an export", where=where, do="Export the run again") from error


def _trl_sft(row: Row) -> Row:
    return {"messages": row["messages"], "tools": row["tools"]}


def _trl_preference(row: Row) -> Row:
    return {key: row[key] for key in ("prompt", "chosen", "rejected", "tools")}


def _openai_sft(row: Row) -> Row:
    return {"messages": [_lean(m) for m in row["messages"]], "tools": orjson.loads(row["tools"])}


def _openai_preference(row: Row) -> Row:
    return {
        "input": {"messages": [_lean(m) for m in row["prompt"]], "tools": orjson.loads(row["tools"])},
        "preferred_output": [_lean(m) for m in row["chosen"]],
        "non_preferred_output": [_lean(m) for m in row["rejected"]],
    }


def _lean(message: Row) -> Row:
    """Providers want no name in tool messages, and no empty content beside calls."""
    kept = {key: value for key, value in message.items() if key != "name"}
    if kept.get("tool_calls") and not kept.get("content"):
        kept["content"] = None
    return kept


_CONVERT: dict[tuple[str, str], Callable[[Row], Row]] = {
    ("trl", "sft"): _trl_sft,
    ("trl", "preference"): _trl_preference,
    ("openai", "sft"): _openai_sft,
    ("openai", "preference"): _openai_preference,
}


def _write_parquet(path: Path, source: Path, to_row: Callable[[Row], Row]) -> int:
    count = 0
    with pq.ParquetFile(source.with_suffix(".parquet")) as table:
        columns = list(to_row(dict.fromkeys(table.schema_arrow.names)))
        schema = pa.schema([table.schema_arrow.field(c) for c in columns])
        with written_whole(path) as partial, pq.ParquetWriter(partial, schema, compression="zstd") as out:
            for batch in table.iter_batches(columns=columns):
                out.write_batch(batch.select(columns))
                count += batch.num_rows
    return count
