"""Which pairs are judged: at most 30 candidates a function, retrieved over shared concepts or drawn at random."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from magnet_kg.catalog.telling import worth_sharing
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import Role, Scope, find_candidates, list_members, pools_of

Mode = Literal["random", "retrieved", "hybrid"]
LIMIT = 30


def pairs_to_judge(
    store: GraphStore,
    touched: Collection[str],
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    seed: int = 0,
    scope: Scope = "auto",
) -> dict[str, list[str]]:
    """For each source the targets to judge, so that every touched function is judged as source and as target.

    A touched function costs at most `limit` judgements as source and `limit` as target, whatever the size of the graph.

    Args:
        store: the graph, which holds the functions and their concepts.
        touched: ids of new and changed functions.
        mode: random draws from the function's own category (the paper's setting); retrieved goes over shared concepts;
            hybrid fills what retrieval leaves free with random ones.
        limit: candidates a function.
        seed: of the random draws.
        scope: among which functions candidates are retrieved.
    """
    ahead = candidates_of(store, touched, mode, limit, seed, "source", scope)
    behind = candidates_of(store, touched, mode, limit, seed, "target", scope)
    pairs: dict[str, set[str]] = {source: set(targets) for source, targets in ahead.items()}
    for target, sources in behind.items():
        for source in sources:
            pairs.setdefault(source, set()).add(target)
    return {source: sorted(targets) for source, targets in sorted(pairs.items()) if targets}


def candidates_of(
    store: GraphStore,
    touched: Collection[str],
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    seed: int = 0,
    role: Role = "source",
    scope: Scope = "auto",
) -> dict[str, list[str]]:
    """For each function those that it may feed, or that may feed it where its `role` is the target.

    See `pairs_to_judge` for the arguments.
    """
    wanted = sorted(set(touched))
    found: dict[str, list[str]] = {one: [] for one in wanted}
    if mode != "random":
        found = find_candidates(store, wanted, limit, scope, role, worth_sharing)
    if mode == "retrieved":
        return found
    for part in pools_of(store, wanted, "category"):
        for pool, members in list_members(store, part).items():
            for one in part[pool]:
                chosen = found[one]
                others = [m for m in members if m != one and m not in chosen]
                rng = derived_rng(seed, "candidates", role, one)
                found[one] = chosen + rng.sample(others, min(len(others), limit - len(chosen)))
    return found
