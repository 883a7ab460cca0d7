"""The user's mailbox."""

from __future__ import annotations

from datetime import date
from random import Random

from pydantic import NaiveDatetime

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.email.mailbox import (
    add_sent,
    as_attachment,
    attached_files,
    check_size,
    check_text,
    draft_by_id,
    draft_of,
    email_by_id,
    inbox,
    label_names,
    leave_list,
    make_mailbox,
    received,
    send,
    summary_of,
)
from magnet_kg.toolkits.email.records import (
    ArchivedEmail,
    AttachmentSummary,
    BillList,
    BillSummary,
    Draft,
    EmailDraft,
    EmailDrafts,
    EmailDraftSummary,
    EmailedFile,
    EmailLabel,
    EmailLabels,
    EmailList,
    EmailMessage,
    EmailState,
    EmailThread,
    Inbox,
    LabeledEmail,
    MailingLists,
    MailingListSummary,
    OutOfOffice,
    ReceivedAttachment,
    ReceivedAttachments,
    SavedAttachment,
    SentEmail,
    SentReply,
    SnoozedEmail,
    ThreadMessage,
    Unsubscribed,
)
from magnet_kg.toolkits.files.drive import file_by_id, folder_by_id, store_file

toolkit = Toolkit("email", category="messages", description="The user's email.")


@toolkit.state
def make_state(world: World, rng: Random) -> EmailState:
    """A mailbox with emails, drafts, labels and newsletters."""
    return make_mailbox(world, rng)


@toolkit.function
def list_inbox(world: World, unread_only: bool = False) -> Inbox:
    """List the newest emails of the inbox, at most twelve of them.

    Args:
        unread_only: only emails that have not been read yet
    """
    mails = inbox(world)
    kept = [m for m in mails if m.is_unread or not unread_only]
    return Inbox(len(mails), sum(m.is_unread for m in mails), [summary_of(m) for m in kept[:12]])


@toolkit.function
def find_emails(world: World, query: str) -> EmailList:
    """Find received emails by words of their subject, archived ones included, and get their email ids.

    Args:
        query: words of the subject
    """
    wanted = query.casefold().split()
    if not wanted:
        raise ToolError("invalid_query", "A search needs at least one word.")
    mails = [m for m in received(world) if all(w in m.subject.casefold().split() for w in wanted)]
    return EmailList([summary_of(m) for m in mails])


@toolkit.function
def list_emails_from_contact(world: World, contact_id: str) -> EmailList:
    """List the emails that a person of the address book has written to the user, newest first.

    Args:
        contact_id: id of the contact who wrote them
    """
    contact = world.contact(contact_id)
    mails = [summary_of(m) for m in received(world) if m.contact_id == contact_id]
    if not mails:
        raise ToolError("not_found", f"There are no emails from {contact.full_name}.")
    return EmailList(mails)


@toolkit.function
def read_email(world: World, email_id: str) -> EmailMessage:
    """Read an email in full, with its labels and attachments, and mark it as read.

    Args:
        email_id: id of the email
    """
    mail = email_by_id(world, email_id)
    mail.is_unread = False
    files = [AttachmentSummary(a.attachment_id, a.file_name, a.size_mb) for a in mail.attachments]
    return EmailMessage(
        email_id, mail.thread_id, mail.sender, mail.sender_email, mail.subject, mail.body, mail.received_at,
        label_names(world, mail), files,
    )  # fmt: skip


@toolkit.function
def read_email_thread(world: World, thread_id: str) -> EmailThread:
    """Read a whole email conversation, what the user wrote included, the oldest message first.

    Args:
        thread_id: id of the thread
    """
    mails = [m for m in world.of(EmailState).emails if m.thread_id == thread_id]
    if not mails:
        raise ToolError("not_found", f"There is no conversation with the id {thread_id}.")
    made = []
    for mail in sorted(mails, key=lambda m: (m.received_at, m.email_id)):
        mail.is_unread = False
        made.append(ThreadMessage("you" if mail.is_sent else mail.sender, mail.body, mail.received_at.date()))
    return EmailThread(thread_id, mails[0].subject, made)


@toolkit.function
def send_new_email(world: World, contact_id: str, subject_line: str, message: str) -> SentEmail:
    """Write an email to a person of the address book and send it.

    Args:
        contact_id: id of the contact who gets it
        subject_line: what stands in the subject
        message: what the email says
    """
    contact = world.contact(contact_id)
    check_text(message)
    return send(world, contact, subject_line, message)


