"""The models that a command talks to: who has which duty, in one event loop, with one cache and one account."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from magnet_kg.dependency.candidates import LIMIT
from magnet_kg.dependency.judging import Judge
from magnet_kg.domain.function import Function
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.simulated_by_model import PastCall, Simulate
from magnet_kg.pipeline.workbench import Workbench, with_simulator
from magnet_kg.student.caller import ToolCaller
from magnet_kg.teacher.llm.request import Caller
from magnet_kg.teacher.mixed import WRITING, Member, MixedTeacher, Roster, drawn, drawn_at, models_of
from magnet_kg.teacher.protocol import Teacher
from magnet_kg.teacher.settings import Duty, TeacherSettings

if TYPE_CHECKING:
    from magnet_kg.teacher.llm.caller import Carries, Counts
    from magnet_kg.teacher.llm.office import Office

# Some more rows than calls: while those wait for the processor, others keep the models busy. Many more would only share
# what there is, and the longest rows would come to an end late.
_ROWS_PER_CALL = 1.25
# Questions that wait together are one batch.
_IN_A_BATCH = 500
_DUTIES: tuple[Duty, ...] = ("judge", "translate", "respond", "errors")


@dataclass(frozen=True)
class CallSettings:
    """What calls may cost and where answers are kept; nothing here shapes an answer.

    Attributes:
        budget: in US dollars; None for no limit.
        prices: a table of the user's, beside the one that comes along.
        cache: the folder of answers; None for the one that belongs to what is made.
    """

    budget: float | None = None
    prices: Path | None = None
    cache: Path | None = None


def user_cache() -> Path:
    """Where answers are kept that belong to no run: `magnet-kg/calls` in the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "magnet-kg" / "calls"


class Models:
    """The models of a roster, opened when they are needed and closed with this.

    Args:
        roster: who has which duty.
        calls: what calls may cost.
        cache: the folder of answers, where `calls` names none.
    """

    def __init__(self, roster: Roster, calls: CallSettings, cache: Path) -> None:
        self.roster = roster
        self._calls = calls
        self._cache = calls.cache or cache
        self._opened = ExitStack()
        self.runner = asyncio.Runner()
        self.office: Office | None = None

    def __enter__(self) -> Self:
        self._opened.enter_context(self.runner)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if self.office is not None:
                self.runner.run(self.office.close())
        finally:
            self._opened.close()

    @property
    def write(self) -> bool:
        """Whether a model has a part in writing rows."""
        return bool(models_of(self.roster, WRITING))

    @property
    def rows_at_once(self) -> int:
        """Rows that keep the models busy that write."""
        return _at_once(models_of(self.roster, WRITING))

    def judge(self, teacher: Teacher) -> Judge:
        """Whoever of a teacher judges, with as many questions under way as the models take."""
        models = models_of(self.roster, ["judge"])
        if not models:
            return Judge(teacher)
        return Judge(teacher, _at_once(models), self.runner.run, LIMIT)

    def tries(self, seed: int, attempt: str) -> int:
        """How often a row may be tried on its path: as often as the most patient model that writes it says."""
        writers = [drawn(self.roster, duty, seed, attempt) for duty in WRITING]
        return max((one.attempts for one in writers if one.kind == "llm"), default=1)

    def staffed(self, bench: Workbench) -> Workbench:
        """The workbench with these teachers; as it is, where there is no model.

        Raises:
            MagnetError: no key, an unknown provider, a price table without the model, or a missing package.
        """
        if not models_of(self.roster):
            return bench
        return staff(bench, self.roster, self._open)

    def carrier(self, settings: TeacherSettings) -> Carries:
        """What carries questions to the model of these settings, for whoever asks them from another process."""
        from magnet_kg.teacher.llm.caller import open_carrier

        return open_carrier(settings, self._opened_office())

    def counts(self) -> Counts:
        """Where those questions are counted."""
        return self._opened_office().accounts

    @property
    def spent(self) -> bool:
        """Whether anything was paid for before, through the same cache."""
        return self.office is not None and bool(self.office.cache.spending())

    def asked(self, row: str) -> Mapping[str, int]:
        """What was asked for a row by this process, by task, wherever the answers came from."""
        return {} if self.office is None else self.office.accounts.calls_of(row)

    def report(self) -> dict[str, Any] | None:
        """Calls, tokens and money by task and model; None, where no model was there to be asked.

        `tasks` and `unanswered` are of this process; `spent` is everything that was paid for the answers of the cache.
        """
        if self.office is None:
            return None
        spent = [asdict(one) for one in self.office.cache.spending()]
        names = {duty: [one.model or one.kind for one in given] for duty, given in self.roster.items()}
        return {"teachers": names, **self.office.report(), "spent": spent}

    def student(self, settings: TeacherSettings) -> ToolCaller:
        """A model that plays the assistant itself, with the same cache and account.

        Raises:
            MagnetError: no key, a price table without the model, or a missing package.
        """
        from magnet_kg.teacher.llm.caller import open_student

        return open_student(settings, self._opened_office())

    def _open(self, settings: TeacherSettings) -> Caller:
        from magnet_kg.teacher.llm.caller import open_caller

        return open_caller(settings, self._opened_office())

    def _opened_office(self) -> Office:
        from magnet_kg.teacher.llm.office import Office

        if self.office is None:
            self.office = Office(self._cache, self._calls.budget, self._calls.prices)
        return self.office


def staff(bench: Workbench, roster: Roster, open_caller: Callable[[TeacherSettings], Caller]) -> Workbench:
    """The workbench with a teacher for each duty of a roster; one caller for each model."""
    from magnet_kg.teacher.llm.tasks.simulate import simulated_by
    from magnet_kg.teacher.llm.teacher import LlmTeacher

    opened: dict[TeacherSettings, tuple[Caller, Teacher]] = {}

    def model(settings: TeacherSettings) -> tuple[Caller, Teacher]:
        alike = settings.model_copy(update={"weight": 1.0})
        if alike not in opened:
            caller = open_caller(alike)
            # The words by which a model's messages are read are those by which rows are checked.
            opened[alike] = caller, LlmTeacher(caller, bench.rules)
        return opened[alike]

    def member(settings: TeacherSettings) -> Member:
        return Member(bench.teacher if settings.kind == "rules" else model(settings)[1], settings.weight)

    simulators = roster["simulate"] if models_of(roster, ["simulate"]) else ()
    duties = {duty: [member(one) for one in roster[duty]] for duty in _DUTIES}
    if not simulators:
        return replace(bench, teacher=MixedTeacher(duties))
    duties["simulate"] = [member(one) for one in simulators]
    shared = _shared([(one.weight, simulated_by(model(one)[0])) for one in simulators])
    return replace(with_simulator(bench, shared), teacher=MixedTeacher(duties))


def _shared(simulators: Sequence[tuple[float, Simulate]]) -> Simulate:
    """Several models that make up outputs as one: each world has its own."""
    weights = [weight for weight, _ in simulators]

    async def simulate(
        function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], world: int
    ) -> Outcome:
        return await simulators[drawn_at(weights, world)][1](function, arguments, history, world)

    return simulate


def _at_once(models: Iterable[TeacherSettings]) -> int:
    calls = sum(max(one.concurrency, _IN_A_BATCH) if one.mode == "batch" else one.concurrency for one in models)
    return ceil(_ROWS_PER_CALL * calls)
