"""What is around a function, and how to get from one to another."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from graph_toys import feeds, function
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.neighbourhood import shortest_ways, surroundings
from magnet_kg.graph.verdicts import save_verdicts

NAMES = "abcdefgh"
TOYS = {name: function(name) for name in NAMES}
# Two ways of three edges from a to e, one of them surer; a long one; h hangs on its own.
SURE = {"ab": 0.9, "bd": 0.9, "de": 0.9, "ac": 0.9, "cd": 0.4, "bf": 0.9, "fg": 0.9, "ge": 0.9, "ea": 0.6}


@pytest.fixture
def store(graph_store: GraphStore) -> GraphStore:
    """The graph of SURE, on each engine."""
    save_functions(graph_store, TOYS.values(), [])
    save_verdicts(graph_store, [feeds(TOYS[e[0]], TOYS[e[1]], confidence=sure) for e, sure in SURE.items()])
    return graph_store


def test_the_shortest_ways_are_found_the_surest_first(store: GraphStore) -> None:
    ways = shortest_ways(store, "toys/a", "toys/e")
    assert ["".join(edge.source[-1] for edge in way) for way in ways] == ["abd", "acd"]
    assert all(edge.dependency.bindings for way in ways for edge in way)
    assert shortest_ways(store, "toys/a", "toys/e", hops=2) == []
    assert shortest_ways(store, "toys/a", "toys/h") == []
    assert shortest_ways(store, "toys/a", "toys/a") == []


def test_the_surroundings_have_both_directions_and_grow_with_every_hop(store: GraphStore) -> None:
    near = surroundings(store, "toys/b")
    assert {(e.source[-1], e.target[-1]) for e in near.edges} == {("a", "b"), ("b", "d"), ("b", "f")}
    assert [each.name for each in near.functions] == ["a", "b", "d", "f"]
    far = surroundings(store, "toys/b", hops=2)
    assert {e.source[-1] + e.target[-1] for e in far.edges} == {"ab", "bd", "bf", "ea", "ac", "cd", "de", "fg"}
    assert far.hidden == 0


def test_more_than_a_person_can_look_at_is_left_out_and_counted(store: GraphStore) -> None:
    around = surroundings(store, "toys/d", limit=2)
    assert [e.source[-1] + e.target[-1] for e in around.edges] == ["bd", "de"], "the surest stay"
    assert around.hidden == 1
    assert [each.name for each in around.functions] == ["b", "d", "e"]


pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])


@settings(max_examples=12, deadline=None)
@given(chosen=st.sets(pairs, max_size=20), hops=st.integers(1, 5))
def test_all_shortest_ways_are_found_whatever_the_graph(
    tmp_path_factory: pytest.TempPathFactory, chosen: set[tuple[str, str]], hops: int
) -> None:
    graph: Path = tmp_path_factory.mktemp("graph") / "graph"
    with open_graph(f"ladybug:{graph}") as store:
        save_functions(store, TOYS.values(), [])
        save_verdicts(store, [feeds(TOYS[s], TOYS[t]) for s, t in sorted(chosen)])
        found = shortest_ways(store, "toys/a", "toys/b", hops=hops)
    names = {"".join([way[0].source[-1], *(edge.target[-1] for edge in way)]) for way in found}
    ways = ["a"]
    while ways and not any(way.endswith("b") for way in ways) and len(ways[0]) <= hops:
        ways = [way + t for way in ways for t in NAMES if (way[-1], t) in chosen and t not in way]
    assert names == {way for way in ways if way.endswith("b")}
    assert all(a.target == b.source for way in found for a, b in pairwise(way))
