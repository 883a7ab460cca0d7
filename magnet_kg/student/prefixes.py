"""What a model has computed of prompts: those of a dialogue begin alike, and those with the same tools do, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Shorter beginnings cost less to compute than to look after.
_WORTH = 256
_MOST_BYTES = 2 << 30


@dataclass(frozen=True)
class Past:
    """What attention keeps of some tokens.

    Attributes:
        ids: the tokens.
        layers: keys and values of each layer, shape (1, heads, tokens, width).
    """

    ids: tuple[int, ...]
    layers: tuple[tuple[Any, Any], ...]

    @property
    def bytes(self) -> int:
        """Of memory."""
        return sum(keys.nbytes + values.nbytes for keys, values in self.layers)

    def first(self, tokens: int) -> Past:
        """The beginning of it, in the same memory."""
        layers = tuple((keys[:, :, :tokens], values[:, :, :tokens]) for keys, values in self.layers)
        return Past(self.ids[:tokens], layers)


class Prefixes:
    """The pasts that were used last, 2 GiB of them. None of them is ever changed."""

    def __init__(self) -> None:
        self._kept: list[Past] = []

    def known(self, ids: Sequence[int]) -> int:
        """How many tokens `take` gives of a prompt; the last one is always left to compute."""
        return self._longest(ids)[0]

    def take(self, ids: Sequence[int]) -> Past:
        """The longest beginning that is known; nothing where that is not worth it."""
        common, at = self._longest(ids)
        if not common:
            return Past((), ())
        self._kept.append(self._kept.pop(at))
        return self._kept[-1].first(common)

    def put(self, past: Past) -> None:
        """Keep what is worth it; the beginnings of it go, and what was used longest ago."""
        if len(past.ids) < _WORTH:
            return
        self._kept = [one for one in self._kept if past.ids[: len(one.ids)] != one.ids]
        self._kept.append(past)
        while len(self._kept) > 1 and sum(one.bytes for one in self._kept) > _MOST_BYTES:
            del self._kept[0]

    def _longest(self, ids: Sequence[int]) -> tuple[int, int]:
        """How much of a prompt is known, and the place of what knows it; 0 where that is not worth it."""
        common, at = max(((_common(one.ids, ids), at) for at, one in enumerate(self._kept)), default=(0, 0))
        return (common, at) if common >= _WORTH else (0, at)


def _common(kept: Sequence[int], ids: Sequence[int]) -> int:
    low, high = 0, min(len(kept), len(ids) - 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if kept[low:middle] == ids[low:middle] else (low, middle - 1)
    return low
