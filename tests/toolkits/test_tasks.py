"""What a user of the to-do lists would miss: tasks that are where they were put, and done only once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from magnet_kg.execution.toolkits import ToolkitExecutor, ToolkitSession
from magnet_kg.execution.world import World
from magnet_kg.toolkits.tasks import toolkit

SEEDS = (1, 2, 7, 40)


class Tasks:
    def __init__(self, session: ToolkitSession) -> None:
        self.session = session

    @property
    def world(self) -> World:
        return self.session.snapshot().opened()

    @property
    def open(self) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.do("list_open_tasks")["tasks"]
        return tasks

    def day(self, ahead: int) -> str:
        return (self.world.today + timedelta(days=ahead)).isoformat()

    def do(self, function: str, **arguments: Any) -> Any:
        outcome = asyncio.run(self.session.call(f"tasks/{function}", arguments))
        assert not outcome.failed, outcome.output
        return outcome.output

    def refusal(self, function: str, **arguments: Any) -> str | None:
        before = self.session.digest()
        code = asyncio.run(self.session.call(f"tasks/{function}", arguments)).error_code
        assert self.session.digest() == before, "a refused call must change nothing"
        return code


@pytest.fixture(params=SEEDS)
def tasks(request: pytest.FixtureRequest) -> Tasks:
    return Tasks(ToolkitExecutor([toolkit]).open(request.param))


def test_titles_and_due_dates_tell_the_tasks_apart(tasks: Tasks) -> None:
    listed = tasks.open
    assert len({t["title"] for t in listed}) == len({t["due_date"] for t in listed}) == len(listed) == 14
    assert [t["due_date"] for t in listed] == sorted(t["due_date"] for t in listed)
    for task in listed:
        assert tasks.do("search_tasks", query=task["title"])["tasks"] == [task]


def test_lists_hold_their_own_tasks(tasks: Tasks) -> None:
    seen = []
    for each in tasks.do("list_task_lists")["lists"]:
        on_it = tasks.do("list_tasks", list_id=each["list_id"])["tasks"]
        assert len(on_it) == each["open_count"]
        assert {t["list_name"] for t in on_it} <= {each["list_name"]}
        seen += [t["task_id"] for t in on_it]
    assert sorted(seen) == sorted(t["task_id"] for t in tasks.open)
    assert tasks.refusal("list_tasks", list_id="lst_0") == "not_found"


def test_open_tasks_can_be_narrowed_by_date_and_priority(tasks: Tasks) -> None:
    week = tasks.do("list_open_tasks", due_by=tasks.day(7))["tasks"]
    assert week == [t for t in tasks.open if t["due_date"] <= tasks.day(7)]
    high = tasks.do("list_open_tasks", priority="high")["tasks"]
    assert high == [t for t in tasks.open if t["priority"] == "high"]


def test_overdue_is_what_was_due_before_today(tasks: Tasks) -> None:
    late = tasks.do("get_overdue_tasks")["tasks"]
    assert [t["task_id"] for t in late] == [t["task_id"] for t in tasks.open if t["due_date"] < tasks.day(0)]
    assert all(tasks.day(-t["days_overdue"]) == t["due_date"] for t in late)
    tasks.do("reschedule_task", task_id=late[0]["task_id"], due_date=tasks.day(0))
    assert tasks.do("get_overdue_tasks")["tasks"] == late[1:]


def test_a_new_task_is_open_on_the_personal_list(tasks: Tasks) -> None:
    made = tasks.do("create_task", title="return the ladder", due_date=tasks.day(3), priority="high")
    assert (made["list_name"], made["status"], made["priority"]) == ("personal", "open", "high")
    assert made in tasks.open
    assert tasks.refusal("create_task", title="Return the ladder", due_date=tasks.day(9)) == "already_exists"
    assert tasks.refusal("create_task", title="wash the car", due_date=tasks.day(-1)) == "invalid_date"


def test_a_task_is_completed_once_and_then_left_alone(tasks: Tasks) -> None:
    task = {"task_id": tasks.open[0]["task_id"]}
    assert tasks.do("complete_task", **task)["status"] == "completed"
    assert task["task_id"] not in [t["task_id"] for t in tasks.open]
    assert tasks.refusal("complete_task", **task) == "already_completed"
    assert tasks.refusal("reschedule_task", **task, due_date=tasks.day(4)) == "already_completed"
    assert tasks.refusal("set_task_priority", **task, priority="low") == "already_completed"
    contact = tasks.world.contacts[0].contact_id
    assert tasks.refusal("assign_task_to_contact", **task, contact_id=contact) == "already_completed"


def test_a_due_date_moves_forward_but_not_into_the_past(tasks: Tasks) -> None:
    task = tasks.open[-1]
    moved = tasks.do("reschedule_task", task_id=task["task_id"], due_date=tasks.day(40))
    assert (moved["previous_due_date"], moved["due_date"]) == (task["due_date"], tasks.day(40))
    again = {"task_id": task["task_id"]}
    assert tasks.refusal("reschedule_task", **again, due_date=tasks.day(40)) == "unchanged"
    assert tasks.refusal("reschedule_task", **again, due_date=tasks.day(-1)) == "invalid_date"


def test_a_task_can_be_given_to_a_contact(tasks: Tasks) -> None:
    task, contact = tasks.open[0]["task_id"], tasks.world.contacts[4]
    given = tasks.do("assign_task_to_contact", task_id=task, contact_id=contact.contact_id)
    assert given["assignee"] == contact.full_name
    assert next(t for t in tasks.open if t["task_id"] == task)["assignee"] == contact.full_name
    again = {"task_id": task, "contact_id": contact.contact_id}
    assert tasks.refusal("assign_task_to_contact", **again) == "already_assigned"
    assert tasks.refusal("assign_task_to_contact", task_id=task, contact_id="c_0") == "not_found"


def test_priority_and_notes_stay_with_the_task(tasks: Tasks) -> None:
    task = {"task_id": tasks.do("create_task", title="wash the car", due_date=tasks.day(2))["task_id"]}
    assert tasks.do("set_task_priority", **task, priority="high")["priority"] == "high"
    assert tasks.refusal("set_task_priority", **task, priority="high") == "unchanged"
    tasks.do("add_note_to_task", **task, note="bring cash")
    assert tasks.do("add_note_to_task", **task, note="ask for the wax")["notes"] == [
        "bring cash",
        "ask for the wax",
    ]


def test_a_task_moves_to_a_new_list(tasks: Tasks) -> None:
    made = tasks.do("create_task_list", list_name="spring party")
    assert made["open_count"] == 0
    assert tasks.refusal("create_task_list", list_name="Spring Party") == "already_exists"
    task = {"task_id": tasks.open[0]["task_id"], "list_id": made["list_id"]}
    assert tasks.do("move_task_to_list", **task)["list_name"] == "spring party"
    assert tasks.refusal("move_task_to_list", **task) == "unchanged"
    assert [t["task_id"] for t in tasks.do("list_tasks", list_id=made["list_id"])["tasks"]] == [task["task_id"]]


def test_a_deleted_task_is_gone(tasks: Tasks) -> None:
    task = tasks.open[2]
    assert tasks.do("delete_task", task_id=task["task_id"]) == {"title": task["title"], "deleted": True}
    assert tasks.do("search_tasks", query=task["title"])["tasks"] == []
    for function in ("delete_task", "complete_task"):
        assert tasks.refusal(function, task_id=task["task_id"]) == "not_found"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_and_calls_give_the_same_lists(seed: int) -> None:
    ends = []
    for _ in range(2):
        tasks = Tasks(ToolkitExecutor([toolkit]).open(seed))
        made = tasks.do("create_task", title="wash the car", due_date=tasks.day(2))
        ends.append((made, tasks.session.digest()))
    assert ends[0] == ends[1]


def test_restoring_a_snapshot_reopens_a_task(tasks: Tasks) -> None:
    snapshot, digest = tasks.session.snapshot(), tasks.session.digest()
    tasks.do("complete_task", task_id=tasks.open[0]["task_id"])
    tasks.session.restore(snapshot)
    assert tasks.session.digest() == digest
    assert len(tasks.open) == 14
