"""Ways in a city, the prices of rides, and who drives: computed from the world's seed."""

from __future__ import annotations

from dataclasses import dataclass

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import derived_rng, words
from magnet_kg.toolkits.rides.records import RideType

SEATS: dict[RideType, int] = {"economy": 4, "comfort": 4, "electric": 4, "van": 6, "premium": 4}
_RATES: dict[RideType, tuple[float, float]] = {
    "economy": (3.2, 1.25),
    "electric": (3.6, 1.38),
    "comfort": (4.4, 1.62),
    "van": (6.1, 2.05),
    "premium": (8.5, 2.9),
}
_MAKES = (
    "Tarn",
    "Orrin",
    "Castell",
    "Minara",
    "Kestra",
    "Velden",
    "Lunara",
    "Brack",
    "Solano",
    "Hadley",
    "Nordin",
    "Pavo",
)
_MODELS = (
    "Alto", "Breeze", "Cirrus", "Dune", "Echo", "Fjord", "Glide", "Halo", "Ion", "Juno", "Karst", "Lumen", "Mesa",
    "Nimbus", "Otter", "Pike", "Quill", "Ridge",
)  # fmt: skip
_COLORS = ("white", "black", "silver", "dark blue", "red", "gray", "green")


@dataclass(frozen=True, slots=True)
class Driver:
    """Who drives a ride, and in what."""

    name: str
    phone: str
    car_model: str
    license_plate: str


def car_name(seed: int, *key: str | int) -> str:
    """The make and model of a car, such as "Tarn Fjord"."""
    rng = derived_rng(seed, "car", *map(str, key))
    return f"{rng.choice(_MAKES)} {rng.choice(_MODELS)}"


def driver_of(seed: int, ride_id: str) -> Driver:
    """The driver of a ride."""
    rng = derived_rng(seed, "driver", ride_id)
    letters = "".join(rng.choice("BCDFGHJKLMNPRSTVWXZ") for _ in range(3))
    return Driver(
        name=rng.choice(words("first_names")),
        phone=f"+1 {rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}",
        car_model=f"{rng.choice(_COLORS)} {car_name(seed, ride_id)}",
        license_plate=f"{letters} {rng.randrange(100, 1000)}",
    )


def way_between(seed: int, origin_address: str, destination_address: str) -> tuple[float, int]:
    """Kilometers and minutes from one address to the other.

    Raises:
        ToolError: `invalid_address` or `same_address`.
    """
    ends = sorted(_plain(one) for one in (origin_address, destination_address))
    for address, plain in (
        (origin_address, _plain(origin_address)),
        (destination_address, _plain(destination_address)),
    ):
        if len(plain) < 4 or not any(c.isalpha() for c in plain):
            raise ToolError("invalid_address", f"No driver can find “{address}”; it is no complete address.")
    if ends[0] == ends[1]:
        raise ToolError("same_address", f"The ride would begin and end at the same place, {origin_address}.")
    rng = derived_rng(seed, "ride", *ends)
    distance = round(rng.triangular(1.2, 24.0, 5.5), 1)
    return distance, round(3 + distance * rng.uniform(1.9, 2.9))


def price_of(seed: int, ride_type: RideType, distance_km: float, salt: str) -> float:
    """What a ride of some kind costs over a distance at the moment (`salt` tells the moment)."""
    base, per_km = _RATES[ride_type]
    rng = derived_rng(seed, "fare", ride_type, salt)
    return round((base + per_km * distance_km) * rng.uniform(0.97, 1.06), 2)


def wait_for(seed: int, ride_type: RideType, salt: str) -> int:
    """Minutes until a driver could be there."""
    return derived_rng(seed, "wait", ride_type, salt).randint(2, 14)


def _plain(address: str) -> str:
    return " ".join(address.casefold().replace(",", " ").split())
