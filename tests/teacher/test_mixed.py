"""Several teachers as one: who writes a row is drawn once, by its weight, and is named in the row."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from dialogues import bench
from model_server import fitting, serving

from magnet_kg.domain.path import SignaturePath
from magnet_kg.pipeline.models import CallSettings, Models
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench
from magnet_kg.teacher.mixed import Member, MixedTeacher, drawn, models_of, roster_of
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.settings import TeacherSettings

RULES = TeacherSettings()
SMALL = TeacherSettings(kind="llm", model="openai:small", weight=3)
LARGE = TeacherSettings(kind="llm", model="openai:large", weight=1, attempts=4)


class Named(RulesTeacher):
    """The rules under another name."""

    def __init__(self, name: str) -> None:
        super().__init__({})
        self._name = name

    @property
    def name(self) -> str:
        return self._name


def mixed() -> MixedTeacher:
    small, large = Member(Named("small"), 3), Member(Named("large"), 1)
    rules = Member(Named("rules"))
    return MixedTeacher(
        {"judge": [small, large], "translate": [small, large], "respond": [rules, large], "errors": [rules]}
    )


def path(row: str) -> SignaturePath:
    return SignaturePath(row=row, kind="single", seed=7, world=1, turns=())


def test_rows_are_shared_by_weight() -> None:
    teacher = mixed()
    writers = Counter(teacher.writers(path(f"single-{number:05d}.0"))["translate"] for number in range(2000))
    assert 0.7 < writers["small"] / 2000 < 0.8
    assert writers["small"] + writers["large"] == 2000


def test_each_duty_is_drawn_for_itself() -> None:
    pairs = {(w["translate"], w["respond"]) for n in range(200) for w in [mixed().writers(path(f"single-{n:05d}.0"))]}
    assert pairs == {("small", "rules"), ("small", "large"), ("large", "rules"), ("large", "large")}


def test_another_process_draws_the_same_and_so_does_another_try() -> None:
    rows = [f"multi_turn-{number:05d}.1" for number in range(100)]
    assert [mixed().writers(path(row)) for row in rows] == [mixed().writers(path(row)) for row in rows]
    assert [mixed().writers(path(f"{row}~3")) for row in rows] == [mixed().writers(path(row)) for row in rows]


def test_a_judgement_names_the_judge_that_was_drawn_for_its_source() -> None:
    functions = list(bench().executor.functions.values())
    judges: Counter[str | None] = Counter()
    for source in functions[:60]:
        judged = asyncio.run(mixed().judge(source, functions[60:63]))
        assert len({one.judge for one in judged}) == 1
        assert [one.target for one in judged] == [one.id for one in functions[60:63]]
        judges[judged[0].judge] += 1
    assert set(judges) == {"small", "large"}


def test_the_hash_changes_with_who_has_which_duty() -> None:
    one, two = Member(Named("one")), Member(Named("two"))
    first = MixedTeacher({"judge": [one], "translate": [one], "respond": [two]})
    second = MixedTeacher({"judge": [one], "translate": [two], "respond": [one]})
    assert first.prompt_hash != second.prompt_hash
    alone = MixedTeacher({"judge": [one], "translate": [one], "respond": [one]})
    assert alone.prompt_hash == one.teacher.prompt_hash


def test_a_duty_without_a_teacher_of_its_own_is_the_general_ones() -> None:
    roster = roster_of(SMALL, {"judge": (RULES,), "respond": (LARGE, RULES)})
    assert roster["judge"] == (RULES,)
    assert roster["translate"] == (SMALL,)
    assert set(models_of(roster)) == {SMALL, LARGE}
    assert models_of(roster, ["judge"]) == ()
    named = {drawn(roster, "respond", 1, f"single-{number:05d}.0").kind for number in range(50)}
    assert named == {"llm", "rules"}


def test_models_and_rules_share_a_run(tmp_path: Path) -> None:
    with serving(fitting) as server:
        at = {"base_url": server.openai}
        roster = roster_of(RULES, {"translate": (SMALL.model_copy(update=at), LARGE.model_copy(update=at))})
        with Models(roster, CallSettings(), tmp_path) as models:
            teacher = models.staffed(open_workbench(WorkbenchSettings())).teacher
            tries = {models.tries(7, f"single-{number:05d}.0") for number in range(50)}
        writers = {teacher.writers(path(f"single-{number:05d}.0"))["translate"] for number in range(50)}
    assert {one.partition("@")[0] for one in writers} == {"openai:small", "openai:large"}
    assert {teacher.writers(path("single-00001.0"))["respond"]} == {"rules@1"}
    assert tries == {1, 4}
