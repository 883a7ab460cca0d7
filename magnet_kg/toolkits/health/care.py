"""Doctors and visits to them, prescriptions and reminders: the other half of the health functions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.city_names import find_city
from magnet_kg.toolkits.health.doctors import (
    VISIT_MINUTES,
    Doctor,
    doctor_by_id,
    doctor_of_time,
    doctors_in,
    free_times,
    time_by_id,
    time_id,
)
from magnet_kg.toolkits.health.records import Appointment, HealthState, Prescription, Reminder, Specialty
from magnet_kg.toolkits.health.visits import (
    AppointmentList,
    BookedAppointment,
    CancelledAppointment,
    DoctorDetails,
    DoctorMatch,
    DoctorMatches,
    FreeAppointment,
    FreeAppointments,
    MedicationReminder,
    MedicationReminders,
    MovedAppointment,
    NewTime,
    NewTimes,
    OrderedRefill,
    PrescriptionList,
    PrescriptionSummary,
    RemovedReminder,
)

_PHARMACIES = ("Corner Pharmacy", "Central Pharmacy", "Greenleaf Pharmacy", "Old Town Pharmacy", "Station Pharmacy")
_STREETS = ("Main Street", "Elm Street", "Second Avenue", "Depot Street", "Franklin Avenue")


def register(toolkit: Toolkit) -> None:
    """Add these functions to the toolkit, in this order."""
    for code in (
        search_doctors,
        get_doctor,
        find_free_appointments,
        book_appointment,
        list_appointments,
        find_new_appointment_times,
        move_appointment,
        cancel_appointment,
        list_prescriptions,
        order_refill,
        set_medication_reminder,
        list_medication_reminders,
        remove_medication_reminder,
    ):
        toolkit.function(code)


def search_doctors(world: World, specialty: Specialty, city: str) -> DoctorMatches:
    """Search doctors of one kind, best rated first, with their fees and doctor ids.

    Args:
        specialty: what the doctor is there for
        city: name of the city
    """
    here = find_city(city)
    if here is None:
        raise ToolError("not_found", f"There is no city called {city} in the directory of doctors.")
    return DoctorMatches(
        here.name,
        [
            DoctorMatch(d.doctor_id, d.name, d.specialty, d.rating, d.fee, world.person.currency, d.kilometers)
            for d in doctors_in(world.seed, here.name, specialty)
        ],
    )


def get_doctor(world: World, doctor_id: str) -> DoctorDetails:
    """Get everything about a doctor: practice, address, phone, opening hours and fee.

    Args:
        doctor_id: id of the doctor
    """
    d = doctor_by_id(world.seed, doctor_id)
    return DoctorDetails(
        doctor_id=d.doctor_id,
        doctor_name=d.name,
        specialty=d.specialty,
        practice_name=d.practice,
        city=d.city.name,
        address=d.address,
        phone=d.phone,
        email=d.email,
        opens_at=f"{d.opens_at:02d}:00",
        closes_at=f"{d.closes_at:02d}:00",
        patient_rating=d.rating,
        visit_fee=d.fee,
        currency=world.person.currency,
        accepts_new_patients=d.accepts_new_patients,
        distance_km=d.kilometers,
    )


def find_free_appointments(world: World, doctor_id: str, earliest_day: date) -> FreeAppointments:
    """Find the first free appointments of a doctor from a day on, earliest first, with appointment slot ids.

    Args:
        doctor_id: id of the doctor
        earliest_day: no appointment before this day
    """
    doctor = doctor_by_id(world.seed, doctor_id)
    times = _free(world, doctor, earliest_day)
    zone = doctor.city.time_zone
    return FreeAppointments(
        doctor_id,
        doctor.name,
        doctor.practice,
        [FreeAppointment(time_id(world.seed, "slot", doctor.number, t), t, zone) for t in times],
    )


def book_appointment(world: World, appointment_slot_id: str, visit_reason: str | None = None) -> BookedAppointment:
    """Book a free appointment with the doctor that it was found for.

    Args:
        appointment_slot_id: id of the free appointment
        visit_reason: what the visit is about, for the practice
    """
    doctor, moment = doctor_of_time(world.seed, appointment_slot_id)
    state = world.of(HealthState)
    other = next((a for a in _coming(world) if a.starts_at == moment), None)
    if other is not None:
        name = doctor_by_id(world.seed, other.doctor_id).name
        raise ToolError("conflict", f"There already is an appointment with {name} at that time.")
    if moment not in free_times(world.seed, doctor, moment - timedelta(minutes=1)) or moment <= world.now:
        raise ToolError("not_available", f"{doctor.name} has no time left then.")
    made = Appointment(world.new_id("appt", 6), doctor.doctor_id, moment, visit_reason)
    state.appointments.append(made)
    return _booked(world, made)


def list_appointments(world: World) -> AppointmentList:
    """List the user's coming appointments with doctors, soonest first, with their appointment ids."""
    return AppointmentList([_booked(world, a) for a in _coming(world)])


