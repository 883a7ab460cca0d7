"""Which functions a recipe's rows are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from magnet_kg.catalog.concepts import is_sayable
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.pipeline.recipe import Recipe


def select_functions(
    recipe: Recipe, toolkits: Iterable[Toolkit], functions: Mapping[str, Function]
) -> Mapping[str, Function]:
    """The functions of the toolkits that a recipe names, by id; all of them, where it names none.

    Worlds are made of every toolkit in any case: what a person knows may come from one that no row uses.

    Raises:
        MagnetError: there is no such toolkit, or these functions cannot make a kind of row that the recipe asks for.
    """
    where = f"recipe {recipe.name}"
    known = sorted(toolkit.name for toolkit in toolkits)
    for name in recipe.toolkits:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise MagnetError(
                f"toolkits: there is no toolkit called {name}", where=where,
                do=f"{meant}There are {', '.join(known)}; --toolkits PATH adds your own",
            )  # fmt: skip
    chosen = {one: f for one, f in functions.items() if not recipe.toolkits or f.toolkit in recipe.toolkits}
    _fit_for(recipe, chosen, where)
    return chosen


def _fit_for(recipe: Recipe, functions: Mapping[str, Function], where: str) -> None:
    alone = [f for f in functions.values() if all(is_sayable(f, name) for name in f.required)]
    for kind, fitting, lack in (
        ("single", alone, "can be asked for by itself: each needs an id that another has to give"),
        ("parallel", [f for f in alone if f.required], "takes a value that a person could say"),
        ("irrelevance", [f for f in alone if f.required], "takes a value that a person could say"),
    ):
        wanted = recipe.sft.by_kind | {k: n + recipe.sft.by_kind[k] for k, n in recipe.preference.by_kind.items()}
        if any(n for k, n in wanted.items() if k == kind) and not fitting:
            raise MagnetError(
                f"no {kind} rows can be made: no function of {', '.join(recipe.toolkits) or 'the toolkits'} {lack}",
                where=where, do=f"Name more toolkits under toolkits:, or leave {kind} out",
            )  # fmt: skip
