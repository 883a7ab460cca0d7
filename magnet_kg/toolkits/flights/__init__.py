"""Flights: searching the timetable, and the user's own bookings with their seats, bags and check-in."""

from __future__ import annotations

from magnet_kg.toolkits.flights import boarding, changing, finding, reserving
from magnet_kg.toolkits.flights.kit import toolkit

# The functions register themselves where they are defined.
__all__ = ["boarding", "changing", "finding", "reserving", "toolkit"]
