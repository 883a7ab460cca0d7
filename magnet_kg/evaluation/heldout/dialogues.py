"""A student on dialogues over toolkits that it never saw: executed for real, run free, and led.

Every dialogue is played twice with the same system message, tools and user messages. **Free**: with the student's own
history and world to the end, as a user would have it. **Led**: after a wrong turn the world and the history are put
back to the reference's, so that one early error does not make all later calls wrong (as in `magnet-kg mistakes`).
Until the first wrong turn both are the same, and the student is asked once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Self

from magnet_kg.distillation.sampling import Sampler
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.mistake import JudgedTurn
from magnet_kg.domain.record import Record, content_hash
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import Asked
from magnet_kg.pipeline.accepted import AcceptedRows, evenly
from magnet_kg.pipeline.workbench import Workbench
from magnet_kg.student.caller import ToolCaller

# What is kept of a result changes with this; so does everything that is kept of it.
_VERSION = "2"


class PlayedDialogue(Record):
    """The turns of a dialogue as one student played it: led, and free."""

    led: tuple[JudgedTurn, ...]
    free: tuple[JudgedTurn, ...]

    @property
    def succeeded(self) -> bool:
        """Whether every turn of it is a success, run free."""
        return all(turn.succeeded for turn in self.free)


@dataclass
class HeldOut:
    """The dialogues of a run as a benchmark: see `Opened` and `Benchmark` of `evaluation.running`.

    The items are rows, their categories kinds of rows. What is said is judged by the rules, which cost nothing.

    Args:
        folder: of the run.
        bench: executor and rules, as the run had them.
        toolkits: only rows that call functions of these alone, or, where they call none, are offered these alone; all,
            where it is empty.
        limit: so many rows of each kind at most, spread over all.
    """

    folder: Path
    bench: Workbench
    toolkits: tuple[str, ...] = ()
    limit: int | None = None
    name: str = field(default="heldout", init=False)
    about: Mapping[str, Any] = field(init=False)
    items: Sequence[Asked] = field(init=False)

    def __post_init__(self) -> None:
        self.about = {"judging": _VERSION}
        self.items = ()
        self._opened = ExitStack()
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Choose the rows.

        Raises:
            MagnetError: there are none.
        """
        self._accepted = AcceptedRows(self.folder, self._opened)
        self._rows: dict[str, Trajectory] = {}
        by_kind: dict[str, list[Asked]] = defaultdict(list)
        for row in map(self._accepted.trajectory, self._accepted.ids(lambda _: True)):
            if row.replays and self._is_over(row):
                # A row of the same id and other content is another item.
                key = f"{row.row}@{content_hash(row.model_dump(mode='json'))[:8]}"
                self._rows[key] = row
                by_kind[row.kind].append(Asked(row.kind, key))
        if not by_kind:
            over = f" over {', '.join(self.toolkits)} alone" if self.toolkits else ""
            raise MagnetError(
                f"there are no rows{over} whose calls can be made again", where=str(self.folder),
                do="Make some with a recipe that names these toolkits, such as `toolkits: [music]`",
            )  # fmt: skip
        self.items = [one for kind in sorted(by_kind) for one in evenly(by_kind[kind], self.limit)]
        return self

    async def __aexit__(self, *_: Any) -> None:
        """Close the run's files."""
        self._opened.close()

    def player(self, student: ToolCaller) -> Callable[[Asked], Awaitable[ItemResult]]:
        """What leads this student through a row and lets it run free, its calls executed."""

        async def play(item: Asked) -> ItemResult:
            started = monotonic()
            sampler = Sampler(_Remembering(student), self.bench.rules, self.bench.executor, 0.0, self._lock)
            reference = await self._accepted.prepared(sampler, self._rows[item.id].row)
            assert reference is not None, "only rows that replay are chosen"
            led = await sampler.sample(reference, 0)
            free = await sampler.sample(reference, 0, free=True)
            played = PlayedDialogue(led=_without_outputs(led.turns), free=_without_outputs(free.turns))
            return _result(item, played, monotonic() - started)

        return play

    def _is_over(self, row: Trajectory) -> bool:
        functions = [step.function for turn in row.turns for step in turn.steps] or list(row.tools)
        return not self.toolkits or all(one.partition("/")[0] in self.toolkits for one in functions)


def played_dialogue(result: ItemResult) -> PlayedDialogue:
    """The turns that a result was judged by."""
    return PlayedDialogue.model_validate(result.answer)


@dataclass(frozen=True)
class _Remembering:
    """A student that is asked once for each message of a dialogue, however often it is played."""

    student: ToolCaller
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """See `ToolCaller.model`."""
        return self.student.model

    async def chat(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int
    ) -> dict[str, Any]:
        """See `ToolCaller.chat`."""
        key = content_hash(list(messages))
        if key not in self.answers:
            self.answers[key] = await self.student.chat(messages, tools, sample)
        return self.answers[key]


def _result(item: Asked, played: PlayedDialogue, seconds: float) -> ItemResult:
    fault = next((turn.fault for turn in played.free if not turn.succeeded), None)
    faults = [turn.fault for turn in (*played.free, *played.led) if turn.fault is not None]
    silent = next((one.evidence for one in faults if one.kind == "no_answer"), "")
    return ItemResult(
        id=item.id,
        category=item.category,
        valid=played.succeeded,
        error_type="" if fault is None else fault.kind,
        error="" if fault is None else fault.evidence,
        unanswered=silent,
        answer=played.model_dump(mode="json", exclude_defaults=True),
        seconds=seconds,
    )


def _without_outputs(turns: Sequence[JudgedTurn]) -> tuple[JudgedTurn, ...]:
    """What calls gave is most of a turn, and the same calls give it again."""
    return tuple(
        turn.model_copy(update={"made": tuple(call.model_copy(update={"output": None}) for call in turn.made)})
        for turn in turns
    )
