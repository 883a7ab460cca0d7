"""Functions from a source, through a loader found by entry point."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function


class Loader(Protocol):
    """The seam of catalog formats: turns a source into functions. Others add theirs under `magnet_kg.loaders`."""

    suffixes: tuple[str, ...]

    def load(self, source: Path) -> Iterable[Function]:
        """The functions of a source.

        Raises:
            MagnetError: the source is not what the loader reads; with file and line.
        """


def find_loaders() -> dict[str, Loader]:
    """The installed loaders by the name of their format."""
    return {
        point.name: point.load()() for point in sorted(entry_points(group="magnet_kg.loaders"), key=lambda p: p.name)
    }


def read_catalog(source: Path, loader: str | None = None) -> list[Function]:
    """All functions of a source, checked for names that occur twice.

    Args:
        source: a file.
        loader: the name of the format; told by the file's suffix, where it is None.
    """
    loaders = find_loaders()
    if not source.exists() or source.is_dir():
        what = "this is a folder" if source.is_dir() else "there is no such file"
        raise MagnetError(what, where=str(source), do="Give the path of a catalog")
    fitting = [name for name, one in loaders.items() if source.suffix in one.suffixes] if loader is None else [loader]
    if not fitting or fitting[0] not in loaders:
        raise MagnetError(
            f"no loader reads this (installed: {', '.join(loaders) or 'none'})",
            where=str(source),
            do="Name a format",
        )
    functions = list(loaders[fitting[0]].load(source))
    if not functions:
        raise MagnetError("the catalog is empty", where=str(source))
    seen: set[str] = set()
    for function in functions:
        if function.id in seen:
            raise MagnetError(f"the function {function.id} occurs twice", where=str(source), do="Remove one of them")
        seen.add(function.id)
    return functions
