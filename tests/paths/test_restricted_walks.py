"""Walks with wishes: through a function, not over others, within a category."""

from __future__ import annotations

from itertools import pairwise

from dialogues import bench
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import NODES, Graph, graphs, neighbourhood

from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot
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


def test_what_nothing_supplies_is_left_out_at_once_and_so_is_what_only_that_would_supply() -> None:
    """With some toolkits alone, nothing lists the cards to pay with: every row that buys would be made in vain."""
    chosen = {one: f for one, f in bench().executor.functions.items() if f.toolkit in ("events", "contacts")}
    maker = PathMaker.supplied(chosen, bench().neighbourhood, PathSettings())
    assert maker.unsupplied["events/buy_tickets"] == "card_id"
    assert set(maker.unsupplied) & set(maker.functions) == set()
    assert set(maker.unsupplied) | set(maker.functions) == set(chosen)
    slots = [Slot(f"multi_turn-{number}", "multi_turn", 5, 0, number) for number in range(60)]
    paths = maker.make(slots)
    assert [path for path in paths if isinstance(path, str) and path.startswith("no producer")] == []
    offered = {one for path in paths if not isinstance(path, str) for one in path.functions}
    assert offered <= set(maker.functions)


def test_with_all_toolkits_nothing_is_left_out() -> None:
    maker = PathMaker.supplied(bench().executor.functions, bench().neighbourhood, PathSettings())
    assert not maker.unsupplied
