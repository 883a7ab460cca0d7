"""What training needs beyond the base install, looked for before anything is read."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from magnet_kg.domain.errors import MagnetError

_NEEDED = ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "matplotlib")


def require_packages() -> None:
    """Make sure that everything of the extra `train` is there.

    Raises:
        MagnetError: something is missing.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise missing_extra(missing[0])


def missing_extra(name: str) -> MagnetError:
    """What to do about a package that is not installed."""
    return MagnetError(f"training needs {name}", do="pip install 'magnet-kg[train]'")


def versions() -> dict[str, str]:
    """Versions of what was used, by package."""
    return {name: str(_version(name)) for name in ("magnet-kg", *_NEEDED[:-1])}


def _version(name: str) -> Any:
    return import_module("importlib.metadata").version(name)
