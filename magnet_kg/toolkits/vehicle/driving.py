"""Cars and how they are, their warmth inside, charging and gas, and the drives that they made."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.vehicle import answers, records
from magnet_kg.toolkits.vehicle.fleet import (
    BATTERY_KILOWATT_HOURS,
    HOME_KILOWATTS,
    HOME_PRICE,
    WHEELS,
    car_of,
    car_of_trip,
    charged,
    electric,
    range_of,
    trip_by_id,
    trips_of,
)
from magnet_kg.toolkits.vehicle.kit import toolkit
from magnet_kg.toolkits.vehicle.records import VehicleState
from magnet_kg.toolkits.vehicle.streets import charging_stations, city_called, city_of, counted, gas_stations

Celsius = Annotated[float, Field(ge=15, le=28)]
Percent = Annotated[int, Field(ge=20, le=100)]
Purpose = Literal["private", "business", "commute"]


@toolkit.function
def list_cars(world: World) -> answers.CarList:
    """List the cars of the user's household with their license plates and how far they still get."""
    return answers.CarList(
        [
            answers.CarSummary(c.car_id, c.car_name, c.model_name, c.license_plate, c.powertrain, range_of(c))
            for c in world.of(VehicleState).cars
        ]
    )


@toolkit.function
def get_car_status(world: World, car_id: str) -> answers.CarStatus:
    """Get how a car is: fuel or charge, range, odometer, doors, temperature inside, and where it stands.

    Args:
        car_id: id of the car
    """
    c = car_of(world, car_id)
    return answers.CarStatus(
        car_id=c.car_id,
        car_name=c.car_name,
        powertrain=c.powertrain,
        level_percent=c.level_percent,
        range_km=range_of(c),
        odometer_km=c.odometer_km,
        is_locked=c.is_locked,
        is_charging=c.charge_limit is not None,
        temperature_celsius=c.cabin_celsius,
        parked_at=c.parked_at,
    )


@toolkit.function
def get_tire_pressure(world: World, car_id: str) -> answers.TirePressure:
    """Get the pressure of each tire of a car and whether it is too low.

    Args:
        car_id: id of the car
    """
    c = car_of(world, car_id)
    tires = [
        answers.Tire(wheel, bar, bar < c.recommended_bar - 0.15)
        for wheel, bar in zip(WHEELS, c.tire_pressures, strict=True)
    ]
    return answers.TirePressure(c.car_id, c.car_name, c.recommended_bar, tires)


@toolkit.function
def lock_car(world: World, car_id: str) -> answers.LockedCar:
    """Lock all doors of a car.

    Args:
        car_id: id of the car
    """
    car = car_of(world, car_id)
    if car.is_locked:
        raise ToolError("conflict", f"The {car.car_name} is already locked.")
    car.is_locked = True
    return answers.LockedCar(car.car_id, car.car_name, car.parked_at, True)


@toolkit.function
def start_car_climate(world: World, car_id: str, climate_celsius: Celsius) -> answers.CarClimate:
    """Warm or cool the inside of a parked car before a drive.

    Args:
        car_id: id of the car
        climate_celsius: how warm it should be inside, in degrees Celsius
    """
    car = car_of(world, car_id)
    if car.level_percent < 10:
        raise ToolError("not_available", f"The {car.car_name} is too low on energy to run its climate control.")
    if car.climate_celsius == climate_celsius:
        raise ToolError("conflict", f"The {car.car_name} is already getting to {climate_celsius:g} °C.")
    car.climate_celsius = climate_celsius
    minutes = 2 + round(abs(climate_celsius - car.cabin_celsius) * 0.9)
    ready = world.now + timedelta(minutes=minutes)
    return answers.CarClimate(car.car_id, car.car_name, car.cabin_celsius, climate_celsius, minutes, ready)


@toolkit.function
def find_charging_stations(world: World, city: str) -> answers.ChargingStationList:
    """Find the charging stations for electric cars in a city, nearest to the center first, with prices.

    Args:
        city: name of the city
    """
    here = city_called(city)
    return answers.ChargingStationList(here.name, charging_stations(world.seed, here))


