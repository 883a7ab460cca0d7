"""The toolkit that the modules beside this one register their functions on."""

from __future__ import annotations

from random import Random

from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.world import World
from magnet_kg.toolkits.vehicle.fleet import make_fleet
from magnet_kg.toolkits.vehicle.records import VehicleState

toolkit = Toolkit("vehicle", category="mobility", description="The cars of the user's household.")


@toolkit.state
def make_state(world: World, rng: Random) -> VehicleState:
    """The cars of the household and what is booked for them."""
    return make_fleet(world, rng)
