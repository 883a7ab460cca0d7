"""What the calendar keeps and what its functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class Event:
    """An entry of the calendar. Times are those of the user's home."""

    event_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    city: str
    attendee_ids: list[str] = field(default_factory=list)
    reminders: list[int] = field(default_factory=list)
    status: str = "confirmed"


@dataclass(slots=True)
class CalendarState:
    """All events, also those that were cancelled."""

    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class EventSummary:
    """An event as it stands in a list; attendees are names."""

    event_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    attendees: list[str]


@dataclass(slots=True)
class EventList:
    """Events, the earliest first."""

    events: list[EventSummary]


@dataclass(slots=True)
class EventDetails:
    """All about one event: when and where it is, who comes, and the reminders set, in minutes before it."""

    event_id: str
    title: str
    day: date
    starts_at: datetime
    ends_at: datetime
    place: str | None
    city: str
    attendees: list[str]
    reminder_minutes: list[int]
    status: str


@dataclass(slots=True)
class CreatedEvent:
    """An event that is on the calendar now."""

    event_id: str
    title: str
    day: date
    starts_at: datetime
    ends_at: datetime
    place: str | None
    city: str


@dataclass(slots=True)
class EventPlace:
    """An event and where it takes place."""

    event_id: str
    title: str
    starts_at: datetime
    place: str


@dataclass(slots=True)
class Invitation:
    """Who has been invited to an event, and everybody who is by now."""

    event_id: str
    title: str
    starts_at: datetime
    contact_id: str
    invited: str
    attendees: list[str]


@dataclass(slots=True)
class Guest:
    """Somebody who is invited."""

    contact_id: str
    name: str


@dataclass(slots=True)
class GuestList:
    """Everybody who is invited to an event."""

    event_id: str
    title: str
    guests: list[Guest]


@dataclass(slots=True)
class MovedEvent:
    """An event at its new time, and when it was before."""

    event_id: str
    title: str
    previous_starts_at: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class CancelledEvent:
    """An event that no longer takes place."""

    title: str
    starts_at: datetime
    status: str


@dataclass(slots=True)
class EventReminder:
    """A reminder that was set, and when it comes."""

    event_id: str
    title: str
    minutes_before: int
    reminds_at: datetime


@dataclass(slots=True)
class FreeSlot:
    """A stretch of free time that can be booked."""

    free_slot_id: str
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class FreeTime:
    """The stretches of a day that are free and long enough, the earliest first."""

    day: date
    duration_minutes: int
    slots: list[FreeSlot]


@dataclass(slots=True)
class Conflict:
    """What is in the way of something new."""

    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class Availability:
    """Whether the user is free at a time: the free slot that could be booked, or what is in the way."""

    starts_at: datetime
    ends_at: datetime
    available: bool
    free_slot_id: str | None
    conflicts: list[Conflict]
