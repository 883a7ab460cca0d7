"""The address book and text messages."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import Contact, World, found
from magnet_kg.toolkits.contacts.records import (
    BirthdayList,
    ContactDetails,
    ContactMatches,
    ContactsState,
    ContactSummary,
    Conversation,
    ConversationMessage,
    Deleted,
    Group,
    GroupList,
    GroupSummary,
    Message,
    Relation,
    SavedContact,
    SentGroupMessage,
    SentMessage,
    UpcomingBirthday,
)

toolkit = Toolkit("contacts", category="people", description="The user's address book and text messages.")

TALK = (
    "Are we still on for tomorrow?",
    "Thanks again for your help!",
    "Call me when you get a minute.",
    "The photos turned out great.",
    "I'm running about ten minutes late.",
    "Could you bring the charger?",
    "See you at the usual place.",
    "Happy to help, just say when.",
    "Did you get my e-mail?",
    "Let's catch up soon.",
    "The spare key is under the flowerpot.",
    "Guess who I ran into at the bakery!",
    "No rush, whenever it suits you.",
    "I left my umbrella at your place.",
    "That soup was amazing, I need the recipe.",
    "The train is stuck again, go ahead without me.",
    "Haha, I saw that coming.",
    "What did the doctor say?",
    "I'll bring the folding chairs.",
    "Everything arrived in one piece.",
    "Sorry, I fell asleep on the couch.",
    "Can you keep an eye on the dog on Sunday?",
    "The meeting was moved to the small room.",
    "I'm so proud of you!",
)


@toolkit.state
def make_state(world: World, rng: Random) -> ContactsState:
    """Some conversations and two group chats among the world's contacts."""
    state = ContactsState()
    for contact in rng.sample(world.contacts, 7):
        for ago in sorted((rng.randrange(2, 400) for _ in range(rng.randrange(1, 4))), reverse=True):
            state.messages.append(
                Message(
                    world.new_id("m", 6),
                    contact.contact_id,
                    rng.choice(["me", "them"]),
                    rng.choice(TALK),
                    world.now - timedelta(hours=ago),
                )
            )
    for name in rng.sample(["Sunday hikers", "Book club", "Old roommates", "Quiz night", "Cooking class"], 2):
        members = [c.contact_id for c in rng.sample(world.contacts, 3)]
        state.groups.append(Group(world.new_id("grp", 4), name, members))
    return state


@toolkit.function
def list_contacts(world: World, relation: Relation | None = None) -> ContactMatches:
    """List the people in the address book, all of them or those with one relation to the user.

    Args:
        relation: only people who are this to the user
    """
    kept = [c for c in world.contacts if relation is None or c.relation == relation]
    return ContactMatches([_summary(c) for c in kept])


@toolkit.function
def find_contact(world: World, name: str) -> ContactMatches:
    """Find people in the address book by name and get their contact ids.

    Args:
        name: first name, last name, both, or what the user calls them, such as Mom
    """
    wanted = name.casefold().split()
    matches = [c for c in world.contacts if all(part in _names(c) for part in wanted)]
    if not matches:
        raise ToolError("not_found", f"Nobody called {name} is in the address book.")
    return ContactMatches([_summary(c) for c in matches])


@toolkit.function
def get_contact_details(world: World, contact_id: str) -> ContactDetails:
    """Get everything the address book holds about one person: e-mail, phone, city, next birthday and year of birth.

    Args:
        contact_id: id of the contact
    """
    return _details(world, world.contact(contact_id))


@toolkit.function
def create_contact(
    world: World, first_name: str, last_name: str, phone: str, relation: Relation = "acquaintance"
) -> SavedContact:
    """Add a person to the address book.

    Args:
        first_name: given name
        last_name: family name
        phone: phone number
        relation: what the person is to the user
    """
    if any(c.full_name.casefold() == f"{first_name} {last_name}".casefold() for c in world.contacts):
        raise ToolError("already_exists", f"{first_name} {last_name} is already in the address book.")
    if relation in ("mother", "father") and any(c.relation == relation for c in world.contacts):
        raise ToolError("conflict", f"Somebody else is already saved as the {relation}.")
    mail = f"{first_name}.{last_name}@example.com".lower()
    city = world.person.home_city
    new = Contact(world.new_id("c", 4), first_name, last_name, relation, mail, phone, city, date(1990, 1, 1))
    world.contacts.append(new)
    return SavedContact(new.contact_id, new.full_name, relation, phone)


@toolkit.function
def update_contact_phone(world: World, contact_id: str, phone: str) -> SavedContact:
    """Change the phone number of a person in the address book.

    Args:
        contact_id: id of the contact
        phone: the new phone number
    """
    contact = world.contact(contact_id)
    contact.phone = phone
    return SavedContact(contact_id, contact.full_name, contact.relation, phone)


@toolkit.function
def delete_contact(world: World, contact_id: str) -> Deleted:
    """Remove a person from the address book.

    Args:
        contact_id: id of the contact
    """
    contact = world.contact(contact_id)
    world.contacts.remove(contact)
    return Deleted(contact.full_name, True)


