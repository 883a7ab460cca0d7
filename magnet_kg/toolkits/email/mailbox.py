"""The mailbox with which a world begins, and what several functions do with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from magnet_kg.execution.tool_error import ToolError
from magnet_kg.execution.world import Contact, World, cities, found
from magnet_kg.toolkits.email.letters import (
    AIRLINES,
    BILLS,
    DRAFTS,
    LABELS,
    MAILING_LISTS,
    PARCELS,
    REPLIES,
    TOPICS,
)
from magnet_kg.toolkits.email.records import (
    Attachment,
    Bill,
    Draft,
    Email,
    EmailDraft,
    EmailState,
    EmailSummary,
    Label,
    MailingList,
    SentEmail,
)
from magnet_kg.toolkits.files.drive import file_by_id
from magnet_kg.toolkits.files.records import FilesState, FileType, StoredFile

MOST_MB = 60.0
_SIZES: dict[FileType, tuple[float, float]] = {"image": (1.2, 9.0), "document": (0.1, 1.9), "pdf": (0.2, 3.0)}


def make_mailbox(world: World, rng: Random) -> EmailState:
    """An email from each contact, three bills, newsletters, and what an airline and a shop wrote."""
    state = EmailState([], [], [], [])
    state.labels = [Label(world.new_id("lbl", 4), name) for name in rng.sample(LABELS, 4)]
    _private(world, rng, state)
    for company, address, subject, file_name, low, high in rng.sample(BILLS, 3):
        text = f"Dear {world.person.first_name}, your new invoice is attached. Thank you for choosing {company}."
        mail = _received(world, rng, state, company, f"billing@{address}", None, subject, text, days=14)
        mail.attachments.append(_attachment(world, rng, file_name, "pdf"))
        mail.bill = Bill(round(rng.uniform(low, high), 2), world.today + timedelta(days=rng.randrange(2, 25)))
    days = iter(rng.sample(range(3, 29), 5))
    for sender, address, *subjects in rng.sample(MAILING_LISTS, 5):
        since = world.today - timedelta(days=rng.randrange(60, 1500))
        state.mailing_lists.append(MailingList(world.new_id("ml", 5), sender, next(days), since))
        subject = rng.choice(subjects)
        text = f"This time in our newsletter: {subject}, and much more."
        _received(world, rng, state, sender, f"news@{address}", None, subject, text, days=9)
    airline, address = rng.choice(AIRLINES)
    city = rng.choice([c.name for c in cities().values() if c.airports and c.name != world.person.home_city])
    text = "Your documents are attached. Please check that all names are spelled as in the passport."
    mail = _received(world, rng, state, airline, f"service@{address}", None, f"travel documents for {city}", text)
    mail.attachments.append(_attachment(world, rng, f"itinerary for {city}", "pdf"))
    text = "Your parcel has left our warehouse. There is nothing else to do for you."
    thing = rng.choice(PARCELS)
    _received(world, rng, state, "Market Street Online", "orders@marketstreet.example.com", None,
              f"delivery of the {thing}", text, days=6)  # fmt: skip
    writers = rng.sample(world.contacts, 4)
    for (subject, text), contact in zip(rng.sample(DRAFTS, 4), writers, strict=True):
        changed = world.now - timedelta(hours=rng.randrange(3, 600), minutes=rng.randrange(60))
        state.drafts.append(Draft(world.new_id("drf", 5), contact.contact_id, subject, text, changed))
    return state


def _private(world: World, rng: Random, state: EmailState) -> None:
    pairs = rng.sample([(t, thing) for t in TOPICS for thing in t.things], len(world.contacts))
    for contact, (topic, thing) in zip(world.contacts, pairs, strict=True):
        subject, text = topic.subject.format(thing=thing), rng.choice(topic.bodies).format(thing=thing)
        mail = _received(
            world, rng, state, contact.full_name, contact.email, contact.contact_id, subject, text, days=40
        )
        if topic.attachment and ("attach" in text or rng.random() < 0.8):
            name, file_type = topic.attachment
            mail.attachments.append(_attachment(world, rng, name.format(thing=thing), file_type))
        if not mail.is_unread and rng.random() < 0.4:
            written = min(mail.received_at + timedelta(minutes=rng.randrange(20, 900)), world.now)
            add_sent(world, state, mail.thread_id, contact.contact_id, subject, rng.choice(REPLIES), written)
        if rng.random() < 0.35:
            mail.label_ids.append(rng.choice(state.labels).email_label_id)


def _received(
    world: World, rng: Random, state: EmailState, sender: str, address: str, contact_id: str | None,
    subject: str, text: str, *, days: int = 25,
) -> Email:  # fmt: skip
    ago = rng.randrange(1, days * 24 * 60)
    made = Email(
        world.new_id("mail", 6), world.new_id("thr", 6), sender, address, contact_id, subject, text,
        world.now - timedelta(minutes=ago), is_unread=ago < 2 * 24 * 60 or rng.random() < 0.25,
    )  # fmt: skip
    state.emails.append(made)
    return made


def _attachment(world: World, rng: Random, file_name: str, file_type: FileType) -> Attachment:
    return Attachment(world.new_id("att", 6), file_name, file_type, round(rng.uniform(*_SIZES[file_type]), 1))


def add_sent(
    world: World, state: EmailState, thread_id: str, contact_id: str | None, subject: str, text: str, at: datetime,
    attachments: list[Attachment] | None = None,
) -> Email:  # fmt: skip
    """Put an email of the user's own into a conversation."""
    person = world.person
    made = Email(
        world.new_id("mail", 6), thread_id, person.full_name, person.email, contact_id, subject, text, at,
        is_sent=True, attachments=list(attachments or ()),
    )  # fmt: skip
    state.emails.append(made)
    return made


