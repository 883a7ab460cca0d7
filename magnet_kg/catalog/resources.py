"""Names of resources that are paths (`projects/*/topics/*`), and the long-running operations that come with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from magnet_kg.catalog.words import words

RESOURCE_NAME = "resource name"

_WILDCARD = re.compile(r"\[\^/\]\+|\.\*|\[[^\]]*\][*+]")
# `projects/{project}/topics/{topic}`, `projects/*/locations/global/topics/*`
_PLACE = r"(?:\{[^{}/]*\}|\*|\[[^\[\]/]*\])"
_PATH = re.compile(rf"[A-Za-z]\w*/{_PLACE}(?:/(?:{_PLACE}|[A-Za-z][\w-]*))*")
# Below these every API has operations; those below anything else are of that thing alone.
_ROOTS = frozenset(["project", "location", "folder", "organization", "zone", "region", "operation", "*"])


def resource_of(schema: Mapping[str, Any]) -> str | None:
    """What kind of resource a value names ("topic"), where its pattern or description says that it is such a path."""
    kind = schema.get("type")
    if kind != "string" and not isinstance(kind, list):
        return None
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and "/" in pattern and (found := _of_pattern(pattern)):
        return found
    description = schema.get("description")
    if isinstance(description, str) and ("/{" in description or "/*" in description or "/[" in description):
        return _of_description(description)
    return None


def is_operation(schema: Mapping[str, Any]) -> bool:
    """Whether an object is an operation that is still going on, rather than the thing that it makes."""
    properties = schema.get("properties", {})
    return "operationType" in properties or ("done" in properties and bool({"response", "error"} & properties.keys()))


@lru_cache(maxsize=16384)
def _of_pattern(pattern: str) -> str | None:
    parts = _WILDCARD.sub("*", pattern.strip("^$")).split("/")
    return _last_collection(parts) if all(re.fullmatch(r"[\w-]+|\*", part) for part in parts) else None


@lru_cache(maxsize=16384)
def _of_description(description: str) -> str | None:
    found = _PATH.search(description[:600])
    if found is None:
        return None
    return _last_collection([re.sub(_PLACE, "*", part) for part in found[0].split("/")])


def _last_collection(parts: list[str]) -> str | None:
    """What the last part is one of; the operations of a thing are told apart from those of another."""
    collections = [" ".join(words(part)) for part in parts if part != "*"]
    if len(parts) < 2 or not collections or len(collections) == len(parts) or parts[-2:] == ["*", "*"]:
        return None
    if collections[-1] == "operation" and len(collections) > 1 and collections[-2] not in _ROOTS:
        return " ".join(collections[-2:])
    return collections[-1]
