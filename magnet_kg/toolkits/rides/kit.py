"""The toolkit on which the functions of this folder are registered."""

from __future__ import annotations

from magnet_kg.execution.toolkit import Toolkit

__all__ = ["toolkit"]

toolkit = Toolkit("rides", category="travel", description="Rides in a city, rental cars, and trains between cities.")
