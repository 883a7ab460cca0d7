"""Judging that is waited for: many questions at once, one a source, and one bad answer stops no other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from calling import model
from model_server import ModelServer, Question, Reply, Script
from model_server.script import none_of_them

from magnet_kg.dependency.candidates import LIMIT
from magnet_kg.dependency.judging import Judge, add_functions, build_graph, count_questions, judge_functions
from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import all_unjudged, unjudged_functions
from magnet_kg.graph.verdicts import edges_from, judged_pairs
from magnet_kg.teacher.llm.caller import open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.teacher import LlmTeacher
from magnet_kg.teacher.protocol import Judgement
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.settings import TeacherSettings


class Waiting(RulesTeacher):
    """The rules, who take their time, and some of whose answers cannot be used."""

    def __init__(self, unreadable: frozenset[str] = frozenset(), stops_after: int | None = None) -> None:
        super().__init__({})
        self.asked: Counter[str] = Counter()
        self.largest = self.under_way = self.most = 0
        self._unreadable = unreadable
        self._stops_after = stops_after

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        if self._stops_after is not None and self.asked.total() >= self._stops_after:
            raise MagnetError("the budget is spent", do="Give a larger one")
        self.asked[source.id] += 1
        self.largest = max(self.largest, len(candidates))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        # Long beside what is computed between two questions, however busy the machine is.
        await asyncio.sleep(0.03 * (self.asked.total() % 5))
        self.under_way -= 1
        if source.id in self._unreadable:
            raise Unanswered("the answer does not fit its schema", "no judgements")
        return await super().judge(source, candidates, sample)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with open_graph(f"ladybug:{tmp_path / 'graph'}") as opened:
        yield opened


def catalog(count: int) -> list[Function]:
    """Functions of one category: half of them find an item, half do something with it."""
    made = []
    for number in range(count):
        item = f"item{number // 2:03d}"
        verb, gives, takes = ("find", f"{item}_id", "label") if number % 2 == 0 else ("move", "moved", f"{item}_id")
        made.append(
            Function.model_validate(
                {
                    "id": f"shelves/{verb}_{item}",
                    "name": f"{verb}_{item}",
                    "description": f"{verb.capitalize()} an {item}.",
                    "category": "shelves",
                    "toolkit": "shelves",
                    "source": "test",
                    "parameters": {"type": "object", "properties": {takes: {"type": "string"}}, "required": [takes]},
                    "returns": {"type": "object", "properties": {gives: {"type": "string"}}},
                }
            )
        )
    return made


def judged_by(teacher: Waiting, at_once: int = 16) -> Judge:
    return Judge(teacher, at_once, most=LIMIT)


def everything(store: GraphStore, functions: Sequence[Function]) -> object:
    ids = [one.id for one in functions]
    return judged_pairs(store, ids), edges_from(store, ids)


@pytest.mark.parametrize("mode", ["random", "hybrid"])
def test_a_source_is_one_question_of_at_most_thirty_candidates(store: GraphStore, mode: str) -> None:
    teacher = Waiting()
    functions = catalog(150)
    build_graph(store, functions, judged_by(teacher), mode)  # type: ignore[arg-type]
    assert teacher.asked.total() == len(functions)
    assert teacher.largest == LIMIT
    assert 8 < teacher.most <= 16
    assert all_unjudged(store) == []


def test_questions_are_counted_without_asking_them(store: GraphStore) -> None:
    functions = catalog(80)
    teacher = Waiting()
    add_functions(store, functions)
    questions = list(count_questions(store, [one.id for one in functions]))
    judge_functions(store, [one.id for one in functions], judged_by(teacher))
    assert Counter(source.id for source, _ in questions) == teacher.asked
    assert max(len(candidates) for _, candidates in questions) == teacher.largest


def test_many_at_once_store_what_one_after_the_other_would(store: GraphStore, tmp_path: Path) -> None:
    functions = catalog(80)
    build_graph(store, functions, judged_by(Waiting(), at_once=32))
    with open_graph(f"ladybug:{tmp_path / 'other'}") as other:
        build_graph(other, functions, judged_by(Waiting(), at_once=1))
        assert everything(store, functions) == everything(other, functions)


def test_an_answer_that_cannot_be_read_stops_no_other(store: GraphStore) -> None:
    functions = catalog(80)
    bad = frozenset([functions[3].id, functions[50].id])
    teacher = Waiting(unreadable=bad)
    with pytest.raises(MagnetError, match="2 functions could not be judged") as told:
        build_graph(store, functions, judged_by(teacher))
    assert "does not fit its schema" in str(told.value)
    assert "what was judged is kept" in str(told.value)
    assert {one: count for one, count in teacher.asked.items() if count > 1} == dict.fromkeys(bad, 3)
    judged = {source for source, _ in judged_pairs(store, [one.id for one in functions])}
    assert judged == {one.id for one in functions} - bad
    assert set(unjudged_functions(store, [one.id for one in functions])) == bad

    again = Waiting()
    build_graph(store, functions, judged_by(again))
    assert bad <= set(again.asked)
    assert all_unjudged(store) == []


def test_a_model_that_cannot_be_read_is_asked_anew_in_every_build(
    store: GraphStore, models: ModelServer, tmp_path: Path
) -> None:
    """Its bad answers are kept like all others; the same command again must not be given the same ones for ever."""
    functions = catalog(6)
    bad = functions[2]
    models.script = raving_about(bad.name)
    settings = model(models)
    with pytest.raises(MagnetError, match="1 function could not be judged") as told:
        judged_at(store, functions, settings, tmp_path)
    assert bad.id in str(told.value)
    # Three times, each with what is wrong told once; and the same again, however often the command is given.
    assert models.counts.calls == len(functions) - 1 + 6
    with pytest.raises(MagnetError, match="1 function could not be judged"):
        judged_at(store, functions, settings, tmp_path)
    assert models.counts.calls == len(functions) - 1 + 12

    models.script = none_of_them
    models.change()
    judged_at(store, functions, settings, tmp_path)
    assert models.counts.calls == 1
    assert all_unjudged(store) == []
    with open_graph(f"ladybug:{tmp_path / 'other'}") as other:
        judged_at(other, functions, settings, tmp_path)
        assert everything(other, functions) == everything(store, functions)
    assert models.counts.calls == 1, "a graph that is built anew from the same answers asks nothing"


def raving_about(name: str) -> Script:
    """A judge that finds nothing, and cannot be read where this function is the source."""

    def reply(question: Question) -> Reply:
        source = question.text.partition('<data name="source">')[2].partition("</data>")[0]
        return Reply("Where was I?") if f'"{name}"' in source else none_of_them(question)

    return reply


def judged_at(store: GraphStore, functions: Sequence[Function], settings: TeacherSettings, answers: Path) -> None:
    """Build the graph with a model, as a command of its own does."""
    with asyncio.Runner() as runner:
        office = Office(answers / "calls")
        try:
            teacher = LlmTeacher(open_caller(settings, office))
            build_graph(store, functions, Judge(teacher, 4, runner.run, LIMIT))
        finally:
            runner.run(office.close())


def test_what_stops_the_judge_loses_nothing_and_nothing_is_judged_twice(store: GraphStore) -> None:
    functions = catalog(80)
    first = Waiting(stops_after=30)
    with pytest.raises(MagnetError, match="the budget is spent"):
        build_graph(store, functions, judged_by(first))
    kept = judged_pairs(store, [one.id for one in functions])
    assert len({source for source, _ in kept}) == 30, "a judgement under way was lost"
    second = Waiting()
    build_graph(store, functions, judged_by(second))
    assert first.asked.total() + second.asked.total() == len(functions)
    assert not set(first.asked) & set(second.asked)


def test_ctrl_c_keeps_what_was_judged(store: GraphStore) -> None:
    class Interrupted(Waiting):
        async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
            if self.asked.total() == 40:
                raise KeyboardInterrupt
            return await super().judge(source, candidates, sample)

    functions = catalog(80)
    with pytest.raises(KeyboardInterrupt):
        build_graph(store, functions, judged_by(Interrupted(), at_once=4))
    assert len({source for source, _ in judged_pairs(store, [one.id for one in functions])}) >= 30
