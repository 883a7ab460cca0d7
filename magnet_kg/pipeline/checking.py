"""Verify exported rows again, each from its own content, and all of them against one another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.chat import tools_added
from magnet_kg.export.masking import hidden
from magnet_kg.export.rows import STUDENT, export_files, read_record, read_rows
from magnet_kg.export.sft import offered_tools
from magnet_kg.validation.checks import check_pair, check_trajectory
from magnet_kg.validation.distinct import DistinctRows, signature
from magnet_kg.validation.failure import Evidence, Failure


def check_export(folder: Path, evidence: Evidence) -> Iterator[tuple[str, str, list[Failure]]]:
    """(place, row id, failures) for each row of a run's export.

    Raises:
        MagnetError: no export, or a line that is not JSON.
    """
    distinct = DistinctRows()
    for path in export_files(folder):
        among = None if path.stem == STUDENT else distinct
        for where, row in read_rows(path):
            yield where, str(row["id"]), check_row(row, evidence, among)


def check_row(row: Mapping[str, Any], evidence: Evidence, distinct: DistinctRows | None = None) -> list[Failure]:
    """Every failure of an exported row; of either kind, told by its fields."""
    try:
        read = read_record(row, where="")
    except MagnetError as error:
        return [Failure(check="form", reason="the row cannot be read", detail=error.what)]
    sides = (read.chosen, read.rejected) if isinstance(read, PreferencePair) else (read,)
    trajectory = sides[0]
    changed = [failure for side in sides for failure in _changed(side, evidence)]
    changed = changed or _offered(row, trajectory, evidence)
    if changed:
        return changed
    try:
        if isinstance(read, PreferencePair):
            failures = asyncio.run(check_pair(read, evidence))
        else:
            failures = asyncio.run(check_trajectory(read, evidence))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # One part of the row names what another does not have.
        return [Failure(check="form", reason="the row contradicts itself", detail=f"{type(error).__name__}: {error}")]
    if distinct is not None and not failures:
        repeated = distinct.check(read.row, signature(trajectory))
        failures += [repeated] if repeated else []
    return failures


def _changed(trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    """The functions must still be those that the row was made with."""
    failures = []
    for function, made_with in trajectory.function_hashes.items():
        if function not in evidence.functions:
            failures.append(Failure(check="schema", reason="call of an unknown function", detail=function))
        elif evidence.functions[function].content_hash != made_with:
            failures.append(Failure(check="replay", reason="a function has changed since", detail=function))
    for function in sorted({call.function for call in trajectory.calls} - trajectory.function_hashes.keys()):
        failures.append(Failure(check="replay", reason="a function that the row was not made with", detail=function))
    return failures


def _offered(row: Mapping[str, Any], trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    """The tools that the row offers must be those that it was made with."""
    try:
        masks, _ = hidden(orjson.loads(row["provenance"]))
        offered = offered_tools(trajectory, evidence.functions, masks)
        added = tools_added(trajectory, evidence.functions)
    except KeyError as error:
        return [Failure(check="schema", reason="call of an unknown function", detail=str(error))]
    if _json(row.get("tools")) != _json(offered) or _json(row.get("tools_added")) != _json(added):
        return [Failure(check="schema", reason="the tools offered are not those that the provenance names")]
    return []


def _json(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
