"""Ways to get around: rides in a city, rental cars, and trains between cities."""

from __future__ import annotations

from random import Random

from magnet_kg.execution.world import World
from magnet_kg.toolkits.rides import rail, rental, taxi
from magnet_kg.toolkits.rides.initial import make_rides
from magnet_kg.toolkits.rides.kit import toolkit
from magnet_kg.toolkits.rides.records import RidesState

__all__ = ["make_state", "rail", "rental", "taxi", "toolkit"]


@toolkit.state
def make_state(world: World, rng: Random) -> RidesState:
    """Saved addresses, rides of the last weeks and of the next days, a rental car and a train ticket or two."""
    return make_rides(world, rng)
