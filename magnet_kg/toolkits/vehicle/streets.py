"""What stands along the streets of every city: stations, garages, parking. Computed from the seed, never stored."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng, words
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.conversions.rates import decimals, exchange
from magnet_kg.toolkits.vehicle.answers import ChargingStation, Garage, GasStation, ParkingZone
from magnet_kg.toolkits.vehicle.records import ServiceType

MOST_PER_CITY = 8
_STREETS = (
    "Station Road", "Harbor Street", "Mill Lane", "Ring Road", "Market Street", "Airport Road", "Canal Street",
    "North Avenue", "Bridge Street", "River Road", "Park Avenue", "Old Post Road", "Foundry Street", "Elm Street",
)  # fmt: skip
_CHARGE_BRANDS = ("Voltway", "Plugwell", "Amperia", "Joltpoint", "Sparkline", "Greenwatt", "Kilopoint", "Ionroad")
_CHARGE_PLACES = ("Mall", "Station", "Stadium", "Market Hall", "Riverside", "Campus", "City Hall", "Park and Ride")
_GAS_BRANDS = ("Petrona", "Roadstar", "Fuelwise", "Norgas", "Tankmate", "Goldpump", "Highwell", "Corvo", "Blue Barrel")
_GAS_PLACES = ("North", "South", "East", "West", "Ring Road", "Harbor", "Airport", "Central")
_GARAGE_KINDS = ("Auto Service", "Motors", "Garage", "Car Care", "Workshop", "Tire & Brake")
_ZONES = ("Deck", "Garage", "Lot", "Plaza", "Underground")
_SQUARES = (
    "Opera", "Old Town", "Riverside", "Museum", "Theater", "Station", "Market", "University", "Harbor", "Cathedral",
    "Library", "Arena",
)  # fmt: skip
_HOURS: dict[ServiceType, float] = {
    "oil_change": 0.8,
    "tire_change": 0.7,
    "brake_check": 0.5,
    "inspection": 1.2,
    "air_conditioning": 1.0,
    "wheel_alignment": 0.9,
}


def city_called(name: str) -> City:
    """The city of this name.

    Raises:
        ToolError: `not_found`.
    """
    city = find_city(name)
    if city is None:
        raise ToolError("not_found", f"There is no city called {name} on the map.")
    return city


def charging_stations(seed: int, city: City) -> list[ChargingStation]:
    """All charging stations of a city, nearest to the center first."""
    rng = derived_rng(seed, "vehicle", "charging", city.name)
    made = []
    for number, (brand, place, km) in enumerate(_drawn(rng, _CHARGE_BRANDS, _CHARGE_PLACES)):
        power = rng.choice([11, 22, 50, 100, 150, 300])
        made.append(
            ChargingStation(
                charging_station_id=hide(seed, "cst", _number(city, number)),
                station_name=f"{brand} {place}",
                address=_address(rng),
                distance_km=km,
                power_kilowatts=power,
                free_plugs=rng.choice([0, 1, 2, 2, 3, 4, 6]),
                price_per_kilowatt_hour=_local(rng.uniform(0.28, 0.42) + power / 1500, city),
                currency=city.currency,
            )
        )
    return made


def gas_stations(seed: int, city: City) -> list[GasStation]:
    """All gas stations of a city, cheapest gasoline first."""
    rng = derived_rng(seed, "vehicle", "gas", city.name)
    made = []
    for number, (brand, place, km) in enumerate(_drawn(rng, _GAS_BRANDS, _GAS_PLACES)):
        price = rng.uniform(0.9, 1.7)
        made.append(
            GasStation(
                gas_station_id=hide(seed, "gst", _number(city, number)),
                station_name=f"{brand} {place}",
                address=_address(rng),
                distance_km=km,
                gasoline_price=_local(price, city),
                diesel_price=_local(price * rng.uniform(0.92, 1.08), city),
                currency=city.currency,
                closes_at=rng.choice(["21:00", "22:00", "23:00", "23:30"]),
            )
        )
    return sorted(made, key=lambda s: (s.gasoline_price, s.station_name))


def garages(seed: int, city: City) -> list[Garage]:
    """The garages of a city, best rated first."""
    rng = derived_rng(seed, "vehicle", "garages", city.name)
    made = []
    for number, name in enumerate(rng.sample(words("last_names"), rng.randrange(4, MOST_PER_CITY))):
        made.append(
            Garage(
                garage_id=hide(seed, "grg", _number(city, number)),
                garage_name=f"{name} {rng.choice(_GARAGE_KINDS)}",
                address=_address(rng),
                phone=f"+1 {rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}",
                garage_rating=round(rng.uniform(3.1, 5.0), 1),
                hourly_price=_local(rng.uniform(62, 148), city),
                currency=city.currency,
            )
        )
    return sorted(made, key=lambda g: (-g.garage_rating, g.garage_name))


def service_price(garage: Garage, service_type: ServiceType) -> float:
    """What a garage takes for a service, in the currency of its city."""
    return counted(garage.hourly_price * _HOURS[service_type], garage.currency)


def parking_zones(seed: int, city: City) -> list[ParkingZone]:
    """Where one can park in a city, nearest to the center first."""
    rng = derived_rng(seed, "vehicle", "parking", city.name)
    made = []
    for number, (square, kind, km) in enumerate(_drawn(rng, _SQUARES, _ZONES)):
        made.append(
            ParkingZone(
                parking_zone_id=hide(seed, "pkz", _number(city, number)),
                zone_name=f"{square} {kind}",
                address=_address(rng),
                distance_km=km,
                free_spaces=rng.choice([0, 3, 8, 14, 27, 60, 112]),
                hourly_price=_local(max(0.8, 4.8 - km) * rng.uniform(0.7, 1.3), city),
                currency=city.currency,
            )
        )
    return made


def counted(amount: float, currency: str) -> float:
    """An amount as finely as its currency is counted."""
    return round(amount, decimals(currency))


def city_of(seed: int, prefix: str, item_id: str, noun: str) -> City:
    """The city in which the thing with this id stands.

    Raises:
        ToolError: `not_found`.
    """
    number = reveal(seed, prefix, item_id)
    if number is not None and number // MOST_PER_CITY < len(cities()):
        return cities()[_names()[number // MOST_PER_CITY]]
    raise ToolError("not_found", f"There is no {noun} with the id {item_id}.")


@lru_cache(maxsize=1)
def _names() -> list[str]:
    return sorted(cities())


def _number(city: City, number: int) -> int:
    return _names().index(city.name) * MOST_PER_CITY + number


def _drawn(rng: Random, firsts: tuple[str, ...], seconds: tuple[str, ...]) -> list[tuple[str, str, float]]:
    """Some names without repetition, each with a distance in kilometers, nearest first."""
    count = rng.randrange(3, 6)
    distances = sorted(round(rng.uniform(0.2, 3.9), 1) for _ in range(count))
    return list(zip(rng.sample(firsts, count), rng.sample(seconds, count), distances, strict=True))


def _address(rng: Random) -> str:
    return f"{rng.randrange(1, 240)} {rng.choice(_STREETS)}"


def _local(dollars: float, city: City) -> float:
    return exchange(dollars, "USD", city.currency)
