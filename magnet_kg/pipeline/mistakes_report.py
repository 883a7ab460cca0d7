"""What a student did wrong, counted: by kind, by the paper's errors, by operation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from magnet_kg.domain.mistake import MISTAKE_KINDS, JudgedTurn, Mistake, SampledTrajectory


def without_repeats(sampled: Sequence[SampledTrajectory]) -> list[Mistake]:
    """The wrong turns, each once: by row, turn and sample, in this order.

    Two are the same when they make the same calls in the same turn; where what is said is wrong, in the same words too.
    """
    times: Counter[tuple[Any, ...]] = Counter()
    first: dict[tuple[Any, ...], Mistake] = {}
    for one in sampled:
        for turn in one.turns:
            if turn.fault is None:
                continue
            fault = turn.fault
            calls = tuple((call.name, str(call.arguments), call.written) for call in turn.made)
            key = (one.id, turn.turn, fault.kind, calls, turn.text if fault.kind == "wrong_summary" else "")
            times[key] += 1
            if key not in first:
                first[key] = _mistake(one, turn)
    turns = {(one.id, turn.turn): at for one in sampled for at, turn in enumerate(one.turns)}
    found = [mistake.model_copy(update={"times": times[key]}) for key, mistake in first.items()]
    return sorted(found, key=lambda m: (m.row, turns[m.row, m.turn], m.sample))


def report_mistakes(
    sampled: Sequence[SampledTrajectory],
    mistakes: Sequence[Mistake],
    pair_errors: Counter[str],
    rejected: Counter[str],
) -> dict[str, Any]:
    """The figures: what `mistakes_report.json` holds.

    Args:
        sampled: every trajectory.
        mistakes: the wrong turns, each once.
        pair_errors: pairs by their error.
        rejected: mistakes that made no pair, by the first reason.
    """
    turns = [(one, turn) for one in sampled for turn in one.turns]
    faults = [turn.fault for _, turn in turns if turn.fault is not None]
    wrong = len(faults)
    return {
        "model": sampled[0].model if sampled else None,
        "dialogues": len({one.id for one in sampled}),
        "trajectories": len(sampled),
        "without_a_mistake": sum(all(turn.fault is None for turn in one.turns) for one in sampled),
        "turns": len(turns),
        "wrong": wrong,
        "turn_success": round(1 - wrong / len(turns), 4) if turns else None,
        "calls": sum(turn.calls for _, turn in turns),
        "malformed_calls": sum(turn.malformed for _, turn in turns),
        "idle_calls": sum(turn.idle for _, turn in turns),
        "messages": sum(turn.moves for _, turn in turns),
        "by_kind": _ordered(Counter(fault.kind for fault in faults)),
        "by_error": dict(sorted(Counter(fault.error or "none of the five" for fault in faults).items())),
        "by_operation": _table([(operation, turn) for _, turn in turns for operation in turn.operations]),
        "by_row_kind": _table([(one.kind, turn) for one, turn in turns]),
        "mistakes": len(mistakes),
        "pairs": {
            "written": pair_errors.total(),
            "by_error": dict(sorted(pair_errors.items())),
            "rejected": dict(rejected.most_common()),
        },
    }


def _table(turns: Sequence[tuple[str, JudgedTurn]]) -> dict[str, Any]:
    """Turns, wrong ones and kinds of mistakes by a label; a turn with several operations counts under each."""
    found: dict[str, list[JudgedTurn]] = defaultdict(list)
    for label, turn in turns:
        found[label].append(turn)
    return {
        label: {
            "turns": len(some),
            "wrong": sum(turn.fault is not None for turn in some),
            "by_kind": _ordered(Counter(turn.fault.kind for turn in some if turn.fault is not None)),
        }
        for label, some in sorted(found.items())
    }


def _ordered(counted: Mapping[str, int]) -> dict[str, int]:
    return {kind: counted[kind] for kind in MISTAKE_KINDS if counted.get(kind)}


def _mistake(one: SampledTrajectory, turn: JudgedTurn) -> Mistake:
    assert turn.fault is not None
    return Mistake(
        row=one.id,
        sample=one.sample,
        turn=turn.turn,
        **turn.fault.model_dump(),
        operations=turn.operations,
        calls=turn.made,
        steps=turn.steps,
        text=turn.text,
        model=one.model,
    )
