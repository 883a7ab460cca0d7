"""The student's own mistakes: sampled, judged turn by turn, kept, and retold as preference pairs (METHOD.md §6).

What lies in a run's folder afterwards: `student_samples.jsonl` (every trajectory, as it was judged), `mistakes.jsonl`
(the wrong turns, each once), `student_preferences.jsonl` (the pairs that came of them), `student_rejected.jsonl` (those
that did not hold, with their reasons), `student_calls/` (its answers, so that none is paid twice) and
`mistakes_report.json`. Whoever removes all of `student_*` begins anew.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from magnet_kg.distillation.negative import pair_with
from magnet_kg.distillation.retold import in_drawn_order, wrong_hint
from magnet_kg.distillation.sampling import ReferenceDialogue, Sampler
from magnet_kg.domain.dialogue import Dialogue
from magnet_kg.domain.errors import MagnetError, Unanswered, Untranslatable
from magnet_kg.domain.mistake import Mistake, SampledTrajectory
from magnet_kg.domain.path import Kind
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import content_hash
from magnet_kg.domain.trajectory import PreferencePair
from magnet_kg.pipeline.accepted import AcceptedRows, evenly, require_run
from magnet_kg.pipeline.exporting import MISTAKES_REPORT, write_card, write_student_pairs
from magnet_kg.pipeline.mapper import ConcurrentMapper
from magnet_kg.pipeline.mistakes_report import report_mistakes, without_repeats
from magnet_kg.pipeline.models import CallSettings, Models
from magnet_kg.pipeline.progress import Progress
from magnet_kg.pipeline.resume import resolved_recipe, stored_recipe
from magnet_kg.pipeline.rows import RowFile, RunLock, write_atomically
from magnet_kg.pipeline.run import CALLS
from magnet_kg.pipeline.students import StudentAt
from magnet_kg.pipeline.workbench import Workbench
from magnet_kg.student.caller import ToolCaller
from magnet_kg.teacher.mixed import roster_of
from magnet_kg.teacher.settings import TeacherSettings
from magnet_kg.validation.checks import check_pair

SAMPLES, MISTAKES = "student_samples.jsonl", "mistakes.jsonl"
PAIRS, REJECTED = "student_preferences.jsonl", "student_rejected.jsonl"
STUDENT_CALLS = "student_calls"
# A mistake need not make a pair: what a teacher writes under the hint may not show it.
TRIES_PER_PAIR = 4
# More dialogues than calls: while some are judged, others keep the student busy.
DIALOGUES_PER_CALL = 2


@dataclass(frozen=True)
class SampleSettings:
    """What is sampled.

    Attributes:
        samples: trajectories for each dialogue.
        temperature: of sampling; noted in the rows.
        kinds: of rows; all, where it is empty.
        rows: so many dialogues at most, spread over all of them.
        pairs_per_row: so many pairs of one dialogue at most.
        concurrency: calls of the student in flight at most.
    """

    samples: int = 10
    temperature: float = 1.0
    kinds: tuple[Kind, ...] = ()
    rows: int | None = None
    pairs_per_row: int = 2
    concurrency: int = 16


@dataclass
class StudentRun:
    """The dialogues of a finished run, and who leads a student through them.

    Args:
        folder: the run's folder.
        bench: executor, teacher and evidence, as the run had them.
        student: who plays.
        settings: what is sampled.
        mapper: works on many dialogues at once.
        progress: told how far it is.
        opened: closes the files that are opened.
    """

    folder: Path
    bench: Workbench
    student: ToolCaller
    settings: SampleSettings
    mapper: ConcurrentMapper
    progress: Progress
    opened: ExitStack

    def __post_init__(self) -> None:
        self._accepted = AcceptedRows(self.folder, self.opened)

    def run(self) -> dict[str, Any]:
        """Make what is missing; gives the report, as in `mistakes_report.json`.

        Raises:
            MagnetError: no run is here, another student was sampled here, or no call can be made any more.
        """
        rows = self._chosen_rows()
        with RowFile(self.folder / SAMPLES) as samples:
            self._refuse_other_student(samples)
            left_out = self._sample(rows, samples)
            sampled = [SampledTrajectory.model_validate_json(line) for _, line in samples.read(sorted(samples))]
        sampled.sort(key=lambda one: (one.id, one.sample))
        mistakes = without_repeats(sampled)
        write_atomically(self.folder / MISTAKES, b"".join(mistake.to_line() for mistake in mistakes))
        with RowFile(self.folder / PAIRS) as pairs, RowFile(self.folder / REJECTED) as rejected:
            self._retell(mistakes, pairs, rejected)
            report = report_mistakes(sampled, mistakes, _errors(pairs), _reasons(rejected))
        report["left_out"] = left_out
        write_atomically(self.folder / MISTAKES_REPORT, orjson.dumps(report, option=orjson.OPT_INDENT_2))
        return report

    def _chosen_rows(self) -> list[str]:
        wanted = self.settings.kinds
        rows = self._accepted.ids(lambda one: not wanted or one.kind in wanted)
        if not rows:
            what = (
                f"this run has no accepted rows of {', '.join(wanted)}" if wanted else "this run has no accepted rows"
            )
            raise MagnetError(what, where=str(self.folder), do="Finish it with magnet-kg run")
        return evenly(rows, self.settings.rows)

    def _refuse_other_student(self, samples: RowFile) -> None:
        first = next(iter(samples), None)
        if first is None:
            return
        _, line = next(samples.read([first]))
        stored = SampledTrajectory.model_validate_json(line)
        now = (self.student.model, self.settings.temperature)
        if (stored.model, stored.temperature) != now:
            raise MagnetError(
                f"here are the mistakes of {stored.model} at temperature {stored.temperature:g}, not of {now[0]}"
                f" at {now[1]:g}", where=str(self.folder),
                do="Remove all of student_* from it to sample this one",
            )  # fmt: skip

    def _sample(self, rows: Sequence[str], samples: RowFile) -> dict[str, int]:
        """Sample what is missing; gives how many dialogues are left out, by reason."""
        settings = self.settings
        sampler = Sampler(self.student, self.bench.teacher, self.bench.executor, settings.temperature, asyncio.Lock())
        self.progress.start("sampling", len(rows) * settings.samples)
        missing = [(row, n) for row in rows for n in range(settings.samples) if f"{row}#{n}" not in samples]
        self.progress.advance("sampling", len(rows) * settings.samples - len(missing))
        last = dict(missing)
        prepared: dict[str, asyncio.Task[ReferenceDialogue | None]] = {}
        left_out: set[str] = set()

        async def one(job: tuple[str, int]) -> tuple[str, int, SampledTrajectory | None]:
            row, number = job
            if row not in prepared:
                prepared[row] = asyncio.create_task(self._accepted.prepared(sampler, row))
            reference = await prepared[row]
            return row, number, None if reference is None else await sampler.sample(reference, number)

        jobs = iter(missing)
        for row, number, trajectory in self.mapper.flow(one, lambda: next(jobs, None)):
            if trajectory is None:
                left_out.add(row)
            else:
                samples.append(trajectory.row, trajectory.to_line())
            self.progress.advance("sampling")
            if number == last[row]:
                del prepared[row]
        samples.flush()
        return {"what ran the calls cannot be put back": len(left_out)} if left_out else {}

    def _retell(self, mistakes: Sequence[Mistake], pairs: RowFile, rejected: RowFile) -> None:
        """Write the pairs that are missing."""
        by_row: dict[str, list[Mistake]] = defaultdict(list)
        for mistake in mistakes:
            by_row[mistake.row].append(mistake)
        self.progress.start("pairs", len(by_row))
        jobs = iter(by_row.items())
        work = partial(self._pairs_of, pairs=pairs, rejected=rejected)
        for results in self.mapper.flow(work, lambda: next(jobs, None)):
            for key, made, reasons in results:
                if made is not None:
                    pairs.append(key, made.to_line())
                else:
                    entry = {"row": key, "id": key.rpartition("-")[0], "reasons": reasons}
                    rejected.append(key, orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
            self.progress.advance("pairs")
        pairs.flush()
        rejected.flush()

    async def _pairs_of(
        self, job: tuple[str, Sequence[Mistake]], pairs: RowFile, rejected: RowFile
    ) -> list[tuple[str, PreferencePair | None, list[Mapping[str, str]]]]:
        """The pairs of one dialogue that are not there yet, and what did not become one."""
        row, mistakes = job
        dialogue = self._accepted.dialogue(row)
        most = self.settings.pairs_per_row
        results: list[tuple[str, PreferencePair | None, list[Mapping[str, str]]]] = []
        good = 0
        rng = derived_rng(dialogue.path.seed, "mistakes", row)
        for tries, mistake in enumerate(in_drawn_order(mistakes, rng)):
            if good >= most or tries >= most * TRIES_PER_PAIR:
                break
            key = _pair_id(mistake)
            if key in pairs or key in rejected:
                good += key in pairs
                continue
            made, reasons = await self._pair(dialogue, mistake, key)
            good += made is not None
            results.append((key, made, reasons))
        return results

    async def _pair(
        self, dialogue: Dialogue, mistake: Mistake, key: str
    ) -> tuple[PreferencePair | None, list[Mapping[str, str]]]:
        teacher, executor = self.bench.teacher, self.bench.executor
        try:
            pair = await pair_with(teacher, executor, dialogue, wrong_hint(mistake, dialogue))
        except Untranslatable as failure:
            return None, [{"check": "negative", "reason": failure.reason, "detail": failure.step or ""}]
        except Unanswered as failure:
            return None, [{"check": "negative", "reason": failure.reason, "detail": failure.detail}]
        failures = await check_pair(pair, self.bench.evidence)
        if failures:
            return None, [failure.model_dump() for failure in failures]
        sides = {side: getattr(pair, side).model_copy(update={"row": key}) for side in ("chosen", "rejected")}
        return pair.model_copy(update={"row": key, **sides}), []


def find_mistakes(
    folder: Path,
    rules: Workbench,
    student: StudentAt,
    settings: SampleSettings,
    calls: CallSettings,
    progress: Progress,
) -> dict[str, Any]:
    """Sample a student on a run's dialogues and write pairs from its mistakes; what is there is not made again.

    The run's own teachers judge what code cannot, and write the pairs.

    Args:
        folder: the run's folder.
        rules: the workbench, as the run had it, without models.
        student: where the student is.
        settings: what is sampled.
        calls: what calls may cost.
        progress: told how far it is.

    Raises:
        MagnetError: with what to do about it.
    """
    require_run(folder)
    resolved = resolved_recipe(folder)
    recipe = stored_recipe(resolved, folder)
    # Its answers are kept apart: another student may have the same name, and must not be given them.
    nobody = roster_of(TeacherSettings(), {})
    with (
        RunLock(folder),
        Models(nobody, calls, folder / STUDENT_CALLS) as own,
        Models(recipe.roster, calls, folder / CALLS) as models,
        ExitStack() as files,
    ):
        bench = models.staffed(rules)
        opened = student.open(own, settings.temperature, settings.concurrency)
        mapper = ConcurrentMapper(models.runner, DIALOGUES_PER_CALL * settings.concurrency)
        report = StudentRun(folder, bench, opened, settings, mapper, progress, files).run()
        with RowFile(folder / PAIRS) as pairs:
            write_student_pairs(folder / "export", pairs, bench.evidence.functions)
        write_card(folder, resolved)
    return report


def _pair_id(mistake: Mistake) -> str:
    what = [[call.name, call.arguments, call.written] for call in mistake.calls]
    return f"student-{mistake.row}-{content_hash([mistake.turn, mistake.kind, what, mistake.text])[:8]}"


def _errors(pairs: RowFile) -> Counter[str]:
    """Pairs by their error."""
    return Counter(
        error.error for _, line in pairs.read(list(pairs)) for error in PreferencePair.model_validate_json(line).errors
    )


def _reasons(rejected: RowFile) -> Counter[str]:
    """What made no pair, by the first reason."""
    entries = (orjson.loads(line)["reasons"][0] for _, line in rejected.read(list(rejected)))
    return Counter(f"{first['check']}: {first['reason']}" for first in entries)
