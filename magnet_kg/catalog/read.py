"""Functions from a source, through a loader found by entry point."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from magnet_kg.catalog.normalize import fit_name
from magnet_kg.catalog.source import Loader, Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault, raise_first
from magnet_kg.domain.function import Function


@dataclass(frozen=True)
class Catalog:
    """What was read of a source: its good functions, and what was skipped of it."""

    name: str
    functions: tuple[Function, ...]
    skipped: tuple[Fault, ...] = ()


@cache
def find_loaders() -> dict[str, Loader]:
    """The installed loaders by the name of their format."""
    return {
        point.name: point.load()() for point in sorted(entry_points(group="magnet_kg.loaders"), key=lambda p: p.name)
    }


def read_catalog(
    location: str,
    format: str | None = None,
    *,
    name: str | None = None,
    only: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    skip_bad: bool = False,
) -> Catalog:
    """All functions of a source.

    Args:
        location: see `Source`.
        format: the name of a loader; told by the location, where it is None.
        name: of the catalog; the loader's choice, where it is None.
        only: patterns of what is wanted.
        columns: see `Source`.
        skip_bad: leave bad functions out, and list them, instead of refusing the whole source.

    Raises:
        MagnetError: the source cannot be read, is empty, or holds a bad function; with its place.
    """
    loader = find_loaders()[_format_of(location) if format is None else _known(format, location)]
    source = Source(location, name or loader.catalog_name(location), tuple(only), dict(columns or {}))
    functions: dict[str, Function] = {}
    faults: list[Fault] = []
    for one in _without_collecting(loader.load(source)):
        if isinstance(one, Fault):
            faults.append(one)
        elif not source.wants(one):
            continue
        elif one.id in functions and _original(one) != _original(functions[one.id]):
            other = _named_apart(one, functions)
            functions[other.id] = other
        elif one.id in functions:
            faults.append(
                Fault(what=f"the function {one.id} occurs twice", file=location, function=one.name, do="Remove one")
            )
        else:
            functions[one.id] = one
    if not skip_bad:
        raise_first(faults, all_with=f"magnet-kg catalog add {location} --dry-run --skip-bad")
    if not functions:
        raise MagnetError("the catalog is empty" if not only else "nothing in it fits --only", where=location)
    return Catalog(source.catalog, tuple(functions.values()), tuple(faults))


def _without_collecting(read: Iterator[Function | Fault]) -> Iterator[Function | Fault]:
    """What is read, with Python's search for cyclic garbage off: there is none, and the search takes a fifth longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield from read
    finally:
        if was_on:
            gc.enable()


def _original(function: Function) -> str:
    return function.original_name or function.name


def _named_apart(function: Function, functions: Mapping[str, Function]) -> Function:
    """A function whose name another one has, although they are called differently in the source."""
    original = _original(function)
    name = fit_name(original, {other.name for other in functions.values()})
    return function.model_copy(
        update={
            "id": f"{function.catalog}/{name}",
            "name": name,
            "original_name": original if name != original else None,
        }
    )


def _format_of(location: str) -> str:
    loaders = find_loaders()
    fitting = [format for format, loader in loaders.items() if loader.fits(location)]
    if not fitting:
        raise MagnetError(
            f"no loader reads this (installed: {', '.join(loaders) or 'none'})", where=location, do="Name a --format"
        )
    return fitting[0]


def _known(format: str, location: str) -> str:
    if format not in find_loaders():
        raise MagnetError(f"there is no format {format}", where=location, do=f"One of {', '.join(find_loaders())}")
    return format
