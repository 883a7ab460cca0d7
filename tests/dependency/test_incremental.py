"""Catalogs change every week: what is new is judged, what is unchanged costs nothing, what stopped goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from magnet_kg.dependency.candidates import LIMIT, Mode, pairs_to_judge
from magnet_kg.dependency.judging import Built, add_functions, build_graph, judge_functions
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import all_unjudged
from magnet_kg.graph.verdicts import edges_from, judged_pairs, list_verdicts
from magnet_kg.teacher.protocol import Judgement
from magnet_kg.teacher.rules.teacher import RulesTeacher


def shelf(number: int, **changes: object) -> list[Function]:
    """A lookup and an action on the thing that it finds: one pair of functions that depend on one another."""
    thing = f"{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{'xyzwvut'[number // 26]}item"
    text = {"type": "string", "description": "as written on the label"}
    found = {"type": "object", "properties": {f"{thing}_id": {"type": "string"}, "name": {"type": "string"}}}
    common = {"category": "shelves", "toolkit": "shelves", "source": "test"}
    find = Function.model_validate(
        {
            "id": f"shelves/find_{thing}",
            "name": f"find_{thing}",
            "description": f"Find a {thing} by its label.",
            "parameters": {"type": "object", "properties": {"label": text}, "required": ["label"]},
            "returns": found,
            **common,
            **changes,
        }
    )
    move = Function.model_validate(
        {
            "id": f"shelves/move_{thing}",
            "name": f"move_{thing}",
            "description": f"Move a {thing} to another place.",
            "parameters": {
                "type": "object",
                "properties": {f"{thing}_id": {"type": "string", "description": f"id of the {thing}"}},
                "required": [f"{thing}_id"],
            },
            "returns": {"type": "object", "properties": {"moved": {"type": "boolean"}}},
            **common,
        }
    )
    return [find, move]


def catalog(shelves: int) -> list[Function]:
    return [function for number in range(shelves) for function in shelf(number)]


class CountingTeacher(RulesTeacher):
    """The rules, counting what they are asked, and leaving after so many questions."""

    def __init__(self, leaves_after: int | None = None) -> None:
        super().__init__(phrases={})
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self._leaves_after = leaves_after

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        if self._leaves_after is not None and len(self.asked) >= self._leaves_after:
            raise ConnectionError("the judge has left")
        self.asked.append((source.id, tuple(c.id for c in candidates)))
        return await super().judge(source, candidates, sample)

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return {(source, target) for source, targets in self.asked for target in targets}


@pytest.fixture
def store(tmp_path: Path) -> GraphStore:
    return open_graph(f"ladybug:{tmp_path / 'graph'}")


def build(store: GraphStore, functions: list[Function], teacher: RulesTeacher | None = None) -> Built:
    return build_graph(store, functions, teacher or CountingTeacher())


def test_the_dependency_of_every_lookup_is_found(store: GraphStore) -> None:
    functions = catalog(12)
    built = build(store, functions)
    assert built.new == 24
    edges = edges_from(store, [f.id for f in functions])
    for find, move in zip(functions[::2], functions[1::2], strict=True):
        assert [edge.target for edge in edges[find.id]] == [move.id]
    assert built.edges == 12


def test_an_unchanged_catalog_costs_no_judgement(store: GraphStore) -> None:
    build(store, catalog(10))
    teacher = CountingTeacher()
    again = build(store, catalog(10), teacher)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 20)
    assert again.judgements == 0
    assert teacher.asked == []


def test_a_new_function_costs_at_most_thirty_judgements_each_way(store: GraphStore) -> None:
    build(store, catalog(60))
    teacher = CountingTeacher()
    added = shelf(60)
    built = build(store, [*catalog(60), *added], teacher)
    assert built.new == 2
    ids = {f.id for f in added}
    assert all(source in ids or target in ids for source, target in teacher.pairs)
    for one in ids:
        assert sum(source == one for source, _ in teacher.pairs) <= 2 * LIMIT
    assert built.judgements <= 2 * 2 * LIMIT


def test_a_changed_function_loses_its_edges_and_only_it_is_judged_again(store: GraphStore) -> None:
    functions = catalog(40)
    build(store, functions)
    changed = shelf(3, returns={"type": "object", "properties": {"nothing": {"type": "string"}}})[0]
    teacher = CountingTeacher()
    built = build(store, [changed if f.id == changed.id else f for f in functions], teacher)
    assert (built.new, built.changed) == (0, 1)
    assert all(changed.id in pair for pair in teacher.pairs)
    assert built.judgements <= 2 * LIMIT
    assert edges_from(store, [changed.id])[changed.id] == []
    assert all(
        v.source_hash == changed.content_hash for v in list_verdicts(store, changed.id) if v.source == changed.id
    )


def test_an_interrupted_build_goes_on_and_judges_nothing_twice(store: GraphStore, tmp_path: Path) -> None:
    functions = catalog(130)
    first = CountingTeacher(leaves_after=220)
    with pytest.raises(ConnectionError):
        build(store, functions, first)
    kept = judged_pairs(store, [f.id for f in functions])
    assert kept, "what was judged before the interruption is lost"
    second = CountingTeacher()
    build(store, functions, second)
    assert not second.pairs & kept
    with open_graph(f"ladybug:{tmp_path / 'whole'}") as whole:
        build(whole, functions)
        ids = [f.id for f in functions]
        assert edges_from(store, ids) == edges_from(whole, ids)
        assert judged_pairs(store, ids) == judged_pairs(whole, ids)


def test_a_judge_that_forgets_candidates_is_asked_again_and_then_told_on(store: GraphStore) -> None:
    class Forgetful(CountingTeacher):
        async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
            return (await super().judge(source, candidates, sample))[:-1]

    teacher = Forgetful()
    with pytest.raises(MagnetError, match="does not judge every candidate"):
        build(store, catalog(3), teacher)
    assert set(Counter(source for source, _ in teacher.asked).values()) == {3}
    assert judged_pairs(store, [f.id for f in catalog(3)]) == set()


@pytest.mark.parametrize("mode", ["random", "retrieved", "hybrid"])
def test_candidates_are_few_and_always_the_same(store: GraphStore, mode: Mode) -> None:
    functions = catalog(50)
    build(store, functions)
    ids = [f.id for f in functions[:10]]
    pairs = pairs_to_judge(store, ids, mode, seed=4)
    assert pairs == pairs_to_judge(store, ids, mode, seed=4)
    for one in ids:
        assert one not in pairs.get(one, [])
        # As source it brings at most 30; others may bring it as their target.
        assert sum(one in targets for targets in pairs.values()) <= LIMIT + len(ids)


def test_retrieval_finds_what_chance_misses(store: GraphStore) -> None:
    functions = catalog(60)
    build(store, functions)
    sources = [f.id for f in functions[::2]]
    retrieved = pairs_to_judge(store, sources, "retrieved")
    assert all(find.replace("find_", "move_") in retrieved[find] for find in sources)
    assert sum(len(targets) for targets in retrieved.values()) == len(sources)


def service(name: str, size: int = 20) -> list[Function]:
    """Functions of a category of their own."""
    made = [one for number in range(size // 2) for one in shelf(number)]
    moved = {"category": name, "toolkit": name, "catalog": "warehouses"}
    return [
        Function.model_validate({**one.model_dump(), **moved, "id": f"{name}/{one.name}", "catalog": "warehouses"})
        for one in made
    ]


class CountingStore:
    """A store that counts the rows that come out of it."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self.rows = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def run(self, query: str, /, **parameters: Any) -> list[dict[str, Any]]:
        rows = self._store.run(query, **parameters)
        self.rows += sum(1 + len(row.get("functions", ())) for row in rows)
        return rows


