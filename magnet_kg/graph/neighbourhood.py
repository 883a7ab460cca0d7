"""What a person asks of the graph: what is around a function, and how to get from one to another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, pairwise, product

from magnet_kg.domain.dependency import Edge
from magnet_kg.domain.record import Record
from magnet_kg.graph.store import GraphStore
from magnet_kg.graph.verdicts import edges_from, edges_into

# More ways of the same length than a person reads.
_WAYS = 25
# All ways through a dense graph may be millions: so many are made before the surest are chosen.
_WAYS_MADE = 2000


class Described(Record):
    """A function as a picture shows it."""

    id: str
    name: str
    category: str
    catalog: str
    description: str


class Surroundings(Record):
    """The functions around one, with the edges by which they are reached, the surest first.

    `hidden` edges were left out: there were more than the limit of their hop.
    """

    center: str
    functions: tuple[Described, ...]
    edges: tuple[Edge, ...]
    hidden: int


def surroundings(store: GraphStore, function: str, *, hops: int = 1, limit: int = 50) -> Surroundings:
    """What feeds a function and what it feeds, and so on for every hop.

    Args:
        store: the graph.
        function: the id of the function in the middle.
        hops: how far to go, against the edges and along them.
        limit: edges of each hop at most; the surest are kept.
    """
    seen = {function}
    frontier = {function}
    edges: dict[tuple[str, str], Edge] = {}
    hidden = 0
    for _ in range(hops):
        found = [*edges_from(store, frontier).values(), *edges_into(store, frontier).values()]
        fresh = {(e.source, e.target): e for each in found for e in each if (e.source, e.target) not in edges}
        kept = sorted(fresh.values(), key=_surest_first)[:limit]
        hidden += len(fresh) - len(kept)
        edges |= {(edge.source, edge.target): edge for edge in kept}
        frontier = {end for edge in kept for end in (edge.source, edge.target)} - seen
        seen |= frontier
    return Surroundings(
        center=function, functions=tuple(describe(store, seen)), edges=tuple(edges.values()), hidden=hidden
    )


def shortest_ways(store: GraphStore, source: str, target: str, *, hops: int = 4) -> list[list[Edge]]:
    """The shortest ways along the edges, of `hops` edges at most: the surest 25, none where there is no way.

    Levels are fetched from both ends, whichever has fewer functions to ask for, until they meet; each is one query.
    """
    if source == target:
        return []
    ahead: list[dict[str, set[str]]] = [{source: set()}]
    behind: list[dict[str, set[str]]] = [{target: set()}]
    while not (middle := ahead[-1].keys() & behind[-1].keys()) and len(ahead) + len(behind) - 2 < hops:
        forward = len(ahead[-1]) <= len(behind[-1])
        levels = ahead if forward else behind
        levels.append(_next_level(store, levels, "list_targets" if forward else "list_sources"))
        if not levels[-1]:
            return []
    joined = (
        [*reversed(first), *second[1:]]
        for one in sorted(middle)
        for first, second in product(_chains(ahead, one), _chains(behind, one))
    )
    ways = list(islice(joined, _WAYS_MADE))
    edges = _edges_along(store, ways)
    told = [[edges[pair] for pair in pairwise(way)] for way in ways]
    return sorted(told, key=_weakest_last)[:_WAYS]


def describe(store: GraphStore, ids: Iterable[str]) -> list[Described]:
    """Functions as a picture shows them, by id."""
    rows = store.run("describe_functions", ids=sorted(set(ids)))
    return [Described(**{**row, "catalog": row["catalog"] or ""}) for row in sorted(rows, key=lambda row: row["id"])]


def _next_level(store: GraphStore, levels: list[dict[str, set[str]]], query: str) -> dict[str, set[str]]:
    """The functions one step on that no level has yet, each with those of the last level that lead to it."""
    seen = {one for level in levels for one in level}
    found: dict[str, set[str]] = {}
    for row in store.run(query, ids=sorted(levels[-1])):
        for other in row["others"]:
            if other not in seen:
                found.setdefault(other, set()).add(row["function"])
    return found


def _chains(levels: list[dict[str, set[str]]], end: str) -> list[list[str]]:
    """The ways from a function of the last level back to the first, that function first."""
    chains = [[end]]
    for level in reversed(levels[1:]):
        chains = [[*chain, before] for chain in chains for before in sorted(level[chain[-1]])][:_WAYS_MADE]
    return chains


def _edges_along(store: GraphStore, ways: list[list[str]]) -> dict[tuple[str, str], Edge]:
    pairs = {pair for way in ways for pair in pairwise(way)}
    found = edges_from(store, {source for source, _ in pairs})
    return {(e.source, e.target): e for each in found.values() for e in each if (e.source, e.target) in pairs}


def _surest_first(edge: Edge) -> tuple[float, str, str]:
    return -edge.dependency.confidence, edge.source, edge.target


def _weakest_last(way: list[Edge]) -> tuple[float, list[str]]:
    """A way is as sure as its weakest edge."""
    return -min(edge.dependency.confidence for edge in way), [edge.target for edge in way]
