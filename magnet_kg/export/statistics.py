"""What a run made, in figures: per row while it is validated, and summed up beside the paper's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from magnet_kg.domain.path import Kind
from magnet_kg.domain.record import Record
from magnet_kg.domain.trajectory import PreferencePair, Trajectory

# arXiv 2503.07826, over multi-turn rows after all operations.
PAPER = {"turns": 4.71, "calls": 15.13, "calls_per_turn": 3.2}


class RowFacts(Record):
    """The figures of one accepted row, and its MinHash signature."""

    row: str
    kind: Kind
    turns: int
    calls: int
    operations: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    toolkits: int = 0
    signature: tuple[int, ...] = ()


def facts_of_trajectory(trajectory: Trajectory) -> RowFacts:
    """The figures of a row; a turn is a message of the user."""
    return RowFacts(
        row=trajectory.row,
        kind=trajectory.kind,
        turns=len(trajectory.turns),
        calls=len(trajectory.calls),
        operations=tuple(f"{o.operation} {o.detail}".strip() for o in trajectory.operations),
        missing=tuple(
            f"{t.missing.kind} {'resolved' if t.missing.resolved else 'unresolved'}"
            for t in trajectory.turns
            if t.missing is not None
        ),
        toolkits=len({call.function.split("/")[0] for call in trajectory.calls}),
    )


def facts_of_pair(pair: PreferencePair) -> RowFacts:
    """The figures of a pair: those of its chosen side, and its errors."""
    facts = facts_of_trajectory(pair.chosen)
    return facts.model_copy(update={"errors": tuple(error.error for error in pair.errors)})


def summarize(sft: Iterable[RowFacts], preference: Iterable[RowFacts], rejected: Counter[str]) -> dict[str, Any]:
    """The figures of a run: what `report.json` holds."""
    rows: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    operations: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    multi: list[RowFacts] = []
    for facts in sft:
        rows[facts.kind] += 1
        operations.update(facts.operations)
        missing.update(facts.missing)
        if facts.kind == "multi_turn":
            multi.append(facts)
    for facts in preference:
        pairs[facts.kind] += 1
        errors.update(facts.errors)
    turns, calls = sum(f.turns for f in multi), sum(f.calls for f in multi)
    return {
        "rows": dict(sorted(rows.items())),
        "pairs": dict(sorted(pairs.items())),
        "multi_turn": {
            "turns": round(turns / len(multi), 2) if multi else None,
            "calls": round(calls / len(multi), 2) if multi else None,
            "calls_per_turn": round(calls / turns, 2) if turns else None,
            "across_toolkits": round(sum(f.toolkits > 1 for f in multi) / len(multi), 3) if multi else None,
            "paper": PAPER,
        },
        "operations": dict(sorted(operations.items())),
        "missing": dict(sorted(missing.items())),
        "errors": dict(sorted(errors.items())),
        "rejected": dict(rejected.most_common()),
    }
