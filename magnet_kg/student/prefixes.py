"""What a model has computed of long prompts: those of a dialogue begin alike, and those with the same tools do, too."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

# Shorter beginnings cost less to compute than to look after.
_WORTH = 256
_MOST_BYTES = 2 << 30


class Prefixes:
    """The attention's keys and values of the prompts that were used last, 2 GiB of them.

    Only models whose every layer keeps all of the past can go on from the middle of it; of others nothing is kept.
    """

    def __init__(self) -> None:
        self._kept: list[tuple[tuple[int, ...], Any]] = []

    def known(self, ids: Sequence[int]) -> int:
        """How many tokens a prompt has in common with what is kept; its last one is always left to compute."""
        return max((_common(kept, ids) for kept, _ in self._kept), default=0)

    def take(self, ids: tuple[int, ...]) -> Any:
        """A cache that holds the longest beginning that is known; None where that is not worth it.

        It is the caller's: what is kept is copied, except where the prompt goes on from all of it.
        """
        at = max(range(len(self._kept)), key=lambda one: _common(self._kept[one][0], ids), default=None)
        if at is None:
            return None
        kept, cache = self._kept[at]
        common = _common(kept, ids)
        if common < _WORTH:
            return None
        if common == len(kept):
            del self._kept[at]
        else:
            self._kept.append(self._kept.pop(at))
            cache = copy.deepcopy(cache)
            cache.crop(common - len(kept))
        return cache

    def put(self, ids: Sequence[int], cache: Any) -> None:
        """Keep a cache of so many first tokens of a prompt with its answer as it holds."""
        if not cache.is_croppable or any(cache.is_sliding):
            return
        self._kept.append((tuple(ids[: cache.get_seq_length()]), cache))
        while len(self._kept) > 1 and sum(_bytes(one) for _, one in self._kept) > _MOST_BYTES:
            del self._kept[0]


def _common(kept: Sequence[int], ids: Sequence[int]) -> int:
    most = min(len(kept), len(ids) - 1)
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if kept[low:middle] == ids[low:middle] else (low, middle - 1)
    return low


def _bytes(cache: Any) -> int:
    return sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
