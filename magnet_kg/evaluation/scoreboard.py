"""Right answers counted, and what one student gains over another, with how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from magnet_kg.domain.record import Record
from magnet_kg.evaluation.results import ItemResult

# Draws of the bootstrap, their seed, and the percentiles that hold 95 % between them.
_DRAWS, _SEED, _BETWEEN = 10_000, 7, (2.5, 97.5)
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

    The bootstrap is paired: it draws items, with both students' verdicts on each (Efron & Tibshirani 1993, ch. 8).

    Args:
        found: the student's results.
        base: another's, on the same items.
    """
    verdicts = _by_category(found)
    others = _by_category(base) if base is not None else {}
    drawn = {
        category: _draws(category, right, others[category]) for category, right in verdicts.items() if base is not None
    }
    made = [_score(category, right, others.get(category), drawn.get(category)) for category, right in verdicts.items()]
    if len(made) < 2:
        return made
    share = float(np.mean([one.share for one in made]))
    items = sum(one.items for one in made)
    if base is None:
        return [*made, Score(category=ALL, items=items, share=share)]
    other = float(np.mean([one.base or 0.0 for one in made]))
    low, high = np.percentile(np.mean(list(drawn.values()), axis=0), _BETWEEN)
    gained = {"base": other, "difference": share - other, "low": float(low), "high": float(high)}
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


def _score(
    category: str, right: Mapping[str, bool], other: Mapping[str, bool] | None, drawn: np.ndarray[Any, Any] | None
) -> Score:
    share = sum(right.values()) / len(right)
    if other is None or drawn is None:
        return Score(category=category, items=len(right), share=share)
    base = sum(other[one] for one in right) / len(right)
    low, high = map(float, np.percentile(drawn, _BETWEEN))
    return Score(
        category=category, items=len(right), share=share, base=base, difference=share - base, low=low, high=high
    )


def _draws(category: str, right: Mapping[str, bool], other: Mapping[str, bool]) -> np.ndarray[Any, Any]:
    """The difference in each draw; items differ in their two verdicts alone, so that counts of these are drawn.

    Each category has draws of its own: the mean of several is as sure as independent ones make it.
    """
    gained = sum(right[one] > other[one] for one in right)
    lost = sum(right[one] < other[one] for one in right)
    many = len(right)
    random = np.random.default_rng([_SEED, crc32(category.encode()), many, gained, lost])
    counts = random.multinomial(many, [gained / many, lost / many, (many - gained - lost) / many], size=_DRAWS)
    found: np.ndarray[Any, Any] = (counts[:, 0] - counts[:, 1]) / many
    return found
