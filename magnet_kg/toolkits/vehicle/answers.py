"""What the functions of the vehicle toolkit return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from magnet_kg.toolkits.vehicle.records import Powertrain, ServiceType


@dataclass(slots=True)
class CarSummary:
    """A car in a list; how far it still gets is in kilometers."""

    car_id: str
    car_name: str
    model_name: str
    license_plate: str
    powertrain: Powertrain
    range_km: float


@dataclass(slots=True)
class CarList:
    """The cars of the household."""

    cars: list[CarSummary]


@dataclass(slots=True)
class CarStatus:
    """How a car is: fuel or charge, range, odometer, lock, warmth inside and where it stands."""

    car_id: str
    car_name: str
    powertrain: Powertrain
    level_percent: int
    range_km: float
    odometer_km: float
    is_locked: bool
    is_charging: bool
    temperature_celsius: float
    parked_at: str


@dataclass(slots=True)
class Tire:
    """A tire and its pressure in bar."""

    position: str
    pressure_bar: float
    is_low: bool


@dataclass(slots=True)
class TirePressure:
    """The pressure of all four tires against what the maker recommends."""

    car_id: str
    car_name: str
    recommended_bar: float
    tires: list[Tire]


@dataclass(slots=True)
class LockedCar:
    """A car that is locked now."""

    car_id: str
    car_name: str
    parked_at: str
    is_locked: bool


@dataclass(slots=True)
class CarClimate:
    """A cabin that is being warmed or cooled."""

    car_id: str
    car_name: str
    temperature_celsius: float
    set_to_celsius: float
    duration_minutes: int
    ready_at: datetime


@dataclass(slots=True)
class ChargingStation:
    """A place with plugs. The price is for a kilowatt-hour, the distance from the center of the city."""

    charging_station_id: str
    station_name: str
    address: str
    distance_km: float
    power_kilowatts: int
    free_plugs: int
    price_per_kilowatt_hour: float
    currency: str


@dataclass(slots=True)
class ChargingStationList:
    """The charging stations of a city, nearest to the center first."""

    city: str
    charging_stations: list[ChargingStation]


@dataclass(slots=True)
class ReservedCharger:
    """A plug that is kept for the user, and what that cost."""

    charger_reservation_id: str
    station_name: str
    address: str
    city: str
    starts_at: datetime
    reservation_fee: float
    currency: str


@dataclass(slots=True)
class Charging:
    """A car that charges at the user's home."""

    car_id: str
    car_name: str
    level_percent: int
    limit_percent: int
    duration_minutes: int
    ready_at: datetime
    charging_cost: float
    currency: str


@dataclass(slots=True)
class StoppedCharging:
    """A car that has stopped charging."""

    car_id: str
    car_name: str
    level_percent: int
    range_km: float


@dataclass(slots=True)
class GasStation:
    """A gas station. The prices are for a liter, the distance is from the center of the city."""

    gas_station_id: str
    station_name: str
    address: str
    distance_km: float
    gasoline_price: float
    diesel_price: float
    currency: str
    closes_at: str


@dataclass(slots=True)
class GasStationList:
    """The gas stations of a city, cheapest gasoline first."""

    city: str
    gas_stations: list[GasStation]


@dataclass(slots=True)
class Trip:
    """A drive that was recorded."""

    trip_id: str
    destination: str
    started_at: datetime
    distance_km: float
    duration_minutes: int
    trip_cost: float
    currency: str
    purpose: str


@dataclass(slots=True)
class TripList:
    """The drives of a car, newest first."""

    car_id: str
    car_name: str
    total_distance_km: float
    total_cost: float
    currency: str
    trips: list[Trip]


@dataclass(slots=True)
class LabelledTrip:
    """A drive with its purpose for the logbook."""

    trip_id: str
    car_id: str
    car_name: str
    destination: str
    started_at: datetime
    distance_km: float
    purpose: str


@dataclass(slots=True)
class Garage:
    """A garage and what an hour of work costs there."""

    garage_id: str
    garage_name: str
    address: str
    phone: str
    garage_rating: float
    hourly_price: float
    currency: str


@dataclass(slots=True)
class GarageList:
    """The garages of a city, best rated first."""

    city: str
    garages: list[Garage]


@dataclass(slots=True)
class ServiceVisit:
    """A visit to a garage."""

    service_appointment_id: str
    car_name: str
    garage_name: str
    city: str
    address: str
    service_type: ServiceType
    starts_at: datetime
    service_price: float
    currency: str


@dataclass(slots=True)
class CancelledVisit:
    """A visit to a garage that will not take place."""

    car_name: str
    garage_name: str
    city: str
    service_type: ServiceType
    cancelled: bool


@dataclass(slots=True)
class ServiceVisitList:
    """The booked visits to garages, soonest first."""

    appointments: list[ServiceVisit]


@dataclass(slots=True)
class CarInsurance:
    """How a car is insured."""

    car_id: str
    car_name: str
    insurer: str
    policy_number: str
    yearly_premium: float
    deductible_amount: float
    currency: str
    insured_until: date
    roadside_phone: str


@dataclass(slots=True)
class CarDocumentSummary:
    """A paper and when it runs out."""

    car_document_id: str
    document_title: str
    expires_on: date


@dataclass(slots=True)
class CarDocumentList:
    """The papers of a car, first to expire first."""

    car_id: str
    car_name: str
    documents: list[CarDocumentSummary]


@dataclass(slots=True)
class SentCarDocument:
    """A paper that somebody got a copy of."""

    document_title: str
    car_name: str
    recipient: str
    expires_on: date


@dataclass(slots=True)
class ParkingZone:
    """A place to park. The price is for an hour, the distance from the center of the city."""

    parking_zone_id: str
    zone_name: str
    address: str
    distance_km: float
    free_spaces: int
    hourly_price: float
    currency: str


@dataclass(slots=True)
class ParkingZoneList:
    """Where one can park in a city, nearest to the center first."""

    city: str
    parking_zones: list[ParkingZone]


@dataclass(slots=True)
class PaidParking:
    """A parking session: where a car stands, until when, and what has been paid for all of it."""

    parking_session_id: str
    car_name: str
    zone_name: str
    city: str
    paid_until: datetime
    parking_fee: float
    currency: str


@dataclass(slots=True)
class PaidParkingList:
    """The parking sessions that run now."""

    parking_sessions: list[PaidParking]


@dataclass(slots=True)
class CarKey:
    """A digital key that somebody else has for a car."""

    shared_key_id: str
    contact_id: str
    driver_name: str
    valid_until: date


@dataclass(slots=True)
class CarKeyList:
    """Who else can drive a car, soonest to end first."""

    car_id: str
    car_name: str
    keys: list[CarKey]


@dataclass(slots=True)
class GivenCarKey:
    """A digital key that was given."""

    shared_key_id: str
    driver_name: str
    car_name: str
    valid_until: date


@dataclass(slots=True)
class RevokedCarKey:
    """A digital key that opens nothing any more."""

    driver_name: str
    car_name: str
    revoked: bool
