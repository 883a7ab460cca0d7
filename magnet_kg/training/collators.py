"""Examples as the padded tensors that TRL's trainers take. `forward.py` computes no padding.

A dataset's items are numbers: TRL wants a `datasets.Dataset`, and the tokens are in memory already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from magnet_kg.student.tokens import Encoded
from magnet_kg.training.encoding import Example

ITEM, WEIGHTS = "item", "weights"
_IGNORED = -100


@dataclass(frozen=True)
class CollateRows:
    """Rows that are computed together: input_ids, labels and attention_mask of shape (rows, tokens).

    Attributes:
        batches: of rows, by a dataset's item.
        pad: token id.
        text_weight: of the loss of spoken tokens (`Encoded.spoken`).
        opening_weight: of the loss of the first token of each message. With another than 1 for one of the two, there
            are `weights`, of the same shape, of all tokens.
    """

    batches: Sequence[Sequence[Encoded]]
    pad: int
    text_weight: float = 1.0
    opening_weight: float = 1.0

    def __call__(self, items: Sequence[dict[str, int]]) -> dict[str, Any]:
        """The tensors of these items."""
        rows = [row for item in items for row in self.batches[item[ITEM]]]
        ids, attended, mask = _padded(rows, self.pad)
        made = {"input_ids": ids, "attention_mask": attended, "labels": ids.masked_fill(~mask, _IGNORED)}
        if (self.text_weight, self.opening_weight) != (1, 1):
            made[WEIGHTS] = torch.ones(ids.shape)
            for weights, row in zip(made[WEIGHTS], rows, strict=True):
                weights[: len(row)][torch.from_numpy(row.spoken)] = self.text_weight
                weights[[first for first, _ in row.runs]] = self.opening_weight
        return made


@dataclass(frozen=True)
class CollatePairs:
    """Pairs, the chosen sides before the rejected ones, as `DPOTrainer` wants them.

    `completion_mask` is what its loss covers: the assistant's tokens of every turn, never the tools' or the user's.

    Attributes:
        pairs: by a dataset's item.
        pad: token id.
    """

    pairs: Sequence[Example]
    pad: int

    def __call__(self, items: Sequence[dict[str, int]]) -> dict[str, Any]:
        """The tensors of these items: two rows for each."""
        rows = [self.pairs[item[ITEM]].sides[side] for side in (0, 1) for item in items]
        ids, attended, mask = _padded(rows, self.pad)
        return {"input_ids": ids, "attention_mask": attended, "completion_mask": mask.long()}


def _padded(rows: Sequence[Encoded], pad: int) -> tuple[Any, Any, Any]:
    shape = (len(rows), max(map(len, rows)))
    ids = torch.full(shape, pad, dtype=torch.long)
    attended, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.bool)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.from_numpy(row.ids.astype("int64"))
        attended[at, : len(row)] = 1
        mask[at, : len(row)] = torch.from_numpy(row.mask)
    return ids, attended, mask
