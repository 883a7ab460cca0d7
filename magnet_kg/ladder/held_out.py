"""Toolkits that are held out: no row of any rung has a function of theirs, and held-out dialogues have no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.selection import select_functions
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench


def without_toolkits(recipe: Recipe, held_out: Sequence[str], folders: Sequence[Path] = ()) -> Recipe:
    """The recipe over the other toolkits.

    Args:
        recipe: as it was given.
        held_out: names of toolkits.
        folders: of toolkits beside what is installed.

    Raises:
        MagnetError: the recipe's rows have no function of one of these, or no toolkit would be left.
    """
    bench = open_workbench(WorkbenchSettings(tuple(folders)))
    if not held_out:
        return recipe
    used: list[str] = []
    if recipe.uses_toolkits:
        chosen = select_functions(
            recipe, bench.toolkits, {one: f.record for t in bench.toolkits for one, f in t.functions.items()}
        )
        used = sorted({function.toolkit for function in chosen.values()})
    missing = [name for name in held_out if name not in used]
    if missing:
        raise MagnetError(
            f"no row has a function of {', '.join(missing)}", where=f"recipe {recipe.name}",
            do=f"Hold out some of {', '.join(used) or 'its toolkits, which it lacks'}",
        )  # fmt: skip
    kept = tuple(name for name in used if name not in held_out)
    if not kept:
        raise MagnetError(
            "every toolkit of the recipe is held out", where=f"recipe {recipe.name}", do="Hold fewer toolkits out"
        )
    return recipe.model_copy(update={"toolkits": kept})
