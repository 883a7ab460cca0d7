"""Functions for tables: whether there is one, to reserve it, to change it, to invite to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.dining.kit import toolkit
from magnet_kg.toolkits.dining.kitchens import SEATS, Restaurant, find_restaurant, now_in
from magnet_kg.toolkits.dining.records import (
    CancelledTable,
    DiningState,
    DinnerInvitation,
    Reservation,
    ReservationList,
    ReservedTable,
    TableCheck,
)

PartySize = Annotated[int, Field(ge=1, le=12)]
DAYS_AHEAD = 90


@toolkit.function
def check_table(world: World, restaurant_id: str, reservation_time: NaiveDatetime, party_size: PartySize) -> TableCheck:
    """Check whether a restaurant has a free table at a given time, and at which other times close to it.

    Args:
        restaurant_id: id of the restaurant
        reservation_time: date and time of the visit, on the clocks of the restaurant's city
        party_size: how many people come
    """
    r = find_restaurant(world.seed, restaurant_id)
    _check_ahead(world, r, reservation_time)
    others = []
    for minutes in (-60, -30, 30, 60):
        other = reservation_time + timedelta(minutes=minutes)
        if _has_table(world, r, other, party_size) and other > now_in(world, r.city):
            others.append(other)
    free = _has_table(world, r, reservation_time, party_size)
    return TableCheck(restaurant_id, r.name, reservation_time, r.city.time_zone, party_size, free, others)


@toolkit.function
def reserve_table(
    world: World, restaurant_id: str, reservation_time: NaiveDatetime, party_size: PartySize
) -> ReservedTable:
    """Reserve a table at a restaurant.

    Args:
        restaurant_id: id of the restaurant
        reservation_time: date and time of the visit, on the clocks of the restaurant's city
        party_size: how many people come
    """
    r = find_restaurant(world.seed, restaurant_id)
    _check_table(world, r, reservation_time, party_size)
    state = world.of(DiningState)
    for other in state.reservations:
        if other.status == "confirmed" and abs(other.reservation_time - reservation_time) < timedelta(minutes=90):
            name = find_restaurant(world.seed, other.restaurant_id).name
            raise ToolError(
                "conflict", f"There is a table at {name} at {other.reservation_time:%H:%M} that day already."
            )
    made = Reservation(world.new_id("tbl", 6), restaurant_id, reservation_time, party_size)
    state.reservations.append(made)
    return _reserved(world, made)


@toolkit.function
def list_table_reservations(world: World) -> ReservationList:
    """List the user's table reservations that are still ahead, soonest first, with their reservation ids."""
    ahead = [r for r in world.of(DiningState).reservations if r.status == "confirmed"]
    return ReservationList(
        [_reserved(world, r) for r in sorted(ahead, key=lambda r: (r.reservation_time, r.reservation_id))]
    )


@toolkit.function
def change_reservation_time(world: World, reservation_id: str, reservation_time: NaiveDatetime) -> ReservedTable:
    """Move a table reservation to another time.

    Args:
        reservation_id: id of the table reservation
        reservation_time: the new date and time, on the clocks of the restaurant's city
    """
    reservation = _reservation(world, reservation_id)
    r = find_restaurant(world.seed, reservation.restaurant_id)
    if reservation.reservation_time == reservation_time:
        raise ToolError("nothing_to_change", f"The table at {r.name} is reserved for that time already.")
    _check_table(world, r, reservation_time, reservation.party_size)
    reservation.reservation_time = reservation_time
    return _reserved(world, reservation)


@toolkit.function
def change_party_size(world: World, reservation_id: str, party_size: PartySize) -> ReservedTable:
    """Change for how many people a table is reserved.

    Args:
        reservation_id: id of the table reservation
        party_size: how many people come now
    """
    reservation = _reservation(world, reservation_id)
    r = find_restaurant(world.seed, reservation.restaurant_id)
    if reservation.party_size == party_size:
        raise ToolError("nothing_to_change", f"The table at {r.name} is reserved for {party_size} already.")
    if len(reservation.guest_ids) >= party_size:
        raise ToolError(
            "table_full", f"{len(reservation.guest_ids)} guests are invited to {r.name}, too many for that."
        )
    if party_size > reservation.party_size + _seats_left(world, r, reservation.reservation_time):
        raise ToolError("not_available", f"{r.name} has no room for {party_size} at that time.")
    reservation.party_size = party_size
    return _reserved(world, reservation)


