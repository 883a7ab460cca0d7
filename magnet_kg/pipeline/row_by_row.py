"""Rows that wait for a model: each goes its whole way by itself, and is tried again on its path when it fails.

Stage after stage would wait for the slowest row of each; here a row waits for its own answers alone. Results are
written in the order of the rows, so that the files are the same, whatever answers first.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.path import SignaturePath
from magnet_kg.domain.record import Record
from magnet_kg.export.statistics import RowFacts
from magnet_kg.paths.shapes import Slot
from magnet_kg.pipeline import stages
from magnet_kg.pipeline.mapper import ConcurrentMapper, Performs, Result, Stage
from magnet_kg.pipeline.plan import RowPlan, try_of
from magnet_kg.pipeline.run_folder import Reasons, Run

# What another try on the same path would not change: the path itself, or other rows.
_FOR_ANOTHER_PATH = frozenset({"path", "translation", "negative", "distinct"})
# What only the assistant's messages can be blamed for: the dialogue, which was paid for, is kept.
_FOR_THE_ASSISTANT = frozenset({"summary"})


@dataclass(frozen=True)
class _Way:
    """The stages that a row goes through: where each keeps its rows, and what it does."""

    record: str
    distill: Stage
    validate: Stage


_SFT = _Way("trajectories", stages.distill_positive, stages.validate_trajectory)
_PAIR = _Way("preferences", stages.distill_negative, stages.validate_pair)
QUESTIONS = "questions"


class Questions(Record):
    """What was asked of models for a row that was accepted: its kind, pairs apart, and the questions by task."""

    row: str
    kind: str
    turns: int
    tasks: dict[str, int]


# What became of a row in one try: (stage, result) as far as it came.
_Try = list[tuple[str, Result]]


@dataclass(frozen=True)
class _Attempt:
    """What became of one attempt at a row: its path, or the reason why there is none, and the tries on it."""

    slot: Slot
    path: SignaturePath | str
    tries: tuple[_Try, ...] = ()


class RowMaker:
    """Makes rows by themselves, and writes them in order.

    Args:
        run: the run; what its folder holds is not made again.
        perform: applies a stage to a row, with a teacher that waits for models.
        plan: the rows.
        tries: how often an attempt may be tried on its path.
        path_of: the path of a slot, or the reason why there is none; not written yet.
        asked: what was asked of models for a row so far, by task.
    """

    def __init__(
        self,
        run: Run,
        perform: Performs,
        plan: RowPlan,
        tries: Callable[[str], int],
        path_of: Callable[[Slot], SignaturePath | str],
        asked: Callable[[str], Mapping[str, int]] = lambda row: {},
    ) -> None:
        self._run = run
        self._perform = perform
        self._plan = plan
        self._tries = tries
        self._path_of = path_of
        self._asked = asked
        self._distinct = run.accepted_so_far()
        self._waiting: deque[Slot] = deque()

    def make(self, mapper: ConcurrentMapper, slots: Iterable[Slot]) -> None:
        """Make the rows of these slots, each from another path until one is accepted.

        Raises:
            MagnetError: no model can be asked any more; every finished row before that is written.
        """
        self._waiting.extend(slots)
        self._run.progress.start("rows", len(self._waiting))
        for attempts in mapper.flow(self._make, self._next_open):
            accepted = [self._write(one) for one in attempts][-1]
            if accepted:
                self._count(attempts)
            self._run.flush()
            self._go_on(None if accepted else self._following(attempts[-1].slot))

    def _next_open(self) -> Slot | None:
        """The next slot to be made: what an earlier run has come to is taken from its files."""
        while self._waiting:
            slot: Slot | None = self._waiting.popleft()
            while slot is not None:
                accepted = self._verdict(slot.row)
                if accepted is None:
                    return slot
                following = None if accepted else self._following(slot)
                if following is None or self._repeats_another(slot):
                    self._go_on(following)
                    break
                slot = following
        return None

    def _go_on(self, following: Slot | None) -> None:
        """A row is done, or made anew after all others: which row it repeats is known only when it is written."""
        if following is None:
            self._run.progress.advance("rows")
        else:
            self._waiting.append(following)

    def _following(self, slot: Slot) -> Slot | None:
        return self._plan.next_slot(slot)

    def _verdict(self, attempt: str) -> bool | None:
        """Whether an attempt was accepted or given up in an earlier run; None, where it was neither."""
        if self._run.is_rejected("path", attempt):
            return False
        for number in range(1, self._tries(attempt) + 1):
            row = try_of(attempt, number)
            if row in self._run.rows("accepted"):
                return True
            reasons = self._stored_reasons(row)
            if reasons is None:
                return None
            if not _worth_another_try(reasons):
                return False
        return False

    def _repeats_another(self, slot: Slot) -> bool:
        rows = [try_of(slot.row, number) for number in range(1, self._tries(slot.row) + 1)]
        return any(check == "distinct" for row in rows for check, _, _ in self._stored_reasons(row) or ())

    def _stored_reasons(self, row: str) -> Reasons | None:
        for stage in ("dialogues", _way(row).record, "validation"):
            if self._run.is_rejected(stage, row):
                return self._run.reasons(stage, row)
        return None

    async def _make(self, slot: Slot) -> list[_Attempt]:
        """The row from this attempt on, until one passes validation."""
        made: list[_Attempt] = []
        following: Slot | None = slot
        while following is not None:
            made.append(await self._attempt(following))
            tries = made[-1].tries
            if tries and not tries[-1][-1][1].reasons:
                break
            following = self._following(following)
        return made

    async def _attempt(self, slot: Slot) -> _Attempt:
        path = self._path_of(slot)
        if isinstance(path, str):
            return _Attempt(slot, path)
        tries: list[_Try] = []
        dialogue: Dialogue | None = None
        notes: tuple[str, ...] = ()
        for number in range(1, self._tries(slot.row) + 1):
            again = path.model_copy(update={"row": try_of(slot.row, number), "notes": notes})
            tries.append(await self._once(again, dialogue))
            result = tries[-1][-1][1]
            if not _worth_another_try(result.reasons):
                break
            notes = tuple(dict.fromkeys([*notes, *_told(result.reasons)]))
            dialogue = _kept(tries[-1])
        return _Attempt(slot, path, tuple(tries))

    async def _once(self, path: SignaturePath, dialogue: Dialogue | None) -> _Try:
        way = _way(path.row)
        made: _Try = []

        async def pass_through(name: str, stage: Stage, line: bytes) -> bytes | None:
            result = self._stored(name, path.row) or await self._perform(stage, path.row, line)
            made.append((name, result))
            return result.line

        if dialogue is not None:
            kept = dialogue.model_copy(
                update={"path": dialogue.path.model_copy(update={"row": path.row, "notes": path.notes})}
            ).to_line()
            line: bytes | None = kept
            made.append(("dialogues", Result(path.row, kept)))
        else:
            line = await pass_through("dialogues", stages.translate, path.to_line())
        if line is not None:
            line = await pass_through(way.record, way.distill, line)
        if line is not None:
            await pass_through("validation", way.validate, line)
        return made

    def _stored(self, stage: str, row: str) -> Result | None:
        if self._run.is_rejected(stage, row):
            return Result(row, reasons=self._run.reasons(stage, row))
        if stage == "validation" or row not in self._run.rows(stage):
            return None
        return Result(row, self._run.rows(stage).line(row))

    def _write(self, one: _Attempt) -> bool:
        """Write what is not there yet; says whether the row is accepted."""
        row = one.slot.row
        if isinstance(one.path, str):
            self._reject("path", row, (("path", one.path, ""),))
        elif row not in self._run.rows("paths"):
            self._run.rows("paths").append(row, one.path.to_line())
        return [self._write_try(results) for results in one.tries][-1:] == [True]

    def _write_try(self, results: _Try) -> bool:
        for stage, result in results:
            if stage == "validation" and not self._run.is_rejected(stage, result.row):
                return self._run.decide(result, self._distinct)
            if result.reasons:
                self._reject(stage, result.row, result.reasons)
            elif result.line is not None and result.row not in self._run.rows(stage):
                self._run.rows(stage).append(result.row, result.line)
        return False

    def _count(self, attempts: Sequence[_Attempt]) -> None:
        """Write down what was asked for a row, what came to nothing included."""
        slot, accepted = attempts[-1].slot, attempts[-1].tries[-1][-1][1]
        tasks: Counter[str] = Counter()
        for row in {results[-1][1].row for attempt in attempts for results in attempt.tries}:
            tasks.update(self._asked(row))
        if accepted.row not in self._run.rows(QUESTIONS):
            asked = Questions(
                row=accepted.row,
                kind=f"{slot.kind} pairs" if RowPlan.is_pair(slot.row) else slot.kind,
                turns=RowFacts.model_validate_json(accepted.line or b"").turns,
                tasks=dict(sorted(tasks.items())),
            )
            self._run.rows(QUESTIONS).append(asked.row, asked.to_line())

    def _reject(self, stage: str, row: str, reasons: Reasons) -> None:
        if not self._run.is_rejected(stage, row):
            self._run.reject(stage, row, reasons)


def _way(row: str) -> _Way:
    return _PAIR if RowPlan.is_pair(row) else _SFT


def _worth_another_try(reasons: Reasons) -> bool:
    return bool(reasons) and not _FOR_ANOTHER_PATH & {check for check, _, _ in reasons}


def _kept(failed: _Try) -> Dialogue | None:
    """The dialogue of a try in which only the assistant's messages were wrong, or did not come."""
    stage, result = failed[-1]
    line = failed[0][1].line
    wrong = {check for check, _, _ in result.reasons}
    if line is None or (stage == "validation" and not wrong <= _FOR_THE_ASSISTANT):
        return None
    return Dialogue.model_validate_json(line)


def _told(reasons: Reasons) -> Iterable[str]:
    return (f"{check}: {reason}" + (f" ({detail})" if detail else "") for check, reason, detail in reasons)
