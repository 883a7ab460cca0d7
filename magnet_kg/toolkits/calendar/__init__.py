"""The user's calendar: events, free time, invitations and reminders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Annotated, Literal

from pydantic import Field, NaiveDatetime

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, cities, found
from magnet_kg.toolkits.calendar.agenda import make_agenda
from magnet_kg.toolkits.calendar.records import (
    Availability,
    CalendarState,
    CancelledEvent,
    Conflict,
    CreatedEvent,
    Event,
    EventDetails,
    EventList,
    EventPlace,
    EventReminder,
    EventSummary,
    FreeSlot,
    FreeTime,
    Guest,
    GuestList,
    Invitation,
    MovedEvent,
)

toolkit = Toolkit("calendar", category="planning", description="The user's calendar.")

Days = Annotated[int, Field(ge=1, le=90)]
SHORTEST, LONGEST = 5, 1440
Minutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST)]

PARTS = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 22)}
PartOfDay = Literal["morning", "afternoon", "evening"]
SLOT_ORIGIN, SLOT_IDS, SCRAMBLE = datetime(2026, 1, 1), 10**10, 48_271_603
LENGTHS = LONGEST + 1


@toolkit.state
def make_state(world: World, rng: Random) -> CalendarState:
    """A dozen events in the next three weeks."""
    return make_agenda(world, rng)


@toolkit.function
def list_events_on_day(world: World, day: date) -> EventList:
    """List the events in the user's calendar on one day.

    Args:
        day: the day to look at
    """
    return _listed(world, [e for e in _standing(world) if e.starts_at.date() == day])


@toolkit.function
def list_upcoming_events(world: World, days: Days = 7) -> EventList:
    """List the events in the user's calendar from now on for some days.

    Args:
        days: how many days ahead to look
    """
    end = world.now + timedelta(days=days)
    return _listed(world, [e for e in _standing(world) if world.now <= e.starts_at <= end])


@toolkit.function
def search_events(world: World, query: str) -> EventList:
    """Find events in the user's calendar by words of their title, or by who comes, and get their event ids.

    Args:
        query: words of the title or names of attendees
    """
    wanted = query.casefold().split()
    names = {c.contact_id: c.full_name for c in world.contacts}
    matches = []
    for event in _standing(world):
        text = " ".join([event.title, *(names.get(i, "") for i in event.attendee_ids)]).casefold().split()
        if wanted and all(word in text for word in wanted):
            matches.append(event)
    return _listed(world, matches)


@toolkit.function
def get_event(world: World, event_id: str) -> EventDetails:
    """Get everything about one event of the calendar: day and time, place and city, attendees and reminders.

    Args:
        event_id: id of the event
    """
    return _details(world, _event(world, event_id))


@toolkit.function
def get_next_event(world: World) -> EventDetails:
    """Get the event that comes next in the user's calendar."""
    coming = [e for e in _standing(world) if e.starts_at >= world.now]
    if not coming:
        raise ToolError("not_found", "There is nothing on the calendar from now on.")
    return _details(world, min(coming, key=_order))


@toolkit.function
def create_event(
    world: World,
    title: str,
    starts_at: NaiveDatetime,
    duration_minutes: Minutes = 60,
    place: str | None = None,
    city: str | None = None,
) -> CreatedEvent:
    """Put a new event in the user's calendar, at a time at which nothing else is.

    Args:
        title: what the event is called
        starts_at: day and time at which it begins
        duration_minutes: how long it takes, in minutes
        place: where it is, such as a restaurant or a room
        city: the city; the user's home city unless told otherwise
    """
    end = starts_at + timedelta(minutes=duration_minutes)
    _check_time(world, starts_at, end)
    if city is not None and city not in cities():
        raise ToolError("unknown_city", f"There is no city called {city} to choose.")
    city = city or world.person.home_city
    event = Event(world.new_id("evt", 6), title, starts_at, end, place, city)
    world.of(CalendarState).events.append(event)
    return CreatedEvent(event.event_id, title, starts_at.date(), starts_at, end, place, city)


