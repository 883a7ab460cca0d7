"""The simulator: nobody may trust a made-up output, but a dialogue over it must not contradict itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from magnet_kg.domain.function import Function
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.simulator import SimulatedSession, SimulatorExecutor

TEXT = {"type": "string"}
LOAN = {
    "type": "object",
    "properties": {
        "loanId": TEXT,
        "title": TEXT,
        "status": {"type": "string", "enum": ["open", "returned"]},
        "createdAt": {"type": "string", "format": "date-time"},
    },
}


def function(
    name: str, takes: tuple[str, ...], returns: dict[str, Any] | None, original: str | None = None
) -> Function:
    return Function(
        id=f"desk/{name}", name=name, category="desk", toolkit="desk", description="", source="test", catalog="desk",
        parameters={"type": "object", "properties": dict.fromkeys(takes, TEXT), "required": list(takes)},
        returns=returns, original_name=original,
    )  # fmt: skip


def listing(name: str, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "array", "items": items}, "nextToken": TEXT}}


FUNCTIONS = [
    function("create_loan", ("title",), LOAN),
    function("list_latest_loans", ("limit",), listing("loans", LOAN)),
    function("get_loan", ("loan_id",), LOAN),
    function("list_loans", (), listing("loans", LOAN)),
    function("update_loan", ("loan_id", "title"), {"type": "object", "properties": {"loan": LOAN}}),
    function("delete_loan", ("loan_id",), None),
    function("library_shelves_list", (), listing("shelves", TEXT), "library.shelves.list"),
    function("library_shelves_delete", ("name",), None, "library.shelves.delete"),
    function(
        "repair_loan",
        ("loan_id",),
        {
            "type": "object",
            "properties": {
                "done": {"type": "boolean"},
                "error": {"type": "object", "properties": {"message": TEXT}},
                "errorMessage": TEXT,
                "errorRate": {"type": "number"},
            },
        },
    ),
    function("count_words", ("text",), {"type": "object", "properties": {"count": {"type": "integer"}}}),
]


@pytest.fixture
def executor() -> SimulatorExecutor:
    return SimulatorExecutor({one.id: one for one in FUNCTIONS})


def call(session: SimulatedSession, name: str, /, **arguments: Any) -> Outcome:
    return asyncio.run(session.call(f"desk/{name}", arguments))


def loans(session: SimulatedSession) -> list[str]:
    return [loan["loanId"] for loan in call(session, "list_loans").output["loans"]]


def test_what_was_created_is_read_listed_changed_and_deleted_by_its_id(executor: SimulatorExecutor) -> None:
    session = executor.open(3)
    made = call(session, "create_loan", title="Dune").output
    assert made["title"] == "Dune"
    assert call(session, "get_loan", loan_id=made["loanId"]).output == made
    assert made["loanId"] in loans(session)
    changed = call(session, "update_loan", loan_id=made["loanId"], title="Emma").output["loan"]
    assert changed == {**made, "title": "Emma"}
    assert call(session, "get_loan", loan_id=made["loanId"]).output == changed
    call(session, "delete_loan", loan_id=made["loanId"])
    gone = call(session, "get_loan", loan_id=made["loanId"])
    assert gone.failed
    assert gone.error_code == "not_found"
    assert made["loanId"] not in loans(session)


def test_what_was_done_tells_of_no_failure(executor: SimulatorExecutor) -> None:
    """An answer said "done" while the output beside it had an error."""
    session = executor.open(3)
    assert call(session, "repair_loan", loan_id=loans(session)[0]).output.keys() == {"done", "errorRate"}


def test_what_was_listed_is_read_as_it_was_listed(executor: SimulatorExecutor) -> None:
    session = executor.open(4)
    listed = call(session, "list_loans").output
    assert listed["loans"]
    assert "nextToken" not in listed
    for loan in listed["loans"]:
        assert call(session, "get_loan", loan_id=loan["loanId"]).output == loan
    assert call(session, "list_loans").output == listed


def test_what_was_there_before_can_be_changed_and_deleted(executor: SimulatorExecutor) -> None:
    session = executor.open(4)
    first = loans(session)[0]
    call(session, "update_loan", loan_id=first, title="Emma")
    assert call(session, "list_loans").output["loans"][0]["title"] == "Emma"
    call(session, "delete_loan", loan_id=first)
    assert first not in loans(session)


def test_names_of_paths_are_understood(executor: SimulatorExecutor) -> None:
    session = executor.open(5)
    first = call(session, "library_shelves_list").output["shelves"][0]
    call(session, "library_shelves_delete", name=first)
    assert first not in call(session, "library_shelves_list").output["shelves"]


def test_reading_twice_gives_the_same_and_two_things_get_two_ids(executor: SimulatorExecutor) -> None:
    session = executor.open(6)
    assert call(session, "count_words", text="a b").output == call(session, "count_words", text="a b").output
    assert call(session, "get_loan", loan_id="x1").output == call(session, "get_loan", loan_id="x1").output
    one, other = (call(session, "create_loan", title="Dune").output["loanId"] for _ in range(2))
    assert one != other


def test_the_same_seed_and_calls_give_the_same_world_and_reading_leaves_it_as_it_is(
    executor: SimulatorExecutor,
) -> None:
    digests = []
    for _ in range(2):
        session = executor.open(7)
        made = call(session, "create_loan", title="Dune").output
        before = session.digest()
        call(session, "get_loan", loan_id=made["loanId"])
        call(session, "list_loans")
        assert session.digest() == before
        digests.append((before, made))
    assert digests[0] == digests[1]
    assert call(executor.open(8), "create_loan", title="Dune").output != digests[0][1]


def test_a_snapshot_brings_everything_back(executor: SimulatorExecutor) -> None:
    session = executor.open(9)
    before, digest = session.snapshot(), session.digest()
    first = call(session, "create_loan", title="Dune").output
    session.restore(before)
    assert session.digest() == digest
    assert first["loanId"] not in loans(session)
    assert call(session, "create_loan", title="Dune").output == first


def test_no_more_is_listed_than_was_asked_for(executor: SimulatorExecutor) -> None:
    session = executor.open(10)
    for title in ("Dune", "Emma"):
        call(session, "create_loan", title=title)
    assert len(call(session, "list_latest_loans", limit=1).output["loans"]) == 1


def test_what_is_just_made_is_as_old_as_the_moment_and_nothing_is_younger(executor: SimulatorExecutor) -> None:
    session = executor.open(11)
    now = session.context.now.isoformat(timespec="seconds")
    assert call(session, "create_loan", title="Dune").output["createdAt"] == now
    assert all(loan["createdAt"] <= now for loan in call(session, "list_loans").output["loans"])
