"""The seats of a plane: which are free, what they cost."""

from __future__ import annotations

from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.flights.offers import Cabin, Flight
from magnet_kg.toolkits.flights.records import FreeSeat, SeatPosition

_ROWS: dict[Cabin, range] = {
    "business": range(1, 6),
    "premium_economy": range(7, 12),
    "economy": range(14, 39),
}
_LETTERS: dict[Cabin, str] = {"business": "ACDF", "premium_economy": "ACDF", "economy": "ABCDEF"}
_EXTRA_LEGROOM = (14, 26)


def free_seats(world: World, flight: Flight) -> list[FreeSeat]:
    """The free seats of the flight's cabin, one in a row at most: the plane is nearly full.

    Args:
        world: its seed decides.
        flight: whose seats; the user's own are not taken into account.
    """
    rng = derived_rng(world.seed, "seats", flight.flight_id)
    rows = _ROWS[flight.cabin]
    kept = sorted(rng.sample(rows, rng.randint(len(rows) // 4 + 2, len(rows) // 3 + 2)))
    return [_seat(row, rng.choice(_LETTERS[flight.cabin]), flight.cabin) for row in kept]


def _seat(row: int, letter: str, cabin: Cabin) -> FreeSeat:
    position: SeatPosition = "window" if letter in "AF" else "aisle" if letter in "CD" else "middle"
    extra = cabin == "economy" and row in _EXTRA_LEGROOM
    fee = 0.0 if cabin != "economy" or row > 30 else 49.0 if extra else 18.0 if row < 20 else 9.0
    return FreeSeat(f"{row}{letter}", row, position, extra, fee)