@toolkit.function
def move_event(world: World, event_id: str, starts_at: NaiveDatetime) -> MovedEvent:
    """Move an event of the calendar to another day or time; it stays as long as it was.

    Args:
        event_id: id of the event
        starts_at: day and time at which it begins now
    """
    event = _changeable(world, event_id)
    before, end = event.starts_at, starts_at + (event.ends_at - event.starts_at)
    if starts_at == before:
        raise ToolError("unchanged", f"{_capital(event.title)} already begins at that time.")
    _check_time(world, starts_at, end, event)
    event.starts_at, event.ends_at = starts_at, end
    return MovedEvent(event.event_id, event.title, before, starts_at, end)


@toolkit.function
def cancel_event(world: World, event_id: str) -> CancelledEvent:
    """Cancel an event of the calendar.

    Args:
        event_id: id of the event
    """
    event = _changeable(world, event_id)
    event.status = "cancelled"
    return CancelledEvent(event.title, event.starts_at, event.status)


@toolkit.function
def invite_to_event(world: World, event_id: str, contact_id: str) -> Invitation:
    """Invite a person of the address book to an event of the calendar.

    Args:
        event_id: id of the event
        contact_id: id of the contact who is invited
    """
    event, contact = _changeable(world, event_id), world.contact(contact_id)
    if contact_id in event.attendee_ids:
        raise ToolError("already_invited", f"{contact.full_name} is already invited to {event.title}.")
    event.attendee_ids.append(contact_id)
    return Invitation(
        event.event_id, event.title, event.starts_at, contact_id, contact.full_name, _attendees(world, event)
    )


@toolkit.function
def list_event_guests(world: World, event_id: str) -> GuestList:
    """List the people who are invited to an event of the calendar, with their contact ids.

    Args:
        event_id: id of the event
    """
    event = _event(world, event_id)
    names = {c.contact_id: c.full_name for c in world.contacts}
    guests = [Guest(i, names[i]) for i in event.attendee_ids if i in names]
    return GuestList(event.event_id, event.title, guests)


@toolkit.function
def set_event_location(world: World, event_id: str, place: str) -> EventPlace:
    """Say or change where an event of the calendar takes place.

    Args:
        event_id: id of the event
        place: where it is, such as a restaurant or a room
    """
    event = _changeable(world, event_id)
    event.place = place
    return EventPlace(event.event_id, event.title, event.starts_at, place)


@toolkit.function
def add_reminder_to_event(world: World, event_id: str, minutes_before: Minutes = 30) -> EventReminder:
    """Set a reminder some time before an event of the calendar begins.

    Args:
        event_id: id of the event
        minutes_before: how many minutes before the event the reminder comes
    """
    event = _changeable(world, event_id)
    at = event.starts_at - timedelta(minutes=minutes_before)
    if minutes_before in event.reminders:
        raise ToolError("already_exists", f"There already is that reminder for {event.title}.")
    if at <= world.now:
        raise ToolError("invalid_time", f"It is too late for a reminder {minutes_before} minutes before {event.title}.")
    event.reminders = sorted([*event.reminders, minutes_before])
    return EventReminder(event.event_id, event.title, minutes_before, at)


@toolkit.function
def find_free_time(
    world: World, day: date, duration_minutes: Minutes, part_of_day: PartOfDay | None = None
) -> FreeTime:
    """Find the stretches of free time in the user's calendar on a day, between 8 am and 10 pm.

    Args:
        day: the day to look at
        duration_minutes: how long a stretch has to be at least, in minutes
        part_of_day: only the morning, the afternoon or the evening
    """
    if day < world.today:
        raise ToolError("invalid_date", f"{day.isoformat()} is in the past.")
    needed = timedelta(minutes=duration_minutes)
    gaps = [(a, b) for a, b in _gaps(world, day, part_of_day) if b - a >= needed]
    return FreeTime(day, duration_minutes, [FreeSlot(_slot_id(world, a, duration_minutes), a, b) for a, b in gaps])


@toolkit.function
def book_free_slot(
    world: World, free_slot_id: str, title: str, duration_minutes: Minutes | None = None
) -> CreatedEvent:
    """Put a new event in free time that was found before; it begins when the free time begins.

    Args:
        free_slot_id: id of the free time
        title: what the event is called
        duration_minutes: how long it takes, in minutes; as long as was looked for if not given
    """
    slot = _slot(world, free_slot_id)
    if slot is None:
        raise ToolError("not_found", f"There is no free slot with the id {free_slot_id}.")
    start, looked_for = slot
    return create_event(world, title, start, duration_minutes or looked_for)


