"""Read an export again, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.preference import read_preference_row
from magnet_kg.export.sft import read_sft_row

# Pairs of a student's own mistakes; several share the dialogue of one row.
STUDENT = "preference_student"
FILES = ("sft.jsonl", "preference.jsonl", f"{STUDENT}.jsonl")
REPORT = "report.json"


def export_files(folder: Path) -> list[Path]:
    """The exported files of a run's folder, or of an export folder; none, where a finished run accepted no row.

    Raises:
        MagnetError: there are none, and no finished run says that there is nothing to export.
    """
    for place in (folder / "export", folder):
        found = [place / name for name in FILES if (place / name).exists()]
        if found:
            return found
    if _accepted_none(folder.parent if folder.name == "export" else folder):
        return []
    raise MagnetError(
        "there is no export here",
        where=str(folder),
        do="Give the folder of a finished run, such as runs/quick",
    )


def _accepted_none(run: Path) -> bool:
    """Whether the report of a finished run says that no row came of it."""
    try:
        report = orjson.loads((run / REPORT).read_bytes())
        return not any(count for counts in (report["rows"], report["pairs"]) for count in counts.values())
    except (OSError, AttributeError, KeyError, TypeError, orjson.JSONDecodeError):
        return False


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, row) for each line of a file.

    Raises:
        MagnetError: a line that is not JSON, with its number.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path}:{number}"
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise MagnetError(f"not JSON: {error}", where=where, do="Export the run again") from error
            if not isinstance(row, dict) or "id" not in row:
                raise MagnetError("not a row of an export", where=where, do="Export the run again")
            yield where, row


def read_record(row: Mapping[str, Any], where: str) -> Trajectory | PreferencePair:
    """What a row was made from, from the row's own content; of either kind, told by its fields.

    Raises:
        MagnetError: the row is not of the form that an export has.
    """
    try:
        return read_preference_row(row) if "chosen" in row else read_sft_row(row)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
        raise MagnetError(f"the row cannot be read ({reason})", where=where, do="Export the run again") from error


def find_row(folder: Path, wanted: str) -> tuple[str, dict[str, Any]]:
    """(place, row) of the row with this id, or with this number in the first file (from 1).

    Raises:
        MagnetError: there is none.
    """
    for path in export_files(folder):
        for number, (where, row) in enumerate(read_rows(path), 1):
            if row["id"] == wanted or str(row["id"]).partition(".")[0] == wanted or wanted == str(number):
                return where, row
    raise MagnetError(f"there is no row {wanted}", where=str(folder), do="Ids are the first field of each exported row")
