"""Walks for people: where one can get from a function, and which output feeds which parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from magnet_kg.domain.dependency import Binding, Edge
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import Record
from magnet_kg.paths.walk import Neighbourhood, Walker, walk_paths


class WalkStep(Record):
    """One function of a walk, and how the one before feeds it."""

    function: str
    kind: str | None = None
    bindings: tuple[Binding, ...] = ()


def sample_walks(
    neighbourhood: Neighbourhood, starts: Sequence[str], *, steps: int, count: int, seed: int
) -> list[list[WalkStep]]:
    """Random walks from any of `starts`; the same seed gives the same walks on every store.

    Args:
        neighbourhood: the edges.
        starts: where walks may begin; one of them is drawn for each walk.
        steps: functions a walk at most.
        count: how many walks.
        seed: of everything random.
    """
    walkers = []
    for number in range(count):
        rng = derived_rng(seed, "walk", str(number))
        walkers.append(Walker(rng.choice(starts), rng))
    walk_paths(neighbourhood, walkers, steps)
    neighbourhood.prefetch(source for walker in walkers for source, _ in walker.hops)
    return [steps_of(walker.visited[0], walker.edges) for walker in walkers]


def sample_walks_through(
    neighbourhood: Neighbourhood, function: str, *, start: str | None = None, steps: int, count: int, seed: int
) -> list[list[WalkStep]]:
    """Random walks that pass through a function: a walk that ends in it, and one that goes on from there.

    How many functions come before it is drawn for each walk, and no function of the first half comes again in the
    second. With a `start` the first half is one of the shortest ways from there.

    Args:
        neighbourhood: the edges.
        function: what every walk passes through.
        start: where every walk begins; anywhere, where it is None.
        steps: functions a walk at most.
        count: how many walks.
        seed: of everything random.

    Returns:
        The walks; none where no way of at most `steps` functions leads from the start to the function.
    """
    walks = []
    for number in range(count):
        rng = derived_rng(seed, "walk", str(number))
        if start is None:
            before = Walker(function, rng)
            walk_paths(neighbourhood, [before], rng.randint(1, steps), backward=True)
            edges = before.edges
        else:
            way = _shortest_way(neighbourhood, start, function, steps, rng)
            if way is None:
                return []
            edges = way
        after = Walker(function, rng)
        walk_paths(_without(neighbourhood, {edge.source for edge in edges}), [after], steps - len(edges))
        edges = [*edges, *after.edges]
        walks.append(steps_of(edges[0].source if edges else function, edges))
    return walks


def _without(neighbourhood: Neighbourhood, hidden: set[str]) -> Neighbourhood:
    return narrowed(neighbourhood, lambda one: one not in hidden)


def narrowed(neighbourhood: Neighbourhood, keeps: Callable[[str], bool]) -> Neighbourhood:
    """The same edges, without those to and from functions that are not kept; nothing is fetched twice."""

    def outgoing(ids: list[str]) -> dict[str, list[Edge]]:
        neighbourhood.prefetch(ids)
        return {one: [edge for edge in neighbourhood.out_of(one) if keeps(edge.target)] for one in ids}

    def incoming(ids: list[str]) -> dict[str, list[Edge]]:
        neighbourhood.prefetch(ids, backward=True)
        return {one: [edge for edge in neighbourhood.into(one) if keeps(edge.source)] for one in ids}

    return Neighbourhood(outgoing, incoming)


def steps_of(first: str, edges: Sequence[Edge]) -> list[WalkStep]:
    """A walk as people read it, from its first function and its edges."""
    rest = [
        WalkStep(function=edge.target, kind=edge.dependency.kind, bindings=edge.dependency.bindings) for edge in edges
    ]
    return [WalkStep(function=first), *rest]


def _shortest_way(neighbourhood: Neighbourhood, start: str, end: str, steps: int, rng: Random) -> list[Edge] | None:
    """One of the shortest ways over edges that are walked, drawn step by step from its end; None where there is none.

    Each round fetches the edges out of everything that the round before has reached, in one request.
    """
    reached: dict[str, list[Edge]] = {start: []}
    frontier = [start]
    for _ in range(steps - 1):
        if end in reached:
            break
        neighbourhood.prefetch(frontier)
        found: dict[str, list[Edge]] = {}
        for here in frontier:
            for edge in neighbourhood.out_of(here):
                if not edge.dependency.nested and edge.target not in reached:
                    found.setdefault(edge.target, []).append(edge)
        reached |= found
        frontier = sorted(found)
    if end not in reached:
        return None
    way: list[Edge] = []
    while (here := way[0].source if way else end) != start:
        way.insert(0, rng.choice(reached[here]))
    return way
