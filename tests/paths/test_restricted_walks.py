"""Walks with wishes: through a function, not over others, within a category."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import NODES, Graph, graphs, neighbourhood

from magnet_kg.paths.steps import WalkStep, narrowed, sample_walks, sample_walks_through

MOST = settings(max_examples=150, deadline=None)
nodes = st.sampled_from(NODES)
seeds = st.integers(0, 99)


def functions(walk: list[WalkStep]) -> list[str]:
    return [step.function for step in walk]


def follows(walk: list[WalkStep], graph: Graph) -> None:
    for before, after in pairwise(walk):
        edge = graph[before.function, after.function]
        assert not edge.dependency.nested
        assert (after.kind, after.bindings) == (edge.dependency.kind, edge.dependency.bindings)


@MOST
@given(graphs, nodes, seeds, st.integers(1, 7))
def test_a_walk_through_a_function_passes_through_it(graph: Graph, through: str, seed: int, steps: int) -> None:
    walks = sample_walks_through(neighbourhood(graph), through, steps=steps, count=3, seed=seed)
    assert len(walks) == 3
    for walk in walks:
        assert through in functions(walk)
        assert len(walk) <= steps
        follows(walk, graph)
    assert walks == sample_walks_through(neighbourhood(graph), through, steps=steps, count=3, seed=seed)


@MOST
@given(graphs, nodes, nodes, seeds, st.integers(1, 7))
def test_from_a_start_there_is_such_a_walk_exactly_where_a_way_leads(
    graph: Graph, start: str, through: str, seed: int, steps: int
) -> None:
    walks = sample_walks_through(neighbourhood(graph), through, start=start, steps=steps, count=2, seed=seed)
    reached, near = {start}, {start}
    for _ in range(steps - 1):
        near = {t for (s, t), e in graph.items() if s in near and not e.dependency.nested} - reached
        reached |= near
    assert bool(walks) == (through in reached)
    for walk in walks:
        assert functions(walk)[0] == start
        assert through in functions(walk)
        assert len(walk) <= steps
        follows(walk, graph)


@MOST
@given(graphs, nodes, st.sets(nodes, max_size=3), seeds)
def test_what_is_avoided_is_never_called(graph: Graph, start: str, avoided: set[str], seed: int) -> None:
    edges = narrowed(neighbourhood(graph), lambda one: one not in avoided)
    walks = sample_walks(edges, [start], steps=7, count=3, seed=seed)
    walks += sample_walks_through(edges, start, steps=7, count=3, seed=seed)
    for walk in walks:
        assert not set(functions(walk)) & avoided - {start}
        follows(walk, graph)


@MOST
@given(graphs, nodes, seeds)
def test_no_node_is_asked_for_twice_however_many_walks(graph: Graph, through: str, seed: int) -> None:
    asked: list[str] = []
    sample_walks_through(neighbourhood(graph, asked), through, steps=7, count=10, seed=seed)
    # Once for each direction.
    assert all(asked.count(node) <= 2 for node in NODES)
