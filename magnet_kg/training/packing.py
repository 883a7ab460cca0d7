"""Rows in one sequence, without padding, and with what they begin with computed once.

A row's token attends to the row's earlier tokens and to nothing else, so tokens that are equal up to some place, in
several rows, have equal activations up to there: one copy is enough. `PrefixTree` is that copy; each row is a path in
it. Losses, gradients and log-probabilities are those of separate rows (up to the order of sums), whatever is trained: a
trained token that two rows share counts once for each. This is so for every model whose tokens meet in attention alone,
and whose positions count from a row's first token; `forward.py` says which models those are.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Index = NDArray[np.int64]

# Rows that share less than this are not worth keeping together.
_WORTH_SHARING = 64


@dataclass(frozen=True)
class Branch:
    """What a row adds to the tree: it stands at [start, end) of the sequence, after `before`, in the row's order."""

    start: int
    end: int
    before: Index


@dataclass(frozen=True)
class PrefixTree:
    """Rows as paths in one sequence.

    Attributes:
        ids: the tokens, shape (tokens,).
        positions: of each token in its row, shape (tokens,).
        branches: one for each row that adds tokens, in the order of the sequence, which they cover.
        paths: for each row, where its tokens stand in the sequence.
    """

    ids: Ids
    positions: Index
    branches: tuple[Branch, ...]
    paths: tuple[Index, ...]


def prefix_tree(rows: Sequence[Ids], *, share: bool = True) -> PrefixTree:
    """The rows as one sequence.

    Args:
        rows: token ids of each, at least one.
        share: False puts the rows one after the other.
    """
    order = sorted(range(len(rows)), key=lambda at: rows[at].tobytes()) if share else range(len(rows))
    paths: list[Index] = [np.empty(0, np.int64)] * len(rows)
    ids, positions, branches = [], [], []
    last: int | None = None
    used = 0
    for at in order:
        shared = shared_prefix(rows[last], rows[at]) if share and last is not None else 0
        before = paths[last][:shared] if last is not None else paths[at][:0]
        own = rows[at][shared:]
        paths[at] = np.concatenate([before, np.arange(used, used + len(own))])
        if len(own):
            ids.append(own)
            positions.append(np.arange(shared, len(rows[at])))
            branches.append(Branch(used, used + len(own), before))
        used += len(own)
        last = at
    return PrefixTree(np.concatenate(ids), np.concatenate(positions), tuple(branches), tuple(paths))


def shared_prefix(one: Ids, other: Ids) -> int:
    """How many tokens two rows begin with alike."""
    length = min(len(one), len(other))
    different = np.flatnonzero(one[:length] != other[:length])
    return int(different[0]) if len(different) else length


def plan_batches(rows: Sequence[Ids], most: int, *, packing: bool = True, share: bool = True) -> list[list[int]]:
    """Which rows are computed together: those that begin alike first of all, as many as fit.

    Args:
        rows: token ids of each.
        most: so many tokens are computed at once; a longer row stands alone.
        packing: False gives a batch for each row.
        share: whether what rows begin with is computed once.

    Returns:
        Indices of rows; each row is in one batch.
    """
    if not packing:
        return [[at] for at in range(len(rows))]
    return _fill(_families(rows, most) if share else [([at], len(row)) for at, row in enumerate(rows)], most)


def padded_batches(rows: Sequence[Ids], most: int) -> list[list[int]]:
    """Which rows are computed together where each has a place of its own, padded to the longest.

    Args:
        rows: token ids of each.
        most: so many tokens are computed at once, padding included; a longer row stands alone.

    Returns:
        Indices of rows, those of like length together; each row is in one batch.
    """
    batches: list[list[int]] = []
    room = 0
    for at in sorted(range(len(rows)), key=lambda at: (-len(rows[at]), at)):
        if not room:
            batches.append([])
            room = max(1, most // len(rows[at]))
        batches[-1].append(at)
        room -= 1
    return batches


def _families(rows: Sequence[Ids], most: int) -> list[tuple[list[int], int]]:
    """Rows that begin alike, with the tokens that they take together, cut where they are more than `most`."""
    families: list[tuple[list[int], int]] = []
    last: int | None = None
    for at in sorted(range(len(rows)), key=lambda at: rows[at].tobytes()):
        shared = 0 if last is None else shared_prefix(rows[last], rows[at])
        added = len(rows[at]) - shared
        if families and shared >= _WORTH_SHARING and families[-1][1] + added <= most:
            families[-1] = ([*families[-1][0], at], families[-1][1] + added)
        else:
            families.append(([at], len(rows[at])))
        last = at
    return families


def _fill(families: Sequence[tuple[list[int], int]], most: int) -> list[list[int]]:
    """Best fit, the longest first."""
    batches: list[list[int]] = []
    room: list[tuple[int, int]] = []
    for members, tokens in sorted(families, key=lambda family: (-family[1], family[0])):
        at = bisect_left(room, (tokens, -1))
        if at < len(room):
            left, batch = room.pop(at)
            batches[batch] += members
        else:
            left, batch = max(most, tokens), len(batches)
            batches.append(list(members))
        insort(room, (left - tokens, batch))
    return batches
