"""Restaurants, their menus, tables to reserve and food to be delivered."""

from __future__ import annotations

from magnet_kg.toolkits.dining import deliveries, finding, tables
from magnet_kg.toolkits.dining.kit import toolkit

# The functions register themselves where they are defined.
__all__ = ["deliveries", "finding", "tables", "toolkit"]