@toolkit.function
def reply_to_email(world: World, email_id: str, message: str) -> SentReply:
    """Answer an email; the answer goes to whoever wrote it and into the same thread.

    Args:
        email_id: id of the email to answer
        message: what the answer says
    """
    mail = email_by_id(world, email_id)
    if mail.sender_email.startswith("news@"):
        raise ToolError("no_reply", f"{mail.sender} does not read answers to its newsletter.")
    check_text(message)
    add_sent(world, world.of(EmailState), mail.thread_id, mail.contact_id, mail.subject, message, world.now)
    return SentReply(mail.thread_id, mail.sender, mail.subject)


@toolkit.function
def forward_email(world: World, email_id: str, contact_id: str) -> SentEmail:
    """Pass an email on to a person of the address book, with its attachments.

    Args:
        email_id: id of the email to pass on
        contact_id: id of the contact who gets it
    """
    mail, contact = email_by_id(world, email_id), world.contact(contact_id)
    if mail.contact_id == contact_id:
        raise ToolError("conflict", f"{contact.full_name} wrote this email and has it already.")
    return send(world, contact, mail.subject, mail.body, mail.attachments)


@toolkit.function
def email_file(world: World, file_id: str, recipient_email: str) -> EmailedFile:
    """Send a file of the cloud drive to an email address, as an attachment.

    Args:
        file_id: id of the file
        recipient_email: email address that gets it
    """
    file = as_attachment(world, file_id)
    if "@" not in recipient_email:
        raise ToolError("invalid_address", f"“{recipient_email}” is not an email address.")
    check_size(file.size_mb)
    contact_id = next((c.contact_id for c in world.contacts if c.email == recipient_email.lower()), None)
    thread_id, text = world.new_id("thr", 6), "The file is attached."
    add_sent(world, world.of(EmailState), thread_id, contact_id, file.file_name, text, world.now, [file])
    return EmailedFile(file_id, file.file_name, recipient_email, file.size_mb)


@toolkit.function
def list_email_drafts(world: World) -> EmailDrafts:
    """List the emails that are written but not sent yet, with their draft ids."""
    drafts = sorted(world.of(EmailState).drafts, key=lambda d: (d.updated_at, d.email_draft_id), reverse=True)
    made = [(draft_of(world, d), d.updated_at.date()) for d in drafts]
    return EmailDrafts(
        [EmailDraftSummary(d.email_draft_id, d.recipient, d.subject, day, d.attached_files) for d, day in made]
    )


@toolkit.function
def create_email_draft(world: World, contact_id: str, subject_line: str, message: str) -> EmailDraft:
    """Write an email to a person of the address book and keep it as a draft, without sending it.

    Args:
        contact_id: id of the contact it is meant for
        subject_line: what stands in the subject
        message: what the email says
    """
    check_text(message)
    contact = world.contact(contact_id)
    made = Draft(world.new_id("drf", 5), contact.contact_id, subject_line, message, world.now)
    world.of(EmailState).drafts.append(made)
    return draft_of(world, made)


@toolkit.function
def send_email_draft(world: World, email_draft_id: str) -> SentEmail:
    """Send a draft as it is, with the files attached to it.

    Args:
        email_draft_id: id of the draft
    """
    draft = draft_by_id(world, email_draft_id)
    contact = world.contact(draft.contact_id)
    files = [as_attachment(world, file.file_id) for file in attached_files(world, draft)]
    world.of(EmailState).drafts.remove(draft)
    return send(world, contact, draft.subject, draft.body, files)


@toolkit.function
def attach_file_to_draft(world: World, email_draft_id: str, file_id: str) -> EmailDraft:
    """Attach a file of the cloud drive to a draft.

    Args:
        email_draft_id: id of the draft
        file_id: id of the file
    """
    draft, file = draft_by_id(world, email_draft_id), file_by_id(world, file_id)
    if file_id in draft.file_ids:
        raise ToolError("already_attached", f"The file {file.file_name} is attached already.")
    check_size(sum(each.versions[-1].size_mb for each in [*attached_files(world, draft), file]))
    draft.file_ids.append(file_id)
    draft.updated_at = world.now
    return draft_of(world, draft)


@toolkit.function
def list_email_attachments(world: World) -> ReceivedAttachments:
    """List the files that came with emails lately, newest first, with their attachment ids."""
    return ReceivedAttachments(
        [
            ReceivedAttachment(a.attachment_id, a.file_name, a.size_mb, m.email_id, m.sender, m.received_at)
            for m in received(world)
            for a in m.attachments
        ][:12]
    )


