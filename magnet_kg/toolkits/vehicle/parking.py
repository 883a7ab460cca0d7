"""Where cars may stand, and what is paid for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.vehicle import answers, records
from magnet_kg.toolkits.vehicle.fleet import car_of, charged, paid_parking
from magnet_kg.toolkits.vehicle.kit import toolkit
from magnet_kg.toolkits.vehicle.records import VehicleState
from magnet_kg.toolkits.vehicle.streets import city_called, city_of, counted, parking_zones

Minutes = Annotated[int, Field(ge=15, le=720)]
LONGEST_HOURS = 24


@toolkit.function
def find_parking(world: World, city: str) -> answers.ParkingZoneList:
    """Find where a car can be parked in a city, nearest to the center first, with prices and free spaces.

    Args:
        city: name of the city
    """
    here = city_called(city)
    return answers.ParkingZoneList(here.name, parking_zones(world.seed, here))


@toolkit.function
def start_parking(
    world: World, parking_zone_id: str, car_id: str, parking_minutes: Minutes, card_id: str
) -> answers.PaidParking:
    """Start a parking session for a car and pay for it by card.

    Args:
        parking_zone_id: id of the parking zone
        car_id: id of the car
        parking_minutes: how long the car stays, in minutes
        card_id: id of the payment card
    """
    zone = _zone(world, parking_zone_id)
    car, state = car_of(world, car_id), world.of(VehicleState)
    if any(p.car_id == car_id and p.paid_until > world.now for p in state.parkings):
        raise ToolError("conflict", f"The {car.car_name} already has a parking session that is running.")
    if not zone.free_spaces:
        raise ToolError("sold_out", f"{zone.zone_name} has no free space.")
    fee = counted(zone.hourly_price * parking_minutes / 60, zone.currency)
    charged(world, card_id, fee, zone.currency, zone.zone_name)
    until = world.now + timedelta(minutes=parking_minutes)
    made = records.ParkingSession(world.new_id("park", 5), car_id, parking_zone_id, until, fee, card_id)
    state.parkings.append(made)
    return paid_parking(world, made)


@toolkit.function
def list_parking_sessions(world: World) -> answers.PaidParkingList:
    """List the parking sessions that are running for the household's cars, first to end first."""
    running = [p for p in world.of(VehicleState).parkings if p.paid_until > world.now]
    return answers.PaidParkingList(
        [paid_parking(world, p) for p in sorted(running, key=lambda p: (p.paid_until, p.parking_session_id))]
    )


@toolkit.function
def extend_parking(world: World, parking_session_id: str, parking_minutes: Minutes) -> answers.PaidParking:
    """Let a car stand for longer; the additional fee goes to the card that the session was paid with.

    Args:
        parking_session_id: id of the parking session
        parking_minutes: how much longer the car stays, in minutes
    """
    made = found(world.of(VehicleState).parkings, "parking_session_id", parking_session_id, "parking session")
    zone = _zone(world, made.parking_zone_id)
    until = made.paid_until + timedelta(minutes=parking_minutes)
    if until > world.now + timedelta(hours=LONGEST_HOURS):
        raise ToolError("limit_exceeded", f"{zone.zone_name} allows {LONGEST_HOURS} hours of parking at most.")
    fee = counted(zone.hourly_price * parking_minutes / 60, zone.currency)
    charged(world, made.card_id, fee, zone.currency, zone.zone_name)
    made.paid_until = until
    made.parking_fee = counted(made.parking_fee + fee, zone.currency)
    return paid_parking(world, made)


def _zone(world: World, parking_zone_id: str) -> answers.ParkingZone:
    city = city_of(world.seed, "pkz", parking_zone_id, "parking zone")
    return found(parking_zones(world.seed, city), "parking_zone_id", parking_zone_id, "parking zone")