def find_new_appointment_times(world: World, appointment_id: str, earliest_day: date) -> NewTimes:
    """Find other free times of the doctor to which an appointment could be moved, earliest first.

    Args:
        appointment_id: id of the appointment
        earliest_day: no time before this day
    """
    visit = _standing(world, appointment_id)
    doctor = doctor_by_id(world.seed, visit.doctor_id)
    number = world.of(HealthState).appointments.index(visit)
    times = [t for t in _free(world, doctor, earliest_day) if t != visit.starts_at]
    zone = doctor.city.time_zone
    return NewTimes(
        appointment_id,
        doctor.name,
        visit.starts_at,
        [NewTime(time_id(world.seed, "newtime", number, t), t, zone) for t in times],
    )


def move_appointment(world: World, new_appointment_time_id: str) -> MovedAppointment:
    """Move an appointment to another time that was found for it.

    Args:
        new_appointment_time_id: id of the new appointment time
    """
    number, moment = time_by_id(world.seed, "newtime", new_appointment_time_id, "new appointment time")
    visits = world.of(HealthState).appointments
    if number >= len(visits):
        raise ToolError("not_found", f"There is no new appointment time with the id {new_appointment_time_id}.")
    visit = _standing(world, visits[number].appointment_id)
    doctor = doctor_by_id(world.seed, visit.doctor_id)
    if any(a.starts_at == moment for a in _coming(world)):
        raise ToolError("conflict", "There already is an appointment at that time.")
    before, visit.starts_at = visit.starts_at, moment
    zone = doctor.city.time_zone
    return MovedAppointment(visit.appointment_id, doctor.name, doctor.practice, before, moment, zone)


def cancel_appointment(world: World, appointment_id: str) -> CancelledAppointment:
    """Cancel an appointment with a doctor.

    Args:
        appointment_id: id of the appointment
    """
    visit = _standing(world, appointment_id)
    visit.status = "cancelled"
    doctor = doctor_by_id(world.seed, visit.doctor_id)
    return CancelledAppointment(doctor.name, doctor.practice, visit.starts_at, True)


def list_prescriptions(world: World) -> PrescriptionList:
    """List the user's prescriptions with doses and refills left, sorted by the day they run out."""
    every = sorted(world.of(HealthState).prescriptions, key=lambda p: (p.runs_out_on, p.prescription_id))
    return PrescriptionList(
        [
            PrescriptionSummary(
                prescription_id=p.prescription_id,
                medication_name=p.medication_name,
                dose=p.dose,
                doctor_id=p.doctor_id,
                doctor_name=doctor_by_id(world.seed, p.doctor_id).name,
                refills_left=p.refills_left,
                runs_out_on=p.runs_out_on,
                refill_price=p.refill_price,
                currency=world.person.currency,
            )
            for p in every
        ]
    )


def order_refill(world: World, prescription_id: str, card_id: str) -> OrderedRefill:
    """Order the next refill of a prescription at the pharmacy and pay for it with a card.

    Args:
        prescription_id: id of the prescription
        card_id: id of the payment card
    """
    p = _prescription(world, prescription_id)
    if p.refill_ordered:
        raise ToolError("already_exists", f"A refill of the {p.medication_name} has been ordered already.")
    if p.refills_left == 0:
        raise ToolError("not_available", f"There are no refills left for the {p.medication_name}.")
    rng = derived_rng(world.seed, "pharmacy", prescription_id)
    pharmacy, street = rng.choice(_PHARMACIES), rng.choice(_STREETS)
    world.charge(card_id, p.refill_price, pharmacy, "health")
    p.refills_left -= 1
    p.refill_ordered = True
    return OrderedRefill(
        refill_order_id=world.new_id("ref", 6),
        medication_name=p.medication_name,
        pharmacy_name=pharmacy,
        pharmacy_address=f"{rng.randint(1, 220)} {street}",
        pickup_date=world.today + timedelta(days=rng.randint(1, 3)),
        refill_price=p.refill_price,
        currency=world.person.currency,
        refills_left=p.refills_left,
    )


