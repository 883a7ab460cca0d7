"""What the functions about doctors, prescriptions and reminders return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from magnet_kg.toolkits.health.records import Specialty


@dataclass(slots=True)
class DoctorMatch:
    """A doctor as a search shows them; the fee is that of an ordinary visit."""

    doctor_id: str
    doctor_name: str
    specialty: Specialty
    patient_rating: float
    visit_fee: float
    currency: str
    distance_km: float


@dataclass(slots=True)
class DoctorMatches:
    """Doctors of a city, best rated first."""

    city: str
    doctors: list[DoctorMatch]


@dataclass(slots=True)
class DoctorDetails:
    """Everything about one doctor."""

    doctor_id: str
    doctor_name: str
    specialty: Specialty
    practice_name: str
    city: str
    address: str
    phone: str
    email: str
    opens_at: str
    closes_at: str
    patient_rating: float
    visit_fee: float
    currency: str
    accepts_new_patients: bool
    distance_km: float


@dataclass(slots=True)
class FreeAppointment:
    """A time at which a doctor could see the user."""

    appointment_slot_id: str
    starts_at: datetime
    time_zone: str


@dataclass(slots=True)
class FreeAppointments:
    """The first free times of a doctor, earliest first."""

    doctor_id: str
    doctor_name: str
    practice_name: str
    free_appointments: list[FreeAppointment]


@dataclass(slots=True)
class BookedAppointment:
    """A visit that is in the doctor's book."""

    appointment_id: str
    doctor_id: str
    doctor_name: str
    practice_name: str
    address: str
    city: str
    starts_at: datetime
    time_zone: str
    duration_minutes: int
    visit_reason: str | None


@dataclass(slots=True)
class AppointmentList:
    """The visits that come, soonest first."""

    appointments: list[BookedAppointment]


@dataclass(slots=True)
class NewTime:
    """Another time for a visit that is booked."""

    new_appointment_time_id: str
    starts_at: datetime
    time_zone: str


@dataclass(slots=True)
class NewTimes:
    """Other times for a visit, earliest first."""

    appointment_id: str
    doctor_name: str
    booked_for: datetime
    new_appointment_times: list[NewTime]


@dataclass(slots=True)
class MovedAppointment:
    """A visit at its new time."""

    appointment_id: str
    doctor_name: str
    practice_name: str
    previously_at: datetime
    starts_at: datetime
    time_zone: str


@dataclass(slots=True)
class CancelledAppointment:
    """A visit that will not take place."""

    doctor_name: str
    practice_name: str
    was_booked_for: datetime
    cancelled: bool


@dataclass(slots=True)
class PrescriptionSummary:
    """A prescription as the user sees it."""

    prescription_id: str
    medication_name: str
    dose: str
    doctor_id: str
    doctor_name: str
    refills_left: int
    runs_out_on: date
    refill_price: float
    currency: str


@dataclass(slots=True)
class PrescriptionList:
    """The user's prescriptions, the one that runs out first at the top."""

    prescriptions: list[PrescriptionSummary]


@dataclass(slots=True)
class OrderedRefill:
    """A refill that the pharmacy prepares."""

    refill_order_id: str
    medication_name: str
    pharmacy_name: str
    pharmacy_address: str
    pickup_date: date
    refill_price: float
    currency: str
    refills_left: int


@dataclass(slots=True)
class MedicationReminder:
    """A daily reminder."""

    medication_reminder_id: str
    prescription_id: str
    medication_name: str
    dose: str
    reminder_time: str


@dataclass(slots=True)
class MedicationReminders:
    """All daily reminders, in the order of the day."""

    medication_reminders: list[MedicationReminder]


@dataclass(slots=True)
class RemovedReminder:
    """A reminder that is gone."""

    prescription_id: str
    medication_name: str
    reminder_time: str
    removed: bool
