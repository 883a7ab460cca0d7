"""Rows in one sequence: every row can be read again, and all of them are computed once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from magnet_kg.training.packing import padded_batches, plan_batches, prefix_tree

ROWS = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=12), min_size=1, max_size=8)


def arrays(rows: list[list[int]]) -> list[np.ndarray[tuple[int], np.dtype[np.int32]]]:
    return [np.array(row, dtype=np.int32) for row in rows]


@given(ROWS, st.booleans())
@settings(deadline=None)
def test_a_row_is_a_path_and_no_beginning_stands_twice(rows: list[list[int]], share: bool) -> None:
    tree = prefix_tree(arrays(rows), share=share)
    for row, path in zip(rows, tree.paths, strict=True):
        assert tree.ids[path].tolist() == row
        assert tree.positions[path].tolist() == list(range(len(row)))
    beginnings = {tuple(row[: at + 1]) for row in rows for at in range(len(row))}
    assert len(tree.ids) == (len(beginnings) if share else sum(map(len, rows)))
    covered = [at for branch in tree.branches for at in range(branch.start, branch.end)]
    assert covered == list(range(len(tree.ids)))


@given(ROWS, st.integers(1, 40), st.booleans(), st.booleans())
@settings(deadline=None)
def test_each_row_is_in_one_batch_that_fits(rows: list[list[int]], most: int, packing: bool, share: bool) -> None:
    given_rows = arrays(rows)
    plan = plan_batches(given_rows, most, packing=packing, share=share)
    assert sorted(at for batch in plan for at in batch) == list(range(len(rows)))
    for batch in plan:
        if len(batch) > 1:
            assert packing
            assert len(prefix_tree([given_rows[at] for at in batch], share=share).ids) <= most


def test_rows_that_begin_alike_are_computed_together() -> None:
    prefixes = [np.full(200, number, dtype=np.int32) for number in range(6)]
    rows = [np.append(prefixes[at % 6], np.int32(at)) for at in range(36)]
    for batch in plan_batches(rows, 250):
        assert len({int(rows[at][0]) for at in batch}) == 1
        assert len(batch) == 6


@given(ROWS, st.integers(1, 40))
@settings(deadline=None)
def test_padded_rows_fill_a_batch_with_their_padding(rows: list[list[int]], most: int) -> None:
    plan = padded_batches(arrays(rows), most)
    assert sorted(at for batch in plan for at in batch) == list(range(len(rows)))
    sizes = [len(batch) * max(len(rows[at]) for at in batch) for batch in plan]
    assert all(size <= most for size, batch in zip(sizes, plan, strict=True) if len(batch) > 1)
    for size, batch in zip(sizes[:-1], plan[:-1], strict=True):
        assert size + size // len(batch) > most, "another row of this length would have fitted"
