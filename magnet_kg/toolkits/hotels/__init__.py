"""Hotels: searching rooms, and the user's own stays with their changes and extras."""

from __future__ import annotations

from magnet_kg.toolkits.hotels import changing, extras, finding, reserving
from magnet_kg.toolkits.hotels.kit import toolkit

# The functions register themselves where they are defined.
__all__ = ["changing", "extras", "finding", "reserving", "toolkit"]
