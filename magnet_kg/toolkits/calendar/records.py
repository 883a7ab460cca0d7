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
    location: str | None
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
    location: str | None
    attendees: list[str]


@dataclass(slots=True)
class EventList:
    """Events, the earliest first."""

    events: list[EventSummary]


@dataclass(slots=True)
class Attendee:
    """Somebody who is invited."""

    contact_id: str
    name: str


@dataclass(slots=True)
class EventDetails:
    """All about one event: when and where it is, who comes, and the reminders set, in minutes before it."""

    event_id: str
    title: str
    day: date
    starts_at: datetime
    ends_at: datetime
    location: str | None
    city: str
    attendees: list[Attendee]
    reminder_minutes: list[int]
    status: str


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

    event_id: str
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
    """A stretch of free time."""

    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class FreeTime:
    """The stretches of a day that are free and long enough, the earliest first."""

    day: date
    duration_minutes: int
    slots: list[FreeSlot]


@dataclass(slots=True)
class Availability:
    """Whether the user is free at a time, and what is in the way if not."""

    starts_at: datetime
    ends_at: datetime
    available: bool
    conflicts: list[EventSummary]
