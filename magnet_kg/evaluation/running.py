"""Students through a benchmark: which items, many at once, each kept as soon as it is judged."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.record import content_hash
from magnet_kg.evaluation.results import ItemResult, Results, folder_identity, write_lines
from magnet_kg.evaluation.scoreboard import Score, scores, summary
from magnet_kg.pipeline.models import CallSettings, Models, user_cache
from magnet_kg.pipeline.progress import Progress
from magnet_kg.pipeline.students import StudentAt
from magnet_kg.student.caller import ToolCaller
from magnet_kg.teacher.mixed import roster_of
from magnet_kg.teacher.settings import TeacherSettings

# What else a benchmark says of a student's results, beside another's on the same items: for the report.
Further = Callable[[Sequence[ItemResult], Sequence[ItemResult] | None], Mapping[str, Any]]


@dataclass(frozen=True)
class Asked:
    """An item that is to be evaluated."""

    category: str
    id: str


class Benchmark(Protocol):
    """A benchmark that is open."""

    name: str
    about: Mapping[str, Any]
    items: Sequence[Asked]

    def player(self, student: ToolCaller) -> Callable[[Asked], Awaitable[ItemResult]]:
        """What asks this student an item, and has the answer judged."""


class Opened(Protocol):
    """A benchmark as it is opened in an event loop, and closed."""

    async def __aenter__(self) -> Benchmark: ...
    async def __aexit__(self, *_: Any) -> None: ...


@dataclass(frozen=True)
class EvaluationSettings:
    """How students are evaluated.

    Attributes:
        out: a folder for results that are read; None for none.
        cache: a folder of results that are kept for the next time.
        concurrency: items in flight at most.
        fresh: whether what is kept of these students on this benchmark is done away with.
    """

    out: Path | None = None
    cache: Path | None = None
    concurrency: int = 16
    fresh: bool = False


@dataclass(frozen=True)
class Evaluated:
    """One student's results."""

    model: str
    results: tuple[ItemResult, ...]


@dataclass(frozen=True)
class Evaluation:
    """A student's results on a benchmark, beside another's.

    Attributes:
        benchmark: its name.
        about: its version.
        student: who is evaluated.
        base: who it is compared with.
        scores: by category.
        further: what else the report says.
    """

    benchmark: str
    about: Mapping[str, Any]
    student: Evaluated
    base: Evaluated | None
    scores: tuple[Score, ...]
    further: Mapping[str, Any]

    def report(self) -> dict[str, Any]:
        """Everything that the table shows, as JSON."""
        told = {one.model: summary(one.results) for one in (self.student, self.base) if one is not None}
        return {
            "benchmark": self.benchmark,
            "about": dict(self.about),
            "model": self.student.model,
            "against": None if self.base is None else self.base.model,
            "scores": [one.model_dump(mode="json", exclude_none=True) for one in self.scores],
            "students": told,
            **self.further,
        }


def evaluate(
    open_benchmark: Callable[[], Opened],
    student: StudentAt,
    base: StudentAt | None,
    settings: EvaluationSettings,
    progress: Progress,
    further: Further = lambda found, base: {},
) -> Evaluation:
    """Ask the students every item that is not known yet, and compare them.

    Args:
        open_benchmark: opened once for each student.
        student: who is evaluated.
        base: who it is compared with.
        settings: see there.
        progress: told about each item.
        further: what else the report shall say.

    Raises:
        MagnetError: nobody is where a student should be, the benchmark is not installed, or no call can be made any
            more; what is judged is kept.
    """
    found: list[Evaluated] = []
    about: Mapping[str, Any] = {}
    name = ""
    for stage, at in (("model", student), ("against", base)):
        if at is not None:
            name, about, one = _evaluated(open_benchmark, at, settings, progress, stage)
            found.append(one)
    if base is not None and found[0].model == found[1].model:
        found = [replace(found[0], model=_told(student)), replace(found[1], model=_told(base))]
    other = found[1] if base is not None else None
    both = found[0].results, None if other is None else other.results
    evaluation = Evaluation(name, about, found[0], other, tuple(scores(*both)), further(*both))
    if settings.out is not None:
        _write(settings.out, evaluation)
    return evaluation


