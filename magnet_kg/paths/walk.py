"""Random walks along the edges of the graph, many at once.

All randomness comes from each walker's own generator and all choices from lists sorted by id, so the same seed gives
the same path on every store. Each distinct node's neighbours are fetched once, for all walkers together, and of an
edge no more than a walk asks about; the whole edge comes when somebody asks for it.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from random import Random
from typing import NamedTuple

from magnet_kg.domain.dependency import Edge
from magnet_kg.graph import GraphStore
from magnet_kg.graph.verdicts import Arcs, arcs_from, arcs_into, edges_from, edges_into

Weigh = Callable[[str], float]
Fetch = Callable[[list[str]], Mapping[str, list[Edge]]]
FetchArcs = Callable[[list[str]], Mapping[str, Arcs]]


class Neighbourhood:
    """Edges as walks and operations meet them, fetched once a node.

    Args:
        outgoing: gives the edges from each of the functions, sorted by target.
        incoming: gives the edges into each of the functions, sorted by source.
        within: only edges between these functions count; all, where it is None.
        arcs: give what walks ask of the edges from and into each function, without the nested ones, sorted by the
            function at the other end; taken from the edges, where it is None.
    """

    def __init__(
        self,
        outgoing: Fetch,
        incoming: Fetch,
        within: frozenset[str] | None = None,
        arcs: tuple[FetchArcs, FetchArcs] | None = None,
    ) -> None:
        self._fetch = (outgoing, incoming)
        self._known: tuple[dict[str, list[Edge]], dict[str, list[Edge]]] = ({}, {})
        self._fetch_arcs = arcs
        self._arcs: tuple[dict[str, Arcs], dict[str, Arcs]] = ({}, {})
        self._within = within

    @classmethod
    def stored(cls, store: GraphStore, within: frozenset[str] | None = None) -> Neighbourhood:
        """The edges of a graph."""
        return cls(
            lambda ids: edges_from(store, ids),
            lambda ids: edges_into(store, ids),
            within,
            (lambda ids: arcs_from(store, ids), lambda ids: arcs_into(store, ids)),
        )

    def among(self, ids: Iterable[str]) -> Neighbourhood:
        """The same edges, only those between these functions; what is known of them is not fetched again."""
        within = frozenset(ids)
        limited = Neighbourhood(*self._fetch, within, self._fetch_arcs)
        for known, kept in zip(self._known, limited._known, strict=True):
            for one in within & known.keys():
                kept[one] = [edge for edge in known[one] if within.issuperset((edge.source, edge.target))]
        return limited

    def prefetch(self, ids: Iterable[str], *, backward: bool = False) -> None:
        """Fetch the outgoing (or incoming) edges of every function that is not known yet, in one request."""
        self._load(1 if backward else 0, ids)

    def prefetch_all(self, ids: Iterable[str]) -> None:
        """Fetch the edges of these functions in both directions, so that nothing is asked for later."""
        wanted = list(ids)
        self._load(0, wanted)
        self._load(1, wanted)

    def out_of(self, function: str) -> list[Edge]:
        """The edges from a function, sorted by target."""
        self._load(0, [function])
        return self._known[0][function]

    def into(self, function: str) -> list[Edge]:
        """The edges into a function, sorted by source."""
        self._load(1, [function])
        return self._known[1][function]

    def between(self, source: str, target: str) -> Edge | None:
        """The edge from source to target, if there is one."""
        return next((edge for edge in self.out_of(source) if edge.target == target), None)

    def arcs(self, ids: Iterable[str], *, backward: bool = False) -> Mapping[str, Arcs]:
        """What walks ask of the edges from (or into) these functions; the nested ones are left out.

        Functions that are not known yet are fetched in one request.
        """
        side = 1 if backward else 0
        known = self._arcs[side]
        missing = sorted({one for one in ids if one not in known})
        lean = [one for one in missing if self._fetch_arcs and one not in self._known[side]]
        found = self._fetch_arcs[side](lean) if self._fetch_arcs and lean else {}
        self._load(side, [one for one in missing if one not in found])
        for one in missing:
            known[one] = self._kept(one, found[one]) if one in found else self._of_edges(one, side)
        return known

    def _of_edges(self, function: str, side: int) -> Arcs:
        edges = [edge for edge in self._known[side][function] if not edge.dependency.nested]
        others = tuple(edge.source if side else edge.target for edge in edges)
        return Arcs(others, [edge.dependency.confidence for edge in edges])

    def _kept(self, function: str, arcs: Arcs) -> Arcs:
        if self._within is None:
            return arcs
        kept = [arc for arc in zip(*arcs, strict=True) if self._holds(function, arc[0])]
        return Arcs(tuple(other for other, _ in kept), [confidence for _, confidence in kept])

    def _load(self, side: int, ids: Iterable[str]) -> None:
        known = self._known[side]
        missing = sorted({one for one in ids if one not in known})
        if missing:
            found = self._fetch[side](missing)
            for one in missing:
                known[one] = [e for e in found.get(one, []) if self._holds(e.source, e.target)]

    def _holds(self, *functions: str) -> bool:
        return self._within is None or self._within.issuperset(functions)


@dataclass
class Walker:
    """One walk in progress.

    Attributes:
        start: where it begins.
        rng: its own randomness.
        visited: the functions, in order.
        hops: the ends of each edge that was walked, as (source, target).
    """

    start: str
    rng: Random
    visited: list[str] = field(default_factory=list)
    hops: list[tuple[str, str]] = field(default_factory=list)
    neighbourhood: Neighbourhood | None = field(default=None, repr=False)
    backward: bool = False

    @property
    def edges(self) -> list[Edge]:
        """The whole edges that were walked, in order."""
        if self.neighbourhood is None:
            return []
        return [self._edge(self.neighbourhood, *hop) for hop in self.hops]

    def _edge(self, neighbourhood: Neighbourhood, source: str, target: str) -> Edge:
        # Looked up on the side from which it was walked: that one is fetched, and holds it for certain.
        if self.backward:
            return next(edge for edge in neighbourhood.into(target) if edge.source == source)
        return next(edge for edge in neighbourhood.out_of(source) if edge.target == target)


def walk_paths(
    neighbourhood: Neighbourhood,
    walkers: Sequence[Walker],
    steps: int,
    *,
    weigh: Weigh | None = None,
    backward: bool = False,
) -> None:
    """Let every walker go up to `steps` functions (the paper's 7), one function a step.

    A walk avoids going back and forth between two functions and calling one again at once; where no edge leads onward
    it ends early. Sure edges are taken more often than weak ones. Edges to transformers (`nested`) are not walked:
    nobody asks for those, they are inserted.

    Args:
        neighbourhood: the edges.
        walkers: where to start, and with which randomness; `visited` and `hops` are made anew.
        steps: functions of a walk at most.
        weigh: how much an edge to a function counts beside its confidence; all the same, where it is None.
        backward: against the edges, so that the walk ends where the walker started.
    """
    for walker in walkers:
        walker.visited, walker.hops = [walker.start], []
        walker.neighbourhood, walker.backward = neighbourhood, backward
    onward: dict[str, _Onward] = {}
    moving = list(walkers)
    for _ in range(steps - 1):
        fresh = {walker.visited[-1] for walker in moving}.difference(onward)
        arcs = neighbourhood.arcs(fresh, backward=backward)
        onward |= {name: _Onward.of(arcs[name], weigh) for name in fresh}
        moving = [w for w in moving if _step(onward[w.visited[-1]], weigh, w)]
    for walker in walkers:
        if backward:
            walker.visited.reverse()
        walker.hops = list(pairwise(walker.visited))


class _Onward(NamedTuple):
    """Where a function leads to, with the sums of the weights so far."""

    names: Sequence[str]
    sums: Sequence[float]
    total: float
    all: frozenset[str]
    arcs: Arcs

    @classmethod
    def of(cls, arcs: Arcs, weigh: Weigh | None) -> _Onward:
        sums = array("d", accumulate(_weights(arcs, weigh)))
        return cls(arcs.others, sums, sums[-1] if sums else 0.0, frozenset(arcs.others), arcs)


def _weights(arcs: Arcs, weigh: Weigh | None) -> list[float]:
    # A judge may be sure of nothing: an edge without any confidence is still one.
    if weigh is None:
        return [max(sure, 0.01) ** 2 for sure in arcs.confidences]
    return [max(sure, 0.01) ** 2 * weigh(name) for name, sure in zip(*arcs, strict=True)]


def _step(onward: _Onward, weigh: Weigh | None, walker: Walker) -> bool:
    visited = walker.visited
    names, sums, total, all_names, arcs = onward
    if names and all_names.isdisjoint(visited):
        # As `choices` does, with sums that are there already.
        visited.append(names[bisect(sums, walker.rng.random() * total, 0, len(names) - 1)])
        return True
    avoided = {visited[-1], *visited[-3:-1]}
    options = [one for one in zip(names, _weights(arcs, weigh), strict=True) if one[0] not in avoided]
    if not options:
        return False
    # A function that the walk has not met yet makes a better story than one that it has.
    options = [one for one in options if one[0] not in visited] or options
    visited.append(walker.rng.choices([name for name, _ in options], [weight for _, weight in options])[0])
    return True
