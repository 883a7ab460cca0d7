"""What all records share: frozen, strict about unknown keys, with one canonical JSON form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

JsonObject = dict[str, Any]


class Record(BaseModel):
    """A frozen record; unknown keys are errors, so that a typing error in a file never passes silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_line(self) -> bytes:
        """One line of JSON with its newline; the same record always gives the same bytes."""
        return orjson.dumps(self.model_dump(mode="json", exclude_defaults=True), option=orjson.OPT_APPEND_NEWLINE)


def canonical(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """JSON with sorted keys: equal values give equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_hash(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """16 hexadecimal digits that change when the value changes."""
    return hashlib.blake2b(canonical(value), digest_size=8).hexdigest()
