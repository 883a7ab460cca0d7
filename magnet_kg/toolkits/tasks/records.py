"""What the to-do lists keep, what they begin with, and what their functions return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Priority = Literal["low", "medium", "high"]


@dataclass(slots=True)
class TaskList:
    """A list of tasks, by the name the user gave it."""

    list_id: str
    name: str


@dataclass(slots=True)
class Task:
    """Something to do."""

    task_id: str
    list_id: str
    title: str
    due_date: date
    priority: str
    status: str = "open"
    assignee_id: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TasksState:
    """All lists; the first one is where new tasks go."""

    lists: list[TaskList] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


@dataclass(slots=True)
class TaskListSummary:
    """A list of tasks and how many of them are open."""

    list_id: str
    list_name: str
    open_count: int


@dataclass(slots=True)
class TaskLists:
    """All lists of tasks."""

    lists: list[TaskListSummary]


@dataclass(slots=True)
class TaskSummary:
    """A task: what is to be done until when, on which list, and who does it if not the user."""

    task_id: str
    title: str
    due_date: date
    priority: str
    status: str
    list_name: str
    assignee: str | None


@dataclass(slots=True)
class FoundTasks:
    """Tasks, those that are due first at the top."""

    tasks: list[TaskSummary]


@dataclass(slots=True)
class OverdueTask:
    """A task that should have been done before today."""

    task_id: str
    title: str
    due_date: date
    days_overdue: int
    priority: str
    list_name: str


@dataclass(slots=True)
class OverdueTasks:
    """Overdue tasks, the oldest first."""

    tasks: list[OverdueTask]


@dataclass(slots=True)
class CompletedTask:
    """A task that is done."""

    title: str
    list_name: str
    status: str


@dataclass(slots=True)
class RescheduledTask:
    """A task with its new due date and the one before."""

    task_id: str
    title: str
    previous_due_date: date
    due_date: date


@dataclass(slots=True)
class AssignedTask:
    """A task and who does it from now on."""

    task_id: str
    title: str
    due_date: date
    contact_id: str
    assignee: str


@dataclass(slots=True)
class TaskNotes:
    """A task with all of its notes, the newest last."""

    task_id: str
    title: str
    notes: list[str]


@dataclass(slots=True)
class DeletedTask:
    """A task that is gone."""

    title: str
    deleted: bool
