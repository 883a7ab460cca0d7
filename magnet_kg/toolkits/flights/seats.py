"""The seats of a plane: which are free, what they cost."""

from __future__ import annotations

from dataclasses import dataclass

from magnet_kg.execution.world import World, derived_rng
from magnet_kg.toolkits.flights.offers import Cabin, Flight
from magnet_kg.toolkits.flights.records import FlightBooking, SeatPosition

_ROWS: dict[Cabin, range] = {
    "business": range(1, 6),
    "premium_economy": range(7, 12),
    "economy": range(14, 39),
}
_LETTERS: dict[Cabin, str] = {"business": "ACDF", "premium_economy": "ACDF", "economy": "ABCDEF"}
_EXTRA_LEGROOM = (14, 26)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of a plane."""

    number: str
    row: int
    position: SeatPosition
    extra_legroom: bool
    fee: float


def free_seats(world: World, flight: Flight) -> list[Seat]:
    """The free seats of the flight's cabin from front to back, one in a row at most: planes are nearly full.

    Args:
        world: its seed decides.
        flight: whose seats; those that the user has taken are not left out.
    """
    rng = derived_rng(world.seed, "seats", flight.flight_id)
    rows = _ROWS[flight.cabin]
    kept = sorted(rng.sample(rows, rng.randint(len(rows) // 4 + 2, len(rows) // 3 + 2)))
    return [_seat(row, rng.choice(_LETTERS[flight.cabin]), flight.cabin) for row in kept]


def seat_id(world: World, booking: FlightBooking, seat: Seat) -> str:
    """The id of a free seat for one booking; it changes when the booking moves to another flight."""
    rng = derived_rng(world.seed, "seat", booking.flight_booking_id, booking.flight_id, seat.number)
    return f"seat_{rng.randrange(10**6, 10**7)}"


def _seat(row: int, letter: str, cabin: Cabin) -> Seat:
    position: SeatPosition = "window" if letter in "AF" else "aisle" if letter in "CD" else "middle"
    extra = cabin == "economy" and row in _EXTRA_LEGROOM
    fee = 0.0 if cabin != "economy" else 49.0 if extra else 18.0 if row < 20 else 9.0 if row < 31 else 5.0
    return Seat(f"{row}{letter}", row, position, extra, fee)
