"""Paths into JSON values, as bindings and origins use them.

A binding path names every element of a list with `[]` (`flights[].flight_id`); a concrete path names one by its index
(`flights.2.flight_id`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def siblings(output: Any, path: str) -> list[Found]:
    """All elements of the list through which a concrete path goes, each at the same place.

    Empty where it goes through no list.

    Raises:
        LookupError: there is no such list.
    """
    names = path.split(".")
    index = max((i for i, name in enumerate(names) if name.isdigit()), default=None)
    if index is None:
        return []
    elements = lookup(output, ".".join(names[:index])) if index else output
    found = []
    for number, element in enumerate(elements):
        place = [*names[:index], str(number), *names[index + 1 :]]
        try:
            value = lookup(output, ".".join(place))
        except LookupError:
            continue
        holder = lookup(output, ".".join(place[:-1])) if len(place) > index + 1 else {"value": element}
        found.append(Found(".".join(place), value, holder if isinstance(holder, dict) else {"value": element}))
    return found


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Each scalar of a value with its concrete path; empty lists and objects count as scalars."""
    found: list[tuple[str, Any]] = []
    _add_leaves(value, path, found)
    return found


def scalars(value: Any) -> list[Any]:
    """The scalars of `leaves`, without their paths."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if type(node) is dict and node:
            waiting.extend(node.values())
        elif type(node) is list and node:
            waiting.extend(node)
        elif isinstance(node, Mapping) and node:
            waiting.extend(node.values())
        else:
            found.append(node)
    return found


def composed(values: Mapping[str, Any]) -> Any:
    """A list or an object from the values of its leaves, by their paths: `0.Key`, `name`, `account.id`."""
    children: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        first, _, rest = path.partition(".")
        children.setdefault(first, {})[rest] = value
    made = {first: below[""] if "" in below else composed(below) for first, below in children.items()}
    return [made[key] for key in sorted(made, key=int)] if all(key.isdigit() for key in made) else made


def _add_leaves(value: Any, path: str, found: list[tuple[str, Any]]) -> None:
    if type(value) is list and value:
        children: Iterable[tuple[object, Any]] = enumerate(value)
    elif (type(value) is dict or isinstance(value, Mapping)) and value:
        children = value.items()
    else:
        found.append((path, value))
        return
    before = f"{path}." if path else ""
    for name, child in children:
        if type(child) is dict or type(child) is list:
            _add_leaves(child, f"{before}{name}", found)
        else:
            found.append((f"{before}{name}", child))


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
