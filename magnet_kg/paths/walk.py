"""Random walks along the edges of the graph, many at once.

All randomness comes from each walker's own generator and all choices from lists sorted by id, so the same seed gives
the same path on every store. Each distinct node's neighbours are fetched once, for all walkers together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from magnet_kg.domain.dependency import Edge

Weigh = Callable[[str], float]
Fetch = Callable[[list[str]], Mapping[str, list[Edge]]]


class Neighbourhood:
    """Edges as walks and operations meet them, fetched once a node.

    Args:
        outgoing: gives the edges from each of the functions, sorted by target.
        incoming: gives the edges into each of the functions, sorted by source.
        within: only edges between these functions count; all, where it is None.
    """

    def __init__(self, outgoing: Fetch, incoming: Fetch, within: frozenset[str] | None = None) -> None:
        self._fetch = (outgoing, incoming)
        self._known: tuple[dict[str, list[Edge]], dict[str, list[Edge]]] = ({}, {})
        self._within = within

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

    def _load(self, side: int, ids: Iterable[str]) -> None:
        known = self._known[side]
        missing = sorted({one for one in ids if one not in known})
        if missing:
            found = self._fetch[side](missing)
            for one in missing:
                known[one] = [e for e in found.get(one, []) if self._keeps(e)]

    def _keeps(self, edge: Edge) -> bool:
        return self._within is None or (edge.source in self._within and edge.target in self._within)


@dataclass
class Walker:
    """One walk in progress."""

    start: str
    rng: Random
    visited: list[str] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


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
        walkers: where to start, and with which randomness; `visited` and `edges` are made anew.
        steps: functions of a walk at most.
        weigh: how much an edge to a function counts beside its confidence; all the same, where it is None.
        backward: against the edges, so that the walk ends where the walker started.
    """
    for walker in walkers:
        walker.visited, walker.edges = [walker.start], []
    moving = list(walkers)
    for _ in range(steps - 1):
        neighbourhood.prefetch((walker.visited[-1] for walker in moving), backward=backward)
        moving = [walker for walker in moving if _step(neighbourhood, walker, weigh, backward)]
    if backward:
        for walker in walkers:
            walker.visited.reverse()
            walker.edges.reverse()


def _step(neighbourhood: Neighbourhood, walker: Walker, weigh: Weigh | None, backward: bool) -> bool:
    here = walker.visited[-1]
    avoided = {here, *walker.visited[-3:-1]}
    edges = neighbourhood.into(here) if backward else neighbourhood.out_of(here)
    onward = [(e.source if backward else e.target, e) for e in edges if not e.dependency.nested]
    onward = [(there, e) for there, e in onward if there not in avoided]
    if not onward:
        return False
    # A function that the walk has not met yet makes a better story than one that it has.
    fresh = [one for one in onward if one[0] not in walker.visited]
    options = fresh or onward
    # A judge may be sure of nothing: an edge without any confidence is still one.
    weights = [max(e.dependency.confidence, 0.01) ** 2 * (weigh(there) if weigh else 1) for there, e in options]
    there, edge = walker.rng.choices(options, weights)[0]
    walker.visited.append(there)
    walker.edges.append(edge)
    return True
