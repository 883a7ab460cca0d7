"""What the owner of a cloud drive would miss: files where they were put, old versions, a trash that gives back."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.files import toolkit
from magnet_kg.toolkits.files.records import FilesState

SEEDS = (1, 3, 8, 50)
EXECUTOR = ToolkitExecutor([toolkit])


class Drive:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"files/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"files/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code

    def file(self) -> Any:
        return self.do("list_recent_files")["files"][0]


@pytest.fixture(params=SEEDS)
def drive(request: pytest.FixtureRequest) -> Drive:
    return Drive(EXECUTOR.open(request.param))


def test_worlds_hold_many_different_files() -> None:
    names = set()
    for seed in range(40):
        world = EXECUTOR.open(seed).world
        names |= {f.file_name for f in world.of(FilesState).files}
    assert len(names) >= 150


def test_a_file_is_found_by_its_name_and_only_that_one(drive: Drive) -> None:
    for file in drive.do("list_recent_files")["files"]:
        assert [f["file_id"] for f in drive.do("find_files", query=file["file_name"].upper())["files"]] == [
            file["file_id"]
        ]
    assert drive.do("find_files", query="no such thing")["files"] == []


def test_a_file_moves_once_and_counts_in_its_new_folder(drive: Drive) -> None:
    file, folder = drive.file(), drive.do("create_folder", folder_name="Attic")
    drive.do("move_file", file_id=file["file_id"], folder_id=folder["folder_id"])
    assert [f["file_name"] for f in drive.do("list_folder_files", folder_id=folder["folder_id"])["files"]] == [
        file["file_name"]
    ]
    assert drive.refusal("move_file", file_id=file["file_id"], folder_id=folder["folder_id"]) == "unchanged"
    assert drive.refusal("create_folder", folder_name="attic") == "already_exists"


def test_the_trash_gives_back_what_was_thrown_away_but_not_over_another_file(drive: Drive) -> None:
    file, other = drive.do("list_recent_files")["files"][:2]
    folder = drive.do("get_file_details", file_id=file["file_id"])["folder_id"]
    gone = drive.do("trash_file", file_id=file["file_id"])
    assert drive.refusal("get_file_details", file_id=file["file_id"]) == "not_found"
    assert gone["deleted_for_good_on"] == (drive.world.today + timedelta(days=30)).isoformat()
    assert drive.do("list_trashed_files")["trashed_files"][0] == gone
    drive.do("rename_file", file_id=other["file_id"], new_title=file["file_name"])
    if drive.do("get_file_details", file_id=other["file_id"])["folder_id"] != folder:
        drive.do("move_file", file_id=other["file_id"], folder_id=folder)
    assert drive.refusal("restore_trashed_file", trashed_file_id=gone["trashed_file_id"]) == "already_exists"
    drive.do("rename_file", file_id=other["file_id"], new_title="something else")
    back = drive.do("restore_trashed_file", trashed_file_id=gone["trashed_file_id"])
    assert (back["file_id"], back["folder_id"]) == (file["file_id"], folder)


def test_nothing_in_the_trash_is_overdue(drive: Drive) -> None:
    for gone in drive.do("list_trashed_files")["trashed_files"]:
        assert drive.world.today < date.fromisoformat(gone["deleted_for_good_on"])


def test_an_older_version_comes_back_and_the_newer_ones_are_kept(drive: Drive) -> None:
    file_id = drive.file()["file_id"]
    before = drive.do("list_file_versions", file_id=file_id)["versions"]
    oldest = before[-1]
    drive.do("restore_file_version", file_version_id=oldest["file_version_id"])
    details = drive.do("get_file_details", file_id=file_id)
    assert details["size_mb"] == oldest["size_mb"]
    assert details["modified_by"] == "you"
    assert len(drive.do("list_file_versions", file_id=file_id)["versions"]) == len(before) + 1


def test_sharing_twice_with_the_same_right_is_refused_and_another_right_replaces_it(drive: Drive) -> None:
    file_id, who = drive.file()["file_id"], drive.world.contacts[0]
    for permission in ("view", "edit"):
        if (
            drive.refusal("share_file_with_contact", file_id=file_id, contact_id="c_0", permission=permission)
            != "not_found"
        ):
            pytest.fail("nobody has this id")
    drive.do("share_file_with_contact", file_id=file_id, contact_id=who.contact_id, permission="comment")
    again = {"file_id": file_id, "contact_id": who.contact_id, "permission": "comment"}
    assert drive.refusal("share_file_with_contact", **again) == "already_shared"
    drive.do("share_file_with_contact", **{**again, "permission": "edit"})
    assert drive.do("get_file_details", file_id=file_id)["shared_with"].count(who.full_name) == 1


def test_a_larger_plan_is_paid_and_cannot_be_bought_twice(drive: Drive) -> None:
    world = drive.world
    card = max(world.cards, key=lambda c: world.account(c.account_id).balance)
    plan = drive.do("list_storage_plans")["plans"][0]
    bought = drive.do("upgrade_storage", storage_plan_id=plan["storage_plan_id"], card_id=card.card_id)
    after = drive.world
    paid = world.account(card.account_id).balance - after.account(card.account_id).balance
    assert round(paid, 2) == bought["total_price"] == plan["yearly_price"]
    assert drive.do("get_storage_usage")["storage_gb"] == plan["storage_gb"]
    again = {"storage_plan_id": plan["storage_plan_id"], "card_id": card.card_id}
    assert drive.refusal("upgrade_storage", **again) == "conflict"


def test_a_copy_in_another_format_lies_beside_the_file(drive: Drive) -> None:
    files = drive.do("list_recent_files")["files"]
    file = next(f for f in files if f["file_type"] != "pdf")
    copy = drive.do("export_file", file_id=file["file_id"], export_format="pdf")
    assert (copy["folder_name"], copy["file_name"]) == (file["folder_name"], f"{file['file_name']} (pdf copy)")
    assert drive.refusal("export_file", file_id=file["file_id"], export_format="pdf") == "already_exists"
    assert drive.refusal("export_file", file_id=copy["file_id"], export_format="pdf") == "format_not_supported"
