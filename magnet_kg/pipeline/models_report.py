"""What models did in a run: calls, tokens, money, questions for each row, and what became of each try."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from magnet_kg.domain.path import TRY
from magnet_kg.pipeline.models import Models
from magnet_kg.pipeline.row_by_row import QUESTIONS, Questions
from magnet_kg.pipeline.rows import RowFile
from magnet_kg.pipeline.run_folder import Run


def report_models(run: Run, models: Models) -> dict[str, Any] | None:
    """The part of `report.json` about models; None, where there is none.

    `tasks` and `unanswered` count what this process did, `spent` what all did that used the same cache, `tries` the
    rows that were begun and accepted at each try, `questions` what it took to make an accepted row, by any process.
    """
    report = models.report()
    if report is None:
        return None
    begun = _by_try({*run.rows("dialogues"), *_not_told(run)})
    accepted = _by_try(run.rows("accepted"))
    report["tries"] = [{"try": one, "rows": begun[one], "accepted": accepted[one]} for one in sorted(begun)]
    report["questions"] = _questions(run.rows(QUESTIONS))
    return report


def _questions(file: RowFile) -> dict[str, Any]:
    """The means over the accepted rows of each kind."""
    rows: Counter[str] = Counter()
    turns: Counter[str] = Counter()
    tasks: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _, line in file.read(list(file)):
        one = Questions.model_validate_json(line)
        rows[one.kind] += 1
        turns[one.kind] += one.turns
        tasks[one.kind].update(one.tasks)
    return {
        kind: {
            "rows": count,
            "per_row": {task: round(asked / count, 2) for task, asked in sorted(tasks[kind].items())},
            "per_turn": round(tasks[kind].total() / max(turns[kind], 1), 2),
        }
        for kind, count in sorted(rows.items())
    }


def _not_told(run: Run) -> Iterable[str]:
    return (key.removesuffix("@dialogues") for key in run.rows("rejected") if key.endswith("@dialogues"))


def _by_try(rows: Iterable[str]) -> Counter[int]:
    return Counter(int(row.partition(TRY)[2] or 1) for row in rows)
