"""What the household's cars keep, and what their functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Powertrain = Literal["electric", "gasoline"]
ServiceType = Literal["oil_change", "tire_change", "brake_check", "inspection", "air_conditioning", "wheel_alignment"]


@dataclass(slots=True)
class CarDocument:
    """A paper that belongs to a car."""

    car_document_id: str
    document_title: str
    expires_on: date
    shared_with: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Car:
    """A car of the household. The level is that of the tank or the battery, in percent."""

    car_id: str
    car_name: str
    model_name: str
    license_plate: str
    powertrain: Powertrain
    level_percent: int
    full_range_km: int
    odometer_km: int
    is_locked: bool
    cabin_celsius: float
    parked_at: str
    tire_pressures: list[float]
    recommended_bar: float
    insurer: str
    yearly_premium: float
    insured_until: date
    documents: list[CarDocument]
    climate_celsius: float | None = None
    charge_limit: int | None = None


@dataclass(slots=True)
class ServiceAppointment:
    """A visit to a garage that is booked."""

    service_appointment_id: str
    car_id: str
    garage_id: str
    service_type: ServiceType
    starts_at: datetime
    service_price: float


@dataclass(slots=True)
class ParkingSession:
    """A car that stands in a paid zone until a time."""

    parking_session_id: str
    car_id: str
    parking_zone_id: str
    paid_until: datetime
    parking_fee: float
    card_id: str


@dataclass(slots=True)
class ChargerReservation:
    """A plug that waits for the user."""

    charger_reservation_id: str
    charging_station_id: str
    starts_at: datetime


@dataclass(slots=True)
class SharedKey:
    """Somebody else who can open and drive a car until a day."""

    shared_key_id: str
    car_id: str
    contact_id: str
    valid_until: date


@dataclass(slots=True)
class VehicleState:
    """The cars, and what is booked or running for them."""

    cars: list[Car] = field(default_factory=list)
    appointments: list[ServiceAppointment] = field(default_factory=list)
    parkings: list[ParkingSession] = field(default_factory=list)
    reservations: list[ChargerReservation] = field(default_factory=list)
    keys: list[SharedKey] = field(default_factory=list)
    trip_purposes: dict[str, str] = field(default_factory=dict)
