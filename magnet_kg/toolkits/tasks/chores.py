"""The to-do lists with which a world begins."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from magnet_kg.execution.world import World
from magnet_kg.toolkits.tasks.records import Task, TaskList, TasksState

# Titles are what one could say after "the task to".
PERSONAL = (
    "return the library books", "reply to the landlord", "book a table for Saturday", "back up the laptop",
    "cancel the free trial", "find a babysitter", "order new glasses", "plan the weekend trip",
)  # fmt: skip
CHORES: dict[str, tuple[str, ...]] = {
    "errands": (
        "pick up the dry cleaning", "drop off the parcel", "buy a birthday card", "get the spare key copied",
        "collect the prescription", "return the drill",
    ),
    "home": (
        "fix the kitchen tap", "clean the gutters", "replace the smoke detector battery", "call the plumber",
        "hang up the curtains", "sort the garage shelves",
    ),
    "work": (
        "finish the slides", "send the invoice", "review the draft contract", "update the price list",
        "prepare the quarterly figures", "write the meeting notes",
    ),
    "paperwork": (
        "renew the car insurance", "file the tax forms", "scan the receipts", "renew the passport",
        "cancel the old phone contract", "sign the lease",
    ),
    "garden": (
        "trim the hedge", "order tulip bulbs", "mow the lawn", "repot the lemon tree", "sharpen the shears",
        "turn off the outside tap",
    ),
    "family": (
        "plan the anniversary dinner", "mail the school form", "print the holiday photos", "order the cake",
        "sign up for swimming lessons", "wrap the presents",
    ),
}  # fmt: skip


def make_lists(world: World, rng: Random) -> TasksState:
    """A personal list and three more with 15 tasks: three overdue, one done, one given to somebody else.

    Args:
        world: whose contact does one of the tasks.
        rng: the toolkit's own generator.
    """
    state = TasksState([TaskList(world.new_id("lst", 5), "personal")])
    drawn = [(state.lists[0], title) for title in rng.sample(PERSONAL, 3)]
    for name in rng.sample(sorted(CHORES), 3):
        made = TaskList(world.new_id("lst", 5), name)
        state.lists.append(made)
        drawn += [(made, title) for title in rng.sample(CHORES[name], 4)]
    rng.shuffle(drawn)
    # Different days, so that "the one that is due first" means one task.
    overdue, coming = rng.sample(range(-12, 0), 3), rng.sample(range(1, 25), 12)
    for (owner, title), ahead in zip(drawn, [*overdue, *coming], strict=True):
        due = world.today + timedelta(days=ahead)
        priority = rng.choice(["low", "medium", "medium", "high"])
        state.tasks.append(Task(world.new_id("tsk", 6), owner.list_id, title, due, priority))
    state.tasks[-1].status = "completed"
    state.tasks[-2].assignee_id = rng.choice(world.contacts).contact_id
    return state
