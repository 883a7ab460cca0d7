"""What the mailbox keeps and what its functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from magnet_kg.toolkits.files.records import FileType


@dataclass(slots=True)
class Attachment:
    """A file that came with an email."""

    attachment_id: str
    file_name: str
    file_type: FileType
    size_mb: float


@dataclass(slots=True)
class Bill:
    """What an email asks to be paid."""

    amount_due: float
    due_date: date


@dataclass(slots=True)
class Email:
    """An email, received or sent. `contact_id` is the other person, where the address book knows them."""

    email_id: str
    thread_id: str
    sender: str
    sender_email: str
    contact_id: str | None
    subject: str
    body: str
    received_at: datetime
    is_sent: bool = False
    is_unread: bool = False
    is_archived: bool = False
    snoozed_until: datetime | None = None
    label_ids: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    bill: Bill | None = None


@dataclass(slots=True)
class Label:
    """A label under which emails are filed."""

    email_label_id: str
    label_name: str


@dataclass(slots=True)
class Draft:
    """An email that is not sent yet."""

    email_draft_id: str
    contact_id: str
    subject: str
    body: str
    updated_at: datetime
    file_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class MailingList:
    """Somebody who writes to many; `is_subscribed` tells whether the user still gets it."""

    mailing_list_id: str
    list_sender: str
    emails_per_month: int
    subscribed_since: date
    is_subscribed: bool = True


@dataclass(slots=True)
class EmailState:
    """The whole mailbox. `away` is first day, last day and text of the automatic reply."""

    emails: list[Email]
    drafts: list[Draft]
    labels: list[Label]
    mailing_lists: list[MailingList]
    away: tuple[date, date, str] | None = None


@dataclass(slots=True)
class EmailSummary:
    """An email as it stands in a list."""

    email_id: str
    thread_id: str
    sender: str
    subject: str
    received_at: datetime
    is_unread: bool
    attachment_count: int


@dataclass(slots=True)
class EmailList:
    """Emails that were received, newest first."""

    emails: list[EmailSummary]


@dataclass(slots=True)
class Inbox:
    """What is in the inbox, newest first. The counts are of the whole inbox."""

    total_count: int
    unread_count: int
    emails: list[EmailSummary]


@dataclass(slots=True)
class AttachmentSummary:
    """A file that came with this email."""

    attachment_id: str
    file_name: str
    size_mb: float


@dataclass(slots=True)
class EmailMessage:
    """An email in full."""

    email_id: str
    thread_id: str
    sender: str
    sender_email: str
    subject: str
    body: str
    received_at: datetime
    labels: list[str]
    attachments: list[AttachmentSummary]


@dataclass(slots=True)
class ThreadMessage:
    """An email of a conversation; the user's own are from "you"."""

    sender: str
    body: str
    written_on: date


@dataclass(slots=True)
class EmailThread:
    """All emails of one conversation, the oldest first."""

    thread_id: str
    subject: str
    messages: list[ThreadMessage]


@dataclass(slots=True)
class SentEmail:
    """An email that is on its way."""

    contact_id: str
    recipient: str
    subject: str
    attachment_count: int


@dataclass(slots=True)
class SentReply:
    """An answer that is on its way."""

    thread_id: str
    recipient: str
    subject: str


@dataclass(slots=True)
class EmailedFile:
    """A file that is on its way to an address."""

    file_id: str
    file_name: str
    recipient_email: str
    size_mb: float


@dataclass(slots=True)
class EmailDraft:
    """A draft as it is now, with the names of the files attached to it."""

    email_draft_id: str
    recipient: str
    subject: str
    attached_files: list[str]


@dataclass(slots=True)
class EmailDraftSummary:
    """A draft as it stands in the list."""

    email_draft_id: str
    recipient: str
    subject: str
    updated_on: date
    attached_files: list[str]


@dataclass(slots=True)
class EmailDrafts:
    """All drafts, the one changed last first."""

    drafts: list[EmailDraftSummary]


@dataclass(slots=True)
class ReceivedAttachment:
    """A file that came with some email."""

    attachment_id: str
    file_name: str
    size_mb: float
    email_id: str
    sender: str
    received_at: datetime


@dataclass(slots=True)
class ReceivedAttachments:
    """Files that came by email, newest first."""

    attachments: list[ReceivedAttachment]


@dataclass(slots=True)
class SavedAttachment:
    """A file of the cloud drive that came from an email."""

    file_id: str
    file_name: str
    folder_name: str
    size_mb: float


@dataclass(slots=True)
class EmailLabel:
    """A label and how much is filed under it."""

    email_label_id: str
    label_name: str
    email_count: int


@dataclass(slots=True)
class EmailLabels:
    """All labels."""

    labels: list[EmailLabel]


@dataclass(slots=True)
class LabeledEmail:
    """An email with the labels that it has now."""

    email_id: str
    subject: str
    sender: str
    label_name: str
    labels: list[str]


@dataclass(slots=True)
class ArchivedEmail:
    """An email that is out of the inbox."""

    subject: str
    sender: str
    inbox_count: int


@dataclass(slots=True)
class SnoozedEmail:
    """An email that comes back to the inbox later."""

    email_id: str
    subject: str
    sender: str
    snoozed_until: datetime


@dataclass(slots=True)
class BillSummary:
    """A bill that came by email."""

    email_id: str
    sender: str
    subject: str
    amount_due: float
    currency: str
    due_date: date


@dataclass(slots=True)
class BillList:
    """Bills that came by email, the one due first at the top."""

    bills: list[BillSummary]


@dataclass(slots=True)
class MailingListSummary:
    """A newsletter or the like that the user gets."""

    mailing_list_id: str
    list_sender: str
    emails_per_month: int
    subscribed_since: date


@dataclass(slots=True)
class MailingLists:
    """What the user is subscribed to, the busiest first."""

    mailing_lists: list[MailingListSummary]


@dataclass(slots=True)
class Unsubscribed:
    """A mailing list that will not write any more. `email_id` is the email that confirms it."""

    list_sender: str
    emails_per_month: int
    remaining_subscriptions: int
    email_id: str


@dataclass(slots=True)
class OutOfOffice:
    """When the automatic reply goes out, and what it says."""

    start_date: date
    end_date: date
    days_away: int
    reply_text: str
