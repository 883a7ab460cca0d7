"""Walks: a step that no edge supports is a dialogue whose turns have nothing to do with one another."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import NODES, Graph, edge, graphs, neighbourhood

from magnet_kg.graph.verdicts import Arcs
from magnet_kg.paths.steps import sample_walks
from magnet_kg.paths.walk import Neighbourhood, Walker, walk_paths

MOST = settings(max_examples=150, deadline=None)


def walk(graph: Graph, start: str, seed: int, steps: int = 7) -> Walker:
    walker = Walker(start, Random(seed))
    walk_paths(neighbourhood(graph), [walker], steps)
    return walker


@MOST
@given(graphs, st.sampled_from(NODES), st.integers(0, 99), st.integers(1, 9))
def test_a_walk_follows_edges_and_no_nested_ones(graph: Graph, start: str, seed: int, steps: int) -> None:
    walker = walk(graph, start, seed, steps)
    assert walker.visited[0] == start
    assert len(walker.visited) <= steps
    assert len(walker.edges) == len(walker.visited) - 1
    for used, source, target in zip(walker.edges, walker.visited, walker.visited[1:], strict=False):
        assert graph[source, target] == used
        assert not used.dependency.nested, "nobody asks for a conversion by itself"


@MOST
@given(graphs, st.sampled_from(NODES), st.integers(0, 99))
def test_a_walk_never_goes_back_and_forth(graph: Graph, start: str, seed: int) -> None:
    """A-B-A-B is no story."""
    visited = walk(graph, start, seed, 12).visited
    assert all(a != b for a, b in pairwise(visited))
    assert all((a, b) != (c, d) for a, b, c, d in zip(visited, visited[1:], visited[2:], visited[3:], strict=False))


@MOST
@given(graphs, st.sampled_from(NODES), st.integers(0, 99))
def test_a_walk_ends_early_only_where_nothing_leads_on(graph: Graph, start: str, seed: int) -> None:
    walker = walk(graph, start, seed, 7)
    if len(walker.visited) < 7:
        here, avoided = walker.visited[-1], walker.visited[-3:]
        onward = [t for (s, t), e in graph.items() if s == here and not e.dependency.nested and t not in avoided]
        assert not onward


@MOST
@given(graphs, st.lists(st.tuples(st.sampled_from(NODES), st.integers(0, 99)), min_size=1, max_size=5), st.randoms())
def test_a_walk_does_not_depend_on_the_other_walkers(
    graph: Graph, starts: list[tuple[str, int]], shuffle: Random
) -> None:
    """With any number of workers the same seed gives the same rows."""
    alone = {one: walk(graph, *one).visited for one in starts}
    shuffled = list(starts)
    shuffle.shuffle(shuffled)
    walkers = {one: Walker(one[0], Random(one[1])) for one in shuffled}
    walk_paths(neighbourhood(graph), list(walkers.values()), 7)
    assert {one: walker.visited for one, walker in walkers.items()} == alone


@MOST
@given(graphs, st.integers(0, 99))
def test_each_node_is_asked_for_once_for_all_walkers(graph: Graph, seed: int) -> None:
    """Ten thousand walks must not be ten thousand times seven queries."""
    asked: list[str] = []
    walkers = [Walker(NODES[number % len(NODES)], Random(seed + number)) for number in range(20)]
    walk_paths(neighbourhood(graph, asked), walkers, 7)
    assert len(asked) == len(set(asked))


def test_a_walk_prefers_what_it_has_not_met() -> None:
    graph = {
        p: edge(*p) for p in [("toys/a", "toys/b"), ("toys/b", "toys/c"), ("toys/c", "toys/a"), ("toys/c", "toys/d")]
    }
    assert all(walk(graph, "toys/a", seed).visited[3] == "toys/d" for seed in range(20))


def test_sure_edges_are_walked_more_often_than_weak_ones() -> None:
    graph = {
        ("toys/a", "toys/b"): edge("toys/a", "toys/b", confidence=0.9),
        ("toys/a", "toys/c"): edge("toys/a", "toys/c", confidence=0.3),
    }
    ends = [walk(graph, "toys/a", seed, 2).visited[1] for seed in range(200)]
    assert ends.count("toys/b") > 2 * ends.count("toys/c") > 0


def test_edges_to_functions_that_cannot_be_executed_do_not_count() -> None:
    """A catalog's functions are in the graph; walks that become rows keep to what runs."""
    graph = {p: edge(*p) for p in [("toys/a", "toys/b"), ("toys/a", "toys/c"), ("toys/c", "toys/a")]}
    inside = Neighbourhood(
        lambda ids: {i: [e for (s, _), e in graph.items() if s == i] for i in ids},
        lambda ids: {i: [e for (_, t), e in graph.items() if t == i] for i in ids},
        within=frozenset(["toys/a", "toys/b"]),
    )
    assert [e.target for e in inside.out_of("toys/a")] == ["toys/b"]
    assert inside.into("toys/a") == []
    assert inside.between("toys/a", "toys/b") == graph["toys/a", "toys/b"]
    assert inside.between("toys/a", "toys/c") is None


@MOST
@given(graphs, st.integers(0, 99))
def test_walks_for_people_tell_which_output_feeds_which_input(graph: Graph, seed: int) -> None:
    walks = sample_walks(neighbourhood(graph), NODES, steps=4, count=3, seed=seed)
    assert walks == sample_walks(neighbourhood(graph), NODES, steps=4, count=3, seed=seed)
    for told in walks:
        assert told[0].kind is None
        for before, after in pairwise(told):
            assert after.bindings == graph[before.function, after.function].dependency.bindings
            assert after.kind == "output_is_input"


@MOST
@given(graphs, st.sampled_from(NODES), st.integers(0, 99), st.booleans())
def test_what_walks_ask_of_edges_says_as_much_as_the_edges(graph: Graph, start: str, seed: int, backward: bool) -> None:
    """On a large graph whole edges are not fetched; the walks must be the same."""

    def arcs(ids: list[str], side: int) -> dict[str, Arcs]:
        found = {}
        for one in ids:
            edges = sorted(
                (pair[1 - side], e.dependency.confidence)
                for pair, e in graph.items()
                if pair[side] == one and not e.dependency.nested
            )
            found[one] = Arcs([other for other, _ in edges], [confidence for _, confidence in edges])
        return found

    full = neighbourhood(graph)
    lean = Neighbourhood(full._fetch[0], full._fetch[1], arcs=(lambda ids: arcs(ids, 0), lambda ids: arcs(ids, 1)))
    walkers = [Walker(start, Random(seed)), Walker(start, Random(seed))]
    for walker, around in zip(walkers, (full, lean), strict=True):
        walk_paths(around, [walker], 7, weigh=len, backward=backward)
    assert walkers[0].visited == walkers[1].visited
    assert walkers[0].edges == walkers[1].edges
    assert [(e.source, e.target) for e in walkers[1].edges] == list(pairwise(walkers[1].visited))
