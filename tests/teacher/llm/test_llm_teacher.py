"""The LLM teacher whole: rows whose every word and value went through its tasks pass every check."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from dialogues import KINDS, bench, check, failures, make, path
from rules_behind import RulesBehind

from magnet_kg.distillation.positive import distill_trajectory
from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Kind
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.translation.translate import translate_path

ROWS = 8
MOST_CALLS_A_TURN = 4


async def _make(teacher: RulesBehind, kind: Kind, number: int) -> tuple[Dialogue, Trajectory] | None:
    drawn = path(kind, number)
    if drawn is None:
        return None
    try:
        dialogue = await translate_path(teacher, bench().executor, drawn)
    except Untranslatable:
        return None
    return dialogue, await distill_trajectory(teacher, bench().executor, dialogue)


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_through_the_tasks_comes_out_as_a_row_that_passes_every_check(kind: Kind) -> None:
    count = 0
    for number in range(ROWS):
        by_rules = make(kind, number)
        if by_rules is None or failures(kind, number):
            continue
        made = asyncio.run(_make(RulesBehind(bench().teacher), kind, number))
        assert made is not None
        assert check(made[1]) == []
        assert [c.arguments for c in made[1].calls] == [c.arguments for c in by_rules.row.calls]
        count += 1
    assert count >= ROWS // 2


def test_a_turn_costs_four_calls_at_most_on_average() -> None:
    teacher = RulesBehind(bench().teacher)
    turns = sum(
        len(made[0].turns)
        for number in range(ROWS)
        if (made := asyncio.run(_make(teacher, "multi_turn", number))) is not None
    )
    counts = Counter(request.task for request, _ in teacher.caller.asked)
    assert turns
    assert sum(counts.values()) / turns <= MOST_CALLS_A_TURN, counts


def test_the_same_row_asks_the_same_questions() -> None:
    """Only a question that is the same, byte for byte, is answered from the cache after a run was killed."""
    asked = []
    for _ in range(2):
        teacher = RulesBehind(bench().teacher)
        asyncio.run(_make(teacher, "multi_turn", 0))
        asked.append([request.messages for request, _ in teacher.caller.asked])
    assert asked[0] == asked[1] != []


def test_prompts_that_write_rows_and_the_one_that_judges_are_told_apart() -> None:
    teacher = RulesBehind(bench().teacher)
    # The latest version of any of its prompts.
    assert teacher.name == "rules:behind@2"
    assert teacher.prompt_hash != teacher.judging_hash
    assert set(teacher.writers(path("multi_turn", 0)).values()) == {teacher.name}  # type: ignore[arg-type]
