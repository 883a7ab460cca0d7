"""Trains between cities: where they go, when, and the user's tickets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import City, World, cities, derived_rng, found
from magnet_kg.toolkits.rides.journeys import (
    CancelledTrainTicket,
    TrainDestination,
    TrainDestinations,
    TrainOption,
    TrainOptions,
    TrainStatus,
    TrainTicket,
    TrainTicketList,
)
from magnet_kg.toolkits.rides.kit import toolkit
from magnet_kg.toolkits.rides.records import RidesState, Ticket
from magnet_kg.toolkits.rides.timetable import (
    BOOKABLE_DAYS,
    fastest_minutes,
    neighbors_of,
    rail_city,
    rail_distance,
    train_by_id,
    train_code,
    trains_of,
)

FREE_HOURS = 24
FEE_SHARE = 0.3


@toolkit.function
def list_train_destinations(world: World, origin_city: str | None = None) -> TrainDestinations:
    """List the nearest cities that trains go to, with distance and travel time; from the user's home city by default.

    Args:
        origin_city: name of the city to leave from
    """
    origin = rail_city(origin_city or world.person.home_city)
    ways = neighbors_of(origin.name)
    if not ways:
        raise ToolError("no_route", f"No trains leave from {origin.name}.")
    return TrainDestinations(origin.name, [TrainDestination(c.name, km, fastest_minutes(km)) for c, km in ways])


@toolkit.function
def search_trains(
    world: World, destination_city: str, departure_date: date, origin_city: str | None = None
) -> TrainOptions:
    """Search the trains to a city on a day, earliest first, with times, prices and train ids.

    Args:
        destination_city: name of the city to go to
        departure_date: day of the departure
        origin_city: name of the city to leave from; the user's home city by default
    """
    origin, destination = rail_city(origin_city or world.person.home_city), rail_city(destination_city)
    if origin is destination:
        raise ToolError("same_city", f"The train would leave from and arrive in the same city, {origin.name}.")
    distance = rail_distance(origin, destination)
    if distance is None:
        raise ToolError("no_route", f"No train goes from {origin.name} to {destination.name}.")
    if departure_date < world.today:
        raise ToolError("invalid_date", f"{departure_date.isoformat()} is in the past.")
    if departure_date > world.today + timedelta(days=BOOKABLE_DAYS):
        raise ToolError("invalid_date", f"The timetable ends before {departure_date.isoformat()}.")
    return TrainOptions(
        origin.name,
        destination.name,
        distance,
        [
            TrainOption(
                train_id=train_code(world.seed, t),
                train_number=t.name,
                departs_at=t.departs_at,
                arrives_at=t.arrives_at,
                duration_minutes=t.minutes,
                change_count=t.changes,
                ticket_price=t.price,
                currency=world.person.currency,
            )
            for t in trains_of(world.seed, origin.name, destination.name, departure_date)
            if t.departs_at > _now_in(world, origin)
        ],
    )


@toolkit.function
def book_train_seat(world: World, train_id: str, card_id: str) -> TrainTicket:
    """Book a seat on a train and pay for it with a card.

    Args:
        train_id: id of the train
        card_id: id of the payment card
    """
    train, state = train_by_id(world.seed, train_id), world.of(RidesState)
    if train.departs_at <= _now_in(world, train.origin):
        raise ToolError("closed", f"The {train.name} to {train.destination.name} has left.")
    if derived_rng(world.seed, "full", train_id).random() < 0.03:
        raise ToolError("sold_out", f"The {train.name} to {train.destination.name} is full.")
    if any(t.train_id == train_id and t.status == "booked" for t in state.tickets):
        raise ToolError("already_exists", f"There is already a ticket for the {train.name} at that time.")
    world.charge(card_id, train.price, "Railway tickets", "travel")
    ticket = make_ticket(world, train_id, card_id)
    state.tickets.append(ticket)
    return _shown(world, ticket)


@toolkit.function
def list_train_tickets(world: World) -> TrainTicketList:
    """List the user's train tickets that are not cancelled, with their ticket ids and seats, soonest first."""
    every = [_shown(world, t) for t in world.of(RidesState).tickets if t.status == "booked"]
    return TrainTicketList(sorted(every, key=lambda t: (t.departs_at, t.train_ticket_id)))


@toolkit.function
def get_train_status(world: World, train_ticket_id: str) -> TrainStatus:
    """Get the platform of a booked train and whether it is expected to be late.

    Args:
        train_ticket_id: id of the train ticket
    """
    train = train_by_id(world.seed, _ticket(world, train_ticket_id).train_id)
    rng = derived_rng(world.seed, "status", train_code(world.seed, train))
    delay = 0 if rng.random() < 0.55 else rng.choice([3, 5, 8, 12, 18, 25, 40])
    return TrainStatus(
        train_ticket_id=train_ticket_id,
        train_number=train.name,
        origin_city=train.origin.name,
        destination_city=train.destination.name,
        platform=f"{rng.randint(1, 14)}{rng.choice(['', '', 'a', 'b'])}",
        departs_at=train.departs_at,
        delay_minutes=delay,
        expected_arrival_at=train.arrives_at + timedelta(minutes=delay),
    )


@toolkit.function
def cancel_train_ticket(world: World, train_ticket_id: str) -> CancelledTrainTicket:
    """Cancel a train ticket: for nothing until a day before the departure, for a part of its price after that.

    Args:
        train_ticket_id: id of the train ticket
    """
    ticket = _ticket(world, train_ticket_id)
    train = train_by_id(world.seed, ticket.train_id)
    left = train.departs_at - _now_in(world, train.origin)
    if left <= timedelta(0):
        raise ToolError("closed", f"The {train.name} to {train.destination.name} has left.")
    fee = 0.0 if left > timedelta(hours=FREE_HOURS) else round(train.price * FEE_SHARE, 2)
    refund = round(train.price - fee, 2)
    world.refund(ticket.card_id, refund, "Railway tickets", "travel")
    ticket.status = "cancelled"
    return CancelledTrainTicket(train.name, train.destination.name, refund, fee, world.person.currency)


def make_ticket(world: World, train_id: str, card_id: str) -> Ticket:
    """A seat on a train."""
    rng = derived_rng(world.seed, "seat", train_id)
    return Ticket(
        world.new_id("tt", 6), train_id, rng.randint(1, 11), f"{rng.randint(1, 21)}{rng.choice('ABCD')}", card_id
    )


def _now_in(world: World, city: City) -> datetime:
    here = world.now.replace(tzinfo=ZoneInfo(cities()[world.person.home_city].time_zone))
    return here.astimezone(ZoneInfo(city.time_zone)).replace(tzinfo=None)


def _ticket(world: World, train_ticket_id: str) -> Ticket:
    ticket = found(world.of(RidesState).tickets, "train_ticket_id", train_ticket_id, "train ticket")
    if ticket.status == "cancelled":
        raise ToolError("already_cancelled", "That train ticket has been cancelled already.")
    return ticket


def _shown(world: World, ticket: Ticket) -> TrainTicket:
    train = train_by_id(world.seed, ticket.train_id)
    return TrainTicket(
        train_ticket_id=ticket.train_ticket_id,
        status=ticket.status,
        train_number=train.name,
        origin_city=train.origin.name,
        destination_city=train.destination.name,
        departs_at=train.departs_at,
        arrives_at=train.arrives_at,
        coach=ticket.coach,
        seat=ticket.seat,
        ticket_price=train.price,
        currency=world.person.currency,
    )
