"""Functions keep what they are, and lose what was judged about what they were."""

from __future__ import annotations

import pytest
from graph_toys import feeds, function, path, rejected, use

from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import find_candidates
from magnet_kg.graph.functions import (
    Changes,
    classify,
    list_functions,
    load_functions,
    missing_functions,
    remove_functions,
    save_functions,
)
from magnet_kg.graph.provenance import list_runs, save_run
from magnet_kg.graph.stats import graph_stats
from magnet_kg.graph.verdicts import edges_from, list_verdicts, save_verdicts

SEARCH, BOOK, PAY = function("search"), function("book"), function("pay", category="Money")


def test_functions_come_back_whole_and_in_order(graph_store: GraphStore) -> None:
    full = function("full", returns={"type": "object", "properties": {}}, executor="toolkit")
    save_functions(graph_store, [SEARCH, full, BOOK], [])
    assert list(load_functions(graph_store).items()) == [(each.id, each) for each in (BOOK, full, SEARCH)]
    assert load_functions(graph_store, executor="toolkit") == {full.id: full}
    assert list_functions(graph_store) == {each.id: "Travel" for each in (BOOK, full, SEARCH)}
    assert missing_functions(graph_store, [BOOK.id, "toys/zebra", "toys/ape"]) == ["toys/ape", "toys/zebra"]


def test_a_catalog_is_told_apart_into_new_changed_and_unchanged(graph_store: GraphStore) -> None:
    save_functions(graph_store, [SEARCH, BOOK], [])
    changed = function("book", description="Something else.")
    expected = Changes(new=(PAY.id,), changed=(BOOK.id,), unchanged=(SEARCH.id,))
    assert classify(graph_store, [SEARCH, changed, PAY]) == expected
    assert save_functions(graph_store, [SEARCH, changed, PAY], []) == expected
    assert classify(graph_store, [SEARCH, changed, PAY]).unchanged == (BOOK.id, PAY.id, SEARCH.id)


def test_a_changed_function_loses_what_was_judged_about_it_and_others_keep_theirs(
    graph_store: GraphStore,
) -> None:
    save_functions(graph_store, [SEARCH, BOOK, PAY], [])
    kept = feeds(SEARCH, PAY)
    save_verdicts(
        graph_store,
        [feeds(SEARCH, BOOK), feeds(BOOK, PAY), rejected(PAY, BOOK), rejected(BOOK, SEARCH), kept],
    )
    save_functions(graph_store, [SEARCH, function("book", description="Else."), PAY], [])
    assert list_verdicts(graph_store, BOOK.id) == []
    assert list_verdicts(graph_store, PAY.id) == [kept]


def test_an_unchanged_function_keeps_its_verdicts_when_it_is_saved_again(graph_store: GraphStore) -> None:
    save_functions(graph_store, [SEARCH, BOOK], [])
    save_verdicts(graph_store, [feeds(SEARCH, BOOK)])
    moved = function("search", source="another file", executor="toolkit")
    assert save_functions(graph_store, [moved, BOOK], []).changed == ()
    assert load_functions(graph_store)[SEARCH.id] == moved
    assert len(edges_from(graph_store, [SEARCH.id])[SEARCH.id]) == 1


def test_concepts_and_category_of_a_changed_function_are_replaced(graph_store: GraphStore) -> None:
    save_functions(graph_store, [SEARCH, BOOK], [use(SEARCH, returns=("flight id",)), use(BOOK, ("flight id",))])
    other = function("book", category="Money", description="Else.")
    save_functions(graph_store, [other], [use(other, takes=("amount",))])
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: []}
    stats = graph_stats(graph_store)
    assert (stats.categories, stats.concepts) == (2, 2)


def test_concepts_named_anew_replace_the_old_though_the_function_is_unchanged(
    graph_store: GraphStore,
) -> None:
    save_functions(graph_store, [SEARCH, BOOK], [use(SEARCH, returns=("id",)), use(BOOK, ("flight",))])
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: []}
    save_functions(graph_store, [SEARCH, BOOK], [use(SEARCH, returns=("flight",)), use(BOOK, ("flight",))])
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: [BOOK.id]}
    assert graph_stats(graph_store).concepts == 1


def test_a_removed_function_leaves_with_its_edges_and_with_what_only_it_used(graph_store: GraphStore) -> None:
    uses = [use(SEARCH, returns=("flight",)), use(PAY, takes=("amount", "flight"))]
    save_functions(graph_store, [SEARCH, BOOK, PAY], uses)
    save_verdicts(graph_store, [feeds(SEARCH, PAY), rejected(PAY, SEARCH), feeds(SEARCH, BOOK)])
    save_run(graph_store, "r", "h", 1, [path("row", (SEARCH, PAY))])
    remove_functions(graph_store, [PAY.id, "toys/never"])
    stats = graph_stats(graph_store)
    assert (stats.functions, stats.categories, stats.concepts, stats.feeds, stats.rejected) == (2, 1, 1, 1, 0)
    assert list_runs(graph_store)[0].paths == 1
    remove_functions(graph_store, [SEARCH.id, BOOK.id])
    stats = graph_stats(graph_store)
    assert (stats.functions, stats.categories, stats.concepts, stats.feeds) == (0, 0, 0, 0)


def test_writing_that_was_interrupted_is_made_good_by_the_next_one(
    graph_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses = [use(SEARCH, returns=("flight",)), use(BOOK, takes=("flight",))]

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("magnet_kg.graph.functions._Writer._attach", stop)
        with pytest.raises(KeyboardInterrupt):
            save_functions(graph_store, [SEARCH, BOOK], uses)
    assert classify(graph_store, [SEARCH, BOOK]).unchanged == ()
    save_functions(graph_store, [SEARCH, BOOK], uses)
    assert classify(graph_store, [SEARCH, BOOK]).unchanged == (BOOK.id, SEARCH.id)
    assert find_candidates(graph_store, [SEARCH.id]) == {SEARCH.id: [BOOK.id]}


def test_of_two_functions_with_one_id_the_last_one_counts(graph_store: GraphStore) -> None:
    last = function("book", description="Last.")
    save_functions(graph_store, [BOOK, last], [])
    assert load_functions(graph_store) == {last.id: last}


def test_concepts_of_a_function_that_is_not_saved_are_refused(graph_store: GraphStore) -> None:
    with pytest.raises(ValueError, match="toys/pay"):
        save_functions(graph_store, [SEARCH], [use(PAY, takes=("amount",))])
    assert load_functions(graph_store) == {}
