"""Keys and values of attention that grow in place.

A cache as transformers has it is copied whole for every token: on a processor that takes longer than to compute one.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import DynamicLayer

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
