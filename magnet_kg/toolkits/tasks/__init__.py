"""The user's to-do lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from magnet_kg.execution.toolkit import ToolError, Toolkit
from magnet_kg.execution.world import World, found
from magnet_kg.toolkits.tasks.chores import make_lists
from magnet_kg.toolkits.tasks.records import (
    AssignedTask,
    CompletedTask,
    DeletedTask,
    FoundTasks,
    OverdueTask,
    OverdueTasks,
    Priority,
    RescheduledTask,
    Task,
    TaskList,
    TaskLists,
    TaskListSummary,
    TaskNotes,
    TasksState,
    TaskSummary,
)

toolkit = Toolkit("tasks", category="planning", description="The user's to-do lists.")


@toolkit.state
def make_state(world: World, rng: Random) -> TasksState:
    """A personal list and three more, with tasks."""
    return make_lists(world, rng)


@toolkit.function
def list_task_lists(world: World) -> TaskLists:
    """List the user's to-do lists with their list ids and how many tasks are open on each."""
    return TaskLists([_list(world, each) for each in world.of(TasksState).lists])


@toolkit.function
def create_task_list(world: World, list_name: str) -> TaskListSummary:
    """Start a new, empty to-do list.

    Args:
        list_name: name of the new list
    """
    state = world.of(TasksState)
    if any(each.name.casefold() == list_name.casefold() for each in state.lists):
        raise ToolError("already_exists", f"There already is a list called {list_name}.")
    made = TaskList(world.new_id("lst", 5), list_name)
    state.lists.append(made)
    return _list(world, made)


@toolkit.function
def list_tasks(world: World, list_id: str, priority: Priority | None = None) -> FoundTasks:
    """List the open tasks on one to-do list.

    Args:
        list_id: id of the to-do list
        priority: only tasks of this priority
    """
    owner = _owner(world, list_id)
    kept = [t for t in _open(world) if t.list_id == owner.list_id]
    return _found(world, [t for t in kept if priority is None or t.priority == priority])


@toolkit.function
def list_open_tasks(world: World, due_by: date | None = None, priority: Priority | None = None) -> FoundTasks:
    """List the open tasks on all to-do lists, overdue ones included.

    Args:
        due_by: only tasks that are due on this day or earlier
        priority: only tasks of this priority
    """
    kept = [t for t in _open(world) if due_by is None or t.due_date <= due_by]
    return _found(world, [t for t in kept if priority is None or t.priority == priority])


@toolkit.function
def search_tasks(world: World, query: str) -> FoundTasks:
    """Find tasks on all to-do lists, done ones included, by words of their title, and get their task ids.

    Args:
        query: words of the title
    """
    wanted = query.casefold().split()
    tasks = world.of(TasksState).tasks
    return _found(world, [t for t in tasks if wanted and all(w in t.title.casefold().split() for w in wanted)])


@toolkit.function
def get_overdue_tasks(world: World) -> OverdueTasks:
    """List the open tasks that should have been done before today."""
    names = {each.list_id: each.name for each in world.of(TasksState).lists}
    late = [t for t in _open(world) if t.due_date < world.today]
    return OverdueTasks(
        [
            OverdueTask(t.task_id, t.title, t.due_date, (world.today - t.due_date).days, t.priority, names[t.list_id])
            for t in sorted(late, key=_order)
        ]
    )


@toolkit.function
def create_task(world: World, title: str, due_date: date, priority: Priority = "medium") -> TaskSummary:
    """Put a new task on the user's personal to-do list.

    Args:
        title: what is to be done
        due_date: day by which it is to be done
        priority: how important it is
    """
    _check_date(world, due_date)
    state = world.of(TasksState)
    if any(t.title.casefold() == title.casefold() for t in _open(world)):
        raise ToolError("already_exists", f"There already is an open task to {title}.")
    task = Task(world.new_id("tsk", 6), state.lists[0].list_id, title, due_date, priority)
    state.tasks.append(task)
    return _summary(world, task)


@toolkit.function
def complete_task(world: World, task_id: str) -> CompletedTask:
    """Mark a task as done.

    Args:
        task_id: id of the task
    """
    task = _changeable(world, task_id)
    task.status = "completed"
    return CompletedTask(task.title, _owner(world, task.list_id).name, task.status)


