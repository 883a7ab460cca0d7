"""The resolved recipe in a run's folder: what was made there, so that only the same run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from magnet_kg.domain.errors import MagnetError
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.rows import write_atomically

_NAMED = {
    "functions_hash": "the functions",
    "edges_hash": "the judged dependencies",
    "phrases_hash": "the phrases",
    "version": "the version of magnet-kg",
}


def claim_folder(folder: Path, recipe: Recipe, facts: Mapping[str, str]) -> dict[str, Any]:
    """Write `recipe.yaml`, or make sure that the one that is there says the same.

    Args:
        folder: the run's folder.
        recipe: the resolved recipe.
        facts: version and hashes of what the rows depend on.

    Raises:
        MagnetError: the folder holds another run; the first difference is named.
    """
    path = folder / "recipe.yaml"
    resolved = {**recipe.model_dump(mode="json"), **facts}
    if path.exists():
        stored = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in _differences(stored, resolved):
            if key == "recipe_hash":
                continue
            raise MagnetError(
                f"this folder holds another run: {_NAMED.get(key, key)} changed"
                + ("" if key in _NAMED else f" from {_at(stored, key)} to {_at(resolved, key)}"),
                where=str(folder),
                do="Give another --out, or remove the folder to start again",
            )
        return resolved
    if any(folder.glob("*.jsonl")):
        raise MagnetError("this folder holds rows but no recipe.yaml", where=str(folder), do="Give another --out")
    write_atomically(path, yaml.safe_dump(resolved, sort_keys=False).encode())
    return resolved


def _differences(stored: Any, resolved: Mapping[str, Any], prefix: str = "") -> list[str]:
    if not isinstance(stored, dict):
        return [prefix.rstrip(".") or "recipe.yaml"]
    found = []
    for key in [*resolved, *(k for k in stored if k not in resolved)]:
        old, new = stored.get(key), resolved.get(key)
        if isinstance(new, Mapping):
            found += _differences(old, new, f"{prefix}{key}.")
        elif old != (list(new) if isinstance(new, tuple) else new):
            found.append(f"{prefix}{key}")
    return found


def _at(data: Any, key: str) -> Any:
    for part in key.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data
