"""Rows that share what is offered: several requests for the same tools in the same order, one row after the other.

Everything before the user's words is then the same in each row of a group, which a trainer may read once for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind
from magnet_kg.domain.randomness import derived_rng

# Kinds whose rows form groups; dialogues of many turns have worlds of their own.
GROUPED: frozenset[Kind] = frozenset(["single", "parallel", "multiple", "irrelevance"])


@dataclass(frozen=True)
class Group:
    """The group of a row: its number among those of its kind, and the row's place in it."""

    kind: Kind
    number: int
    place: int
    size: int

    @property
    def key(self) -> str:
        """The same for all rows of the group."""
        return f"{self.kind}/{self.number}"

    def rng(self, seed: int, what: str, pool: str) -> Random:
        """The randomness that its rows have in common."""
        return derived_rng(seed, what, pool, self.key)

    def starts(self, rng: Random, least: int = 1) -> list[int]:
        """Where the rows of the group start, as numbers of rows: each somewhere else, or several at the same place."""
        least = min(least, self.size)
        # Few functions with several requests each make short prompts.
        different = min(rng.randint(least, self.size) for _ in range(2))
        return [self.number * self.size + place % different for place in range(self.size)]


def group_of(kind: Kind, number: int, size: int) -> Group:
    """The group of the row with this number among those of its kind; of a size of 1 each row is its own."""
    size = size if kind in GROUPED else 1
    return Group(kind, number // size, number % size, size)


def one_in_two_dresses(first: Function, second: Function) -> bool:
    """Whether two functions of a catalog are one and the same in their source, under two names."""
    return (
        first.original_name is not None
        and first.original_name == second.original_name
        and first.catalog == second.catalog
    )