@toolkit.function
def reschedule_task(world: World, task_id: str, due_date: date) -> RescheduledTask:
    """Change the day by which a task is to be done.

    Args:
        task_id: id of the task
        due_date: the new day
    """
    task = _changeable(world, task_id)
    _check_date(world, due_date)
    if due_date == task.due_date:
        raise ToolError("unchanged", f"The task to {task.title} already is due on {due_date.isoformat()}.")
    before, task.due_date = task.due_date, due_date
    return RescheduledTask(task.task_id, task.title, before, due_date)


@toolkit.function
def set_task_priority(world: World, task_id: str, priority: Priority) -> TaskSummary:
    """Change how important a task is.

    Args:
        task_id: id of the task
        priority: the new priority
    """
    task = _changeable(world, task_id)
    if task.priority == priority:
        raise ToolError("unchanged", f"The task to {task.title} already has {priority} priority.")
    task.priority = priority
    return _summary(world, task)


@toolkit.function
def assign_task_to_contact(world: World, task_id: str, contact_id: str) -> AssignedTask:
    """Give a task to a person of the address book, who does it from now on.

    Args:
        task_id: id of the task
        contact_id: id of the contact who does it
    """
    task, contact = _changeable(world, task_id), world.contact(contact_id)
    if task.assignee_id == contact_id:
        raise ToolError("already_assigned", f"{contact.full_name} already has the task to {task.title}.")
    task.assignee_id = contact_id
    return AssignedTask(task.task_id, task.title, task.due_date, contact_id, contact.full_name)


@toolkit.function
def add_note_to_task(world: World, task_id: str, note: str) -> TaskNotes:
    """Add a note to a task.

    Args:
        task_id: id of the task
        note: what the note says
    """
    task = found(world.of(TasksState).tasks, "task_id", task_id, "task")
    task.notes.append(note)
    return TaskNotes(task.task_id, task.title, list(task.notes))


@toolkit.function
def move_task_to_list(world: World, task_id: str, list_id: str) -> TaskSummary:
    """Move a task to another to-do list.

    Args:
        task_id: id of the task
        list_id: id of the to-do list that it goes to
    """
    task = found(world.of(TasksState).tasks, "task_id", task_id, "task")
    owner = _owner(world, list_id)
    if task.list_id == list_id:
        raise ToolError("unchanged", f"The task to {task.title} already is on the {owner.name} list.")
    task.list_id = list_id
    return _summary(world, task)


@toolkit.function
def delete_task(world: World, task_id: str) -> DeletedTask:
    """Delete a task for good, done or not.

    Args:
        task_id: id of the task
    """
    state = world.of(TasksState)
    task = found(state.tasks, "task_id", task_id, "task")
    state.tasks.remove(task)
    return DeletedTask(task.title, True)


def _open(world: World) -> list[Task]:
    return [t for t in world.of(TasksState).tasks if t.status == "open"]


def _owner(world: World, list_id: str) -> TaskList:
    return found(world.of(TasksState).lists, "list_id", list_id, "to-do list")


def _changeable(world: World, task_id: str) -> Task:
    task = found(world.of(TasksState).tasks, "task_id", task_id, "task")
    if task.status == "completed":
        raise ToolError("already_completed", f"The task to {task.title} is already done.")
    return task


def _check_date(world: World, day: date) -> None:
    if day < world.today:
        raise ToolError("invalid_date", f"{day.isoformat()} is in the past.")


def _order(task: Task) -> tuple[date, str]:
    return task.due_date, task.task_id


def _list(world: World, each: TaskList) -> TaskListSummary:
    return TaskListSummary(each.list_id, each.name, sum(t.list_id == each.list_id for t in _open(world)))


def _summary(world: World, t: Task) -> TaskSummary:
    assignee = next((c.full_name for c in world.contacts if c.contact_id == t.assignee_id), None)
    owner = _owner(world, t.list_id).name
    return TaskSummary(t.task_id, t.title, t.due_date, t.priority, t.status, owner, assignee)


def _found(world: World, tasks: Iterable[Task]) -> FoundTasks:
    return FoundTasks([_summary(world, t) for t in sorted(tasks, key=_order)])
