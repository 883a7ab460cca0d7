"""The cars that a household begins with, and the drives that they have made: all from the world's seed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, cities, derived_rng, found
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.conversions.rates import exchange
from magnet_kg.toolkits.vehicle.answers import PaidParking, ServiceVisit, Trip
from magnet_kg.toolkits.vehicle.records import (
    Car,
    CarDocument,
    ParkingSession,
    Powertrain,
    ServiceAppointment,
    ServiceType,
    SharedKey,
    VehicleState,
)
from magnet_kg.toolkits.vehicle.streets import city_of, garages, parking_zones, service_price

BATTERY_KILOWATT_HOURS = 58.0
HOME_KILOWATTS = 11.0
HOME_PRICE = 0.19
WHEELS = ("front left", "front right", "rear left", "rear right")
SERVICES: tuple[ServiceType, ...] = (
    "oil_change", "tire_change", "brake_check", "inspection", "air_conditioning", "wheel_alignment",
)  # fmt: skip
_COLORS = (
    "blue", "red", "silver", "black", "white", "green", "yellow", "orange", "gray", "beige", "burgundy", "turquoise",
)  # fmt: skip
_BODIES = ("hatchback", "sedan", "wagon", "SUV", "coupe", "convertible", "minivan", "pickup", "van", "roadster")
_MAKERS = ("Norvik", "Alderan", "Castello", "Takeda", "Brandt", "Solari", "Quill", "Morland", "Hedron", "Vesper")
_MODELS = (
    "Tern", "Comet", "Lynx", "Atlas", "Breeze", "Rover Mk", "Nova", "Pilgrim", "Juno", "Falcon", "Orbit", "Sable",
    "Ridge", "Pico", "Marlin", "Aria", "Dune", "Kite", "Onyx", "Vale",
)  # fmt: skip
_INSURERS = ("Harborstone", "Oakline Mutual", "Bluepeak", "Fairlane Insurance", "Northgate", "Keystone Auto", "Redfern")
_PAPERS = ("registration", "inspection certificate", "insurance card", "parking permit", "emissions certificate")
_WHERE = (
    "the supermarket", "the office", "the swimming pool", "the airport", "the garden center", "the train station",
    "the hardware store", "the hospital", "the lake", "the music school", "the stadium", "the dentist", "the gym",
    "the recycling center", "the trailhead", "the kindergarten", "the theater", "the bakery",
)  # fmt: skip
_DAYS = 14


def make_fleet(world: World, rng: Random) -> VehicleState:
    """An electric car and one that burns gasoline, with papers, a visit to a garage, a parked car and a lent key."""
    state = VehicleState()
    colors, bodies = rng.sample(_COLORS, 2), rng.sample(_BODIES, 2)
    powertrains: list[Powertrain] = ["electric", "gasoline"]
    rng.shuffle(powertrains)
    for color, body, powertrain in zip(colors, bodies, powertrains, strict=True):
        state.cars.append(_car(world, rng, f"{color} {body}", powertrain))
    home = cities()[world.person.home_city]
    for car in state.cars:
        service = rng.choice(SERVICES[1:] if car.powertrain == "electric" else SERVICES)
        garage = rng.choice(garages(world.seed, home))
        at = _weekday(world.now + timedelta(days=rng.randrange(2, 25)), rng)
        state.appointments.append(
            ServiceAppointment(
                world.new_id("svc", 5), car.car_id, garage.garage_id, service, at, service_price(garage, service)
            )
        )
        if rng.random() < 0.8:
            until = world.today + timedelta(days=rng.randrange(3, 60))
            contact = rng.choice(world.contacts)
            state.keys.append(SharedKey(world.new_id("key", 5), car.car_id, contact.contact_id, until))
    zone = rng.choice(parking_zones(world.seed, home))
    until_time = world.now + timedelta(minutes=15 * rng.randrange(1, 9))
    state.parkings.append(
        ParkingSession(
            world.new_id("park", 5),
            rng.choice(state.cars).car_id,
            zone.parking_zone_id,
            until_time,
            zone.hourly_price,
            rng.choice(world.cards).card_id,
        )
    )
    return state


def _car(world: World, rng: Random, name: str, powertrain: Powertrain) -> Car:
    bar = rng.choice([2.2, 2.3, 2.4, 2.5, 2.6])
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
    documents = [
        CarDocument(world.new_id("cdoc", 5), title, world.today + timedelta(days=rng.randrange(20, 700)))
        for title in rng.sample(_PAPERS, 3)
    ]
    charging = powertrain == "electric" and rng.random() < 0.4
    return Car(
        car_id=world.new_id("car", 5),
        car_name=name,
        model_name=f"{rng.choice(_MAKERS)} {rng.choice(_MODELS)}",
        license_plate=f"{letters} {rng.randrange(1000, 9999)}",
        powertrain=powertrain,
        level_percent=rng.randrange(9, 75),
        full_range_km=rng.randrange(310, 520) if powertrain == "electric" else rng.randrange(520, 860),
        odometer_km=rng.randrange(2_400, 168_000),
        is_locked=rng.random() < 0.45,
        cabin_celsius=round(rng.uniform(3, 34), 1),
        parked_at=f"{rng.randrange(2, 190)} {rng.choice(['Maple', 'Cedar', 'Walnut', 'Chestnut', 'Birch'])} Street",
        tire_pressures=[round(bar + rng.choice([0.0, 0.1, -0.1, -0.2, -0.4, 0.0]), 1) for _ in WHEELS],
        recommended_bar=bar,
        insurer=rng.choice(_INSURERS),
        yearly_premium=float(rng.randrange(48, 190) * 10),
        insured_until=world.today + timedelta(days=rng.randrange(15, 360)),
        documents=documents,
        charge_limit=rng.choice([80, 90, 100]) if charging else None,
    )


def car_of(world: World, car_id: str) -> Car:
    """The car with this id, or a `not_found` error."""
    return found(world.of(VehicleState).cars, "car_id", car_id, "car")


def electric(world: World, car_id: str) -> Car:
    """The car with this id, if it has a plug.

    Raises:
        ToolError: `not_found` or `unsupported`.
    """
    car = car_of(world, car_id)
    if car.powertrain != "electric":
        raise ToolError("unsupported", f"The {car.car_name} runs on gasoline and cannot be charged.")
    return car


def range_of(car: Car) -> float:
    """How many kilometers the car still gets."""
    return round(car.full_range_km * car.level_percent / 100, 1)


def trips_of(world: World, car: Car) -> list[Trip]:
    """The drives of the last two weeks, newest first."""
    state = world.of(VehicleState)
    index = state.cars.index(car)
    per_km = 0.045 if car.powertrain == "electric" else 0.11
    trips = []
    for ago in range(1, _DAYS + 1):
        day = world.today - timedelta(days=ago)
        rng = derived_rng(world.seed, "vehicle", "trip", str(index), day.isoformat())
        if rng.random() < 0.5:
            continue
        km = round(rng.uniform(2.0, 90.0), 1)
        trip_id = hide(world.seed, "trip", day.toordinal() * 4 + index)
        trips.append(
            Trip(
                trip_id=trip_id,
                destination=rng.choice(_WHERE),
                started_at=datetime.combine(day, time(rng.randrange(7, 20), rng.randrange(0, 60, 5))),
                distance_km=km,
                duration_minutes=round(km * rng.uniform(1.0, 1.9)) + 4,
                trip_cost=round(km * per_km, 2),
                currency=world.person.currency,
                purpose=state.trip_purposes.get(trip_id, "private"),
            )
        )
    return trips


def trip_by_id(world: World, trip_id: str) -> Trip:
    """The drive with this id, or a `not_found` error."""
    number, state = reveal(world.seed, "trip", trip_id), world.of(VehicleState)
    if number is not None and number % 4 < len(state.cars):
        for trip in trips_of(world, state.cars[number % 4]):
            if trip.trip_id == trip_id:
                return trip
    raise ToolError("not_found", f"There is no trip with the id {trip_id}.")


def car_of_trip(world: World, trip_id: str) -> Car:
    """The car with which a drive was made."""
    trip_by_id(world, trip_id)
    return world.of(VehicleState).cars[(reveal(world.seed, "trip", trip_id) or 0) % 4]


def visit(world: World, a: ServiceAppointment) -> ServiceVisit:
    """A visit to a garage as it is listed."""
    city = city_of(world.seed, "grg", a.garage_id, "garage")
    garage = found(garages(world.seed, city), "garage_id", a.garage_id, "garage")
    return ServiceVisit(
        service_appointment_id=a.service_appointment_id,
        car_name=car_of(world, a.car_id).car_name,
        garage_name=garage.garage_name,
        city=city.name,
        address=garage.address,
        service_type=a.service_type,
        starts_at=a.starts_at,
        service_price=a.service_price,
        currency=garage.currency,
    )


def paid_parking(world: World, p: ParkingSession) -> PaidParking:
    """A parking session as it is listed."""
    city = city_of(world.seed, "pkz", p.parking_zone_id, "parking zone")
    zone = found(parking_zones(world.seed, city), "parking_zone_id", p.parking_zone_id, "parking zone")
    return PaidParking(
        parking_session_id=p.parking_session_id,
        car_name=car_of(world, p.car_id).car_name,
        zone_name=zone.zone_name,
        city=city.name,
        paid_until=p.paid_until,
        parking_fee=p.parking_fee,
        currency=zone.currency,
    )


def charged(world: World, card_id: str, amount: float, currency: str, merchant: str) -> None:
    """Take an amount in any currency from the account behind a card, which is kept in dollars."""
    world.charge(card_id, exchange(amount, currency, "USD"), merchant, "transport")


def _weekday(moment: datetime, rng: Random) -> datetime:
    at = moment.replace(hour=rng.randrange(8, 17), minute=rng.choice([0, 30]))
    return at + timedelta(days=1) if at.weekday() == 6 else at