@toolkit.function
def check_availability(world: World, starts_at: NaiveDatetime, duration_minutes: Minutes = 60) -> Availability:
    """Check whether the user's calendar is free at a day and time, and what is in the way if not.

    Args:
        starts_at: day and time to check
        duration_minutes: for how long, in minutes
    """
    end = starts_at + timedelta(minutes=duration_minutes)
    overlapping = sorted(_overlapping(world, starts_at, end), key=_order)
    conflicts = [Conflict(e.title, e.starts_at, e.ends_at) for e in overlapping]
    free = not conflicts and world.now <= starts_at
    return Availability(starts_at, end, free, _slot_id(world, starts_at, duration_minutes) if free else None, conflicts)


def _standing(world: World) -> list[Event]:
    return [e for e in world.of(CalendarState).events if e.status != "cancelled"]


def _event(world: World, event_id: str) -> Event:
    return found(world.of(CalendarState).events, "event_id", event_id, "event")


def _changeable(world: World, event_id: str) -> Event:
    event = _event(world, event_id)
    if event.status == "cancelled":
        raise ToolError("already_cancelled", f"{_capital(event.title)} has already been cancelled.")
    return event


def _overlapping(world: World, start: datetime, end: datetime, but: Event | None = None) -> list[Event]:
    return [e for e in _standing(world) if e is not but and e.starts_at < end and start < e.ends_at]


def _gaps(world: World, day: date, part: str | None) -> list[tuple[datetime, datetime]]:
    """The stretches of a day, or of its morning, afternoon or evening, in which nothing is planned."""
    first, last = PARTS[part] if part else (8, 22)
    at, closing = datetime.combine(day, time(first)), datetime.combine(day, time(last))
    quarter = timedelta(minutes=15)
    at = max(at, datetime.min + -(-(world.now - datetime.min) // quarter) * quarter)
    gaps = []
    for event in sorted(_standing(world), key=_order):
        if event.ends_at > at and event.starts_at < closing:
            gaps.append((at, event.starts_at))
            at = event.ends_at
    return [(a, b) for a, b in [*gaps, (at, closing)] if a < b]


def _slot_id(world: World, start: datetime, duration_minutes: int) -> str:
    # What was looked for, scrambled: looking for free time stores nothing, and nobody could say such an id.
    minutes = (start - SLOT_ORIGIN) // timedelta(minutes=1)
    number = minutes * LENGTHS + duration_minutes
    return f"slot_{(number * SCRAMBLE + world.seed) % SLOT_IDS:010d}"


def _slot(world: World, free_slot_id: str) -> tuple[datetime, int] | None:
    prefix, _, digits = free_slot_id.partition("_")
    if prefix != "slot" or not (digits.isascii() and digits.isdigit()):
        return None
    number = (int(digits) - world.seed) * pow(SCRAMBLE, -1, SLOT_IDS) % SLOT_IDS
    minutes, duration = divmod(number, LENGTHS)
    start = SLOT_ORIGIN + timedelta(minutes=minutes)
    is_near = world.now <= start < world.now + timedelta(days=366)
    return (start, duration) if is_near and SHORTEST <= duration <= LONGEST else None


def _check_time(world: World, start: datetime, end: datetime, but: Event | None = None) -> None:
    if start < world.now:
        raise ToolError("invalid_time", f"{start:%Y-%m-%d %H:%M} is in the past.")
    for event in sorted(_overlapping(world, start, end, but), key=_order):
        hours = f"{event.starts_at:%H:%M} to {event.ends_at:%H:%M}"
        raise ToolError("conflict", f"That overlaps with {event.title}, which is from {hours} on that day.")


def _order(event: Event) -> tuple[datetime, str]:
    return event.starts_at, event.event_id


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _attendees(world: World, event: Event) -> list[str]:
    names = {c.contact_id: c.full_name for c in world.contacts}
    return [names[i] for i in event.attendee_ids if i in names]


def _listed(world: World, events: Iterable[Event]) -> EventList:
    return EventList(
        [
            EventSummary(e.event_id, e.title, e.starts_at, e.ends_at, e.place, _attendees(world, e))
            for e in sorted(events, key=_order)
        ]
    )


def _details(world: World, e: Event) -> EventDetails:
    return EventDetails(
        e.event_id, e.title, e.starts_at.date(), e.starts_at, e.ends_at, e.place, e.city,
        _attendees(world, e), list(e.reminders), e.status,
    )  # fmt: skip
