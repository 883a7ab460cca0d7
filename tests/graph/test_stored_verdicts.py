"""A pair has one verdict at most, nothing is judged twice, and a walk meets edges in one order."""

from __future__ import annotations

import pytest
from graph_toys import feeds, function, rejected

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import GraphStore
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.stats import graph_stats
from magnet_kg.graph.verdicts import (
    edges_from,
    edges_into,
    judged_pairs,
    list_verdicts,
    save_verdicts,
    verdicts_between,
)

SEARCH, BOOK, PAY, TELL = (function(name) for name in ("search", "book", "pay", "tell"))


@pytest.fixture
def store(graph_store: GraphStore) -> GraphStore:
    save_functions(graph_store, [SEARCH, BOOK, PAY, TELL], [])
    return graph_store


def test_verdicts_come_back_as_they_were_judged(store: GraphStore) -> None:
    verdicts = [
        feeds(BOOK, PAY, kind="prerequisite", bindings=(), nested=True, confidence=1.0),
        rejected(PAY, BOOK, reason="'pay' returns \"nothing\" \\ of use"),
        feeds(SEARCH, BOOK),
    ]
    save_verdicts(store, reversed(verdicts))
    assert list_verdicts(store, BOOK.id) == verdicts
    assert verdicts_between(store, PAY.id, BOOK.id) == [verdicts[1], verdicts[0]]
    assert verdicts_between(store, SEARCH.id, PAY.id) == []


def test_edges_carry_their_verdict_and_come_in_order(store: GraphStore) -> None:
    verdicts = [
        feeds(SEARCH, TELL),
        feeds(SEARCH, BOOK),
        feeds(SEARCH, PAY),
        rejected(BOOK, PAY),
        feeds(TELL, PAY),
    ]
    save_verdicts(store, verdicts)
    out = edges_from(store, [SEARCH.id, BOOK.id, "toys/nobody", SEARCH.id])
    assert list(out) == [BOOK.id, "toys/nobody", SEARCH.id] == sorted(out)
    assert [edge.target for edge in out[SEARCH.id]] == [BOOK.id, PAY.id, TELL.id]
    assert out[BOOK.id] == out["toys/nobody"] == []
    edge = out[SEARCH.id][2]
    assert (edge.dependency, edge.verdict, edge.judge) == (
        verdicts[0].dependency,
        verdicts[0].hash,
        "rules@1",
    )
    into = edges_into(store, [PAY.id, SEARCH.id])
    assert [(edge.source, edge.target) for edge in into[PAY.id]] == [(SEARCH.id, PAY.id), (TELL.id, PAY.id)]
    assert into[SEARCH.id] == []


def test_a_new_verdict_replaces_the_one_on_its_pair_whatever_it_says(store: GraphStore) -> None:
    save_verdicts(store, [feeds(SEARCH, BOOK), rejected(BOOK, PAY), feeds(PAY, TELL)])
    latest = [rejected(SEARCH, BOOK), feeds(BOOK, PAY), feeds(PAY, TELL, rationale="Better.")]
    save_verdicts(store, latest)
    found = {each.hash for name in (BOOK, PAY) for each in list_verdicts(store, name.id)}
    assert found == {each.hash for each in latest}
    stats = graph_stats(store)
    assert (stats.feeds, stats.rejected) == (2, 1)


def test_saving_the_same_again_changes_nothing(store: GraphStore) -> None:
    verdicts = [feeds(SEARCH, BOOK), rejected(BOOK, PAY)]
    save_verdicts(store, verdicts)
    save_verdicts(store, verdicts)
    assert list_verdicts(store, BOOK.id) == [rejected(BOOK, PAY), feeds(SEARCH, BOOK)]


def test_of_several_verdicts_on_a_pair_the_last_one_counts(store: GraphStore) -> None:
    save_verdicts(store, [feeds(SEARCH, BOOK), rejected(SEARCH, BOOK)])
    assert list_verdicts(store, BOOK.id) == [rejected(SEARCH, BOOK)]


def test_a_function_may_feed_itself(store: GraphStore) -> None:
    own = feeds(PAY, PAY)
    save_verdicts(store, [own])
    assert list_verdicts(store, PAY.id) == verdicts_between(store, PAY.id, PAY.id) == [own]


def test_pairs_are_judged_as_long_as_both_functions_are_what_they_were(store: GraphStore) -> None:
    outdated = feeds(SEARCH, TELL).model_copy(update={"target_hash": "what it was"})
    save_verdicts(store, [feeds(SEARCH, BOOK), rejected(SEARCH, PAY), outdated, feeds(BOOK, PAY)])
    assert judged_pairs(store, [SEARCH.id, TELL.id]) == {(SEARCH.id, BOOK.id), (SEARCH.id, PAY.id)}
    assert judged_pairs(store, []) == set()


def test_a_verdict_on_an_unknown_function_is_refused_with_all_others(store: GraphStore) -> None:
    with pytest.raises(MagnetError, match="toys/stranger"):
        save_verdicts(store, [feeds(SEARCH, BOOK), feeds(SEARCH, function("stranger"))])
    assert list_verdicts(store, SEARCH.id) == []
