"""Functions from a source, through a loader found by entry point."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import orjson

from magnet_kg.catalog.checks import check_function
from magnet_kg.catalog.documents import LARGEST, read_document
from magnet_kg.catalog.normalize import fit_name
from magnet_kg.catalog.source import Loader, Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault, raise_first
from magnet_kg.domain.function import Function

_DOCUMENTS = (".json", ".yaml", ".yml")


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
    source = Source(location, _catalog_name(name, loader, location), tuple(only), dict(columns or {}))
    functions: dict[str, Function] = {}
    faults = list(_too_large(source))
    if faults and not skip_bad:
        raise faults[0].error
    for one in _without_collecting(loader.load(source)):
        if isinstance(one, Fault):
            faults += [one] if one.function is None or source.asks_for(one.function) else []
        elif not source.wants(one):
            continue
        elif (fault := check_function(one, location)) is not None:
            faults.append(fault)
        elif one.id in functions and _original(one) != _original(functions[one.id]):
            other = _named_apart(one, functions)
            functions[other.id] = other
        elif one.id in functions:
            faults.append(_twice(one, source))
        else:
            functions[one.id] = one
    if not skip_bad:
        raise_first(faults, all_with=f"magnet-kg catalog add {location} --dry-run --skip-bad")
    if not functions:
        raise _nothing(source, faults)
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


def _catalog_name(name: str | None, loader: Loader, location: str) -> str:
    if name is None:
        return re.sub(r"[^A-Za-z0-9_.-]+", "_", loader.catalog_name(location)).strip("_") or "catalog"
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", name):
        raise MagnetError(f"{name!r} is no name of a catalog", do="Use at most 64 letters, digits and any of `_.-`")
    return name


def _too_large(source: Source) -> Iterator[Fault]:
    if source.path.is_file() and (size := source.path.stat().st_size) > LARGEST:
        yield Fault(
            what=f"the file has {size // 1_000_000} MB, over {LARGEST // 1_000_000}",
            file=source.location,
            do="Take that part of it which you need, or give --skip-bad to read it all the same",
        )


def _twice(function: Function, source: Source) -> Fault:
    """A function that has the name of one before it: where its own name stands for the last time."""
    line = None
    if source.path.is_file():
        text = source.path.read_bytes()
        quoted = orjson.dumps(function.original_name or function.name)
        found = text.rfind(quoted) if quoted in text else text.rfind(quoted[1:-1])
        line = text.count(b"\n", 0, found) + 1 if found >= 0 else None
    what = f"the function {function.id} occurs twice"
    return Fault(what=what, file=source.location, line=line, function=function.name, do="Remove or rename one")


def _nothing(source: Source, faults: Sequence[Fault]) -> MagnetError:
    if faults:
        first = faults[0].error
        return MagnetError(f"none of its functions is good; the first: {first.what}", where=first.where, do=first.do)
    return MagnetError("nothing in it fits --only" if source.only else "the catalog is empty", where=source.location)


def _format_of(location: str) -> str:
    loaders = find_loaders()
    fitting = [format for format, loader in loaders.items() if loader.fits(location)]
    if not fitting:
        path = Path(location)
        if path.suffix in _DOCUMENTS:
            # What is broken has no format; what is wrong with it says more.
            read_document(path)
        raise MagnetError(
            f"no loader reads this (installed: {', '.join(loaders) or 'none'})", where=location, do="Name a --format"
        )
    return fitting[0]


def _known(format: str, location: str) -> str:
    if format not in find_loaders():
        raise MagnetError(f"there is no format {format}", where=location, do=f"One of {', '.join(find_loaders())}")
    return format
