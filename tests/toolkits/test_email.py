"""What the owner of a mailbox would miss: mail that stays read, sent once, and answered in its own conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.email import toolkit
from magnet_kg.toolkits.email.records import EmailState
from magnet_kg.toolkits.files import toolkit as files

SEEDS = (1, 3, 8, 50)
EXECUTOR = ToolkitExecutor([toolkit, files])


class Mailbox:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def do(self, function: str, **arguments: Any) -> Any:
        name = function if "/" in function else f"email/{function}"
        outcome = asyncio.run(self.session.call(name, arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"email/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def private(self) -> Any:
        """An email that a contact wrote."""
        who = self.world.contacts[0]
        return self.do("list_emails_from_contact", contact_id=who.contact_id)["emails"][0]


@pytest.fixture(params=SEEDS)
def mailbox(request: pytest.FixtureRequest) -> Mailbox:
    return Mailbox(EXECUTOR.open(request.param))


def test_worlds_hold_many_different_emails_and_none_from_the_future() -> None:
    subjects = set()
    for seed in range(80):
        world = EXECUTOR.open(seed).world
        mails = world.of(EmailState).emails
        assert all(m.received_at <= world.now for m in mails)
        subjects |= {m.subject for m in mails}
    assert len(subjects) >= 200


def test_a_subject_finds_its_email(mailbox: Mailbox) -> None:
    for mail in mailbox.do("list_inbox")["emails"]:
        assert mail["email_id"] in {m["email_id"] for m in mailbox.do("find_emails", query=mail["subject"])["emails"]}


def test_reading_an_email_makes_it_read(mailbox: Mailbox) -> None:
    before = mailbox.do("list_inbox", unread_only=True)
    mailbox.do("read_email", email_id=before["emails"][0]["email_id"])
    assert mailbox.do("list_inbox")["unread_count"] == before["unread_count"] - 1


def test_an_answer_goes_into_the_same_conversation(mailbox: Mailbox) -> None:
    mail = mailbox.private()
    sent = mailbox.do("reply_to_email", email_id=mail["email_id"], message="Count me in!")
    assert (sent["thread_id"], sent["recipient"]) == (mail["thread_id"], mail["sender"])
    last = mailbox.do("read_email_thread", thread_id=mail["thread_id"])["messages"][-1]
    assert (last["sender"], last["body"]) == ("you", "Count me in!")


def test_nobody_answers_a_newsletter_and_nobody_gets_their_own_email_back(mailbox: Mailbox) -> None:
    world = mailbox.world
    news = next(m for m in world.of(EmailState).emails if m.sender_email.startswith("news@"))
    assert mailbox.refusal("reply_to_email", email_id=news.email_id, message="Hi") == "no_reply"
    mail = mailbox.private()
    own = {"email_id": mail["email_id"], "contact_id": world.contacts[0].contact_id}
    assert mailbox.refusal("forward_email", **own) == "conflict"


def test_a_draft_goes_out_once_with_what_is_attached(mailbox: Mailbox) -> None:
    file = min(mailbox.do("files/list_recent_files")["files"], key=lambda f: f["size_mb"])
    draft = mailbox.do(
        "create_email_draft", contact_id=mailbox.world.contacts[3].contact_id, subject_line="Hello", message="Well?"
    )
    made = {"email_draft_id": draft["email_draft_id"], "file_id": file["file_id"]}
    assert mailbox.do("attach_file_to_draft", **made)["attached_files"] == [file["file_name"]]
    assert mailbox.refusal("attach_file_to_draft", **made) == "already_attached"
    assert mailbox.do("send_email_draft", email_draft_id=draft["email_draft_id"])["attachment_count"] == 1
    assert mailbox.refusal("send_email_draft", email_draft_id=draft["email_draft_id"]) == "not_found"


def test_a_draft_outlives_a_file_that_was_thrown_away(mailbox: Mailbox) -> None:
    file = min(mailbox.do("files/list_recent_files")["files"], key=lambda f: f["size_mb"])
    draft = mailbox.do("list_email_drafts")["drafts"][0]
    mailbox.do("attach_file_to_draft", email_draft_id=draft["email_draft_id"], file_id=file["file_id"])
    mailbox.do("files/trash_file", file_id=file["file_id"])
    assert mailbox.do("list_email_drafts")["drafts"][0]["attached_files"] == []
    assert mailbox.do("send_email_draft", email_draft_id=draft["email_draft_id"])["attachment_count"] == 0


def test_a_saved_attachment_is_a_file_of_the_drive(mailbox: Mailbox) -> None:
    attachment = mailbox.do("list_email_attachments")["attachments"][0]
    folder = mailbox.do("files/list_folders")["folders"][0]
    saved = {"attachment_id": attachment["attachment_id"], "folder_id": folder["folder_id"]}
    file = mailbox.do("save_attachment", **saved)
    assert mailbox.do("files/get_file_details", file_id=file["file_id"])["folder_id"] == folder["folder_id"]
    assert mailbox.refusal("save_attachment", **saved) == "already_exists"


def test_archived_and_snoozed_emails_leave_the_inbox_but_are_still_found(mailbox: Mailbox) -> None:
    first, second = mailbox.do("list_inbox")["emails"][:2]
    mailbox.do("archive_email", email_id=first["email_id"])
    until = mailbox.world.now + timedelta(days=1)
    mailbox.do("snooze_email", email_id=second["email_id"], snooze_until=until.isoformat())
    left = {m["email_id"] for m in mailbox.do("list_inbox")["emails"]}
    assert not left & {first["email_id"], second["email_id"]}
    assert mailbox.do("find_emails", query=first["subject"])["emails"]
    assert mailbox.refusal("archive_email", email_id=first["email_id"]) == "already_archived"
    past = {"email_id": second["email_id"], "snooze_until": mailbox.world.now.isoformat()}
    assert mailbox.refusal("snooze_email", **past) == "invalid_time"


def test_a_newsletter_is_left_once(mailbox: Mailbox) -> None:
    lists = mailbox.do("list_mailing_lists")["mailing_lists"]
    chosen = {"mailing_list_id": lists[0]["mailing_list_id"]}
    assert mailbox.do("unsubscribe_from_mailing_list", **chosen)["remaining_subscriptions"] == len(lists) - 1
    assert mailbox.refusal("unsubscribe_from_mailing_list", **chosen) == "not_subscribed"


def test_bills_come_in_the_order_in_which_they_are_due(mailbox: Mailbox) -> None:
    due = [b["due_date"] for b in mailbox.do("find_bills")["bills"]]
    assert due == sorted(due)
    assert len(due) == 3


def test_nobody_is_away_before_they_leave(mailbox: Mailbox) -> None:
    today = mailbox.world.today
    later, sooner = (today + timedelta(days=5)).isoformat(), (today + timedelta(days=2)).isoformat()
    assert mailbox.refusal("set_out_of_office", start_date=later, end_date=sooner, message="Away") == "invalid_date"
    assert mailbox.do("set_out_of_office", start_date=sooner, end_date=later, message="Away")["days_away"] == 4
