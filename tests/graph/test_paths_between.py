"""Ways from one function to another: who asks how to get there wants the shortest, and the surest of them."""

from __future__ import annotations

from graph_toys import feeds, function
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from magnet_kg.domain.dependency import Edge
from magnet_kg.graph import GraphStore
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.paths_between import paths_between
from magnet_kg.graph.verdicts import save_verdicts

TOYS = {name: function(name) for name in "abcdefgh"}


def fill(store: GraphStore, *edges: str, **confidence: float) -> None:
    """Edges like "ab"; how sure one is, by its name."""
    save_functions(store, TOYS.values(), [])
    save_verdicts(store, [feeds(TOYS[edge[0]], TOYS[edge[1]], confidence=confidence.get(edge, 0.9)) for edge in edges])


def ways(store: GraphStore, source: str, target: str, hops: int = 4, most: int = 5) -> list[str]:
    found = paths_between(store, TOYS[source].id, TOYS[target].id, hops, most)
    return ["".join([_letter(way[0].source), *(_letter(edge.target) for edge in way)]) for way in found]


def _letter(name: str) -> str:
    return name.rpartition("/")[2]


def test_the_shortest_ways_come_the_surest_first(graph_store: GraphStore) -> None:
    fill(graph_store, "ab", "bd", "ac", "cd", "ae", "ef", "fd", ab=0.5)
    assert ways(graph_store, "a", "d") == ["acd", "abd"]
    assert ways(graph_store, "a", "d", most=1) == ["acd"]


def test_whole_edges_come_with_what_feeds_what(graph_store: GraphStore) -> None:
    fill(graph_store, "ab")
    [[edge]] = paths_between(graph_store, TOYS["a"].id, TOYS["b"].id)
    assert isinstance(edge, Edge)
    assert edge.dependency == feeds(TOYS["a"], TOYS["b"], confidence=0.9).dependency


def test_edges_are_followed_in_their_direction_and_no_further_than_asked(graph_store: GraphStore) -> None:
    fill(graph_store, "ab", "bc", "cd", "de", "ef")
    assert ways(graph_store, "a", "e") == ["abcde"]
    assert ways(graph_store, "a", "f") == []
    assert ways(graph_store, "a", "f", hops=5) == ["abcdef"]
    assert ways(graph_store, "e", "a") == []
    assert ways(graph_store, "a", "a") == []
    assert ways(graph_store, "a", "h") == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edges=st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(lambda e: e[0] != e[1]))
)
def test_the_same_ways_as_by_trying_all(graph_store: GraphStore, edges: set[tuple[str, str]]) -> None:
    stored = {(s, t) for s in TOYS for t in TOYS if s != t} & edges
    graph_store.write("delete_functions", [{"id": each.id} for each in TOYS.values()])
    fill(graph_store, *("".join(edge) for edge in sorted(stored)))
    tried = ["a"]
    for _ in range(4):
        tried = [way + t for way in tried for s, t in sorted(stored) if s == way[-1]]
        if reached := sorted(way for way in tried if way[-1] == "h"):
            break
    else:
        reached = []
    assert ways(graph_store, "a", "h", most=1000) == reached
