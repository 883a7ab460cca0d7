"""Which rows a recipe makes: slots with stable ids, and an attempt for each until one is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from magnet_kg.domain.path import TRY, Kind
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.paths.groups import group_of
from magnet_kg.paths.shapes import Slot
from magnet_kg.pipeline.recipe import Recipe

_PAIR = "pair-"


def row_of(attempt: str) -> str:
    """The row that an attempt is for: "multi_turn-00012.2" is the third attempt at "multi_turn-00012"."""
    return attempt.partition(".")[0]


def try_of(attempt: str, number: int) -> str:
    """The id of a try at an attempt, on its path: the first has the attempt's own, the second is "….2~2"."""
    return attempt if number == 1 else f"{attempt}{TRY}{number}"


class RowPlan:
    """The slots of a recipe. A row that is rejected is made anew from another path, `recipe.attempts` times at most.

    Args:
        recipe: how many rows of which kind.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._rows: list[tuple[str, str, Kind, int]] = []
        for (pool, part), mix in recipe.mixes.items():
            prefix = (_PAIR if part == "preference" else "") + (f"{pool}-" if pool else "")
            before = recipe.mixes[pool, "sft"]
            for kind, count in mix.by_kind.items():
                first = before.by_kind[kind] if part == "preference" else 0
                self._rows += [(f"{prefix}{kind}-{number:05d}", pool, kind, first + number) for number in range(count)]

    def open_slots(self, attempt: int, accepted: Iterable[str]) -> list[Slot]:
        """The slots for which no earlier attempt was accepted, in order."""
        attempts = {one.partition(TRY)[0] for one in accepted}
        return [
            self._slot(row, pool, kind, number, attempt)
            for row, pool, kind, number in self._rows
            if not any(f"{row}.{earlier}" in attempts for earlier in range(attempt))
        ]

    def next_slot(self, slot: Slot) -> Slot | None:
        """The next attempt at the same row; None after the last."""
        row, _, attempt = slot.row.partition(".")
        number = slot.number - _start(int(attempt))
        if int(attempt) + 1 == self._recipe.attempts:
            return None
        return self._slot(row, slot.pool, slot.kind, number, int(attempt) + 1)

    def in_order(self, accepted: Iterable[str]) -> list[str]:
        """The accepted attempts in the order of the recipe."""
        by_row = {row_of(attempt): attempt for attempt in accepted}
        return [by_row[row] for row, *_ in self._rows if row in by_row]

    @staticmethod
    def is_pair(row: str) -> bool:
        """Whether a row becomes a preference pair."""
        return row.startswith(_PAIR)

    def sft(self, attempts: Sequence[str]) -> list[str]:
        """Those that become rows for SFT."""
        return [one for one in attempts if not self.is_pair(one)]

    def pairs(self, attempts: Sequence[str]) -> list[str]:
        """Those that become preference pairs."""
        return [one for one in attempts if self.is_pair(one)]

    def _slot(self, row: str, pool: str, kind: Kind, number: int, attempt: int) -> Slot:
        name = f"{row}.{attempt}"
        started = number + _start(attempt)
        group = group_of(kind, started, self._recipe.paths.requests)
        # The rows of a group happen in one world: what the system message states is the same in all of them.
        drawn = name if group.size == 1 else f"{pool}/{group.key}"
        world = derived_rng(self._recipe.seed, "world", drawn).randrange(self._recipe.worlds)
        return Slot(name, kind, self._recipe.seed, self._recipe.seed * 1_000_003 + world, started, pool)


def _start(attempt: int) -> int:
    """Every third attempt starts somewhere else: the world may be what did not work, or where it started."""
    return attempt // 3 * 9973
