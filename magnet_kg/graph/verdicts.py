"""Verdicts in the graph: FEEDS where they are positive, REJECTED where they are not (METHOD.md §2)."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from sys import intern
from typing import NamedTuple

import orjson

from magnet_kg.domain.dependency import Dependency, Edge, Verdict
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.functions import missing_functions
from magnet_kg.graph.store import GraphStore, Row, UncertainWriteError

# Nodes whose neighbours are fetched at once: a hundred edges each fit an answer of a few megabytes.
_NODES_AT_ONCE = 2000
_ARCS_AT_ONCE = 10_000


class Arcs(NamedTuple):
    """What walks ask of a function's edges: the functions at the other end, in order, and how sure each edge is."""

    others: Sequence[str]
    confidences: Sequence[float]


def save_verdicts(store: GraphStore, verdicts: Iterable[Verdict]) -> None:
    """Write verdicts; each replaces the one that stood for its pair. Of several on one pair the last one
    counts.

    Raises:
        MagnetError: a verdict on a function that the graph does not hold.
    """
    by_pair = {(verdict.source, verdict.target): verdict for verdict in verdicts}
    if absent := missing_functions(store, {name for pair in by_pair for name in pair}):
        raise MagnetError(
            f"a verdict is about functions that the graph does not hold ({', '.join(absent[:3])})",
            where=store.uri,
            do="Save the functions first: magnet-kg graph build",
        )
    try:
        _save(store, by_pair)
    except UncertainWriteError:
        _save(store, by_pair)  # what was stored after all is seen, and left as it is


def _save(store: GraphStore, by_pair: Mapping[tuple[str, str], Verdict]) -> None:
    stored = _stored_hashes(store, sorted({source for source, _ in by_pair}))
    pairs = sorted(pair for pair, verdict in by_pair.items() if stored.get(pair) != verdict.hash)
    replaced = [{"source": pair[0], "target": pair[1]} for pair in pairs if pair in stored]
    store.write("delete_feeds", replaced)
    store.write("delete_rejected", replaced)
    fresh = [by_pair[pair] for pair in pairs]
    store.write("create_feeds", [_feeds_row(each, each.dependency) for each in fresh if each.dependency])
    store.write("create_rejected", [_rejected_row(each) for each in fresh if not each.dependency])


