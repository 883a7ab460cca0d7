"""What models did in a run: calls, tokens, money, questions for each row, and what became of each try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from magnet_kg.domain.path import TRY
from magnet_kg.pipeline.models import Models
from magnet_kg.pipeline.row_by_row import Questions
from magnet_kg.pipeline.run_folder import Run


def report_models(run: Run, models: Models, questions: Mapping[str, Questions]) -> dict[str, Any] | None:
    """The part of `report.json` about models; None, where there is none.

    `tasks` and `unanswered` count what this process did, `spent` what all did that used the same cache, `tries` the
    rows that were begun and accepted at each try, `questions` what it took to make an accepted row.
    """
    report = models.report()
    if report is None:
        return None
    begun = _by_try({*run.rows("dialogues"), *_not_told(run)})
    accepted = _by_try(run.rows("accepted"))
    report["tries"] = [{"try": one, "rows": begun[one], "accepted": accepted[one]} for one in sorted(begun)]
    report["questions"] = {
        kind: {
            "rows": one.rows,
            "per_row": {task: round(count / one.rows, 2) for task, count in sorted(one.tasks.items())},
            "per_turn": round(one.tasks.total() / max(one.turns, 1), 2),
        }
        for kind, one in sorted(questions.items())
    }
    return report


def _not_told(run: Run) -> Iterable[str]:
    return (key.removesuffix("@dialogues") for key in run.rows("rejected") if key.endswith("@dialogues"))


def _by_try(rows: Iterable[str]) -> Counter[int]:
    return Counter(int(row.partition(TRY)[2] or 1) for row in rows)
