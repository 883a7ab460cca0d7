"""Right answers counted, and what one student gains over another, with how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from magnet_kg.domain.record import Record
from magnet_kg.evaluation.bootstrap import Shares, between, drawn_shares
from magnet_kg.evaluation.results import ItemResult

ALL = "mean"


class Score(Record):
    """A category's score.

    Attributes:
        category: its name; "mean" for the mean over all, each with the same weight.
        items: that were asked.
        share: of right ones, 0 to 1.
        base: the other student's share on the same items; None where nobody is compared with.
        difference: `share` minus `base`.
        low: of the difference, where 95 % of the draws of the paired bootstrap begin.
        high: where they end.
    """

    category: str
    items: int
    share: float
    base: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def scores(found: Sequence[ItemResult], base: Sequence[ItemResult] | None = None) -> list[Score]:
    """A score for each category, and their mean where there are several.

    Args:
        found: the student's results.
        base: another's, on the same items.
    """
    verdicts = _by_category(found)
    others = _by_category(base) if base is not None else {}
    drawn = {
        category: _gained(category, right, others[category]) for category, right in verdicts.items() if base is not None
    }
    made = [_score(category, right, others.get(category), drawn.get(category)) for category, right in verdicts.items()]
    if len(made) < 2:
        return made
    share = float(np.mean([one.share for one in made]))
    items = sum(one.items for one in made)
    if base is None:
        return [*made, Score(category=ALL, items=items, share=share)]
    other = float(np.mean([one.base or 0.0 for one in made]))
    low, high = between(np.mean(list(drawn.values()), axis=0))
    gained = {"base": other, "difference": share - other, "low": low, "high": high}
    return [*made, Score(category=ALL, items=items, share=share, **gained)]


def errors(found: Sequence[ItemResult]) -> dict[str, dict[str, int]]:
    """How often each of the benchmark's kinds of error occurs, by category, the most frequent first."""
    counted: dict[str, Counter[str]] = {}
    for one in found:
        if not one.valid:
            counted.setdefault(one.category, Counter())[one.error_type] += 1
    return {category: dict(kinds.most_common()) for category, kinds in counted.items()}


def summary(found: Sequence[ItemResult]) -> dict[str, Any]:
    """What a report says of one student beside its scores."""
    return {
        "items": len(found),
        "errors": errors(found),
        "unanswered": dict(Counter(one.unanswered for one in found if one.unanswered).most_common()),
    }


def _by_category(found: Sequence[ItemResult]) -> Mapping[str, Mapping[str, bool]]:
    sorted_out: dict[str, dict[str, bool]] = {}
    for one in found:
        sorted_out.setdefault(one.category, {})[one.id] = one.valid
    return sorted_out


def _score(category: str, right: Mapping[str, bool], other: Mapping[str, bool] | None, drawn: Shares | None) -> Score:
    share = sum(right.values()) / len(right)
    if other is None or drawn is None:
        return Score(category=category, items=len(right), share=share)
    base = sum(other[one] for one in right) / len(right)
    low, high = between(drawn)
    return Score(
        category=category, items=len(right), share=share, base=base, difference=share - base, low=low, high=high
    )


def _gained(category: str, right: Mapping[str, bool], other: Mapping[str, bool]) -> Shares:
    """The difference of the two students' shares in each draw."""
    ours, theirs = ([(float(some[one]), 1.0) for one in right] for some in (right, other))
    return drawn_shares(category, ours) - drawn_shares(category, theirs)
