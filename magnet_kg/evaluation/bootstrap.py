"""Shares of what was counted in each item, and how sure they are: a bootstrap over items.

After Efron & Tibshirani 1993, ch. 8. A draw takes as many items as there are, some of them twice and some not
at all. Draws depend on a name and on the number of items alone: under one name, two models that were given the same
items are drawn in pairs; under different names, the mean of several is as sure as independent draws make it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Shares = NDArray[np.float64]

DRAWS = 2_000
_SEED = 7
# The percentiles that hold 95 % between them.
_BETWEEN = (2.5, 97.5)


def drawn_shares(name: str, counts: ArrayLike) -> Shares:
    """The share as it was found, then that of each draw: shape (1 + DRAWS,), 0 to 1, NaN where it is of nothing.

    Args:
        name: of what is drawn: a category, a figure.
        counts: shape (items, 2): how much was right in each item, and of how much.
    """
    table = np.asarray(counts, dtype=np.float64)
    many = len(table)
    random = np.random.default_rng([_SEED, many, *name.encode()])
    drawn = random.multinomial(many, np.full(many, 1 / many), size=DRAWS)
    right, of = (np.concatenate([[table[:, at].sum()], drawn @ table[:, at]]) for at in (0, 1))
    shares: Shares = np.divide(right, of, out=np.full(1 + DRAWS, np.nan), where=of > 0)
    return shares


def between(shares: Shares) -> tuple[float, float]:
    """Where 95 % of the draws begin and end; draws that are of nothing do not count."""
    low, high = np.nanpercentile(shares[1:], _BETWEEN)
    return float(low), float(high)
