"""The rungs of a ladder: one recipe with operations switched on one after the other, then its augmentations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.recipe import Mix, Recipe
from magnet_kg.training.rows import Method

BASE, GRAPH, MDPO = "base", "graph", "mdpo"
# What an operation's rung switches on, as keys of a recipe (METHOD.md §4); below it, they are 0.
_OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "merge": ("paths.merge", "paths.again"),
    "insert": ("paths.insert",),
    "split": ("paths.split",),
}
_ABOUT = {
    GRAPH: "walks along the graph alone",
    "merge": "several requests in one message",
    "insert": "nested calls that nobody asks for by name",
    "split": "turns in which something is missing",
    MDPO: "multi-turn DPO on pairs",
}
# Shares of rows that are masked where a recipe masks none; distractors then range from none to twice their mean.
_MASKED = 0.15
AUGMENTATIONS = ("masked", "distractors", "shuffled")


@dataclass(frozen=True)
class Rung:
    """What a model is taught at one step of the ladder.

    Attributes:
        name: of its folder.
        about: what it has beyond the rung before it.
        method: "sft" from the base model; "mdpo" from the model of the rung before.
        recipe: of its rows, or of its pairs, with the recipe's own seed.
    """

    name: str
    about: str
    method: Method
    recipe: Recipe

    def seeded(self, seed: int) -> Recipe:
        """The recipe of one of its runs."""
        return self.recipe.model_copy(update={"seed": seed})


def rungs_of(recipe: Recipe, further: Sequence[str] = (), *, mdpo: bool = True) -> tuple[Rung, ...]:
    """The rungs above the base model, each with everything that the one before it has.

    Rows of one turn are the same at each rung, except that `insert` gives those of kind `multiple` their wishes: what
    differs is how dialogues of many turns are made.

    Args:
        recipe: with all operations, as they are at the top.
        further: augmentations as rungs after `split`: masked, distractors, shuffled, or KEY=VALUE with any of a
            recipe's keys (`paths.offered=4`), which has the recipe's own value below.
        mdpo: whether the last rung is trained by preference.

    Raises:
        MagnetError: the recipe has no dialogues of many turns, an operation is off in it, it has no pairs, or a rung
            that is not known, not new, or changes nothing.
    """
    where = f"recipe {recipe.name}"
    if not any(mix.multi_turn for (_, part), mix in recipe.mixes.items() if part == "sft"):
        raise MagnetError(
            "there are no rows of several turns, which are what the operations shape", where=where,
            do="Give multi_turn under sft: some rows",
        )  # fmt: skip
    for name, keys in _OPERATIONS.items():
        if not any(_value(recipe, key) for key in keys):
            raise MagnetError(
                f"{name} is off, so that its rung would be the one before it", where=where,
                do=f"Give {keys[0]} more than 0",
            )  # fmt: skip
    steps = [_augmentation(recipe, one) for one in further]
    rungs: list[Rung] = []
    off: dict[str, Any] = {key: 0.0 for keys in _OPERATIONS.values() for key in keys}
    off |= {key: below for _, key, below, _ in steps}

    def add(name: str, about: str) -> None:
        changed = changed_recipe(recipe, off)
        if name in {rung.name for rung in rungs}:
            raise MagnetError(f"there are two rungs {name}", do="Give each --rung once")
        rungs.append(Rung(name, about, "sft", _only(changed, "sft")))

    add(GRAPH, _ABOUT[GRAPH])
    for name, keys in _OPERATIONS.items():
        for key in keys:
            del off[key]
        add(name, _ABOUT[name])
    for name, key, _, value in steps:
        off[key] = value
        add(name, f"{key}: {_told(value)}")
    if mdpo:
        if not any(mix.total for (_, part), mix in recipe.mixes.items() if part == "preference"):
            raise MagnetError(
                "there are no pairs for mdpo", where=where, do="Give some under preference:, or --no-mdpo"
            )
        rungs.append(Rung(MDPO, _ABOUT[MDPO], "mdpo", _only(changed_recipe(recipe, off), "preference")))
    return tuple(rungs)


def changed_recipe(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """The recipe with other values under some of its keys ("masked", "paths.merge").

    Raises:
        MagnetError: no such key, or a value that does not fit.
    """
    told = recipe.model_dump()
    for key, value in changes.items():
        *parents, last = key.split(".")
        place = told
        for parent in parents:
            place = place.get(parent) or {}
        if not isinstance(place, dict) or last not in place:
            raise MagnetError(f"a recipe has no key {key}", do="Name one such as masked or paths.offered")
        place[last] = value
    try:
        return Recipe.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        raise MagnetError(
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}", where=f"recipe {recipe.name}",
            do="Change the value given to --rung",
        ) from error  # fmt: skip


def _augmentation(recipe: Recipe, named: str) -> tuple[str, str, Any, Any]:
    """(name of the rung, key, its value below, its value from there on)."""
    key, equals, text = named.partition("=")
    if equals:
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError:
            value = text
        value = _value(changed_recipe(recipe, {key: value}), key)
        below, name = _value(recipe, key), key.rpartition(".")[2]
    elif named == "masked":
        name, key, below, value = named, "masked", 0.0, recipe.masked or _MASKED
    elif named == "distractors":
        low, high = recipe.paths.distractors
        mean = (low + high) // 2
        name, key, below = named, "paths.distractors", (mean, mean)
        value = (low, high) if low < high else (0, 2 * mean)
    elif named == "shuffled":
        name, key, below, value = named, "paths.shuffled", False, True
    else:
        raise MagnetError(f"there is no rung {named}", do=f"Give {', '.join(AUGMENTATIONS)}, or KEY=VALUE of a recipe")
    if below == value:
        raise MagnetError(f"{named} changes nothing: the recipe has that value already", do="Give another value")
    return name, key, below, value


def _only(recipe: Recipe, part: str) -> Recipe:
    """Without the rows of the other part, and without pools that then make nothing."""
    other = {"sft": "preference", "preference": "sft"}[part]
    pools = {name: pool.model_copy(update={other: Mix()}) for name, pool in recipe.pools.items()}
    kept = {name: pool for name, pool in pools.items() if pool.sft.total + pool.preference.total}
    return recipe.model_copy(update={other: Mix(), "pools": kept})


def _value(recipe: Recipe, key: str) -> Any:
    found: Any = recipe
    for part in key.split("."):
        found = getattr(found, part)
    return found


def _told(value: Any) -> str:
    return " to ".join(map(str, value)) if isinstance(value, tuple) else str(value)
