"""A toolkit that nobody wrote phrases for, as a stranger's catalog would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World

toolkit = Toolkit("garage", category="cars", description="Garages and appointments there.")


@dataclass(slots=True)
class Garage:
    garage_id: str
    garage_name: str
    rating: float


@dataclass(slots=True)
class Garages:
    garages: list[Garage]
    searched_city: str


@dataclass(slots=True)
class Appointment:
    appointment_id: str
    garage_name: str
    day: date
    service: str
    price: float
    voucher: str | None


@dataclass(slots=True)
class Appointments:
    appointments: list[Appointment]


@dataclass(slots=True)
class Cancelled:
    appointment_id: str
    refund: float
    done: bool


@dataclass(slots=True)
class Book:
    garages: list[Garage]
    appointments: list[Appointment]


@toolkit.state
def make_book(world: World, rng: Random) -> Book:
    names = ["Bolt & Sons", "Quickfix", "The Wheelhouse"]
    ratings = rng.sample([3.1, 3.9, 4.4, 4.8], 3)
    garages = [Garage(world.new_id("gar", 4), name, rating) for name, rating in zip(names, ratings, strict=True)]
    return Book(garages, [])


@toolkit.function
def find_garages(world: World, city: str) -> Garages:
    """Finds garages in a city (by name).

    Args:
        city: Name of the city.
    """
    return Garages(list(world.of(Book).garages), city)


@toolkit.function
def book_appointment(
    world: World, garage_id: str, day: date, service: Literal["oil", "tires"], mileage: int = 0
) -> Appointment:
    """Books an appointment at a garage.

    Args:
        garage_id: Id of the garage.
        day: The day of the appointment.
        service: What is to be done.
        mileage: Miles that the car has gone.
    """
    book = world.of(Book)
    garage = next((g for g in book.garages if g.garage_id == garage_id), None)
    if garage is None:
        raise ToolError("not_found", f"There is no garage with the id {garage_id}.")
    made = Appointment(world.new_id("app"), garage.garage_name, day, service, 49.5, None)
    book.appointments.append(made)
    return made


@toolkit.function
def list_appointments(world: World) -> Appointments:
    """Lists all appointments."""
    return Appointments(list(world.of(Book).appointments))


@toolkit.function
def cancel_appointment(world: World, appointment_id: str) -> Cancelled:
    """Cancels an appointment.

    Args:
        appointment_id: Id of the appointment.
    """
    book = world.of(Book)
    if all(a.appointment_id != appointment_id for a in book.appointments):
        raise ToolError("not_found", f"There is no appointment with the id {appointment_id}.")
    book.appointments = [a for a in book.appointments if a.appointment_id != appointment_id]
    return Cancelled(appointment_id, 12.5, True)
