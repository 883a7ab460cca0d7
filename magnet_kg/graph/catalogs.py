"""Catalogs in the graph: what was added under one name, how it differs from its source, and how to take it out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from magnet_kg.catalog.concepts import NAMING, concepts_of
from magnet_kg.catalog.read import Catalog
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Runner
from magnet_kg.domain.record import Record
from magnet_kg.graph.functions import classify, remove_functions, save_functions
from magnet_kg.graph.store import GraphStore, Row


class StoredCatalog(Record):
    """A catalog in the graph. `format` is the loader's; where it came from in several pieces, all are named."""

    name: str
    format: str
    functions: int
    sources: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


class ListedFunction(Record):
    """A function of a catalog, as far as a list tells of it."""

    id: str
    name: str
    toolkit: str
    category: str
    original_name: str
    description: str
    executor: Runner | None = None


class Difference(Record):
    """What a catalog's source means to the graph, by ids in order; `removed` are no longer in the source."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def compare_catalog(store: GraphStore, catalog: Catalog, only: Sequence[str] = ()) -> Difference:
    """What adding a catalog would do to the graph; nothing is written.

    Args:
        store: the graph.
        catalog: as it was read.
        only: the patterns that it was read with: what fits none of them is not missed. Nor is what was skipped as bad;
            where nobody knows which function was skipped, none is missed.

    Raises:
        MagnetError: a function belongs to another catalog of the graph.
    """
    by_id = {function.id: function for function in catalog.functions}
    others = store.run("list_functions_of_others", ids=sorted(by_id), catalog=catalog.name)
    if others:
        raise MagnetError(
            f"the graph has {others[0]['function']} already, from {others[0]['catalog'] or 'elsewhere'}",
            where=store.uri,
            do="Give this catalog another --name",
        )
    changes = classify(store, catalog.functions)
    skipped = {fault.function for fault in catalog.skipped}
    removed = () if None in skipped else tuple(_missed(store, catalog, by_id, skipped, only))
    return Difference(new=changes.new, changed=changes.changed, unchanged=changes.unchanged, removed=removed)


def add_catalog(store: GraphStore, catalog: Catalog, only: Sequence[str] = (), *, prune: bool = False) -> Difference:
    """Write a catalog's functions with their concepts; nothing is judged.

    Args:
        store: the graph.
        catalog: as it was read.
        only: see `compare_catalog`.
        prune: take out what is no longer in the source.

    Raises:
        MagnetError: a function belongs to another catalog of the graph; nothing was written.
    """
    difference = compare_catalog(store, catalog, only)
    save_functions(store, catalog.functions, concepts_of, NAMING)
    if prune:
        remove_functions(store, difference.removed)
    return difference


def remove_catalog(store: GraphStore, name: str) -> int:
    """Take a catalog's functions out of the graph, with all that was judged about them; how many there were.

    Raises:
        MagnetError: the graph has no such catalog.
    """
    ids = [row["id"] for row in store.run("list_catalog_names", catalog=name)]
    if not ids:
        raise _no_catalog(store, name)
    remove_functions(store, ids)
    return len(ids)


def list_catalogs(store: GraphStore) -> list[StoredCatalog]:
    """The catalogs of the graph, by name; the toolkits' functions are one of them."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in store.run("list_catalogs"):
        rows[row["catalog"]].append(row)
    return [_catalog(name, kept) for name, kept in sorted(rows.items())]


def list_catalog(store: GraphStore, name: str) -> list[ListedFunction]:
    """The functions of a catalog, by id.

    Raises:
        MagnetError: the graph has no such catalog.
    """
    rows = store.run("list_catalog_functions", catalog=name)
    if not rows:
        raise _no_catalog(store, name)
    return [ListedFunction(**row) for row in rows]


def _missed(
    store: GraphStore, catalog: Catalog, there: Container[str], skipped: Container[str | None], only: Sequence[str]
) -> Iterator[str]:
    """The functions of the graph that a catalog should have, and has no longer."""
    source = Source("", catalog.name, tuple(only))
    for row in store.run("list_catalog_names", catalog=catalog.name):
        asked_for = source.asks_for(row["name"], row["toolkit"], row["original_name"])
        if asked_for and row["id"] not in there and row["name"] not in skipped:
            yield row["id"]


def _catalog(name: str, rows: Sequence[Row]) -> StoredCatalog:
    def kept(key: str) -> tuple[str, ...]:
        return tuple(sorted({row[key] for row in rows if row[key]}))

    sources = kept("origin")
    formats = sorted({source.partition(":")[0] for source in sources})
    return StoredCatalog(
        name=name,
        format=", ".join(formats),
        functions=sum(row["functions"] for row in rows),
        sources=sources,
        licences=kept("licence"),
        versions=kept("version"),
    )


def _no_catalog(store: GraphStore, name: str) -> MagnetError:
    names = ", ".join(one.name for one in list_catalogs(store)) or "none"
    return MagnetError(f"the graph has no catalog {name}", where=store.uri, do=f"It has: {names}")
