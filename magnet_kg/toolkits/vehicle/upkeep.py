"""Garages and visits to them, insurance and papers, and the keys that others have."""

from __future__ import annotations

from datetime import date

from pydantic import NaiveDatetime

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, derived_rng, found
from magnet_kg.toolkits.vehicle import answers, records
from magnet_kg.toolkits.vehicle.fleet import car_of, visit
from magnet_kg.toolkits.vehicle.kit import toolkit
from magnet_kg.toolkits.vehicle.records import ServiceType, VehicleState
from magnet_kg.toolkits.vehicle.streets import city_called, city_of, garages, service_price


@toolkit.function
def find_garages(world: World, city: str) -> answers.GarageList:
    """Find the garages of a city, best rated first, with what an hour of work costs.

    Args:
        city: name of the city
    """
    here = city_called(city)
    return answers.GarageList(here.name, garages(world.seed, here))


@toolkit.function
def book_service_appointment(
    world: World, car_id: str, garage_id: str, service_type: ServiceType, starts_at: NaiveDatetime
) -> answers.ServiceVisit:
    """Book a visit to a garage for a car; it is paid there.

    Args:
        car_id: id of the car
        garage_id: id of the garage
        service_type: the work that is needed
        starts_at: date and time when the car is brought
    """
    car, state = car_of(world, car_id), world.of(VehicleState)
    city = city_of(world.seed, "grg", garage_id, "garage")
    garage = found(garages(world.seed, city), "garage_id", garage_id, "garage")
    if starts_at <= world.now:
        raise ToolError("invalid_argument", "A visit to a garage cannot be booked for a time in the past.")
    if starts_at.weekday() == 6 or not 7 <= starts_at.hour < 18:
        raise ToolError("closed", f"{garage.garage_name} is closed then; it is open from 7:00 to 18:00 except Sundays.")
    if car.powertrain == "electric" and service_type == "oil_change":
        raise ToolError("unsupported", f"The {car.car_name} is electric and has no engine oil.")
    if any(a.car_id == car_id and a.starts_at == starts_at for a in state.appointments):
        raise ToolError("conflict", f"The {car.car_name} already has an appointment then.")
    price = service_price(garage, service_type)
    made = records.ServiceAppointment(world.new_id("svc", 5), car_id, garage_id, service_type, starts_at, price)
    state.appointments.append(made)
    return visit(world, made)


@toolkit.function
def list_service_appointments(world: World) -> answers.ServiceVisitList:
    """List the visits to garages that are booked for the household's cars, soonest first."""
    coming = [a for a in world.of(VehicleState).appointments if a.starts_at > world.now]
    return answers.ServiceVisitList(
        [visit(world, a) for a in sorted(coming, key=lambda a: (a.starts_at, a.service_appointment_id))]
    )


@toolkit.function
def cancel_service_appointment(world: World, service_appointment_id: str) -> answers.CancelledVisit:
    """Cancel a visit to a garage.

    Args:
        service_appointment_id: id of the service appointment
    """
    state = world.of(VehicleState)
    made = found(state.appointments, "service_appointment_id", service_appointment_id, "service appointment")
    state.appointments.remove(made)
    v = visit(world, made)
    return answers.CancelledVisit(v.car_name, v.garage_name, v.city, v.service_type, True)


@toolkit.function
def get_car_insurance(world: World, car_id: str) -> answers.CarInsurance:
    """Get how a car is insured: insurer, policy number, yearly premium, deductible, and whom to call on the road.

    Args:
        car_id: id of the car
    """
    car = car_of(world, car_id)
    rng = derived_rng(world.seed, "vehicle", "insurance", car_id)
    return answers.CarInsurance(
        car_id=car.car_id,
        car_name=car.car_name,
        insurer=car.insurer,
        policy_number=f"{rng.choice('ABCDEFGH')}{rng.randrange(10**7, 10**8)}",
        yearly_premium=car.yearly_premium,
        deductible_amount=float(rng.choice([250, 300, 500, 750, 1000])),
        currency=world.person.currency,
        insured_until=car.insured_until,
        roadside_phone=f"+1 800-555-{rng.randrange(100, 200):04d}",
    )


@toolkit.function
def list_car_documents(world: World, car_id: str) -> answers.CarDocumentList:
    """List the papers that are kept for a car, first to expire first.

    Args:
        car_id: id of the car
    """
    car = car_of(world, car_id)
    kept = [answers.CarDocumentSummary(d.car_document_id, d.document_title, d.expires_on) for d in car.documents]
    return answers.CarDocumentList(
        car.car_id, car.car_name, sorted(kept, key=lambda d: (d.expires_on, d.car_document_id))
    )


@toolkit.function
def send_car_document(world: World, car_document_id: str, contact_id: str) -> answers.SentCarDocument:
    """Send somebody a copy of a paper that is kept for a car.

    Args:
        car_document_id: id of the car document
        contact_id: id of the contact who gets the copy
    """
    contact = world.contact(contact_id)
    every = [d for c in world.of(VehicleState).cars for d in c.documents]
    paper = found(every, "car_document_id", car_document_id, "car document")
    if contact_id in paper.shared_with:
        raise ToolError("already_exists", f"{contact.full_name} already has a copy of the {paper.document_title}.")
    car = next(c for c in world.of(VehicleState).cars if paper in c.documents)
    paper.shared_with.append(contact_id)
    return answers.SentCarDocument(paper.document_title, car.car_name, contact.full_name, paper.expires_on)


@toolkit.function
def share_car_key(world: World, car_id: str, contact_id: str, valid_until: date) -> answers.GivenCarKey:
    """Give somebody a digital key, with which they can open and drive a car until the end of a day.

    Args:
        car_id: id of the car
        contact_id: id of the contact who gets the key
        valid_until: last day on which the key works
    """
    car, contact, state = car_of(world, car_id), world.contact(contact_id), world.of(VehicleState)
    if valid_until < world.today:
        raise ToolError("invalid_argument", f"A key cannot end on {valid_until:%d %B %Y}, which has passed.")
    if any(k.car_id == car_id and k.contact_id == contact_id for k in state.keys):
        raise ToolError("already_exists", f"{contact.full_name} already has a key for the {car.car_name}.")
    key = records.SharedKey(world.new_id("key", 5), car_id, contact_id, valid_until)
    state.keys.append(key)
    return answers.GivenCarKey(key.shared_key_id, contact.full_name, car.car_name, valid_until)


@toolkit.function
def list_shared_car_keys(world: World, car_id: str) -> answers.CarKeyList:
    """List the people who have a digital key for a car, and until when.

    Args:
        car_id: id of the car
    """
    car = car_of(world, car_id)
    keys = [
        answers.CarKey(k.shared_key_id, k.contact_id, _name(world, k.contact_id), k.valid_until)
        for k in world.of(VehicleState).keys
        if k.car_id == car_id
    ]
    return answers.CarKeyList(car.car_id, car.car_name, sorted(keys, key=lambda k: (k.valid_until, k.shared_key_id)))


@toolkit.function
def revoke_car_key(world: World, shared_key_id: str) -> answers.RevokedCarKey:
    """Take back a digital key for a car.

    Args:
        shared_key_id: id of the shared key
    """
    state = world.of(VehicleState)
    key = found(state.keys, "shared_key_id", shared_key_id, "shared key")
    state.keys.remove(key)
    name = car_of(world, key.car_id).car_name
    return answers.RevokedCarKey(_name(world, key.contact_id), name, True)


def _name(world: World, contact_id: str) -> str:
    return next((c.full_name for c in world.contacts if c.contact_id == contact_id), "a former contact")
