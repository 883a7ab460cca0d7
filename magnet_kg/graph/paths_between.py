"""How one gets from one function to another: the shortest ways along edges, for a person who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from magnet_kg.domain.dependency import Edge
from magnet_kg.graph.store import GraphStore
from magnet_kg.graph.verdicts import edges_from

LONGEST = 4
# Ways that are gone through to find the best ones among them.
_MOST_WAYS = 2000

_Reached = dict[str, list[str]]


def paths_between(store: GraphStore, source: str, target: str, hops: int = LONGEST, most: int = 5) -> list[list[Edge]]:
    """The ways from one function to another that have the fewest edges, the surest ones first.

    The search goes breadth-first from both ends, one query a step for the smaller frontier, so that a hub in the middle
    is met and not spread out.

    Args:
        store: the graph.
        source: the id of the function to start from.
        target: the id of the function to reach.
        hops: edges at most.
        most: so many ways at most.

    Returns:
        Lists of edges, each from `source` to `target`; none where there is no way, or where both are the same.
    """
    if source == target:
        return []
    ahead: _Reached = {source: []}
    behind: _Reached = {target: []}
    fronts: list[set[str]] = [{source}, {target}]
    for _ in range(hops):
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        fronts[side] = _advance(store, fronts[side], (ahead, behind)[side], backward=side == 1)
        if meeting := fronts[side] & (behind, ahead)[side].keys():
            ways = _ways(meeting, ahead, behind)
            return _with_edges(store, ways, most)
        if not fronts[side]:
            return []
    return []


def _advance(store: GraphStore, front: set[str], reached: _Reached, *, backward: bool) -> set[str]:
    """Go one edge on from a frontier; what is met for the first time, each with where one came from."""
    query = "list_sources_of" if backward else "list_targets_of"
    rows = store.run(query, ids=sorted(front))
    fresh: _Reached = {}
    for row in sorted(rows, key=lambda row: row["function"]):
        for other in row["others"]:
            if other not in reached:
                fresh.setdefault(other, []).append(row["function"])
    reached |= fresh
    return set(fresh)


def _ways(meeting: Iterable[str], ahead: Mapping[str, list[str]], behind: Mapping[str, list[str]]) -> list[list[str]]:
    """The ways through the functions where the two searches met, in the order of ids."""
    ways: list[list[str]] = []
    for middle in sorted(meeting):
        for before in _back(middle, ahead):
            for after in _back(middle, behind):
                ways.append([*before[::-1], *after[1:]])
                if len(ways) == _MOST_WAYS:
                    return ways
    return ways


def _back(name: str, reached: Mapping[str, list[str]]) -> list[list[str]]:
    """All ways from a function back to where a search began."""
    if not reached[name]:
        return [[name]]
    return [[name, *rest] for before in sorted(reached[name]) for rest in _back(before, reached)][:_MOST_WAYS]


def _with_edges(store: GraphStore, ways: list[list[str]], most: int) -> list[list[Edge]]:
    edges = {
        (edge.source, edge.target): edge
        for found in edges_from(store, {name for way in ways for name in way[:-1]}).values()
        for edge in found
    }
    found = [[edges[hop] for hop in pairwise(way)] for way in ways]
    # The weakest edge of a way says how sure the way is.
    found.sort(key=lambda way: (-min(edge.dependency.confidence for edge in way), [edge.target for edge in way]))
    return found[:most]
