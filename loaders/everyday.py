"""The catalog that comes with the package: functions of everyday knowledge, with numbers, units, lists and dates."""

from __future__ import annotations

from collections.abc import Iterator

from magnet_kg.catalog.everyday.variants import CATALOG, dressed
from magnet_kg.catalog.source import Source
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function


class EverydayLoader:
    """Gives the functions of `magnet_kg/catalog/everyday`; see `Loader`."""

    def fits(self, location: str) -> bool:
        """Only the catalog's own name."""
        return location == CATALOG

    def catalog_name(self, location: str) -> str:
        """Always "everyday"."""
        return CATALOG

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """Every function in each of its dresses."""
        for one in dressed().values():
            yield one.function
