"""What the search for flows finds: calls that worked, and which values were accepted where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from magnet_kg.domain.function import Function
from magnet_kg.execution.toolkits import SavedWorld

Arguments = dict[str, Any]
Slot = tuple[str, str]  # (function, parameter)
Path = tuple[str, str]  # (function, output path)


@dataclass(frozen=True)
class Good:
    """A call that succeeded, and the state in which it did."""

    arguments: Arguments
    before: SavedWorld


@dataclass(frozen=True)
class SourceRun:
    """A call whose outputs are tried elsewhere; `after` is None where the call changed nothing."""

    function: str
    arguments: Arguments
    outputs: tuple[tuple[str, str, str], ...]  # (binding path, concrete path, value)
    before: SavedWorld
    after: SavedWorld | None


@dataclass
class Tally:
    """How many values of one output path did what at one parameter, over all worlds; the rest were refused."""

    accepted: int = 0
    understood: int = 0  # fails otherwise than made-up values do
    used_up: int = 0  # accepted before the source was called, not after


@dataclass
class Flows:
    """The ground truth of all worlds together."""

    functions: Mapping[str, Function]
    tallies: dict[tuple[Path, Slot], Tally] = field(default_factory=lambda: defaultdict(Tally))
    values: dict[Path, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))  # how many, by world
    tried: dict[Slot, list[int]] = field(default_factory=lambda: defaultdict(list))  # in which worlds
    reached: set[str] = field(default_factory=set)
    seen: set[Path] = field(default_factory=set)  # output paths that returned something
    took_made_up: dict[Slot, list[bool]] = field(default_factory=lambda: defaultdict(list))
    changes: set[str] = field(default_factory=set)  # functions that changed a world
    results: dict[str, list[tuple[Arguments, Any]]] = field(default_factory=lambda: defaultdict(list))
    calculations: set[str] = field(default_factory=set)
    failures: dict[tuple[Slot, str], int] = field(default_factory=lambda: defaultdict(int))
    calls: int = 0

    @cached_property
    def deciding(self) -> set[Slot]:
        """Parameters that refuse what nobody ever returned: only there, acceptance says something."""
        return {slot for slot, taken in self.took_made_up.items() if not any(taken)}

    def verdict(self, source: Path, slot: Slot) -> bool | None:
        """Whether what the source returns there is accepted by the parameter; None where no world decides it."""
        if slot not in self.deciding:
            return None
        tally = self.tallies.get((source, slot), Tally())
        total = sum(self.values[source][world] for world in self.tried[slot]) if source in self.values else 0
        refused = total - tally.accepted - tally.understood - tally.used_up
        if tally.accepted and refused + tally.used_up <= tally.accepted + tally.understood:
            return tally.accepted > 1 or not refused
        return False if tally.accepted or tally.used_up or refused else None