def judged_pairs(store: GraphStore, sources: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs (source, target) with a verdict, positive or negative, on both functions as they are now."""
    rows = store.run("list_judged_pairs", ids=sorted(set(sources)))
    return {(row["source"], target) for row in rows for target in row["targets"]}


def edges_from(store: GraphStore, ids: Iterable[str]) -> dict[str, list[Edge]]:
    """The edges out of each of the functions, in the order of their targets; all ids have a list."""
    with _garbage_left_alone():
        found = _edges(store, "list_edges_from", sorted(set(ids)))
        return {
            name: [_edge(name, row["other"], row) for row in sorted(rows, key=_by_other)]
            for name, rows in found.items()
        }


def edges_into(store: GraphStore, ids: Iterable[str]) -> dict[str, list[Edge]]:
    """The edges into each of the functions, in the order of their sources; all ids have a list."""
    with _garbage_left_alone():
        found = _edges(store, "list_edges_into", sorted(set(ids)))
        return {
            name: [_edge(row["other"], name, row) for row in sorted(rows, key=_by_other)]
            for name, rows in found.items()
        }


def arcs_from(store: GraphStore, ids: Iterable[str]) -> dict[str, Arcs]:
    """What walks ask of the edges out of each function, nested ones left out, by target; all ids have some."""
    return _arcs(store, "list_arcs_from", ids)


def arcs_into(store: GraphStore, ids: Iterable[str]) -> dict[str, Arcs]:
    """What walks ask of the edges into each function, nested ones left out, by source; all ids have some."""
    return _arcs(store, "list_arcs_into", ids)


def list_verdicts(store: GraphStore, function: str) -> list[Verdict]:
    """All verdicts that have the function at either end, by source, then target."""
    verdicts = {
        (row["source"], row["target"]): _verdict(row)
        for query in ("list_feeds", "list_rejected")
        for row in store.run(query, function=function)
    }
    return [verdicts[pair] for pair in sorted(verdicts)]


def verdicts_between(store: GraphStore, source: str, target: str) -> list[Verdict]:
    """The verdict on source → target, then the one on target → source, where they have been judged."""
    found = {(each.source, each.target): each for each in list_verdicts(store, source)}
    pairs = dict.fromkeys([(source, target), (target, source)])
    return [found[pair] for pair in pairs if pair in found]


def _stored_hashes(store: GraphStore, sources: Sequence[str]) -> dict[tuple[str, str], str]:
    rows = store.run("list_verdict_hashes", ids=sources)
    return {(row["source"], each["target"]): each["verdict"] for row in rows for each in row["verdicts"]}


def _edges(store: GraphStore, query: str, ids: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {name: [] for name in ids}
    for start in range(0, len(ids), _NODES_AT_ONCE):
        for row in store.run(query, ids=ids[start : start + _NODES_AT_ONCE]):
            found[row["function"]] = row["edges"]
    return found


def _arcs(store: GraphStore, query: str, ids: Iterable[str]) -> dict[str, Arcs]:
    wanted = sorted(set(ids))
    found = dict.fromkeys(wanted, Arcs((), ()))
    with _garbage_left_alone():
        for start in range(0, len(wanted), _ARCS_AT_ONCE):
            for row in store.run(query, ids=wanted[start : start + _ARCS_AT_ONCE]):
                arcs = sorted(zip(row["others"], row["confidences"], strict=True))
                # One string for each function, however many edges lead to it, takes less memory and is found sooner.
                others = tuple(intern(name) for name, _ in arcs)
                found[row["function"]] = Arcs(others, array("d", (confidence for _, confidence in arcs)))
    return found


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Look for no cycles while a great many records are made.

    None of them is garbage and none has cycles, yet looking takes six times as long as making 70,000 edges.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _by_other(row: Row) -> str:
    other: str = row["other"]
    return other


# One validation of the whole is a good deal faster than one of each part; there may be hundreds of thousands.
def _edge(source: str, target: str, row: Row) -> Edge:
    return Edge.model_validate(
        {
            "source": source,
            "target": target,
            "dependency": _dependency(row),
            "verdict": row["verdict"],
            "judge": row["judge"],
        }
    )


def _dependency(row: Row) -> Row:
    return {
        "kind": row["kind"],
        "bindings": orjson.loads(row["bindings"]),
        "nested": row["nested"],
        "confidence": row["confidence"],
        "rationale": row["rationale"],
    }


def _verdict(row: Row) -> Verdict:
    return Verdict.model_validate(
        {
            "source": row["source"],
            "target": row["target"],
            "source_hash": row["source_hash"],
            "target_hash": row["target_hash"],
            "judge": row["judge"],
            "prompt_hash": row["prompt_hash"],
            "dependency": _dependency(row) if "kind" in row else None,
            "reason": row.get("reason"),
        }
    )


def _common_row(verdict: Verdict) -> Row:
    return {
        "source": verdict.source,
        "target": verdict.target,
        "judge": verdict.judge,
        "prompt_hash": verdict.prompt_hash,
        "source_hash": verdict.source_hash,
        "target_hash": verdict.target_hash,
        "verdict": verdict.hash,
    }


def _feeds_row(verdict: Verdict, dependency: Dependency) -> Row:
    return {
        **_common_row(verdict),
        "kind": dependency.kind,
        "bindings": orjson.dumps(dependency.as_json()["bindings"]).decode(),
        "nested": dependency.nested,
        "confidence": dependency.confidence,
        "rationale": dependency.rationale,
    }


def _rejected_row(verdict: Verdict) -> Row:
    return {**_common_row(verdict), "reason": verdict.reason}
