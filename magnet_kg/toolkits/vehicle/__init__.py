"""The household's cars: how they are, charging and gas, drives, garages, papers, keys for others, parking.

`driving` has what concerns a car on the road, `upkeep` garages, papers and keys, `parking` where it stands.
"""

from __future__ import annotations

from magnet_kg.toolkits.vehicle import driving, parking, upkeep
from magnet_kg.toolkits.vehicle.kit import toolkit

__all__ = ["driving", "parking", "toolkit", "upkeep"]
