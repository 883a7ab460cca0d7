"""Which pairs are judged: at most 30 candidates a function, retrieved over shared concepts or drawn at random."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from magnet_kg.catalog.telling import worth_sharing
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.graph import GraphStore
from magnet_kg.graph.candidates import Role, Scope, find_candidates, list_members, pools_of

Mode = Literal["random", "retrieved", "hybrid"]
LIMIT = 30
_ROLES: tuple[Role, ...] = ("source", "target")


def pairs_to_judge(
    store: GraphStore,
    touched: Collection[str],
    mode: Mode = "hybrid",
    limit: int = LIMIT,
    seed: int = 0,
    scope: Scope = "auto",
    most: int | None = None,
) -> dict[str, list[str]]:
    """For each source the targets to judge, so that every touched function is judged as source and as target.

    A touched function costs at most `limit` judgements as source and `limit` as target, whatever the size of the graph.
    Where all targets of a source are one question to a model, `most` keeps those of a touched source to one question.

    Args:
        store: the graph, which holds the functions and their concepts.
        touched: ids of new and changed functions.
        mode: random draws from the function's own category (the paper's setting); retrieved goes over shared concepts;
            hybrid fills what retrieval leaves free with random ones.
        limit: candidates a function.
        seed: of the random draws.
        scope: among which functions candidates are retrieved.
        most: targets of a touched source, those that are retrieved before those that are drawn; None for no limit.
    """
    wanted = sorted(set(touched))
    found = {role: _retrieved(store, wanted, mode, limit, role, scope) for role in _ROLES}
    drawn = {role: _drawn(store, found[role], mode, limit, seed, role) for role in _ROLES}
    pairs: dict[str, dict[str, None]] = {source: dict.fromkeys(found["source"][source]) for source in wanted}
    _add_reversed(pairs, found["target"])
    for source in wanted:
        pairs[source] |= dict.fromkeys(drawn["source"][source])
    _add_reversed(pairs, drawn["target"])
    kept = {s: list(targets)[:most] if s in found["source"] else list(targets) for s, targets in pairs.items()}
    return {source: sorted(targets) for source, targets in sorted(kept.items()) if targets}


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
    found = _retrieved(store, sorted(set(touched)), mode, limit, role, scope)
    drawn = _drawn(store, found, mode, limit, seed, role)
    return {one: found[one] + drawn[one] for one in found}


def _retrieved(
    store: GraphStore, wanted: Sequence[str], mode: Mode, limit: int, role: Role, scope: Scope
) -> dict[str, list[str]]:
    if mode == "random":
        return {one: [] for one in wanted}
    return find_candidates(store, wanted, limit, scope, role, worth_sharing)


def _drawn(
    store: GraphStore, found: Mapping[str, Sequence[str]], mode: Mode, limit: int, seed: int, role: Role
) -> dict[str, list[str]]:
    """What is drawn for each function from its category, beside what was found, up to the limit."""
    drawn: dict[str, list[str]] = {one: [] for one in found}
    if mode == "retrieved":
        return drawn
    for part in pools_of(store, list(found), "category"):
        for pool, members in list_members(store, part).items():
            for one in part[pool]:
                chosen = found[one]
                others = [m for m in members if m != one and m not in chosen]
                rng = derived_rng(seed, "candidates", role, one)
                drawn[one] = rng.sample(others, min(len(others), limit - len(chosen)))
    return drawn


def _add_reversed(pairs: dict[str, dict[str, None]], sources_of: Mapping[str, Sequence[str]]) -> None:
    for target, sources in sources_of.items():
        for source in sources:
            pairs.setdefault(source, {})[target] = None
