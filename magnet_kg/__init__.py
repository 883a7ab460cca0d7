"""Multi-turn tool-use training data from a graph of functions: executed, traced, replayable.

import magnet_kg

report = magnet_kg.run("quick", out="runs/quick", rows=200)
for row in magnet_kg.rows("runs/quick"):
    ...
assert not magnet_kg.check("runs/quick")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magnet_kg.domain.errors import MagnetError

if TYPE_CHECKING:
    from magnet_kg.api import check, rows, run, walk

__all__ = ["MagnetError", "check", "rows", "run", "walk"]


def __getattr__(name: str) -> Any:
    # The API brings the whole pipeline along; whoever imports one record does not pay for it.
    if name in __all__:
        from magnet_kg import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
