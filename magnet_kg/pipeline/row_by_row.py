"""Rows that wait for a model: each goes its whole way by itself, and is tried again on its path when it fails.

Stage after stage would wait for the slowest row of each; here a row waits for its own answers alone. Results are
written in the order of the rows, so that the files are the same, whatever answers first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.path import SignaturePath
from magnet_kg.paths.shapes import Slot
from magnet_kg.pipeline import stages
from magnet_kg.pipeline.mapper import ConcurrentMapper, Result, Stage
from magnet_kg.pipeline.plan import RowPlan, try_of
from magnet_kg.pipeline.run_folder import Reasons, Run
from magnet_kg.pipeline.workbench import Workbench

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


@dataclass(frozen=True)
class _Try:
    """What became of a row in one try: (stage, result) as far as it came."""

    results: tuple[tuple[str, Result], ...]

    @property
    def last(self) -> tuple[str, Result]:
        """The stage that it came to."""
        return self.results[-1]


class RowMaker:
    """Makes rows by themselves, and writes them in order.

    Args:
        run: the run; what its folder holds is not made again.
        bench: whose teacher waits for models.
        plan: the rows.
        tries: how often an attempt may be tried on its path.
        make_paths: sees to it that these slots have paths, or rejections.
    """

    def __init__(
        self,
        run: Run,
        bench: Workbench,
        plan: RowPlan,
        tries: Callable[[str], int],
        make_paths: Callable[[list[Slot]], None],
    ) -> None:
        self._run = run
        self._bench = bench
        self._plan = plan
        self._tries = tries
        self._make_paths = make_paths
        self._distinct = run.accepted_so_far()
        self._waiting: deque[Slot] = deque()

    def make(self, mapper: ConcurrentMapper, slots: list[Slot]) -> None:
        """Make the rows of these slots, each from another path until one is accepted.

        Raises:
            MagnetError: no model can be asked any more; every finished row before that is written.
        """
        self._make_paths(slots)
        self._waiting.extend(slots)
        self._run.progress.start("rows", len(slots))
        for slot, tries in mapper.flow(self._try, self._next_open):
            accepted = [self._write(one) for one in tries][-1]
            self._done(slot, accepted)

    def _next_open(self) -> Slot | None:
        while self._waiting:
            slot = self._waiting.popleft()
            if slot.row not in self._run.rows("paths"):
                self._make_paths([slot])
            accepted = self._verdict(slot.row)
            if accepted is None:
                return slot
            self._done(slot, accepted)
        return None

    def _done(self, slot: Slot, accepted: bool) -> None:
        self._run.flush()
        following = None if accepted else self._plan.next_slot(slot)
        if following is None:
            self._run.progress.advance("rows")
        else:
            self._waiting.append(following)

    def _verdict(self, attempt: str) -> bool | None:
        """Whether an attempt was accepted or given up in an earlier run; None, where it was neither."""
        if self._run.is_rejected("path", attempt):
            return False
        for number in range(1, self._tries(attempt) + 1):
            row = try_of(attempt, number)
            if row in self._run.rows("accepted"):
                return True
            stored = self._stored_reasons(row)
            if stored is None:
                return None
            if not _worth_another_try(stored):
                return False
        return False

    def _stored_reasons(self, row: str) -> Reasons | None:
        for stage in ("dialogues", _way(row).record, "validation"):
            if self._run.is_rejected(stage, row):
                return self._run.reasons(stage, row)
        return None

    async def _try(self, slot: Slot) -> tuple[Slot, list[_Try]]:
        ((_, line),) = self._run.rows("paths").read([slot.row])
        path = SignaturePath.model_validate_json(line)
        tries: list[_Try] = []
        dialogue: Dialogue | None = None
        notes: tuple[str, ...] = ()
        for number in range(1, self._tries(slot.row) + 1):
            again = path.model_copy(update={"row": try_of(slot.row, number), "notes": notes})
            tries.append(await self._once(again, dialogue))
            stage, result = tries[-1].last
            if not _worth_another_try(result.reasons):
                break
            notes = tuple(dict.fromkeys([*notes, *_told(result.reasons)]))
            kept = {check for check, _, _ in result.reasons} <= _FOR_THE_ASSISTANT and stage == "validation"
            dialogue = Dialogue.model_validate_json(tries[-1].results[0][1].line or b"") if kept else None
        return slot, tries

    async def _once(self, path: SignaturePath, dialogue: Dialogue | None) -> _Try:
        way = _way(path.row)
        made: list[tuple[str, Result]] = []

        async def pass_through(name: str, stage: Stage, line: bytes) -> bytes | None:
            result = self._stored(name, path.row) or await stage(self._bench, path.row, line)
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
        return _Try(tuple(made))

    def _stored(self, stage: str, row: str) -> Result | None:
        if self._run.is_rejected(stage, row):
            return Result(row, reasons=self._run.reasons(stage, row))
        if stage == "validation" or row not in self._run.rows(stage):
            return None
        ((_, line),) = self._run.rows(stage).read([row])
        return Result(row, line)

    def _write(self, one: _Try) -> bool:
        """Write what is not there yet; says whether the row is accepted."""
        for stage, result in one.results:
            if stage == "validation" and not self._run.is_rejected(stage, result.row):
                return self._run.decide(result, self._distinct)
            if result.reasons:
                self._reject(stage, result.row, result.reasons)
            elif result.line is not None and result.row not in self._run.rows(stage):
                self._run.rows(stage).append(result.row, result.line)
        return False

    def _reject(self, stage: str, row: str, reasons: Reasons) -> None:
        if not self._run.is_rejected(stage, row):
            self._run.reject(stage, row, reasons)


def _way(row: str) -> _Way:
    return _PAIR if RowPlan.is_pair(row) else _SFT


def _worth_another_try(reasons: Reasons) -> bool:
    return bool(reasons) and not _FOR_ANOTHER_PATH & {check for check, _, _ in reasons}


def _told(reasons: Reasons) -> Iterable[str]:
    return (f"{check}: {reason}" + (f" ({detail})" if detail else "") for check, reason, detail in reasons)