def send(
    world: World, contact: Contact, subject: str, text: str, attachments: list[Attachment] | None = None
) -> SentEmail:
    """Send an email to somebody, in a conversation of its own."""
    thread_id = world.new_id("thr", 6)
    add_sent(world, world.of(EmailState), thread_id, contact.contact_id, subject, text, world.now, attachments)
    return SentEmail(contact.contact_id, contact.full_name, subject, len(attachments or ()))


def as_attachment(world: World, file_id: str) -> Attachment:
    """A file of the cloud drive, as it is sent along."""
    file = file_by_id(world, file_id)
    return Attachment(world.new_id("att", 6), file.file_name, file.file_type, file.versions[-1].size_mb)


def email_by_id(world: World, email_id: str) -> Email:
    """The email with this id, or a `not_found` error."""
    return found(world.of(EmailState).emails, "email_id", email_id, "email")


def leave_list(world: World, mailing_list: MailingList) -> Email:
    """End a subscription; the email that confirms it comes at once."""
    if not mailing_list.is_subscribed:
        raise ToolError("not_subscribed", f"You are not subscribed to {mailing_list.list_sender} any more.")
    mailing_list.is_subscribed = False
    state, sender = world.of(EmailState), mailing_list.list_sender
    address = next((m.sender_email for m in state.emails if m.sender == sender), "")
    text = "You won't get any more emails from us. We're sorry to see you go."
    made = Email(
        world.new_id("mail", 6), world.new_id("thr", 6), sender, address, None, "the end of your subscription", text,
        world.now, is_unread=True,
    )  # fmt: skip
    state.emails.append(made)
    return made


def draft_by_id(world: World, email_draft_id: str) -> Draft:
    """The draft with this id, or a `not_found` error."""
    return found(world.of(EmailState).drafts, "email_draft_id", email_draft_id, "draft")


def received(world: World) -> list[Email]:
    """What others wrote, newest first."""
    mails = [m for m in world.of(EmailState).emails if not m.is_sent]
    return sorted(mails, key=lambda m: (m.received_at, m.email_id), reverse=True)


def inbox(world: World) -> list[Email]:
    """What is in the inbox, newest first: neither archived nor snoozed."""
    return [
        m for m in received(world) if not m.is_archived and (m.snoozed_until is None or m.snoozed_until <= world.now)
    ]


def summary_of(m: Email) -> EmailSummary:
    """An email as it stands in a list."""
    return EmailSummary(m.email_id, m.thread_id, m.sender, m.subject, m.received_at, m.is_unread, len(m.attachments))


def attached_files(world: World, d: Draft) -> list[StoredFile]:
    """The files attached to a draft that are still in the drive."""
    return [f for file_id in d.file_ids for f in world.of(FilesState).files if f.file_id == file_id]


def draft_of(world: World, d: Draft) -> EmailDraft:
    """A draft as it is told."""
    recipient = next((c.full_name for c in world.contacts if c.contact_id == d.contact_id), "somebody unknown")
    names = [file.file_name for file in attached_files(world, d)]
    return EmailDraft(d.email_draft_id, recipient, d.subject, names)


def label_names(world: World, m: Email) -> list[str]:
    """The labels of an email."""
    return [each.label_name for each in world.of(EmailState).labels if each.email_label_id in m.label_ids]


def check_text(message: str) -> None:
    """Refuse an empty text."""
    if not message.strip():
        raise ToolError("empty_message", "There is nothing in this email yet.")


def check_size(size_mb: float) -> None:
    """Refuse what is too large for an email."""
    if size_mb > MOST_MB:
        raise ToolError("too_large", f"{size_mb:g} MB are too much: an email takes {MOST_MB:g} MB at most.")
