"""The `Loader` seam: what turns a source into functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function


@dataclass(frozen=True)
class Source:
    """Where functions come from, as the user said it.

    Attributes:
        location: a path, an address, a command or the name of an installed package's catalog ("aws").
        catalog: the name under which the graph keeps what is read.
        only: patterns (`*`, `?`) of function names, services or original names; everything, where there are none.
        columns: which column of a table is which field of a function.
    """

    location: str
    catalog: str
    only: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The location as a path."""
        return Path(self.location)

    def wants(self, function: Function) -> bool:
        """Whether a function is among those that the user asked for."""
        return self.asks_for(function.name, function.toolkit, function.original_name or function.name)

    def asks_for(self, *names: str) -> bool:
        """Whether one of the names of a function, before it is made, is among those that the user asked for."""
        return not self.only or any(fnmatchcase(name, pattern) for pattern in self.only for name in names)

    def may_want(self, group: str) -> bool:
        """Whether functions of a group of the source (a service, an API) may be asked for.

        Names of these functions begin with `<group>_`, original names with `<group>.`; a group that is surely not
        asked for need not be read.
        """
        return not self.only or any(_may_fit(pattern, group) for pattern in self.only)


def _may_fit(pattern: str, group: str) -> bool:
    head = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    names = (f"{group}_", f"{group}.")
    if head == pattern:
        return pattern == group or pattern.startswith(names)
    return any(name.startswith(head) or head.startswith(name) for name in names)


class Loader(Protocol):
    """Reads one format. Others add theirs by an entry point in the group `magnet_kg.loaders`, named like the format."""

    def fits(self, location: str) -> bool:
        """Whether a source is surely of this format, told without running or fetching anything.

        A format whose reading runs the user's code or a server says no: it is used where the user names it.
        """

    def catalog_name(self, location: str) -> str:
        """The name of the catalog, where the user gives none."""

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The functions of a source, one after the other; a bad one is a fault with its place.

        What the user did not ask for (`Source.wants`) may be given all the same. Only a source that cannot be read at
        all raises.

        Raises:
            MagnetError: the source is not what the loader reads, or what reads it is not installed.
        """
