"""The numbers that `graph stats` shows."""

from __future__ import annotations

from graph_toys import feeds, function, path, rejected, use

from magnet_kg.graph import GraphStore
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.provenance import save_run
from magnet_kg.graph.stats import CatalogStats, GraphStats, graph_stats
from magnet_kg.graph.verdicts import save_verdicts

A, B, C, D = (function(name, category=f"of {name}") for name in "abcd")


def test_an_empty_graph_counts_as_nothing(graph_store: GraphStore) -> None:
    assert graph_stats(graph_store) == GraphStats(
        functions=0, categories=0, concepts=0, feeds=0, feeds_by_kind={}, nested=0, rejected=0, runs=0,
        mean_degree=0.0, max_degree=0, isolated=0, share_with_edge=0.0, components=0, largest_component=0,
        degrees={}, catalogs=(),
    )  # fmt: skip


def test_everything_is_counted(graph_store: GraphStore) -> None:
    save_functions(graph_store, [A, B, C, D], [use(A, takes=("x", "y"), returns=("y", "z"))])
    verdicts = [feeds(A, B), feeds(A, C, nested=True), feeds(B, A, kind="prerequisite"), rejected(C, A)]
    save_verdicts(graph_store, verdicts)
    save_run(graph_store, "r", "h", 1, [path("a", (A,))])
    assert graph_stats(graph_store) == GraphStats(
        functions=4, categories=4, concepts=3, feeds=3,
        feeds_by_kind={"output_is_partial_input": 2, "prerequisite": 1},
        nested=1, rejected=1, runs=1, mean_degree=1.5, max_degree=3, isolated=1,
        share_with_edge=0.75, components=1, largest_component=3,
        degrees={"0": 1, "1": 1, "2-3": 2},
        catalogs=(CatalogStats(catalog="", functions=4, with_edge=3, share_with_edge=0.75),),
    )  # fmt: skip


def test_parts_and_catalogs_are_told_apart(graph_store: GraphStore) -> None:
    """Edges hold a part together in either direction, and across catalogs."""
    one = [function(name, catalog="one") for name in "abcd"]
    two = [function(name, id=f"two/{name}", catalog="two") for name in "efgh"]
    save_functions(graph_store, [*one, *two], [])
    pairs = [(one[0], one[1]), (one[2], one[1]), (two[0], one[2]), (two[1], two[2]), (two[2], two[1])]
    save_verdicts(graph_store, [feeds(*pair) for pair in pairs])
    stats = graph_stats(graph_store)
    assert (stats.components, stats.largest_component, stats.isolated) == (2, 4, 2)
    assert stats.catalogs == (
        CatalogStats(catalog="one", functions=4, with_edge=3, share_with_edge=0.75),
        CatalogStats(catalog="two", functions=4, with_edge=3, share_with_edge=0.75),
    )
    assert sum(stats.degrees.values()) == 8
