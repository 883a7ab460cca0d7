"""The stages that work on one row at a time: a line in, a line out, or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterable

from magnet_kg.distillation.negative import distill_pair
from magnet_kg.distillation.positive import distill_trajectory
from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.errors import Unanswered, Untranslatable
from magnet_kg.domain.path import SignaturePath
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.export.statistics import RowFacts, facts_of_pair, facts_of_trajectory
from magnet_kg.pipeline.mapper import Result
from magnet_kg.pipeline.workbench import Workbench
from magnet_kg.translation.translate import translate_path
from magnet_kg.validation.checks import check_pair, check_trajectory
from magnet_kg.validation.distinct import signature
from magnet_kg.validation.failure import Failure


async def translate(bench: Workbench, row: str, line: bytes) -> Result:
    """Path → dialogue: back, forth, execution (METHOD.md §5)."""
    try:
        dialogue = await translate_path(bench.teacher, bench.executor, SignaturePath.model_validate_json(line))
    except Untranslatable as failure:
        return Result(row, reasons=(("translation", failure.reason, failure.step or ""),))
    except Unanswered as failure:
        return _unanswered(row, failure)
    return Result(row, dialogue.to_line())


async def distill_positive(bench: Workbench, row: str, line: bytes) -> Result:
    """Dialogue → trajectory (METHOD.md §6, positive)."""
    try:
        trajectory = await distill_trajectory(bench.teacher, bench.executor, Dialogue.model_validate_json(line))
    except Unanswered as failure:
        return _unanswered(row, failure)
    return Result(row, trajectory.to_line())


async def distill_negative(bench: Workbench, row: str, line: bytes) -> Result:
    """Dialogue → preference pair (METHOD.md §6, negative)."""
    try:
        pair = await distill_pair(bench.teacher, bench.executor, Dialogue.model_validate_json(line))
    except Untranslatable as failure:
        return Result(row, reasons=(("negative", failure.reason, failure.step or ""),))
    except Unanswered as failure:
        return _unanswered(row, failure)
    return Result(row, pair.to_line())


async def validate_trajectory(bench: Workbench, row: str, line: bytes) -> Result:
    """Trajectory → accepted with its signature, or the checks that it fails (METHOD.md §10)."""
    trajectory = Trajectory.model_validate_json(line)
    failures = await check_trajectory(trajectory, bench.evidence)
    return _validated(row, failures, trajectory, facts_of_trajectory(trajectory))


async def validate_pair(bench: Workbench, row: str, line: bytes) -> Result:
    """Pair → accepted with the signature of its chosen side, or the checks that it fails."""
    pair = PreferencePair.model_validate_json(line)
    failures = await check_pair(pair, bench.evidence)
    return _validated(row, failures, pair.chosen, facts_of_pair(pair))


def _unanswered(row: str, failure: Unanswered) -> Result:
    return Result(row, reasons=(("answer", failure.reason, failure.detail),))


def _validated(row: str, failures: Iterable[Failure], trajectory: Trajectory, facts: RowFacts) -> Result:
    reasons = tuple((f.check, f.reason, f.detail) for f in failures)
    if reasons:
        return Result(row, reasons=reasons)
    return Result(row, line=facts.to_line(), extra=signature(trajectory))