@toolkit.function
def reserve_charger(
    world: World, charging_station_id: str, starts_at: NaiveDatetime, card_id: str
) -> answers.ReservedCharger:
    """Have a plug of a charging station kept free for a time; the fee is paid by card.

    Args:
        charging_station_id: id of the charging station
        starts_at: date and time of the arrival
        card_id: id of the payment card
    """
    city = city_of(world.seed, "cst", charging_station_id, "charging station")
    station = found(charging_stations(world.seed, city), "charging_station_id", charging_station_id, "charging station")
    state = world.of(VehicleState)
    if starts_at <= world.now:
        raise ToolError("invalid_argument", "A plug cannot be reserved for a time in the past.")
    if any(r.charging_station_id == charging_station_id and r.starts_at == starts_at for r in state.reservations):
        raise ToolError("already_exists", f"A plug at {station.station_name} is already reserved for then.")
    fee = counted(6 * station.price_per_kilowatt_hour, station.currency)
    charged(world, card_id, fee, station.currency, station.station_name)
    made = records.ChargerReservation(world.new_id("chr", 5), charging_station_id, starts_at)
    state.reservations.append(made)
    return answers.ReservedCharger(
        charger_reservation_id=made.charger_reservation_id,
        station_name=station.station_name,
        address=station.address,
        city=city.name,
        starts_at=starts_at,
        reservation_fee=fee,
        currency=station.currency,
    )


@toolkit.function
def start_charging(world: World, car_id: str, charge_limit: Percent) -> answers.Charging:
    """Start charging an electric car that is plugged in at home, up to a limit.

    Args:
        car_id: id of the car
        charge_limit: percent of the battery at which charging ends
    """
    car = electric(world, car_id)
    if car.charge_limit is not None:
        raise ToolError("conflict", f"The {car.car_name} is already charging.")
    if car.level_percent >= charge_limit:
        raise ToolError("conflict", f"The battery of the {car.car_name} is at {car.level_percent}% already.")
    car.charge_limit = charge_limit
    needed = BATTERY_KILOWATT_HOURS * (charge_limit - car.level_percent) / 100
    minutes = round(needed / HOME_KILOWATTS * 60)
    return answers.Charging(
        car_id=car.car_id,
        car_name=car.car_name,
        level_percent=car.level_percent,
        limit_percent=charge_limit,
        duration_minutes=minutes,
        ready_at=world.now + timedelta(minutes=minutes),
        charging_cost=round(needed * HOME_PRICE, 2),
        currency=world.person.currency,
    )


@toolkit.function
def stop_charging(world: World, car_id: str) -> answers.StoppedCharging:
    """Stop charging an electric car.

    Args:
        car_id: id of the car
    """
    car = electric(world, car_id)
    if car.charge_limit is None:
        raise ToolError("conflict", f"The {car.car_name} is not charging.")
    car.charge_limit = None
    return answers.StoppedCharging(car.car_id, car.car_name, car.level_percent, range_of(car))


@toolkit.function
def find_gas_stations(world: World, city: str) -> answers.GasStationList:
    """Find the gas stations of a city with their prices per liter, cheapest gasoline first.

    Args:
        city: name of the city
    """
    here = city_called(city)
    return answers.GasStationList(here.name, gas_stations(world.seed, here))


@toolkit.function
def list_trips(world: World, car_id: str) -> answers.TripList:
    """List the drives that a car made in the last two weeks, newest first, with distances and what they cost.

    Args:
        car_id: id of the car
    """
    car = car_of(world, car_id)
    trips = trips_of(world, car)
    return answers.TripList(
        car_id=car.car_id,
        car_name=car.car_name,
        total_distance_km=round(sum(t.distance_km for t in trips), 1),
        total_cost=round(sum(t.trip_cost for t in trips), 2),
        currency=world.person.currency,
        trips=trips,
    )


@toolkit.function
def set_trip_purpose(world: World, trip_id: str, purpose: Purpose) -> answers.LabelledTrip:
    """Note in the logbook what a drive was for.

    Args:
        trip_id: id of the trip
        purpose: what the drive was for
    """
    trip = trip_by_id(world, trip_id)
    if trip.purpose == purpose:
        raise ToolError("conflict", f"The trip to {trip.destination} is already in the logbook as {purpose}.")
    world.of(VehicleState).trip_purposes[trip_id] = purpose
    car = car_of_trip(world, trip_id)
    return answers.LabelledTrip(
        trip.trip_id, car.car_id, car.car_name, trip.destination, trip.started_at, trip.distance_km, purpose
    )
