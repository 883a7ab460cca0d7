"""Doctors of every city and their free times, computed when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import get_args

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, cities, derived_rng, words
from magnet_kg.toolkits.codes import hide, reveal
from magnet_kg.toolkits.health.records import Specialty

SPECIALTIES: tuple[Specialty, ...] = get_args(Specialty)
VISIT_MINUTES = 30
MOST_TIMES = 6
DAYS_SEARCHED = 21
FREE_SHARE = 0.16
_PER_SPECIALTY = 8
_FIRST_DAY = date(2025, 1, 1)
_FEES: dict[Specialty, tuple[int, int]] = {
    "family_doctor": (70, 140), "dentist": (80, 190), "dermatologist": (110, 220), "eye_doctor": (70, 160),
    "physiotherapist": (55, 120), "allergist": (110, 210), "orthopedist": (130, 260),
    "ear_nose_throat_doctor": (110, 220), "podiatrist": (70, 150), "cardiologist": (150, 290),
}  # fmt: skip
_PLACES = (
    "Riverside", "Parkview", "Old Mill", "Lakeside", "Hillcrest", "Oak Street", "Northgate", "Orchard", "Harbor",
    "Cedar", "Willow", "Sunrise", "Bridge Street", "Maple", "Meadow", "Southfield",
)  # fmt: skip
_KINDS = ("Practice", "Clinic", "Health Center", "Medical Group")
_STREETS = ("Linden Avenue", "Chapel Street", "High Street", "Canal Road", "Mill Lane", "Park Row", "College Avenue")


@dataclass(frozen=True, slots=True)
class Doctor:
    """Somebody who sees patients. `number` is their place among all doctors of the world."""

    number: int
    doctor_id: str
    name: str
    specialty: Specialty
    practice: str
    city: City
    address: str
    phone: str
    email: str
    opens_at: int
    closes_at: int
    rating: float
    fee: float
    accepts_new_patients: bool
    kilometers: float


@lru_cache(maxsize=512)
def doctors_in(seed: int, city: str, specialty: Specialty) -> tuple[Doctor, ...]:
    """The doctors of one kind in a city, best rated first; no two have the same name, rating, fee or distance."""
    rng = derived_rng(seed, "doctors", city, specialty)
    count = rng.randint(4, _PER_SPECIALTY)
    first_names, last_names = rng.sample(words("first_names"), count), rng.sample(words("last_names"), count)
    ratings = sorted(rng.sample(range(34, 50), count), reverse=True)
    low, high = _FEES[specialty]
    fees, distances = rng.sample(range(low, high, 2), count), rng.sample(range(4, 140), count)
    places = rng.sample(_PLACES, count)
    start = (list(cities()).index(city) * len(SPECIALTIES) + SPECIALTIES.index(specialty)) * _PER_SPECIALTY
    made = []
    for number in range(count):
        name = f"{first_names[number]} {last_names[number]}"
        mail = places[number].lower().replace(" ", "")
        made.append(
            Doctor(
                number=start + number,
                doctor_id=hide(seed, "doc", start + number),
                name=name if specialty == "physiotherapist" else f"Dr. {name}",
                specialty=specialty,
                practice=f"{places[number]} {rng.choice(_KINDS)}",
                city=cities()[city],
                address=f"{rng.randint(2, 190)} {rng.choice(_STREETS)}",
                phone=f"+1 {rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}",
                email=f"reception@{mail}.example.com",
                opens_at=rng.choice([7, 8, 8, 9]),
                closes_at=rng.choice([16, 17, 18]),
                rating=ratings[number] / 10,
                fee=float(fees[number]),
                accepts_new_patients=number == 0 or rng.random() < 0.85,
                kilometers=distances[number] / 10,
            )
        )
    return tuple(made)


def doctor_by_id(seed: int, doctor_id: str) -> Doctor:
    """The doctor with this id, or a `not_found` error."""
    number = reveal(seed, "doc", doctor_id)
    doctor = None if number is None else _doctor(seed, number)
    if doctor is None:
        raise ToolError("not_found", f"There is no doctor with the id {doctor_id}.")
    return doctor


def free_times(seed: int, doctor: Doctor, after: datetime) -> list[datetime]:
    """The first free times of a doctor after a moment, earliest first; the doctor's own book, before the user's."""
    found: list[datetime] = []
    for ahead in range(DAYS_SEARCHED):
        day = after.date() + timedelta(days=ahead)
        if day.weekday() >= 5:
            continue
        rng = derived_rng(seed, "visits", doctor.doctor_id, day.isoformat())
        for half in range(2 * doctor.opens_at, 2 * doctor.closes_at):
            moment = datetime.combine(day, time(half // 2, 30 * (half % 2)))
            if rng.random() < FREE_SHARE and moment > after:
                found.append(moment)
        if len(found) >= MOST_TIMES:
            break
    return found[:MOST_TIMES]


def time_id(seed: int, prefix: str, number: int, moment: datetime) -> str:
    """The id of a time of a doctor (or of an appointment): the number of one and the half hours since the first day."""
    halves = (moment.date() - _FIRST_DAY).days * 48 + moment.hour * 2 + moment.minute // 30
    return hide(seed, prefix, (number << 17) + halves)


def time_by_id(seed: int, prefix: str, text: str, noun: str) -> tuple[int, datetime]:
    """What `time_id` was given for this id, or a `not_found` error."""
    value = reveal(seed, prefix, text)
    if value is None or value >> 37:
        raise ToolError("not_found", f"There is no {noun} with the id {text}.")
    number, halves = divmod(value, 1 << 17)
    day, half = divmod(halves, 48)
    return number, datetime.combine(_FIRST_DAY + timedelta(days=day), time(half // 2, 30 * (half % 2)))


def doctor_of_time(seed: int, appointment_slot_id: str) -> tuple[Doctor, datetime]:
    """The doctor and the moment of a free time, or a `not_found` error."""
    number, moment = time_by_id(seed, "slot", appointment_slot_id, "free appointment")
    doctor = _doctor(seed, number)
    if doctor is None:
        raise ToolError("not_found", f"There is no free appointment with the id {appointment_slot_id}.")
    return doctor, moment


def _doctor(seed: int, number: int) -> Doctor | None:
    group, place = divmod(number, _PER_SPECIALTY)
    city, specialty = divmod(group, len(SPECIALTIES))
    if city >= len(cities()):
        return None
    here = doctors_in(seed, list(cities())[city], SPECIALTIES[specialty])
    return here[place] if place < len(here) else None
