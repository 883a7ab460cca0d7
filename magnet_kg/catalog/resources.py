"""Names of resources that are paths (`projects/*/topics/*`), and the long-running operations that come with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from magnet_kg.catalog.words import words

RESOURCE_NAME = "resource name"

_WILDCARD = re.compile(r"\[\^/\]\+|\.\*|\[[^\]]*\][*+]")
# `projects/{project}/topics/{topic}`, `projects/*/topics/*`
_PATH = re.compile(r"(?:[A-Za-z]\w*/(?:\{[^{}/]*\}|\*|\[[^\[\]/]*\])/?)+")
_COLLECTION = re.compile(r"([A-Za-z]\w*)/(?:\{[^{}/]*\}|\*|\[[^\[\]/]*\])/?$")


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
    if len(parts) < 2 or not all(re.fullmatch(r"\w+|\*", part) for part in parts):
        return None
    last = parts[-1] if parts[-1] != "*" else parts[-2]
    return None if last == "*" else " ".join(words(last))


@lru_cache(maxsize=16384)
def _of_description(description: str) -> str | None:
    paths = [match[0] for match in _PATH.finditer(description[:600])]
    if not paths:
        return None
    collection = _COLLECTION.search(paths[0])
    return " ".join(words(collection[1])) if collection else None