@toolkit.function
def save_attachment(world: World, attachment_id: str, folder_id: str) -> SavedAttachment:
    """Save a file that came with an email to a folder of the cloud drive.

    Args:
        attachment_id: id of the attachment
        folder_id: id of the folder that it goes to
    """
    files = [a for m in world.of(EmailState).emails for a in m.attachments]
    file, folder = found(files, "attachment_id", attachment_id, "attachment"), folder_by_id(world, folder_id)
    made = store_file(world, folder, file.file_name, file.file_type, file.size_mb)
    return SavedAttachment(made.file_id, made.file_name, folder.folder_name, file.size_mb)


@toolkit.function
def list_email_labels(world: World) -> EmailLabels:
    """List the labels under which emails are filed, with how many stand under each."""
    state = world.of(EmailState)
    return EmailLabels(
        [
            EmailLabel(e.email_label_id, e.label_name, sum(e.email_label_id in m.label_ids for m in state.emails))
            for e in state.labels
        ]
    )


@toolkit.function
def label_email(world: World, email_id: str, email_label_id: str) -> LabeledEmail:
    """File an email under a label; labels that it has already are kept.

    Args:
        email_id: id of the email
        email_label_id: id of the label
    """
    mail = email_by_id(world, email_id)
    label = found(world.of(EmailState).labels, "email_label_id", email_label_id, "label")
    if email_label_id in mail.label_ids:
        raise ToolError("already_labeled", f"The email “{mail.subject}” already has the label {label.label_name}.")
    mail.label_ids.append(email_label_id)
    return LabeledEmail(email_id, mail.subject, mail.sender, label.label_name, label_names(world, mail))


@toolkit.function
def archive_email(world: World, email_id: str) -> ArchivedEmail:
    """Take an email out of the inbox without deleting it.

    Args:
        email_id: id of the email
    """
    mail = email_by_id(world, email_id)
    if mail.is_archived:
        raise ToolError("already_archived", f"The email “{mail.subject}” is in the archive already.")
    mail.is_archived, mail.is_unread = True, False
    return ArchivedEmail(mail.subject, mail.sender, len(inbox(world)))


@toolkit.function
def snooze_email(world: World, email_id: str, snooze_until: NaiveDatetime) -> SnoozedEmail:
    """Hide an email and let it come back to the inbox at a later moment.

    Args:
        email_id: id of the email
        snooze_until: when it comes back, in the user's time zone
    """
    mail = email_by_id(world, email_id)
    if snooze_until <= world.now:
        raise ToolError("invalid_time", "An email can only be snoozed until a moment that is still to come.")
    if mail.is_archived:
        raise ToolError("conflict", f"The email “{mail.subject}” is archived and not in the inbox.")
    mail.snoozed_until = snooze_until
    return SnoozedEmail(email_id, mail.subject, mail.sender, snooze_until)


@toolkit.function
def find_bills(world: World) -> BillList:
    """Find the bills that came by email, with what is to be paid and until when; the one due first comes first."""
    bills = [
        BillSummary(m.email_id, m.sender, m.subject, m.bill.amount_due, "USD", m.bill.due_date)
        for m in received(world)
        if m.bill is not None
    ]
    return BillList(sorted(bills, key=lambda b: (b.due_date, b.email_id)))


@toolkit.function
def list_mailing_lists(world: World) -> MailingLists:
    """List the newsletters and the like to which the user is subscribed, the busiest first."""
    kept = [each for each in world.of(EmailState).mailing_lists if each.is_subscribed]
    return MailingLists(
        [
            MailingListSummary(e.mailing_list_id, e.list_sender, e.emails_per_month, e.subscribed_since)
            for e in sorted(kept, key=lambda e: (-e.emails_per_month, e.mailing_list_id))
        ]
    )


@toolkit.function
def unsubscribe_from_mailing_list(world: World, mailing_list_id: str) -> Unsubscribed:
    """Stop getting emails from a mailing list.

    Args:
        mailing_list_id: id of the mailing list
    """
    lists = world.of(EmailState).mailing_lists
    chosen = found(lists, "mailing_list_id", mailing_list_id, "mailing list")
    goodbye = leave_list(world, chosen)
    left = sum(each.is_subscribed for each in lists)
    return Unsubscribed(chosen.list_sender, chosen.emails_per_month, left, goodbye.email_id)


@toolkit.function
def set_out_of_office(world: World, start_date: date, end_date: date, message: str) -> OutOfOffice:
    """Answer every email automatically on the days when the user is away.

    Args:
        start_date: first day away
        end_date: last day away
        message: what the automatic answer says
    """
    if start_date < world.today:
        raise ToolError("invalid_date", f"{start_date.isoformat()} is in the past.")
    if end_date < start_date:
        raise ToolError("invalid_date", "The last day away can't come before the first.")
    check_text(message)
    world.of(EmailState).away = (start_date, end_date, message)
    return OutOfOffice(start_date, end_date, (end_date - start_date).days + 1, message)
