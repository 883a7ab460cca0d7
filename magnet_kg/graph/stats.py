"""What is in the graph, in numbers."""

from __future__ import annotations

from collections import Counter

from magnet_kg.domain.record import Record
from magnet_kg.graph.store import GraphStore


class GraphStats(Record):
    """Counts; degrees are of FEEDS edges, out and in together. `isolated` functions have none."""

    functions: int
    categories: int
    concepts: int
    feeds: int
    feeds_by_kind: dict[str, int]
    nested: int
    rejected: int
    runs: int
    mean_degree: float
    max_degree: int
    isolated: int


def graph_stats(store: GraphStore) -> GraphStats:
    """Count everything."""
    # What there is none of has no row.
    counts = dict.fromkeys(("functions", "categories", "concepts", "runs", "rejected"), 0)
    counts |= {row["what"]: row["number"] for row in store.run("count_nodes")}
    kinds: Counter[str] = Counter()
    nested = 0
    for row in store.run("count_feeds"):
        kinds[row["kind"]] += row["number"]
        nested += row["number"] if row["nested"] else 0
    degrees: Counter[str] = Counter()
    for query in ("list_degrees_out", "list_degrees_in"):
        for row in store.run(query):
            degrees[row["function"]] += row["degree"]
    functions = counts["functions"]
    return GraphStats(
        **counts,
        feeds=kinds.total(),
        feeds_by_kind=dict(sorted(kinds.items())),
        nested=nested,
        mean_degree=round(degrees.total() / functions, 2) if functions else 0.0,
        max_degree=max(degrees.values(), default=0),
        isolated=functions - len(degrees),
    )