@toolkit.function
def cancel_table_reservation(world: World, reservation_id: str) -> CancelledTable:
    """Cancel a table reservation.

    Args:
        reservation_id: id of the table reservation
    """
    reservation = _reservation(world, reservation_id)
    reservation.status = "cancelled"
    r = find_restaurant(world.seed, reservation.restaurant_id)
    return CancelledTable(r.name, reservation.reservation_time, r.city.time_zone, reservation.status)


@toolkit.function
def invite_to_dinner(world: World, reservation_id: str, contact_id: str) -> DinnerInvitation:
    """Invite a person to a table reservation.

    Args:
        reservation_id: id of the table reservation
        contact_id: id of the contact who is invited
    """
    reservation = _reservation(world, reservation_id)
    contact = world.contact(contact_id)
    r = find_restaurant(world.seed, reservation.restaurant_id)
    if contact_id in reservation.guest_ids:
        raise ToolError("already_invited", f"{contact.full_name} is invited to {r.name} already.")
    if len(reservation.guest_ids) + 1 >= reservation.party_size:
        raise ToolError("table_full", f"The table at {r.name} is for {reservation.party_size}, with no seat left.")
    reservation.guest_ids.append(contact_id)
    names = {c.contact_id: c.full_name for c in world.contacts}
    return DinnerInvitation(
        reservation_id=reservation_id,
        restaurant_name=r.name,
        reservation_time=reservation.reservation_time,
        time_zone=r.city.time_zone,
        guest_name=contact.full_name,
        guests=[names[i] for i in reservation.guest_ids if i in names],
    )


def _reservation(world: World, reservation_id: str) -> Reservation:
    reservation = found(world.of(DiningState).reservations, "reservation_id", reservation_id, "table reservation")
    if reservation.status == "cancelled":
        name = find_restaurant(world.seed, reservation.restaurant_id).name
        raise ToolError("already_cancelled", f"The table at {name} has been cancelled before.")
    return reservation


def _reserved(world: World, made: Reservation) -> ReservedTable:
    r = find_restaurant(world.seed, made.restaurant_id)
    return ReservedTable(
        made.reservation_id,
        made.restaurant_id,
        r.name,
        r.city.name,
        made.reservation_time,
        r.city.time_zone,
        made.party_size,
    )


def _check_ahead(world: World, r: Restaurant, moment: datetime) -> None:
    now = now_in(world, r.city)
    if moment <= now:
        raise ToolError("in_the_past", f"{moment:%d %B %Y, %H:%M} has passed.")
    if moment > now + timedelta(days=DAYS_AHEAD):
        raise ToolError("too_far_ahead", f"{r.name} takes reservations for the next {DAYS_AHEAD} days only.")


def _check_table(world: World, r: Restaurant, moment: datetime, party_size: int) -> None:
    _check_ahead(world, r, moment)
    r.check_open(moment)
    if _seats_left(world, r, moment) < party_size:
        raise ToolError("not_available", f"{r.name} has no table for {party_size} at {moment:%H:%M} that day.")


def _has_table(world: World, r: Restaurant, moment: datetime, party_size: int) -> bool:
    return r.is_open(moment) and _seats_left(world, r, moment) >= party_size


def _seats_left(world: World, r: Restaurant, moment: datetime) -> int:
    own = sum(
        reservation.party_size
        for reservation in world.of(DiningState).reservations
        if reservation.restaurant_id == r.restaurant_id
        and reservation.reservation_time == moment
        and reservation.status == "confirmed"
    )
    return max(0, SEATS - r.seats_taken(world.seed, moment) - own)
