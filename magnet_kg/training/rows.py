"""The rows that a model is trained on: read from exports, and whole toolkits kept out of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.path import Kind
from magnet_kg.export.rows import STUDENT

Method = Literal["sft", "mdpo"]
Row = dict[str, Any]
# What a row must have, and the files of an export that have it; of two forms of one file the first that is there.
_FIELDS: dict[Method, tuple[str, ...]] = {
    "sft": ("messages", "tools"),
    "mdpo": ("prompt", "chosen", "rejected", "tools"),
}
_FILES: dict[Method, tuple[str, ...]] = {"sft": ("sft",), "mdpo": ("preference", STUDENT)}
_ENDINGS = (".jsonl", ".parquet")
_SINGLE_TURN: frozenset[Kind] = frozenset(["single", "parallel", "multiple"])


@dataclass
class Rows:
    """The rows of some files.

    Attributes:
        rows: in the order of the files; each has the fields of its method, its id and its kind.
        digest: of the files' content, 16 hexadecimal digits.
        read: rows that the files hold.
        left_out: rows that are not in `rows`, by reason.
        files: what was read.
        ended: how many of `rows` end after the assistant's first calls.
    """

    rows: list[Row]
    digest: str
    read: int
    left_out: Counter[str] = field(default_factory=Counter)
    files: tuple[Path, ...] = ()
    ended: int = 0


def read_rows_of(data: Sequence[Path], method: Method, hold_out: Sequence[str] = ()) -> Rows:
    """Read all rows, and leave out those that touch a toolkit that is held out.

    Args:
        data: runs' folders, export folders, JSON lines or Parquet files of ours.
        method: what the rows are for.
        hold_out: toolkits none of whose functions may be offered or called in a row.

    Raises:
        MagnetError: nothing to read, rows of the other kind, a row that cannot be read, or a toolkit that no row has.
    """
    files = tuple(file for place in data for file in row_files(place, method))
    kept: list[Row] = []
    left_out: Counter[str] = Counter()
    met: set[str] = set()
    digest = blake2b(digest_size=8)
    read = 0
    for file in files:
        digest.update(file.read_bytes())
        for where, row in rows_in(file, method):
            read += 1
            held = _held_out(row, where, hold_out)
            met |= held
            if held:
                left_out[f"held out: {', '.join(sorted(held))}"] += 1
            else:
                # Provenance is as large as the rest, and has said what it is asked for.
                kept.append({key: row[key] for key in ("id", "kind", *_FIELDS[method]) if key in row})
    missing = sorted(set(hold_out) - met)
    if missing:
        raise MagnetError(f"no row has a function of {', '.join(missing)}", do="Check the names given to --hold-out")
    if not kept:
        _nothing_left(files, method, read)
    return Rows(kept, digest.hexdigest(), read, left_out, files)


def row_files(place: Path, method: Method) -> list[Path]:
    """The files with rows for a method: the file itself, or those of a run's or an export's folder.

    Raises:
        MagnetError: there are none.
    """
    if place.is_file():
        if place.suffix not in _ENDINGS:
            raise MagnetError("neither .jsonl nor .parquet", where=str(place), do="Give a file of an export")
        return [place]
    for folder in (place / "export", place):
        found = [file for name in _FILES[method] if (file := _either(folder, name)) is not None]
        if found:
            return found
    wanted = " or ".join(f"{name}.jsonl" for name in _FILES[method])
    raise MagnetError(
        f"there is no {wanted} here" if place.is_dir() else "there is nothing here",
        where=str(place),
        do="Give the folder of a finished run, such as runs/quick, or a file of its export",
    )


def rows_in(file: Path, method: Method) -> Iterator[tuple[str, Row]]:
    """(place, row) for each row of a file, told by its fields.

    Raises:
        MagnetError: a row that cannot be read, or is for another method.
    """
    for where, row in raw_rows(file):
        if not isinstance(row, dict) or any(row.get(key) is None for key in _FIELDS[method]):
            raise MagnetError(_unfit(row, method), where=where, do=_instead(row))
        row.setdefault("id", where)
        yield where, row


def raw_rows(file: Path) -> Iterator[tuple[str, Any]]:
    """(place, what stands there) for each row of a file, whatever it is.

    Raises:
        MagnetError: not JSON lines, or not Parquet.
    """
    return _lines(file) if file.suffix == ".jsonl" else _parquet(file)


def until_calls(row: Row) -> Row:
    """A single-turn row up to the assistant's first message with calls, which is what benchmarks of one turn judge.

    What follows is results and what is made of them; where results are simulated, that teaches nothing. Rows of other
    kinds, and those with nothing after a call, stay the same.
    """
    messages = row["messages"]
    if row.get("kind") not in _SINGLE_TURN or not isinstance(messages, list):
        return row
    calling = (at for at, one in enumerate(messages, 1) if isinstance(one, dict) and one.get("tool_calls"))
    end = next(calling, len(messages))
    return row if end == len(messages) else {**row, "messages": messages[:end]}


def end_at_calls(rows: Rows, share: float) -> Rows:
    """Rows of which a share (0 to 1) of those of one turn, evenly spread, end after their first calls."""
    kept: list[Row] = []
    could, ended = 0, 0
    for row in rows.rows:
        short = until_calls(row)
        could += short is not row
        ends = short is not row and could * share >= ended + 1
        ended += ends
        kept.append(short if ends else row)
    return replace(rows, rows=kept, ended=ended)


def toolkits_of(row: Mapping[str, Any]) -> set[str]:
    """The toolkits of all functions that a row offers or calls, from its provenance; empty where it has none."""
    proven = orjson.loads(row["provenance"]) if row.get("provenance") else {}
    sides = [proven[side] for side in ("chosen", "rejected") if side in proven] or [proven]
    found: set[str] = set()
    for side in sides:
        found.update(side.get("tools", ()))
        found.update(one for added in side.get("tools_added", {}).values() for one in added)
        found.update(call["function"] for call in side.get("calls", ()))
    return {function.split("/", 1)[0] for function in found}


def _held_out(row: Row, where: str, hold_out: Sequence[str]) -> set[str]:
    if not hold_out:
        return set()
    toolkits = toolkits_of(row)
    if not toolkits:
        raise MagnetError(
            "the row does not say which toolkits its functions are of",
            where=where,
            do="Give the run's own export, which has provenance, or leave out --hold-out",
        )
    return toolkits & set(hold_out)


def _either(folder: Path, name: str) -> Path | None:
    return next((file for ending in _ENDINGS if (file := folder / f"{name}{ending}").exists()), None)


def _lines(file: Path) -> Iterator[tuple[str, Any]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield f"{file}:{number}", orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise MagnetError(f"not JSON: {error}", where=f"{file}:{number}", do="Export the run again") from error


def _parquet(file: Path) -> Iterator[tuple[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as table:
            number = 0
            for batch in table.iter_batches():
                for row in batch.to_pylist():
                    number += 1
                    yield f"{file}, row {number}", row
    except pa.ArrowInvalid as error:
        raise MagnetError("not a Parquet file", where=str(file), do="Export the run again") from error


def _unfit(row: Any, method: Method) -> str:
    if isinstance(row, dict):
        if method == "mdpo" and "messages" in row:
            return "a row without a pair: it has messages, and no chosen and rejected"
        if method == "sft" and "chosen" in row:
            return "a preference pair, which supervised training cannot use"
    return f"not a row of an export: it needs {', '.join(_FIELDS[method])}"


def _instead(row: Any) -> str:
    if isinstance(row, dict) and "messages" in row:
        return "Give preference.jsonl, or train with `sft`"
    if isinstance(row, dict) and "chosen" in row:
        return "Give sft.jsonl, or train with `mdpo`"
    return "Export the run again"


def _nothing_left(files: Iterable[Path], method: Method, read: int) -> None:
    what = "pairs" if method == "mdpo" else "rows"
    where = ", ".join(str(file) for file in files)
    if read:
        raise MagnetError(f"all {read:,} {what} are held out", where=where, do="Hold fewer toolkits out")
    raise MagnetError(f"there are no {what}", where=where, do=f"Make a run whose recipe has {what}")
