"""What each rung is worth: its figure, and what it gains over the rung before it, with how sure that is.

A draw of the bootstrap takes items with what every model of the ladder made of them. A figure is the mean over seeds
of the mean over categories. Its interval says how much other items could change it, and nothing about other seeds,
which change rows and training: of two or three seeds a bootstrap would have too few to draw from. So the seeds have to
agree instead: where one gained and another lost, nothing is shown, wherever the interval lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from magnet_kg.domain.record import Record
from magnet_kg.evaluation.bootstrap import Shares, between, drawn_shares
from magnet_kg.ladder.benchmarks import Counts

Verdict = Literal["helps", "not shown to help", "harms"]


class Gain(Record):
    """What a rung has over another.

    Attributes:
        over: the rung it is compared with.
        difference: of the two shares.
        low: where 95 % of the draws begin.
        high: where they end.
        seeds: the difference of each seed.
    """

    over: str
    difference: float
    low: float
    high: float
    seeds: dict[int, float]

    @property
    def verdict(self) -> Verdict:
        """Helps, or harms, where the interval leaves 0 out and no seed speaks against it."""
        if self.disagreeing or self.low <= 0 <= self.high:
            return "not shown to help"
        return "helps" if self.low > 0 else "harms"

    @property
    def disagreeing(self) -> bool:
        """Whether one seed gained and another lost."""
        return min(self.seeds.values()) < 0 < max(self.seeds.values())


class Standing(Record):
    """A rung's figure.

    Attributes:
        rung: its name.
        items: that were asked.
        share: 0 to 1, the mean over seeds.
        low: where 95 % of the draws begin.
        high: where they end.
        seeds: the share of each seed; of the base model, which has none, none.
        categories: the share by category, the mean over seeds.
        gain: over the rung before; None for the base model.
    """

    rung: str
    items: int
    share: float
    low: float
    high: float
    seeds: dict[int, float]
    categories: dict[str, float]
    gain: Gain | None = None


def standings(ladder: Sequence[tuple[str, Mapping[int | None, Counts]]]) -> list[Standing]:
    """The figure of each rung.

    Args:
        ladder: (rung, what was counted with each seed), the base model, with None as its seed, first. All have the
            same items in the same order.
    """
    drawn = {rung: {seed: _shares(counts) for seed, counts in found.items()} for rung, found in ladder}
    made = [_standing(rung, found, drawn[rung]) for rung, found in ladder]
    compared = [
        one.model_copy(update={"gain": _gain(before.rung, drawn[before.rung], drawn[one.rung])})
        for before, one in pairwise(made)
    ]
    return [made[0], *compared]


def _standing(rung: str, found: Mapping[int | None, Counts], drawn: Mapping[int | None, Shares]) -> Standing:
    several = list(found.values())
    low, high = between(np.mean(list(drawn.values()), axis=0))
    return Standing(
        rung=rung,
        items=sum(map(len, several[0].values())),
        share=float(np.mean([one[0] for one in drawn.values()])),
        low=low,
        high=high,
        seeds={seed: float(one[0]) for seed, one in drawn.items() if seed is not None},
        categories={
            name: float(np.mean([_shares({name: counts[name]})[0] for counts in several])) for name in several[0]
        },
    )


def _gain(over: str, before: Mapping[int | None, Shares], now: Mapping[int | None, Shares]) -> Gain:
    """All seeds of the one against all of the other; seed by seed where both have it."""
    gained = np.mean(list(now.values()), axis=0) - np.mean(list(before.values()), axis=0)
    low, high = between(gained)
    seeds = {
        seed: float(one[0] - before.get(seed, next(iter(before.values())))[0])
        for seed, one in now.items()
        if seed is not None
    }
    return Gain(over=over, difference=float(gained[0]), low=low, high=high, seeds=seeds)


def _shares(counts: Counts) -> Shares:
    """The mean over categories, what was found first; a share of nothing is none."""
    shares = [np.nan_to_num(drawn_shares(name, one)) for name, one in counts.items()]
    return np.asarray(np.mean(shares, axis=0), dtype=np.float64)
