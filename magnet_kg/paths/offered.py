"""Which functions a dialogue is offered, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from magnet_kg.paths.draft import Draft


def needed_by(draft: Draft) -> list[str]:
    """The functions that a row needs, those that are missing included, in the order of use."""
    return list(dict.fromkeys(step.function for turn in draft.turns for step in (*turn.steps, *turn.wanted)))


def at_most(most: int | None, tools: Sequence[str], needed: Sequence[str]) -> list[str]:
    """So many of the functions, the first ones, with all that are needed; in their order. None for all."""
    if most is None:
        return list(tools)
    others = [one for one in tools if one not in needed][: max(0, most - len(needed))]
    return [one for one in tools if one in needed or one in others]


def needed_first(tools: Sequence[str], needed: Sequence[str] = ()) -> list[str]:
    """The same functions: what is needed first, in the order of use, then the others by id."""
    return [one for one in needed if one in tools] + sorted(one for one in tools if one not in needed)
