"""What a run would ask of models, and what that would cost: from a small sample, before anything is spent.

Nobody is asked and nothing is kept: the sample is made by the rules in a graph that is thrown away, every prompt that a
model would get is rendered and counted, and answers are as long as the rules' own.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from magnet_kg.dependency.candidates import Mode
from magnet_kg.dependency.judging import add_functions, build_graph, count_questions
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import SignaturePath
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.candidates import Scope
from magnet_kg.graph.functions import fetch_functions, unjudged_functions
from magnet_kg.paths.shapes import PathMaker, Slot
from magnet_kg.paths.walk import Neighbourhood
from magnet_kg.pipeline import stages
from magnet_kg.pipeline.plan import RowPlan
from magnet_kg.pipeline.pools import add_catalogs, draw_functions
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.rows import RowFile
from magnet_kg.pipeline.selection import select_functions
from magnet_kg.pipeline.servers import as_pairs
from magnet_kg.pipeline.stored_functions import NAME as FUNCTIONS
from magnet_kg.pipeline.stored_functions import store_functions
from magnet_kg.pipeline.workbench import Workbench, WorkbenchSettings, open_workbench
from magnet_kg.teacher.llm.estimating import EstimatingTeacher, Tally, Usage
from magnet_kg.teacher.llm.prices import load_prices, no_price
from magnet_kg.teacher.llm.providers import find_place
from magnet_kg.teacher.mixed import Member, MixedTeacher, Roster, models_of
from magnet_kg.teacher.protocol import Teacher
from magnet_kg.teacher.settings import DUTIES, Duty, Task, TeacherSettings

# Rows of each kind, and questions to the judge, that the estimate is made from.
SAMPLE = 6
_JUDGED = 40
# Functions of a pool that paths are tried on, and functions that tell how large a question to the judge is.
_FEW = 300
_ENOUGH = 2000
StageName = Literal["graph", "dialogues", "trajectories", "preferences"]
_STAGES: Mapping[Task, StageName] = {
    "judge": "graph", "ask": "dialogues", "fill": "dialogues", "simulate": "dialogues", "respond": "trajectories",
    "mislead": "preferences", "name_error": "preferences",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What one task of one model would take; `usd` is None where its price is unknown."""

    stage: StageName
    task: Task
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float | None


@dataclass(frozen=True)
class Estimate:
    """What a command would take.

    Attributes:
        lines: by stage and task.
        rows: of how many rows the sample is.
        row_usd: what one row costs on average; None where a price is unknown, or no rows are made.
    """

    lines: tuple[Line, ...]
    rows: int = 0
    row_usd: float | None = None

    @property
    def usd(self) -> float | None:
        """What all of it costs; None where a price is unknown."""
        amounts = [line.usd for line in self.lines]
        return None if None in amounts else sum(one for one in amounts if one is not None)


class Estimator:
    """Counts what the models of a roster would be asked.

    Args:
        roster: who has which duty.
        prices: a table of the user's.

    Raises:
        MagnetError: an unknown provider, a package that is missing, or a table without the model.
    """

    def __init__(self, roster: Roster, prices: Path | None) -> None:
        self._roster = roster
        self._prices = load_prices(prices)
        for one in models_of(roster):
            find_place(one)
            assert one.model is not None
            if prices is not None and self._prices.find(one.model) is None:
                raise no_price(one.model)
        self._tallies: dict[TeacherSettings, Tally] = {}
        self._usage: dict[tuple[Task, str], Usage] = {}

    def teacher(self, bench: Workbench) -> Teacher:
        """The teachers of the roster, each model replaced by one that counts."""

        def member(one: TeacherSettings) -> Member:
            if one.kind == "rules":
                return Member(bench.rules, one.weight)
            tally = self._tallies.setdefault(one, Tally(one.model or ""))
            return Member(EstimatingTeacher(tally, bench.rules), one.weight)

        duties: tuple[Duty, ...] = ("judge", "translate", "respond", "errors")
        return MixedTeacher({duty: [member(one) for one in self._roster[duty]] for duty in duties})

    def book(self, factor: float) -> None:
        """Take what was counted since, so many times, and count anew."""
        for tally in self._tallies.values():
            for task, usage in tally.usage.items():
                self._usage.setdefault((task, tally.model), Usage()).add(usage, factor)
            tally.usage.clear()

    def lines(self) -> tuple[Line, ...]:
        """Everything that was taken."""
        order = [task for tasks in DUTIES.values() for task in tasks]
        found = sorted(self._usage.items(), key=lambda one: (order.index(one[0][0]), one[0][1]))
        return tuple(self._line(task, model, usage) for (task, model), usage in found)

    def _line(self, task: Task, model: str, usage: Usage) -> Line:
        price = self._prices.find(model)
        half = any(one.model == model and one.mode == "batch" for one in models_of(self._roster))
        factor = 0.5 if half and task in (*DUTIES["judge"], *DUTIES["errors"]) else 1.0
        usd = None if price is None else factor * price.usd(usage.tokens_in, usage.tokens_out)
        counts = (round(usage.calls), round(usage.tokens_in), round(usage.tokens_out))
        return Line(_STAGES[task], task, model, *counts, usd)