def set_medication_reminder(world: World, prescription_id: str, reminder_time: str) -> MedicationReminder:
    """Have the user reminded every day to take what a prescription is for.

    Args:
        prescription_id: id of the prescription
        reminder_time: time of day, HH:MM
    """
    p = _prescription(world, prescription_id)
    try:
        at = f"{time.fromisoformat(reminder_time):%H:%M}"
    except ValueError as error:
        raise ToolError("invalid_time", f"{reminder_time} is no time of day.") from error
    state = world.of(HealthState)
    if any((r.prescription_id, r.reminder_time) == (prescription_id, at) for r in state.reminders):
        raise ToolError("already_exists", f"There already is a reminder at {at} for the {p.medication_name}.")
    made = Reminder(world.new_id("rem", 5), prescription_id, at)
    state.reminders.append(made)
    return _reminder(world, made)


def list_medication_reminders(world: World) -> MedicationReminders:
    """List the daily reminders to take something, in the order of the day, with their ids."""
    every = sorted(world.of(HealthState).reminders, key=lambda r: (r.reminder_time, r.medication_reminder_id))
    return MedicationReminders([_reminder(world, r) for r in every])


def remove_medication_reminder(world: World, medication_reminder_id: str) -> RemovedReminder:
    """Remove a daily reminder to take something.

    Args:
        medication_reminder_id: id of the medication reminder
    """
    state = world.of(HealthState)
    one = found(state.reminders, "medication_reminder_id", medication_reminder_id, "reminder")
    state.reminders.remove(one)
    of = _prescription(world, one.prescription_id)
    return RemovedReminder(of.prescription_id, of.medication_name, one.reminder_time, True)


def _free(world: World, doctor: Doctor, earliest_day: date) -> list[datetime]:
    if earliest_day < world.today:
        raise ToolError("invalid_date", f"{earliest_day.isoformat()} is in the past.")
    if (earliest_day - world.today).days > 365:
        raise ToolError("invalid_date", f"The doctor's book goes a year ahead, {earliest_day.isoformat()} is later.")
    after = max(world.now, datetime.combine(earliest_day, time.min))
    taken = {a.starts_at for a in _coming(world)}
    return [t for t in free_times(world.seed, doctor, after) if t not in taken]


def _coming(world: World) -> list[Appointment]:
    every = world.of(HealthState).appointments
    kept = [a for a in every if a.status == "booked" and a.starts_at > world.now]
    return sorted(kept, key=lambda a: (a.starts_at, a.appointment_id))


def _standing(world: World, appointment_id: str) -> Appointment:
    visit = found(world.of(HealthState).appointments, "appointment_id", appointment_id, "appointment")
    name = doctor_by_id(world.seed, visit.doctor_id).name
    if visit.status == "cancelled":
        raise ToolError("already_cancelled", f"The appointment with {name} has been cancelled.")
    if visit.starts_at <= world.now:
        raise ToolError("closed", f"The appointment with {name} is over.")
    return visit


def _prescription(world: World, prescription_id: str) -> Prescription:
    return found(world.of(HealthState).prescriptions, "prescription_id", prescription_id, "prescription")


def _booked(world: World, a: Appointment) -> BookedAppointment:
    d = doctor_by_id(world.seed, a.doctor_id)
    return BookedAppointment(
        appointment_id=a.appointment_id,
        doctor_id=d.doctor_id,
        doctor_name=d.name,
        practice_name=d.practice,
        address=d.address,
        city=d.city.name,
        starts_at=a.starts_at,
        time_zone=d.city.time_zone,
        duration_minutes=VISIT_MINUTES,
        visit_reason=a.visit_reason,
    )


def _reminder(world: World, r: Reminder) -> MedicationReminder:
    p = _prescription(world, r.prescription_id)
    return MedicationReminder(r.medication_reminder_id, p.prescription_id, p.medication_name, p.dose, r.reminder_time)