def _evaluated(
    open_benchmark: Callable[[], Opened], at: StudentAt, settings: EvaluationSettings, progress: Progress, stage: str
) -> tuple[str, Mapping[str, Any], Evaluated]:
    cache = settings.cache or user_cache().parent
    # No server must find the answers of another whose model has the same name.
    calls = cache / "calls" / content_hash([at.where])
    if settings.fresh:
        # Nor must an evaluation that is made anew, or one that goes on with it, find those of the one before.
        shutil.rmtree(calls, ignore_errors=True)
    with Models(roster_of(TeacherSettings(), {}), CallSettings(), calls) as models:

        async def play() -> tuple[str, Mapping[str, Any], Evaluated]:
            async with open_benchmark() as benchmark:
                one = await _Run(benchmark, at, models, settings, progress, stage).play(cache / "evaluations")
                return benchmark.name, benchmark.about, one

        return models.runner.run(play())


@dataclass(frozen=True)
class _Run:
    """One student through one benchmark."""

    benchmark: Benchmark
    at: StudentAt
    models: Models
    settings: EvaluationSettings
    progress: Progress
    stage: str

    async def play(self, folder: Path) -> Evaluated:
        """Every item, from what is kept or by asking."""
        benchmark = self.benchmark
        served = self._student() if self.at.served else None
        identity = served.model if served is not None else await asyncio.to_thread(self._folder)
        about = {"benchmark": benchmark.name, **benchmark.about, "model": identity, "max_tokens": self.at.max_tokens}
        if served is not None:
            about["where"] = self.at.where
        results = Results(folder / benchmark.name, about, fresh=self.settings.fresh)
        self.progress.start(self.stage, len(benchmark.items))
        missing = [one for one in benchmark.items if results.get(one.id) is None]
        self.progress.advance(self.stage, len(benchmark.items) - len(missing))
        if missing:
            student = served or self._student()
            await self._ask(missing, benchmark.player(student), results)
        found = [results.get(one.id) for one in benchmark.items]
        model = served.model if served is not None else Path(self.at.where).resolve().name
        return Evaluated(model, tuple(one for one in found if one is not None))

    async def _ask(
        self, items: Sequence[Asked], player: Callable[[Asked], Awaitable[ItemResult]], results: Results
    ) -> None:
        gate = asyncio.Semaphore(self.settings.concurrency)

        async def one(item: Asked) -> None:
            async with gate:
                results.put(await player(item))
            self.progress.advance(self.stage)

        try:
            async with asyncio.TaskGroup() as group:
                for item in items:
                    group.create_task(one(item))
        except* MagnetError as several:
            # The first of them; the others failed for the same reason, or because of it.
            raise _first(several) from None

    def _student(self) -> ToolCaller:
        return self.at.open(self.models, 0.0, self.settings.concurrency)

    def _folder(self) -> str:
        folder = Path(self.at.where)
        return folder_identity(folder) if folder.is_dir() else ""


def _first(group: BaseExceptionGroup[MagnetError]) -> MagnetError:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, MagnetError)
    return found


def _told(at: StudentAt) -> str:
    return at.where if at.model is None else f"{at.where}#{at.model}"


def _write(out: Path, evaluation: Evaluation) -> None:
    out.mkdir(parents=True, exist_ok=True)
    report = orjson.dumps(evaluation.report(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    (out / f"{evaluation.benchmark}.json").write_bytes(report)
    write_lines(out / f"{evaluation.benchmark}.model.jsonl", evaluation.student.results)
    if evaluation.base is not None:
        write_lines(out / f"{evaluation.benchmark}.against.jsonl", evaluation.base.results)
