"""Caches of transformers, made of what is kept of prompts, and growing in place.

A cache as transformers has it is copied whole for every token: on a processor that takes longer than to compute one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn.functional import pad
from transformers.cache_utils import DynamicCache, DynamicLayer

from magnet_kg.student.prefixes import Past

# A buffer grows by so much of its length, and by so many tokens at least.
_MORE, _LEAST = 1 / 8, 64


class _GrowingLayer(DynamicLayer):  # type: ignore[misc]
    """One layer, whose keys and values are the beginning of a larger buffer."""

    keys: torch.Tensor
    values: torch.Tensor
    _room: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Add keys and values of the shape (rows, heads, tokens, width), and return all there are."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        past = self.get_seq_length()
        length = past + key_states.shape[-2]
        room = self._room
        # What was cropped still begins the buffer; rows that were chosen stand elsewhere.
        if room is None or room[0].data_ptr() != self.keys.data_ptr() or room[0].shape[-2] < length:
            more = max(int(length * _MORE), _LEAST)
            room = (_with_room(self.keys, key_states, past, more), _with_room(self.values, value_states, past, more))
        for buffer, new in zip(room, (key_states, value_states), strict=True):
            buffer[..., past:length, :] = new
        self._room = room
        self.keys, self.values = (buffer[..., :length, :] for buffer in room)
        return self.keys, self.values


def _with_room(held: torch.Tensor, new: torch.Tensor, past: int, more: int) -> torch.Tensor:
    buffer = new.new_empty((*new.shape[:-2], past + new.shape[-2] + more, new.shape[-1]))
    if past:
        buffer[..., :past, :] = held
    return buffer


def grow_in_place(cache: Any) -> None:
    """Let the layers of a cache that keep all of the past grow in place."""
    for at, layer in enumerate(cache.layers):
        # Layers that forget, or keep something else as well, have ways of their own.
        if type(layer) is DynamicLayer:
            growing = _GrowingLayer()
            growing.__dict__.update(layer.__dict__)
            cache.layers[at] = growing


def keeps_all(cache: Any) -> bool:
    """Whether a cache is the keys and values of all of the past, and nothing else: one can go on from its middle."""
    # Layers that forget, or keep something else as well, are of kinds of their own.
    return type(cache) is DynamicCache and all(type(one) in (DynamicLayer, _GrowingLayer) for one in cache.layers)


def cache_of(pasts: Sequence[Past]) -> DynamicCache:
    """A cache with a row for each past, padded at the left; what it is made of is never changed."""
    longest = max(len(past.ids) for past in pasts)
    cache = DynamicCache()
    for at in range(len(pasts[0].layers)):
        keys, values = (_rows([past.layers[at][which] for past in pasts], longest) for which in (0, 1))
        cache.update(keys, values, at)
    return cache


def past_of(cache: Any, row: int, start: int, ids: Sequence[int]) -> Past:
    """What a cache keeps of some tokens of one row, in memory of its own.

    Args:
        cache: for which `keeps_all`.
        row: of it.
        start: where the first of the tokens stands.
        ids: the tokens.
    """
    end = start + len(ids)
    kept = (
        (layer.keys[row : row + 1, :, start:end], layer.values[row : row + 1, :, start:end]) for layer in cache.layers
    )
    return Past(tuple(ids), tuple((keys.clone(), values.clone()) for keys, values in kept))


def _rows(tensors: Sequence[torch.Tensor], longest: int) -> torch.Tensor:
    if len(tensors) == 1:
        return tensors[0]
    return torch.cat([pad(one, (0, 0, longest - one.shape[2], 0)) for one in tensors])
