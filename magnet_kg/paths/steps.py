"""Walks for people: where one can get from a function, and which output feeds which parameter."""

from __future__ import annotations

from collections.abc import Sequence

from magnet_kg.domain.dependency import Binding
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
    return [_steps(walker) for walker in walkers]


def _steps(walker: Walker) -> list[WalkStep]:
    first = WalkStep(function=walker.visited[0])
    rest = [
        WalkStep(function=edge.target, kind=edge.dependency.kind, bindings=edge.dependency.bindings)
        for edge in walker.edges
    ]
    return [first, *rest]
