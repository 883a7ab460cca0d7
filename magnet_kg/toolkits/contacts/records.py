"""What the address book and the messages hold, and what their functions give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Relation = Literal[
    "friend",
    "colleague",
    "neighbor",
    "roommate",
    "teammate",
    "acquaintance",
    "mother",
    "father",
    "sister",
    "brother",
    "grandmother",
    "grandfather",
    "aunt",
    "uncle",
    "cousin",
]


@dataclass(slots=True)
class Message:
    """One text message of a conversation."""

    message_id: str
    contact_id: str
    sender: Literal["me", "them"]
    text: str
    sent_at: datetime


@dataclass(slots=True)
class Group:
    """A group chat."""

    group_id: str
    name: str
    member_ids: list[str]


@dataclass(slots=True)
class ContactsState:
    """Messages and groups; the people themselves are the world's."""

    messages: list[Message] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ContactSummary:
    """Enough to tell who somebody is. `display_name` is what the user calls them: "Mom", or the whole name."""

    contact_id: str
    name: str
    display_name: str
    relation: str


@dataclass(slots=True)
class ContactMatches:
    """People whose name fits."""

    contacts: list[ContactSummary]


@dataclass(slots=True)
class ContactDetails:
    """All that the address book holds about one person. `birthday` is the next one."""

    contact_id: str
    name: str
    relation: str
    email: str
    phone: str
    city: str
    birthday: date
    birth_year: int


@dataclass(slots=True)
class SavedContact:
    """An entry of the address book that was written."""

    contact_id: str
    name: str
    relation: str
    phone: str


@dataclass(slots=True)
class SentMessage:
    """A message that has been sent."""

    message_id: str
    recipient: str
    sent_at: datetime


@dataclass(slots=True)
class ConversationMessage:
    """A message as it is read."""

    message_id: str
    sender: str
    text: str
    sent_at: datetime


@dataclass(slots=True)
class Conversation:
    """The newest messages with one person, newest first."""

    name: str
    messages: list[ConversationMessage]


@dataclass(slots=True)
class GroupSummary:
    """A group chat and who is in it."""

    group_id: str
    group_name: str
    members: list[str]


@dataclass(slots=True)
class GroupList:
    """All group chats."""

    groups: list[GroupSummary]


@dataclass(slots=True)
class SentGroupMessage:
    """A message that went to a group."""

    message_id: str
    group_name: str
    recipient_count: int


@dataclass(slots=True)
class UpcomingBirthday:
    """A birthday that comes soon, with the age that the person reaches."""

    contact_id: str
    name: str
    relation: str
    birthday: date
    days_left: int
    turns: int


@dataclass(slots=True)
class BirthdayList:
    """The next birthdays, soonest first."""

    birthdays: list[UpcomingBirthday]


@dataclass(slots=True)
class Deleted:
    """What was removed from the address book."""

    name: str
    deleted: bool
