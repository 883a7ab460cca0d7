"""Looking into outputs and schemas, as the search for flows does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def takes_strings(schema: Mapping[str, Any]) -> bool:
    """Whether a parameter takes strings (or a list of them) that are no dates."""
    inner = schema.get("items", {}) if schema.get("type") == "array" else schema
    return inner.get("type") == "string" and inner.get("format") not in ("date", "date-time")


def leaf(path: str) -> str:
    """The last name of a path."""
    return path.rpartition(".")[2].removesuffix("[]")


def strings(output: Any) -> Iterator[tuple[str, str, str]]:
    """Each string of an output: its binding path, its concrete path, itself."""
    for path, place, value in _leaves(output, "", ""):
        if isinstance(value, str) and value:
            yield path, place, value


def scalars(output: Any) -> Iterator[tuple[str, Any]]:
    """Each scalar of an output that is there, with its binding path."""
    for path, _, value in _leaves(output, "", ""):
        if value is not None:
            yield path, value


def _leaves(value: Any, path: str, place: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _leaves(child, f"{path}.{name}" if path else name, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(child, f"{path}[]", f"{place}.{index}")
    else:
        yield path, place, value


def of_name(values: Mapping[str, Any], parameter: str) -> list[str]:
    """Values returned under the parameter's name, or under a name that it ends with (`from_account_id`)."""
    parts = parameter.split("_")
    for start in range(len(parts)):
        name = "_".join(parts[start:])
        if values.get(name) and (start == 0 or start < len(parts) - 1):
            return list(values[name])
    return []