def rows_for_a_change(store: GraphStore, others: int) -> tuple[Built, int]:
    """What it takes to judge five changed functions of a service beside other services."""
    own = service("own")
    for number in range(others):
        build(store, service(f"other{number}"))
    build(store, own)
    new = [Function.model_validate({**one.model_dump(), "description": "Anew."}) for one in own[:5]]
    counting, teacher = CountingStore(store), CountingTeacher()
    built = build_graph(cast(GraphStore, counting), [*new, *own[5:]], teacher)
    assert all({source, target} & {one.id for one in new} for source, target in teacher.pairs)
    return built, counting.rows


def test_what_a_change_costs_does_not_depend_on_the_size_of_the_graph(store: GraphStore, tmp_path: Path) -> None:
    built, rows = rows_for_a_change(store, others=1)
    assert (built.changed, built.unchanged) == (5, 15)
    assert 0 < built.judgements <= 5 * 2 * LIMIT
    with open_graph(f"ladybug:{tmp_path / 'large'}") as large:
        assert rows_for_a_change(large, others=6) == (built, rows)


def test_categories_are_judged_one_after_the_other_and_each_by_itself(store: GraphStore) -> None:
    teacher = CountingTeacher()
    functions = [*service("east"), *service("west")]
    build_graph(store, functions, teacher)
    assert all(source.partition("/")[0] == target.partition("/")[0] for source, target in teacher.pairs)
    with pytest.raises(MagnetError, match="neither a dependency nor a reason"):
        build_graph(store, service("north"), Undecided())


class Undecided(RulesTeacher):
    """A judge without a judgement."""

    def __init__(self) -> None:
        super().__init__(phrases={})

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        return [Judgement(one.id) for one in candidates]


def test_what_was_added_without_judging_is_judged_later(store: GraphStore) -> None:
    functions = service("east")
    add_functions(store, functions)
    assert edges_from(store, [functions[0].id]) == {functions[0].id: []}
    assert all_unjudged(store, "warehouses") == sorted(one.id for one in functions)
    assert all_unjudged(store, "elsewhere") == []
    told: list[tuple[int, int]] = []
    judged = judge_functions(
        store, all_unjudged(store), CountingTeacher(), progress=lambda done, of: told.append((done, of))
    )
    assert judged.edges == len(functions) // 2
    assert judged.judgements >= judged.edges
    assert told[-1] == (len(functions), len(functions))
    assert all_unjudged(store) == []


def test_concepts_named_by_other_rules_are_written_anew_and_judged_as_before(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = service("east")
    build(store, functions)
    monkeypatch.setattr("magnet_kg.dependency.judging.NAMING", "another")
    counting = CountingStore(store)
    assert build_graph(cast(GraphStore, counting), functions, CountingTeacher()).judgements == 0
    rows = {row["concepts_hash"] for row in store.run("list_hashes", ids=[one.id for one in functions])}
    assert rows == {"named another"}
