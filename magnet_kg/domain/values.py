"""Paths into JSON values, as bindings and origins use them.

A binding path names every element of a list with `[]` (`flights[].flight_id`); a concrete path names one by its index
(`flights.2.flight_id`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A value in an output: its concrete path, and the object (or element) that holds it."""

    path: str
    value: Any
    holder: Mapping[str, Any]


def spread(output: Any, path: str) -> list[Found]:
    """Every value that a binding path reaches, in order; empty where the output lacks it."""
    return [f for f in _spread(output, path.split("."), "", {}) if f.value is not None]


def lookup(output: Any, path: str) -> Any:
    """The value at a concrete path.

    Raises:
        LookupError: the output has no such path.
    """
    node = output
    for name in path.split("."):
        if isinstance(node, list):
            node = node[int(name)]
        elif isinstance(node, Mapping):
            node = node[name]
        else:
            raise LookupError(path)
    return node


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each scalar of a value with its concrete path; empty lists and objects count as scalars."""
    children: list[tuple[str, Any]]
    if isinstance(value, Mapping) and value:
        children = [(str(key), child) for key, child in value.items()]
    elif isinstance(value, list) and value:
        children = [(str(index), child) for index, child in enumerate(value)]
    else:
        yield path, value
        return
    for name, child in children:
        yield from leaves(child, f"{path}.{name}" if path else name)


def _spread(node: Any, names: list[str], at: str, holder: Mapping[str, Any]) -> Iterator[Found]:
    if not names:
        yield Found(at, node, holder)
        return
    name, rest = names[0], names[1:]
    plain = name.removesuffix("[]")
    if not isinstance(node, Mapping) or plain not in node:
        return
    child = node[plain]
    place = f"{at}.{plain}" if at else plain
    if name.endswith("[]"):
        if isinstance(child, list):
            for index, element in enumerate(child):
                beside = element if isinstance(element, Mapping) else {"value": element}
                yield from _spread(element, rest, f"{place}.{index}", beside)
    else:
        yield from _spread(child, rest, place, node)
