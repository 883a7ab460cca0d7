"""The flights toolkit, and the bookings that a new world has."""

from __future__ import annotations

from random import Random

from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.world import World
from magnet_kg.toolkits.flights.initial import make_bookings
from magnet_kg.toolkits.flights.records import FlightsState

toolkit = Toolkit("flights", category="travel", description="Flights, bookings, seats, bags, check-in.")


@toolkit.state
def make_state(world: World, rng: Random) -> FlightsState:
    """One to three booked flights."""
    return make_bookings(world, rng)