def estimate_run(
    recipe: Recipe,
    *,
    graph: str | None = None,
    toolkits: Sequence[Path] = (),
    prices: Path | None = None,
    sample: int = SAMPLE,
) -> Estimate:
    """What a run of this recipe would ask.

    Args:
        recipe: what the run makes.
        graph: where it would have its graph; it is read for what is judged already, and not written.
        toolkits: folders of toolkits beside what is installed.
        prices: a table of the user's.
        sample: rows of each kind that are tried.

    Raises:
        MagnetError: as a run would end before it spends anything.
    """
    estimator = Estimator(recipe.roster, prices)
    with tempfile.TemporaryDirectory(prefix="magnet-kg-estimate-") as folder:
        home = Path(folder)
        stored = home / FUNCTIONS if recipe.pools else None
        bench = open_workbench(WorkbenchSettings(tuple(toolkits), stored, as_pairs(recipe.servers)))
        everything = dict(sorted((one, f.record) for tools in bench.toolkits for one, f in tools.functions.items()))
        functions = dict(select_functions(recipe, bench.toolkits, everything)) if recipe.uses_toolkits else {}
        teacher = estimator.teacher(bench)
        with open_graph(f"ladybug:{home / 'graph'}") as store:
            count_judging(estimator, teacher, store, list(functions.values()), graph, recipe.candidates)
            makers = {"": PathMaker.supplied(functions, _edges(store, bench, functions), recipe.paths)}
            for name, pool in recipe.pools.items():
                drawn = _drawn(recipe, name, store, graph)
                if pool.has("multi_turn"):
                    count_judging(estimator, teacher, store, list(drawn.values()), graph, recipe.candidates)
                few = {one: drawn[one] for one in sorted(drawn)[:: max(1, len(drawn) // _FEW)]}
                edges = _edges(store, bench, few) if pool.has("multi_turn") else Neighbourhood(_nothing, _nothing)
                makers[name] = PathMaker(few, edges, recipe.paths, teacher.can_ask)
        judging = estimator.lines()
        slots = [slot for slot in RowPlan(recipe).open_slots(0, ()) if makers[slot.pool].functions]
        for count, some in _sampled(slots, sample):
            made = [makers[slot.pool].make([slot])[0] for slot in some]
            paths = [path for path in made if isinstance(path, SignaturePath)]
            if stored is not None:
                named = sorted({one for path in paths for one in path.functions})
                with RowFile(stored) as file:
                    store_functions(file, [f for one in named if (f := makers[some[0].pool].functions.get(one))])
            told = sum(asyncio.run(_told(replace(bench, teacher=teacher), path)) for path in paths)
            # Every row is made anew until one is told: what came to nothing is paid for, too.
            estimator.book(count / max(told, 1))
    lines = estimator.lines()
    return Estimate(lines, len(slots), _per_row(judging, lines, len(slots)))


def estimate_build(
    functions: Sequence[Function], roster: Roster, *, graph: str | None, mode: Mode, scope: Scope, prices: Path | None
) -> Estimate:
    """What judging these functions would ask, as far as the graph has not judged them.

    Raises:
        MagnetError: as a build would end before it spends anything.
    """
    estimator = Estimator(roster, prices)
    teacher = estimator.teacher(open_workbench(WorkbenchSettings()))
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="magnet-kg-estimate-"))
        store = opened.enter_context(open_graph(f"ladybug:{folder}/graph"))
        count_judging(estimator, teacher, store, functions, graph, mode, scope)
    return Estimate(estimator.lines())


def count_judging(
    estimator: Estimator,
    teacher: Teacher,
    store: GraphStore,
    functions: Sequence[Function],
    graph: str | None,
    mode: Mode,
    scope: Scope = "auto",
) -> None:
    """Count the questions that judging these functions would ask, from some of them.

    Args:
        estimator: counts.
        teacher: judges.
        store: a graph to be thrown away; it holds the functions after this, or as many of them as are enough.
        functions: which.
        graph: where it may stand what was judged before.
        mode: how candidates are found.
        scope: among which functions.
    """
    few = sorted(functions, key=lambda one: one.id)[:: max(1, len(functions) // _ENOUGH)]
    add_functions(store, few)
    judged = _judged_before(graph, functions)
    fresh = [one.id for one in few if one.id not in judged]
    asked = list(count_questions(store, fresh, mode, scope=scope))
    if asked:
        tried = asked[:: max(1, len(asked) // _JUDGED)]
        for source, candidates in tried:
            asyncio.run(_judge(teacher, source, candidates))
        estimator.book(len(asked) / len(tried) * len(functions) / len(few))


async def _judge(teacher: Teacher, source: Function, candidates: Sequence[Function]) -> None:
    await teacher.judge(source, candidates)


def _judged_before(graph: str | None, functions: Sequence[Function]) -> set[str]:
    """The functions that a graph holds as they are, with everything that they bring judged."""
    try:
        with open_graph(graph, read_only=True) as store:
            there = fetch_functions(store, [one.id for one in functions])
            same = [one.id for one in functions if one.id in there and there[one.id].content_hash == one.content_hash]
            return set(same) - set(unjudged_functions(store, same))
    except MagnetError:
        # There is no graph yet.
        return set()


def _edges(store: GraphStore, bench: Workbench, functions: Mapping[str, Function]) -> Neighbourhood:
    """The edges that the rules find among these functions, for paths to be tried on."""
    build_graph(store, list(functions.values()), bench.rules)
    neighbourhood = Neighbourhood.stored(store, frozenset(functions))
    neighbourhood.prefetch_all(frozenset(functions))
    return neighbourhood


def _drawn(recipe: Recipe, name: str, store: GraphStore, graph: str | None) -> Mapping[str, Function]:
    """The functions of a pool: as the graph holds them, else read from where the recipe says."""
    with suppress(MagnetError), open_graph(graph, read_only=True) as there:
        if drawn := draw_functions(there, recipe, name):
            return drawn
    add_catalogs(store, recipe)
    return draw_functions(store, recipe, name)


def _nothing(ids: Any) -> dict[str, Any]:
    return {}


def _sampled(slots: Sequence[Slot], sample: int) -> Iterator[tuple[int, Sequence[Slot]]]:
    """For each kind of row, how many there are, and some of them."""

    def kind(slot: Slot) -> tuple[str, bool, str]:
        return slot.pool, RowPlan.is_pair(slot.row), slot.kind

    for _, of_kind in groupby(sorted(slots, key=kind), key=kind):
        alike = list(of_kind)
        yield len(alike), alike[:: max(1, len(alike) // sample)][:sample]


async def _told(bench: Workbench, path: SignaturePath) -> int:
    """1 where the rules can make a row of the path, else 0."""
    line = path.to_line()
    distill = stages.distill_negative if RowPlan.is_pair(path.row) else stages.distill_positive
    for stage in (stages.translate, distill):
        made = (await stage(bench, path.row, line)).line
        if made is None:
            return 0
        line = made
    return 1


def _per_row(judging: Sequence[Line], lines: Sequence[Line], rows: int) -> float | None:
    amounts = [line.usd for line in lines if line not in judging]
    if not rows or None in amounts:
        return None
    return sum(one for one in amounts if one is not None) / rows
