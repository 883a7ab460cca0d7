"""What is in the graph, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from magnet_kg.domain.record import Record
from magnet_kg.graph.store import GraphStore


class CatalogStats(Record):
    """The functions of a catalog; `with_edge` have an edge, of whatever catalog its other end is.

    `catalog` is '' for functions of graphs that were filled before catalogs had names.
    """

    catalog: str
    functions: int
    with_edge: int
    share_with_edge: float


class GraphStats(Record):
    """Counts; degrees are of FEEDS edges, out and in together. `isolated` functions have none.

    `degrees` counts functions by degree, in ranges that double ("0", "1", "2-3", "4-7", …). `components` are parts
    of at least two functions that edges hold together, whatever their direction; `largest_component` counts functions.
    """

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
    share_with_edge: float
    components: int
    largest_component: int
    degrees: dict[str, int]
    catalogs: tuple[CatalogStats, ...]


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
    targets = {row["function"]: row["targets"] for row in store.run("list_all_targets")}
    degrees = _degrees(targets)
    components = _components(targets)
    functions = counts["functions"]
    return GraphStats(
        **counts,
        feeds=kinds.total(),
        feeds_by_kind=dict(sorted(kinds.items())),
        nested=nested,
        mean_degree=round(degrees.total() / functions, 2) if functions else 0.0,
        max_degree=max(degrees.values(), default=0),
        isolated=functions - len(degrees),
        share_with_edge=_share(len(degrees), functions),
        components=len(components),
        largest_component=max(components, default=0),
        degrees=_distribution(degrees, functions),
        catalogs=_by_catalog(store, degrees),
    )


def _degrees(targets: Mapping[str, list[str]]) -> Counter[str]:
    degrees: Counter[str] = Counter()
    for source, reached in targets.items():
        degrees[source] += len(reached)
        degrees.update(reached)
    return degrees


def _distribution(degrees: Counter[str], functions: int) -> dict[str, int]:
    """Functions by degree in ranges that double; those up to the largest that occurs."""
    found = Counter(degree.bit_length() for degree in degrees.values())
    found[0] = functions - len(degrees)
    ranges = range(max(found) + 1 if functions else 0)
    return {_range_name(bits): found[bits] for bits in ranges}


def _range_name(bits: int) -> str:
    low, high = (0, 0) if bits == 0 else (1 << bits - 1, (1 << bits) - 1)
    return str(low) if low == high else f"{low}-{high}"


def _components(targets: Mapping[str, list[str]]) -> list[int]:
    """How many functions each connected part has, whatever the direction of its edges."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        parent.setdefault(one, one)
        while parent[one] != one:
            # Ways to a root are halved as they are walked: they stay short.
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for source, reached in targets.items():
        for target in reached:
            parent[root(source)] = root(target)
    sizes = Counter(root(one) for one in list(parent))
    return [size for size in sizes.values() if size > 1]


def _by_catalog(store: GraphStore, connected: Container[str]) -> tuple[CatalogStats, ...]:
    members = {row["catalog"]: row["functions"] for row in store.run("list_members_by_catalog")}
    edged = {name: sum(one in connected for one in held) for name, held in members.items()}
    return tuple(
        CatalogStats(
            catalog=name,
            functions=len(members[name]),
            with_edge=edged[name],
            share_with_edge=_share(edged[name], len(members[name])),
        )
        for name in sorted(members)
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