@toolkit.function
def block_contact(world: World, contact_id: str) -> ContactSummary:
    """Block a person, so that no message goes to them or comes from them.

    Args:
        contact_id: id of the contact
    """
    contact = world.contact(contact_id)
    state = world.of(ContactsState)
    if contact_id in state.blocked:
        raise ToolError("already_blocked", f"{contact.full_name} is already blocked.")
    state.blocked.append(contact_id)
    return _summary(contact)


@toolkit.function
def send_text_message(world: World, contact_id: str, text: str) -> SentMessage:
    """Send a text message to one person.

    Args:
        contact_id: id of the contact who gets the message
        text: what the message says
    """
    contact = world.contact(contact_id)
    state = world.of(ContactsState)
    if contact_id in state.blocked:
        raise ToolError("blocked", f"{contact.full_name} is blocked; unblock them before sending messages.")
    message = Message(world.new_id("m", 6), contact_id, "me", text, world.now)
    state.messages.append(message)
    return SentMessage(message.message_id, contact.full_name, message.sent_at)


@toolkit.function
def read_conversation(world: World, contact_id: str, limit: int = 5) -> Conversation:
    """Read the newest text messages exchanged with one person.

    Args:
        contact_id: id of the contact
        limit: how many messages at most
    """
    contact = world.contact(contact_id)
    kept = [m for m in world.of(ContactsState).messages if m.contact_id == contact_id]
    if not kept:
        raise ToolError("not_found", f"There are no messages with {contact.full_name}.")
    newest = sorted(kept, key=lambda m: (m.sent_at, m.message_id), reverse=True)[:limit]
    return Conversation(
        contact.full_name,
        [
            ConversationMessage(m.message_id, "me" if m.sender == "me" else contact.full_name, m.text, m.sent_at)
            for m in newest
        ],
    )


@toolkit.function
def list_groups(world: World) -> GroupList:
    """List the group chats that the user is in, with their members."""
    return GroupList([_group(world, g) for g in world.of(ContactsState).groups])


@toolkit.function
def create_group(world: World, group_name: str, contact_id: str) -> GroupSummary:
    """Start a group chat with a first member.

    Args:
        group_name: name of the new group
        contact_id: id of the contact who is its first member
    """
    state = world.of(ContactsState)
    if any(g.name.casefold() == group_name.casefold() for g in state.groups):
        raise ToolError("already_exists", f"There is already a group called {group_name}.")
    group = Group(world.new_id("grp", 4), group_name, [world.contact(contact_id).contact_id])
    state.groups.append(group)
    return _group(world, group)


@toolkit.function
def add_to_group(world: World, group_id: str, contact_id: str) -> GroupSummary:
    """Add a person to a group chat.

    Args:
        group_id: id of the group chat
        contact_id: id of the contact to add
    """
    group = found(world.of(ContactsState).groups, "group_id", group_id, "group")
    contact = world.contact(contact_id)
    if contact_id in group.member_ids:
        raise ToolError("already_member", f"{contact.full_name} is already in {group.name}.")
    group.member_ids.append(contact_id)
    return _group(world, group)


@toolkit.function
def send_group_message(world: World, group_id: str, text: str) -> SentGroupMessage:
    """Send a text message to everybody in a group chat.

    Args:
        group_id: id of the group chat
        text: what the message says
    """
    group = found(world.of(ContactsState).groups, "group_id", group_id, "group")
    return SentGroupMessage(world.new_id("m", 6), group.name, len(group.member_ids))


@toolkit.function
def list_upcoming_birthdays(world: World, days: int = 60) -> BirthdayList:
    """List whose birthday comes up in the next days.

    Args:
        days: how many days ahead to look
    """
    coming = []
    for contact in world.contacts:
        day = _next_birthday(world, contact)
        left = (day - world.today).days
        if left <= days:
            turns = day.year - contact.birthday.year
            coming.append(UpcomingBirthday(contact.contact_id, contact.full_name, contact.relation, day, left, turns))
    return BirthdayList(sorted(coming, key=lambda b: (b.days_left, b.name)))


def _names(contact: Contact) -> list[str]:
    return f"{contact.full_name} {contact.called}".casefold().split()


def _summary(c: Contact) -> ContactSummary:
    display_name = c.full_name if c.called == c.first_name else c.called
    return ContactSummary(c.contact_id, c.full_name, display_name, c.relation)


def _details(world: World, c: Contact) -> ContactDetails:
    return ContactDetails(
        c.contact_id, c.full_name, c.relation, c.email, c.phone, c.city, _next_birthday(world, c), c.birthday.year
    )


def _next_birthday(world: World, c: Contact) -> date:
    day = c.birthday.replace(year=world.today.year)
    return day if day >= world.today else day.replace(year=world.today.year + 1)


def _group(world: World, group: Group) -> GroupSummary:
    names = {c.contact_id: c.full_name for c in world.contacts}
    return GroupSummary(group.group_id, group.name, [names[i] for i in group.member_ids if i in names])
