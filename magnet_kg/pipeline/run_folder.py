"""A run's folder in use: its row files, and what was rejected there."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from magnet_kg.export.statistics import RowFacts
from magnet_kg.pipeline.mapper import Mapper, Result
from magnet_kg.pipeline.plan import row_of
from magnet_kg.pipeline.progress import Progress
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.rows import RowFile
from magnet_kg.validation.distinct import DistinctRows

# Check, reason, detail.
Reasons = tuple[tuple[str, str, str], ...]


@dataclass
class Run:
    """A run in progress: its folder, its row files and who does the work."""

    recipe: Recipe
    folder: Path
    mapper: Mapper
    progress: Progress
    files: dict[str, RowFile] = field(default_factory=dict)
    opened: ExitStack = field(default_factory=ExitStack)

    def rows(self, name: str) -> RowFile:
        """The row file of this name, opened once."""
        if name not in self.files:
            self.files[name] = self.opened.enter_context(RowFile(self.folder / f"{name}.jsonl"))
        return self.files[name]

    def reject(self, stage: str, row: str, reasons: Reasons) -> None:
        """Nothing disappears: a row that fails is in `rejected.jsonl`, with its reasons."""
        key = _rejection(stage, row)
        entry = {
            "row": key,
            "id": row_of(row),
            "stage": stage,
            "reasons": [{"check": check, "reason": reason, "detail": detail} for check, reason, detail in reasons],
        }
        self.rows("rejected").append(key, orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))

    def is_rejected(self, stage: str, row: str) -> bool:
        """Whether a row was rejected at a stage."""
        return _rejection(stage, row) in self.rows("rejected")

    def reasons(self, stage: str, row: str) -> Reasons:
        """Why a row was rejected at a stage."""
        line = self.rows("rejected").line(_rejection(stage, row))
        return tuple((one["check"], one["reason"], one["detail"]) for one in orjson.loads(line)["reasons"])

    def count_reasons(self) -> Counter[str]:
        """How often rows were rejected, by the first reason."""
        reasons: Counter[str] = Counter()
        rejected = self.rows("rejected")
        for _, line in rejected.read(list(rejected)):
            first = orjson.loads(line)["reasons"][0]
            reasons[f"{first['check']}: {first['reason']}"] += 1
        return reasons

    def accepted_so_far(self) -> DistinctRows:
        """The rows that a new one must differ from."""
        distinct = DistinctRows()
        accepted = self.rows("accepted")
        for _, line in accepted.read(list(accepted)):
            facts = RowFacts.model_validate_json(line)
            distinct.remember(facts.row, list(facts.signature))
        return distinct

    def decide(self, result: Result, distinct: DistinctRows) -> bool:
        """Accept a row that passed validation and is distinct, or reject it; says whether it is accepted."""
        reasons = result.reasons
        if result.line is not None:
            failure = distinct.check(result.row, result.extra)
            if failure is None:
                facts = RowFacts.model_validate_json(result.line)
                signed = facts.model_copy(update={"signature": tuple(result.extra)})
                self.rows("accepted").append(result.row, signed.to_line())
                return True
            reasons = ((failure.check, failure.reason, failure.detail),)
        self.reject("validation", result.row, reasons)
        return False

    def flush(self) -> None:
        """Hand every row to the operating system."""
        for file in self.files.values():
            file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.opened.__exit__(kind, error, traceback)


def _rejection(stage: str, row: str) -> str:
    return f"{row}@{stage}"
