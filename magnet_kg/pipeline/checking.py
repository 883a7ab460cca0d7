"""Verify exported rows again, each from its own content, and all of them against one another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.chat import tool_definitions, tools_added
from magnet_kg.export.preference import read_preference_row
from magnet_kg.export.sft import read_sft_row
from magnet_kg.validation.checks import check_pair, check_trajectory
from magnet_kg.validation.distinct import DistinctRows, signature
from magnet_kg.validation.failure import Evidence, Failure


def check_row(row: Mapping[str, Any], evidence: Evidence, distinct: DistinctRows | None = None) -> list[Failure]:
    """Every failure of an exported row; of either kind, told by its fields."""
    try:
        read: Trajectory | PreferencePair = read_preference_row(row) if "chosen" in row else read_sft_row(row)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        return [Failure(check="form", reason="the row cannot be read", detail=f"{type(error).__name__}: {error}"[:300])]
    trajectory = read.chosen if isinstance(read, PreferencePair) else read
    changed = _changed(row, trajectory, evidence)
    if changed:
        return changed
    if isinstance(read, PreferencePair):
        failures = asyncio.run(check_pair(read, evidence))
    else:
        failures = asyncio.run(check_trajectory(read, evidence))
    if distinct is not None and not failures:
        repeated = distinct.check(read.row, signature(trajectory))
        failures += [repeated] if repeated else []
    return failures


def _changed(row: Mapping[str, Any], trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    """The tools that the row offers must be the functions that it was made with."""
    failures = []
    for function, made_with in trajectory.function_hashes.items():
        if function not in evidence.functions:
            failures.append(Failure(check="schema", reason="call of an unknown function", detail=function))
        elif evidence.functions[function].content_hash != made_with:
            failures.append(Failure(check="replay", reason="a function has changed since", detail=function))
    if failures:
        return failures
    try:
        offered = tool_definitions(evidence.functions[one] for one in trajectory.tools)
        added = tools_added(trajectory, evidence.functions)
    except KeyError as error:
        return [Failure(check="schema", reason="call of an unknown function", detail=str(error))]
    if orjson.loads(row["tools"]) != orjson.loads(offered) or orjson.loads(row["tools_added"]) != orjson.loads(added):
        return [Failure(check="schema", reason="the tools offered are not those that the provenance names")]
    return []
