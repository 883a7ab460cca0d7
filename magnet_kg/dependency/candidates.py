"""Which pairs are judged: at most 30 candidates a function, retrieved over shared concepts or drawn at random."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from magnet_kg.domain.randomness import derived_rng
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import find_candidates, list_category_members
from magnet_kg.graph.functions import list_functions

Mode = Literal["random", "retrieved", "hybrid"]
LIMIT = 30


def pairs_to_judge(
    store: GraphStore, touched: Collection[str], mode: Mode = "hybrid", limit: int = LIMIT, seed: int = 0
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
    """
    ahead = _candidates(store, touched, mode, limit, seed, role="source")
    behind = _candidates(store, touched, mode, limit, seed, role="target")
    pairs: dict[str, set[str]] = {source: set(targets) for source, targets in ahead.items()}
    for target, sources in behind.items():
        for source in sources:
            pairs.setdefault(source, set()).add(target)
    return {source: sorted(targets) for source, targets in sorted(pairs.items()) if targets}


def _candidates(
    store: GraphStore,
    touched: Collection[str],
    mode: Mode,
    limit: int,
    seed: int,
    role: Literal["source", "target"],
) -> dict[str, list[str]]:
    found: Mapping[str, Sequence[str]] = {}
    if mode != "random":
        found = find_candidates(store, touched, limit, role=role)
    if mode == "retrieved":
        return {one: list(found.get(one, ())) for one in sorted(touched)}
    categories = list_functions(store)
    members = list_category_members(store, touched)
    filled = {}
    for one in sorted(touched):
        chosen = list(found.get(one, ()))
        others = [m for m in members.get(categories[one], []) if m != one and m not in chosen]
        rng = derived_rng(seed, "candidates", role, one)
        filled[one] = chosen + rng.sample(others, min(len(others), limit - len(chosen)))
    return filled
