"""The last stage: accepted rows, in the order of the recipe, as the files that a trainer loads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.card import dataset_card
from magnet_kg.export.files import PREFERENCE_SCHEMA, SFT_SCHEMA, write_jsonl, write_parquet
from magnet_kg.export.preference import preference_row
from magnet_kg.export.rows import REPORT, STUDENT
from magnet_kg.export.sft import sft_row
from magnet_kg.pipeline.mapper import Mapper, Result, Stage
from magnet_kg.pipeline.rows import RowFile, write_atomically
from magnet_kg.pipeline.workbench import Workbench

MISTAKES_REPORT = "mistakes_report.json"


async def export_sft(bench: Workbench, row: str, line: bytes, masked: float = 0.0) -> Result:
    """Trajectory → row of `sft.jsonl`; a share of the rows has masked names."""
    made = sft_row(Trajectory.model_validate_json(line), bench.evidence.functions, masked)
    return Result(row, orjson.dumps(made, option=orjson.OPT_APPEND_NEWLINE))


async def export_preference(bench: Workbench, row: str, line: bytes) -> Result:
    """Pair → row of `preference.jsonl`."""
    made = preference_row(PreferencePair.model_validate_json(line), bench.evidence.functions)
    return Result(row, orjson.dumps(made, option=orjson.OPT_APPEND_NEWLINE))


def write_exports(
    folder: Path,
    mapper: Mapper,
    trajectories: tuple[RowFile, list[str]],
    preferences: tuple[RowFile, list[str]],
    advance: Callable[[], None],
    masked: float = 0.0,
) -> None:
    """Write `sft.*` and `preference.*`; a file that would be empty is not written.

    Args:
        folder: `export/` of the run.
        mapper: converts rows side by side.
        trajectories: the file and the accepted ids, in order.
        preferences: the same for pairs.
        advance: told after each row.
        masked: share of the rows for SFT whose functions and parameters have masked names.
    """
    folder.mkdir(exist_ok=True)
    for name, (source, ids), stage, schema in (
        ("sft", trajectories, partial(export_sft, masked=masked), SFT_SCHEMA),
        ("preference", preferences, export_preference, PREFERENCE_SCHEMA),
    ):
        if ids:
            path = folder / f"{name}.jsonl"
            write_jsonl(path, _lines(mapper, stage, source, ids, advance))
            write_parquet(path.with_suffix(".parquet"), path, schema)


def write_student_pairs(folder: Path, pairs: RowFile, functions: Mapping[str, Function]) -> None:
    """Write `preference_student.*`, sorted by id; a file that would be empty is not written, and not left there.

    Args:
        folder: `export/` of the run.
        pairs: the accepted pairs.
        functions: definitions by id.
    """
    path = folder / f"{STUDENT}.jsonl"
    table = path.with_suffix(".parquet")
    if not len(pairs):
        path.unlink(missing_ok=True)
        table.unlink(missing_ok=True)
        return
    folder.mkdir(exist_ok=True)
    read = (PreferencePair.model_validate_json(line) for _, line in pairs.read(sorted(pairs)))
    rows = (orjson.dumps(preference_row(pair, functions), option=orjson.OPT_APPEND_NEWLINE) for pair in read)
    write_jsonl(path, rows)
    write_parquet(table, path, PREFERENCE_SCHEMA)


def write_card(folder: Path, recipe: dict[str, Any]) -> None:
    """Write the card of a run's export from what lies in its folder.

    Args:
        folder: of the run, with its report, and that of a student's mistakes where there is one.
        recipe: the resolved recipe.
    """
    report, student = (
        orjson.loads(path.read_bytes()) if (path := folder / name).is_file() else None
        for name in (REPORT, MISTAKES_REPORT)
    )
    if report is not None:
        write_atomically(folder / "export" / "README.md", dataset_card(recipe, report, student).encode())


def _lines(
    mapper: Mapper, stage: Stage, source: RowFile, ids: list[str], advance: Callable[[], None]
) -> Iterator[bytes]:
    for result in mapper.map(stage, source.read(ids)):
        assert result.line is not None
        advance()
        yield result.line
