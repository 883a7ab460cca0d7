"""JSON lines, with the place of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError


def json_lines(path: Path) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """(place, line, object) for each line that is not blank.

    Raises:
        MagnetError: a line that is no JSON object, with its number.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where, do = f"{path}:{number}", "One JSON object a line is wanted"
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise MagnetError(f"not JSON: {error}", where=where, do=do) from error
            if not isinstance(entry, dict):
                raise MagnetError("not a JSON object", where=where, do=do)
            yield where, line, entry
