"""Catalogs in the graph: compared with their source, added without judging, and taken out whole."""

from __future__ import annotations

import pytest
from graph_toys import feeds, function

from magnet_kg.catalog.read import Catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore
from magnet_kg.graph.catalogs import (
    Difference,
    add_catalog,
    compare_catalog,
    list_catalog,
    list_catalogs,
    remove_catalog,
)
from magnet_kg.graph.functions import fetch_functions, save_functions
from magnet_kg.graph.stats import graph_stats
from magnet_kg.graph.verdicts import list_verdicts, save_verdicts


def toy(name: str, catalog: str = "toys", **changes: object) -> Function:
    fields = {"id": f"{catalog}/{name}", "catalog": catalog, "source": f"openapi:{catalog}.yaml", **changes}
    return function(name, **fields)


SEARCH, BOOK, PAY = toy("search"), toy("book", toolkit="shop", original_name="Book it"), toy("pay")
TOYS = Catalog("toys", (SEARCH, BOOK, PAY))


def test_a_catalog_is_added_once_and_nothing_is_judged(graph_store: GraphStore) -> None:
    ids = (BOOK.id, PAY.id, SEARCH.id)
    assert add_catalog(graph_store, TOYS) == Difference(new=ids)
    assert add_catalog(graph_store, TOYS) == Difference(unchanged=ids)
    assert fetch_functions(graph_store, [BOOK.id]) == {BOOK.id: BOOK}
    stats = graph_stats(graph_store)
    assert (stats.functions, stats.feeds, stats.rejected) == (3, 0, 0)
    assert stats.concepts > 0


def test_what_is_no_longer_in_the_source_is_told_and_stays_until_it_is_pruned(graph_store: GraphStore) -> None:
    add_catalog(graph_store, TOYS)
    changed = toy("search", description="Else.")
    difference = Difference(changed=(SEARCH.id,), unchanged=(PAY.id,), removed=(BOOK.id,))
    smaller = Catalog("toys", (changed, PAY))
    assert compare_catalog(graph_store, smaller) == difference
    assert fetch_functions(graph_store, [SEARCH.id]) == {SEARCH.id: SEARCH}
    assert add_catalog(graph_store, smaller) == difference
    assert [one.id for one in list_catalog(graph_store, "toys")] == [BOOK.id, PAY.id, SEARCH.id]
    add_catalog(graph_store, smaller, prune=True)
    assert [one.id for one in list_catalog(graph_store, "toys")] == [PAY.id, SEARCH.id]


@pytest.mark.parametrize(
    ("only", "removed"),
    [((), ("book", "pay")), (("pay*",), ("pay",)), (("shop",), ("book",)), (("Book*",), ("book",)), (("x",), ())],
)
def test_only_what_fits_is_missed(graph_store: GraphStore, only: tuple[str, ...], removed: tuple[str, ...]) -> None:
    add_catalog(graph_store, TOYS)
    found = compare_catalog(graph_store, Catalog("toys", (SEARCH,)), only)
    assert found.removed == tuple(f"toys/{name}" for name in removed)


def test_what_was_skipped_as_bad_is_not_missed(graph_store: GraphStore) -> None:
    add_catalog(graph_store, TOYS)
    for fault in (Fault(what="broken", function="book"), Fault(what="not JSON", line=2)):
        assert add_catalog(graph_store, Catalog("toys", (SEARCH, PAY), (fault,)), prune=True).removed == ()


def test_two_sources_do_not_share_a_catalog_s_functions(graph_store: GraphStore) -> None:
    save_functions(graph_store, [toy("pay", catalog="toolkits", id="toys/pay")], [])
    with pytest.raises(MagnetError, match="the graph has toys/pay already, from toolkits"):
        add_catalog(graph_store, TOYS)
    assert [one.name for one in list_catalogs(graph_store)] == ["toolkits"]


def test_a_catalog_is_taken_out_with_what_was_judged_about_it(graph_store: GraphStore) -> None:
    other = toy("rent", catalog="cars", licence="MIT", version="2")
    add_catalog(graph_store, TOYS)
    add_catalog(graph_store, Catalog("cars", (other,)))
    save_verdicts(graph_store, [feeds(SEARCH, other), feeds(SEARCH, PAY)])
    assert remove_catalog(graph_store, "toys") == 3
    assert list_verdicts(graph_store, other.id) == []
    (left,) = list_catalogs(graph_store)
    assert (left.name, left.format, left.functions, left.licences, left.versions) == (
        "cars", "openapi", 1, ("MIT",), ("2",),
    )  # fmt: skip
    with pytest.raises(MagnetError, match="no catalog toys"):
        remove_catalog(graph_store, "toys")
