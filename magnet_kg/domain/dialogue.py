"""Dialogues: a path after translation, and where each of its values comes from (METHOD.md §5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from magnet_kg.domain.context import Context
from magnet_kg.domain.path import SignaturePath
from magnet_kg.domain.record import JsonObject, Record

OriginSource = Literal["said", "known", "bound", "chosen", "stated", "computed", "default"]


class Criterion(Record):
    """How one element of a list is chosen: the smallest or largest of a field, a place, or fields that match."""

    take: Literal["min", "max", "first", "last", "match"]
    by: str | None = None
    match: JsonObject = {}


class Mention(Record):
    """A stretch of a user's message that says a value, or the criterion by which one is chosen.

    `start` and `end` are character positions in the message; `form` says how the words are read back.
    """

    step: str
    parameter: str
    start: int
    end: int
    source: Literal["said", "known", "chosen", "bound"]
    form: str = "verbatim"
    value: Any = None
    criterion: Criterion | None = None


class UserMessage(Record):
    """What the user writes, with what its words stand for."""

    text: str
    mentions: tuple[Mention, ...] = ()


class Origin(Record):
    """Where the value of one argument comes from (the sources of RULES-TEACHER.md).

    said, known: `turn`, `start`, `end`, `text`, `form`. bound, chosen: `call` and the concrete `path` in its output,
    for chosen the `criterion` (and the words that say it, where a turn says them). stated: `form` names the fact of the
    context. computed: `operation` over `inputs`, each an origin. default: the schema's own.
    """

    parameter: str
    source: OriginSource
    turn: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    form: str | None = None
    call: str | None = None
    path: str | None = None
    criterion: Criterion | None = None
    operation: str | None = None
    inputs: tuple[Origin, ...] = ()


class FunctionCall(Record):
    """A filled call. `origins` has one entry for every argument."""

    id: str
    step: str
    function: str
    arguments: JsonObject
    origins: tuple[Origin, ...] = ()


class Observation(Record):
    """What executing a call gave back."""

    call: str
    output: Any
    failed: bool = False


class DialogueTurn(Record):
    """One user message and what was called for it, in order."""

    id: str
    user: UserMessage
    calls: tuple[FunctionCall, ...] = ()
    observations: tuple[Observation, ...] = ()


class Dropped(Record):
    """A step that could not honestly become a call, and why."""

    step: str
    function: str
    reason: str


class Dialogue(Record):
    """A path with messages, calls and outputs. `path` lacks the steps in `dropped`."""

    path: SignaturePath
    context: Context
    turns: tuple[DialogueTurn, ...]
    dropped: tuple[Dropped, ...] = ()
    state: str = Field(description="digest of the world after the last call")


def next_group(calls: Sequence[FunctionCall]) -> tuple[FunctionCall, ...]:
    """The calls that can be made at once: those up to the first that needs an output of one of them."""
    group: list[FunctionCall] = []
    for call in calls:
        ids = {one.id for one in group}
        if any(_sources(origin) & ids for origin in call.origins):
            break
        group.append(call)
    return tuple(group)


def groups_of(calls: Sequence[FunctionCall]) -> Iterator[tuple[FunctionCall, ...]]:
    """The calls of a turn as they are made: one `next_group` after the other."""
    while calls:
        group = next_group(calls)
        yield group
        calls = calls[len(group) :]


def _sources(origin: Origin) -> set[str]:
    own = {origin.call} if origin.call else set()
    return own.union(*(_sources(part) for part in origin.inputs)) if origin.inputs else own
