"""A row can be traced to its path and its functions; saving a run again replaces it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graph_toys import function, path

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.path import Missing, NodeOperation, PathTurn, SignaturePath, Step
from magnet_kg.graph import GraphStore, provenance
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.provenance import Run, delete_run, list_runs, list_steps, save_run

SEARCH, BOOK, PAY = (function(name) for name in ("search", "book", "pay"))


@pytest.fixture
def store(graph_store: GraphStore) -> GraphStore:
    save_functions(graph_store, [SEARCH, BOOK, PAY], [])
    return graph_store


def test_runs_are_listed_with_their_paths(store: GraphStore) -> None:
    save_run(store, "second", "beef", 7, [path("a", (SEARCH, BOOK), (PAY,)), path("b", (PAY,))])
    save_run(store, "first", "cafe", 8, [])
    assert list_runs(store) == [
        Run(id="first", recipe="cafe", seed=8, paths=0),
        Run(id="second", recipe="beef", seed=7, paths=2),
    ]


def test_a_step_knows_its_place_and_what_touched_it(store: GraphStore) -> None:
    asked = Step(id="s9", function=PAY.id)
    empty = PathTurn(id="t9", missing=Missing(kind="miss_func", step="s9", resolved=False), wanted=(asked,))
    walked = path("a", (SEARCH, BOOK), (PAY,))
    operations = (
        NodeOperation(id="o1", operation="merge", detail="", turns=("t0",)),
        NodeOperation(id="o2", operation="insert", detail="short", steps=("s0.1",)),
    )
    full = walked.model_copy(update={"turns": (*walked.turns, empty), "operations": operations})
    save_run(store, "r", "h", 1, [full])
    steps = [
        (step.turn, step.position, step.function, step.role, step.operation) for step in list_steps(store, "r", "a")
    ]
    assert steps == [
        (0, 0, SEARCH.id, "walk", "merge"),
        (0, 1, BOOK.id, "walk", "merge insert"),
        (1, 0, PAY.id, "walk", None),
        (2, 0, PAY.id, "wanted", None),
    ]


def test_what_a_resolved_empty_turn_wanted_counts_once(store: GraphStore) -> None:
    walked = path("a", (PAY,))
    empty = PathTurn(
        id="t9", missing=Missing(kind="miss_func", step="s0.0", resolved=True), wanted=walked.turns[0].steps
    )
    save_run(store, "r", "h", 1, [walked.model_copy(update={"turns": (empty, *walked.turns)})])
    assert [(step.turn, step.role) for step in list_steps(store, "r", "a")] == [(1, "walk")]


def test_saving_a_run_again_replaces_it_and_leaves_others_alone(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "_PATHS_AT_ONCE", 4)
    monkeypatch.setattr(provenance, "_DELETED_AT_ONCE", 3)
    save_run(store, "other", "h", 1, [path("row0", (BOOK,))])
    save_run(store, "r", "h", 1, [path(f"row{number}", (SEARCH, BOOK)) for number in range(11)])
    save_run(store, "r", "new", 2, (path(f"row{number}", (PAY,)) for number in range(5)))
    assert [(run.id, run.recipe, run.paths) for run in list_runs(store)] == [
        ("other", "h", 1),
        ("r", "new", 5),
    ]
    assert [step.function for step in list_steps(store, "r", "row0")] == [PAY.id]
    delete_run(store, "r")
    assert [run.id for run in list_runs(store)] == ["other"]
    assert [step.function for step in list_steps(store, "other", "row0")] == [BOOK.id]


def test_paths_are_taken_as_they_are_written(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "_PATHS_AT_ONCE", 2)

    def paths() -> Iterator[SignaturePath]:
        yield from (path("a", (SEARCH,)), path("b", (SEARCH,)), path("c", (SEARCH,)))
        assert list_runs(store)[0].paths == 2

    save_run(store, "r", "h", 1, paths())
    assert list_runs(store)[0].paths == 3


def test_a_path_over_an_unknown_function_is_refused(store: GraphStore) -> None:
    with pytest.raises(MagnetError, match="toys/stranger"):
        save_run(store, "r", "h", 1, [path("a", (SEARCH, function("stranger")))])


def test_two_paths_for_one_row_are_refused(store: GraphStore) -> None:
    with pytest.raises(ValueError, match="same row"):
        save_run(store, "r", "h", 1, [path("a", (SEARCH,)), path("a", (BOOK,))])
