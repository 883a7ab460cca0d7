"""Ids of things that are computed, not stored: they hold where the thing is found, and digits that prove it.

A world has far more places than a dialogue ever looks at. An id such as "pl_9270410703" is a check number
of the seed and then positions (city, kind, number in the list): a look-up needs no memory of the search.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def make_code(seed: int, prefix: str, positions: Sequence[int], widths: Sequence[int]) -> str:
    """The id of the thing at these positions, each written with its width in digits."""
    body = "".join(f"{position:0{width}d}" for position, width in zip(positions, widths, strict=True))
    return f"{prefix}_{_check(seed, prefix, body)}{body}"


def read_code(seed: int, prefix: str, code: str, widths: Sequence[int]) -> tuple[int, ...] | None:
    """The positions that an id holds, or None when it is no id of this world."""
    start, _, digits = code.partition("_")
    if start != prefix or len(digits) != 3 + sum(widths) or not (digits.isascii() and digits.isdigit()):
        return None
    check, body = digits[:3], digits[3:]
    if check != _check(seed, prefix, body):
        return None
    positions = []
    for width in widths:
        positions.append(int(body[:width]))
        body = body[width:]
    return tuple(positions)


def _check(seed: int, prefix: str, body: str) -> str:
    value = int.from_bytes(hashlib.blake2b(f"{seed}/{prefix}/{body}".encode(), digest_size=4).digest(), "big")
    return str(100 + value % 900)
