"""The resolved recipe in a run's folder: what was made there, so that only the same run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.rows import write_atomically

RECIPE = "recipe.yaml"
_NAMED = {
    "functions_hash": "the functions",
    "code_hash": "the code of the toolkits",
    "edges_hash": "the judged dependencies",
    "phrases_hash": "the phrases or prompts",
    "version": "the version of magnet-kg",
}
# A row's world is made of every toolkit that is there, used or not: the ids in it depend on all of them.
_INSTALLED = "installed_toolkits"
_SAME = "Give the same --toolkits"


def claim_folder(folder: Path, recipe: Recipe, facts: Mapping[str, str]) -> dict[str, Any]:
    """Write `recipe.yaml`, or make sure that the one that is there says the same.

    Args:
        folder: the run's folder.
        recipe: the resolved recipe.
        facts: version and hashes of what the rows depend on.

    Raises:
        MagnetError: the folder holds another run; the first difference is named.
    """
    refuse_other_run(folder, recipe, facts)
    resolved = {**recipe.record, **facts}
    path = folder / RECIPE
    if not path.exists():
        write_atomically(path, yaml.safe_dump(resolved, sort_keys=False).encode())
    return resolved


def refuse_other_run(folder: Path, recipe: Recipe, facts: Mapping[str, str]) -> None:
    """Make sure that a folder is free, or holds this recipe's run as far as these facts tell; nothing is written.

    Raises:
        MagnetError: as `claim_folder`.
    """
    path = folder / RECIPE
    if not path.exists():
        if any(folder.glob("*.jsonl")):
            raise MagnetError(f"this folder holds rows but no {RECIPE}", where=str(folder), do="Give another --out")
        return
    resolved = {**recipe.record, **facts}
    stored = _read(path)
    for key in _differences(stored, resolved):
        if key == _INSTALLED and stored.get(key):
            changes = _changed_names(str(stored[key]), facts[key])
            raise MagnetError(
                f"this folder holds a run with other toolkits: {changes}", where=str(folder),
                do=f"{_SAME}, or give another --out",
            )  # fmt: skip
        if key != "recipe_hash":
            raise MagnetError(
                f"this folder holds another run: {_NAMED.get(key, key)} changed"
                + ("" if key in _NAMED else f" from {_at(stored, key)} to {_at(resolved, key)}"),
                where=str(folder),
                do="Give another --out, or remove the folder to start again",
            )


def require_same_toolkits(folder: Path, toolkits: Iterable[str]) -> None:
    """Where a run says of which toolkits its worlds were made, make sure that those, and no others, are there.

    Args:
        folder: the run's folder, or the export in it; rows that were moved elsewhere say nothing of it.
        toolkits: the names of those that are there.

    Raises:
        MagnetError: with the names that are missing or too many.
    """
    path = next((p for p in (folder / RECIPE, folder.parent / RECIPE) if p.is_file()), None)
    stored = _read(path).get(_INSTALLED) if path is not None else None
    if isinstance(stored, str):
        changes = _changed_names(stored, " ".join(toolkits))
        if changes:
            raise MagnetError(f"the rows were made with other toolkits: {changes}", where=str(path), do=_SAME)


def resolved_recipe(folder: Path) -> dict[str, Any]:
    """The recipe of the run in a folder, with what it was resolved to.

    Raises:
        MagnetError: there is none.
    """
    path = folder / RECIPE
    if not path.is_file():
        raise MagnetError(f"this folder holds no {RECIPE}", where=str(folder), do="Give the folder of a run")
    return dict(_read(path))


def stored_recipe(resolved: Mapping[str, Any], folder: Path) -> Recipe:
    """The recipe as it was given.

    Raises:
        MagnetError: it is of another version.
    """
    try:
        return Recipe.model_validate({key: resolved[key] for key in Recipe.model_fields if key in resolved})
    except ValidationError as error:
        raise MagnetError(
            f"this recipe cannot be read: {error.errors()[0]['msg']}", where=str(folder / RECIPE),
            do="Make the run again with this version",
        ) from error  # fmt: skip


def _changed_names(stored: str, now: str) -> str:
    """ "games is missing, chess is new"; nothing where both are the same."""
    before, after = stored.split(), now.split()
    told = [f"{name} is missing" for name in before if name not in after]
    return ", ".join(told + [f"{name} is new" for name in after if name not in before])


def _read(path: Path) -> Mapping[str, Any]:
    try:
        stored = yaml.safe_load(path.read_bytes())
    except yaml.YAMLError:
        stored = None
    if not isinstance(stored, dict):
        raise MagnetError("this is not the recipe of a run", where=str(path), do="Give another --out")
    return stored


def _differences(stored: Any, resolved: Mapping[str, Any], prefix: str = "") -> list[str]:
    """What differs; a fact that the run in the folder states, and this one does not yet know, is no difference."""
    found = []
    for key, new in resolved.items():
        old = stored.get(key) if isinstance(stored, dict) else None
        if isinstance(new, Mapping):
            found += _differences(old, new, f"{prefix}{key}.")
        elif old != new:
            found.append(f"{prefix}{key}")
    return found


def _at(data: Any, key: str) -> Any:
    for part in key.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data
