"""What a student does by itself: its calls, how each of its turns is judged, and the mistakes that are kept."""

from __future__ import annotations

from typing import Any, Literal, get_args

from magnet_kg.domain.path import Kind
from magnet_kg.domain.record import JsonObject, Record
from magnet_kg.domain.trajectory import ErrorKind

# In the order in which reports tell them.
MistakeKind = Literal[
    "missing_call",
    "wrong_value",
    "history_value",
    "needless_call",
    "harmful_call",
    "malformed_call",
    "wrong_summary",
    "no_end",
    "no_answer",
    "spoiled_world",
]
MISTAKE_KINDS: tuple[MistakeKind, ...] = get_args(MistakeKind)


class StudentCall(Record):
    """A call as a student made it, and what came back.

    `move` counts the student's messages within the turn; calls of one move were made at once. `function` is the id of
    the function, or None where none of that name is offered; `arguments` is None where they were no JSON object, and
    `written` is then what stood there. `changed` says whether the call changed the state of the world.
    """

    move: int
    id: str
    name: str
    function: str | None = None
    arguments: JsonObject | None = None
    written: str = ""
    output: Any = None
    failed: bool = False
    changed: bool = False

    @property
    def executed(self) -> bool:
        """Whether it was a call that could be made at all."""
        return self.function is not None and self.arguments is not None


class TurnFault(Record):
    """What is wrong with a turn.

    `kind` says it as code decides it; `error` is the one of the paper's five that it shows, None where the paper has no
    name for it. `detail` is what a wrong hint needs to go wrong in the same way (see `WrongHint.detail`).
    """

    kind: MistakeKind
    error: ErrorKind | None = None
    evidence: str
    detail: str = ""


class JudgedTurn(Record):
    """One turn of a sampled trajectory.

    `operations` are those that made the turn what it is; `calls` and `moves` are counted, `malformed` calls could not
    be made at all, `idle` ones were made beside the reference's and changed nothing. `wanted` counts the reference's
    calls, without those that a right turn did without, and `alike` those of them that were made with arguments that
    mean the same. `made` and `text` are kept of wrong turns only; a call's `function` and `step` of the reference are
    in `steps` by the id of the student's call.
    """

    turn: str
    operations: tuple[str, ...]
    calls: int = 0
    moves: int = 0
    malformed: int = 0
    idle: int = 0
    wanted: int = 0
    alike: int = 0
    fault: TurnFault | None = None
    made: tuple[StudentCall, ...] = ()
    steps: dict[str, str] = {}
    text: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether its calls led to the same state and outputs, whatever was said of them."""
        return self.fault is None or self.fault.kind == "wrong_summary"


class SampledTrajectory(Record):
    """A student's trajectory through one dialogue, each turn judged by itself. `row` is `<id>#<sample>`."""

    row: str
    id: str
    sample: int
    kind: Kind
    model: str
    temperature: float
    turns: tuple[JudgedTurn, ...]


class Mistake(Record):
    """A wrong turn of a student, once however often it was made.

    `sample` is the first sample that made it, `times` how many did.
    """

    row: str
    sample: int
    turn: str
    kind: MistakeKind
    error: ErrorKind | None = None
    evidence: str
    detail: str = ""
    operations: tuple[str, ...]
    calls: tuple[StudentCall, ...] = ()
    steps: dict[str, str] = {}
    text: str = ""
    times: int = 1
    model: str
