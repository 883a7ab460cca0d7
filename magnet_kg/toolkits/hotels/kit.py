"""The hotels toolkit, the stays that a new world has, and what counts as a valid stay."""

from __future__ import annotations

from random import Random
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import Toolkit
from magnet_kg.execution.world import World
from magnet_kg.toolkits.hotels.bookings import make_bookings
from magnet_kg.toolkits.hotels.directory import MOST_NIGHTS
from magnet_kg.toolkits.hotels.records import HotelsState

toolkit = Toolkit("hotels", category="travel", description="Hotels, their free rooms, and the user's stays.")

Nights = Annotated[int, Field(ge=1, le=MOST_NIGHTS)]
Guests = Annotated[int, Field(ge=1, le=4)]


@toolkit.state
def make_state(world: World, rng: Random) -> HotelsState:
    """One or two booked stays."""
    return make_bookings(world, rng)
