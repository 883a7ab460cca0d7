"""Names, texts and schemas of other people's catalogs, made fit for providers and for reading."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

LONGEST_NAME = 64
_TAG = re.compile(r"<[^<>]*>")


def fit_name(original: str) -> str:
    """A name that every provider takes (64 letters, digits, `_`, `-`), the same for the same original.

    What is cut off is stood for by a hash, so that two originals never share a name; the original is kept on the
    function (`original_name`).
    """
    fit = re.sub(r"[^A-Za-z0-9_-]+", "_", original).strip("_")
    if len(fit) <= LONGEST_NAME and fit:
        return fit
    digest = hashlib.sha256(original.encode()).hexdigest()[:8]
    return f"{fit[: LONGEST_NAME - 9].rstrip('_')}_{digest}".lstrip("_")


def plain_text(text: str) -> str:
    """A description without markup, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def object_schema(schema: dict[str, Any] | None) -> dict[str, Any]:
    """The schema of an object; one without parameters, where there is none."""
    return {"type": "object", "properties": {}, **(schema or {})}
