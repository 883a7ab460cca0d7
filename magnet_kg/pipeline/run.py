"""A run: the table of contents of the whole system, one stage after the other (METHOD.md §1 to §7)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from magnet_kg.dependency.judging import Judge, build_graph, judge_functions
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import SignaturePath
from magnet_kg.domain.record import content_hash
from magnet_kg.execution.finding import code_hash
from magnet_kg.export.rows import REPORT
from magnet_kg.export.statistics import RowFacts, summarize
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import unjudged_functions
from magnet_kg.graph.provenance import save_run
from magnet_kg.paths.shapes import PathMaker, Slot
from magnet_kg.paths.walk import Neighbourhood
from magnet_kg.pipeline import stages
from magnet_kg.pipeline.exporting import write_card, write_exports
from magnet_kg.pipeline.mapper import ConcurrentMapper, LocalMapper, Mapper, Performs, Stage, performed_here
from magnet_kg.pipeline.models import CallSettings, Models
from magnet_kg.pipeline.models_report import report_models
from magnet_kg.pipeline.plan import RowPlan
from magnet_kg.pipeline.pools import add_catalogs, draw_functions
from magnet_kg.pipeline.progress import Progress
from magnet_kg.pipeline.recipe import Recipe
from magnet_kg.pipeline.resume import claim_folder, refuse_other_run
from magnet_kg.pipeline.row_by_row import RowMaker
from magnet_kg.pipeline.rows import RowFile, RunLock, write_atomically
from magnet_kg.pipeline.run_folder import Run
from magnet_kg.pipeline.selection import select_functions
from magnet_kg.pipeline.servers import as_pairs
from magnet_kg.pipeline.stored_functions import NAME as FUNCTIONS
from magnet_kg.pipeline.stored_functions import store_functions
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench
from magnet_kg.teacher.mixed import models_of

if TYPE_CHECKING:
    from magnet_kg.pipeline.row_workers import RowWorkers

_log = logging.getLogger(__name__)
# So many functions of a pool that can be asked for well are enough to leave the others out.
ENOUGH = 50
# So few rows are exported sooner than processes start.
FEW = 2000
# Rows that wait for models at once: from so many on, one process computes less than models answer.
MANY_AT_ONCE = 48
# US dollars for which any model makes a row: whether a budget reaches for one is asked of smaller ones alone.
SURELY_ENOUGH = 5.0
# The answers of models, in the run's folder.
CALLS = "calls"


def run_recipe(
    recipe: Recipe,
    out: Path,
    *,
    graph: str | None = None,
    workers: int = 1,
    toolkits: Sequence[Path] = (),
    calls: CallSettings = CallSettings(),  # noqa: B008  (frozen)
    progress: Progress,
) -> dict[str, Any]:
    """Make everything that a recipe asks for; a run that was interrupted goes on where it stopped.

    Args:
        recipe: what to make.
        out: the run's folder; one that holds another recipe's run is refused.
        graph: where the graph is (see `open_graph`).
        workers: processes.
        toolkits: folders of toolkits beside what is installed.
        calls: what calls of models may cost.
        progress: told how far each stage is.

    Returns:
        The report, as in `report.json`.

    Raises:
        MagnetError: with what to do about it.
    """
    stored = out / FUNCTIONS if recipe.pools else None
    settings = WorkbenchSettings(tuple(toolkits), stored, as_pairs(recipe.servers))
    rules = open_workbench(settings)
    everything = dict(sorted((one, f.record) for tools in rules.toolkits for one, f in tools.functions.items()))
    functions = select_functions(recipe, rules.toolkits, everything) if recipe.uses_toolkits else {}
    with ExitStack() as opened:
        opened.enter_context(RunLock(out))
        models = opened.enter_context(Models(recipe.roster, calls, out / CALLS))
        # Where rows wait for a model, the export alone is left to processes: they must be worth their start.
        processes = 1 if models.write and recipe.total < FEW else workers
        mapper = opened.enter_context(LocalMapper(processes, settings))
        bench = models.staffed(rules)
        judge = models.judge(bench.teacher)
        facts = {
            "version": version("magnet-kg"),
            "recipe_hash": recipe.hash,
            "installed_toolkits": " ".join(toolkit.name for toolkit in bench.toolkits),
            "functions_hash": content_hash([everything[one].content_hash for one in sorted(everything)]),
            "code_hash": code_hash(bench.toolkits),
            "phrases_hash": bench.teacher.prompt_hash,
        }
        # Before the graph is touched: another recipe may judge other pairs.
        refuse_other_run(out, recipe, facts)
        require_budget(recipe, calls, models, graph=graph, toolkits=toolkits)
        perform = performed_here(bench)
        if workers > 1 and min(models.rows_at_once, recipe.total) >= MANY_AT_ONCE:
            perform = opened.enter_context(workers_beside(models, workers, settings)).perform
        with open_graph(graph) as store:
            # §1, §2: the functions and the judged dependencies between them.
            progress.start("graph", len(functions))
            build_graph(store, list(functions.values()), judge, recipe.candidates)
            progress.advance("graph", len(functions))
            neighbourhood = fetch_edges(store, frozenset(functions))
            tell_other_judges(neighbourhood, functions, recipe)
            makers = {"": PathMaker.supplied(functions, neighbourhood, recipe.paths)}
            facts["edges_hash"] = hash_edges(neighbourhood, functions)
            add_catalogs(store, recipe)
            for name, pool in recipe.pools.items():
                drawn = draw_functions(store, recipe, name)
                by_rules = None if models.write else mapper
                makers[name] = make_pool(store, recipe, drawn, judge, by_rules, walks=pool.has("multi_turn"))
                facts[f"pool_{name}_hash"] = content_hash([one.content_hash for one in drawn.values()])
        resolved = claim_folder(out, recipe, facts)
        plan = RowPlan(recipe)
        with Run(recipe, out, mapper, progress) as run:
            if models.write:
                make_rows(run, plan, makers, models, perform)  # §3 to §6, §10
            else:
                make_stages(run, plan, makers)  # §3 to §6, §10
            told = report_models(run, models)
            report = write_results(run, plan, resolved, told, makers[""].unsupplied)  # §7
        with open_graph(graph) as store:
            progress.start("provenance", 1)
            save_run(store, out.name, recipe.hash, recipe.seed, read_paths(out, plan))
            progress.advance("provenance")
    return report


def require_budget(
    recipe: Recipe, calls: CallSettings, models: Models, *, graph: str | None, toolkits: Sequence[Path]
) -> None:
    """Refuse a budget that does not reach for one row, before anything is spent.

    Raises:
        MagnetError: what a row costs on average.
    """
    if calls.budget is None or calls.budget > SURELY_ENOUGH or not models.write or models.spent:
        return
    from magnet_kg.pipeline.estimate import estimate_run

    row = estimate_run(recipe, graph=graph, toolkits=toolkits, prices=calls.prices, sample=1).row_usd
    if row is not None and row > calls.budget:
        raise MagnetError(
            f"the budget of {calls.budget:g} USD is too small for one row, which costs about {row:.2g} USD",
            do="Give a larger --budget; --dry-run says what the whole run costs",
        )


def make_stages(run: Run, plan: RowPlan, makers: Mapping[str, PathMaker]) -> None:
    """Rows by rules alone, stage after stage, with as many processes as there are."""
    for attempt in range(run.recipe.attempts):
        slots = [s for s in plan.open_slots(attempt, run.rows("accepted")) if makers[s.pool].functions]
        if not slots:
            break
        make_paths(run, makers, slots)  # §3, §4: walk, merge, insert, split
        rows = [slot.row for slot in slots]
        apply_stage(run, "dialogues", stages.translate, "paths", rows)  # §5
        apply_stage(run, "trajectories", stages.distill_positive, "dialogues", plan.sft(rows))  # §6
        apply_stage(run, "preferences", stages.distill_negative, "dialogues", plan.pairs(rows))  # §6
        validate(run, plan, rows)  # §10


def make_rows(run: Run, plan: RowPlan, makers: Mapping[str, PathMaker], models: Models, perform: Performs) -> None:
    """Rows that wait for a model: the same stages, each row by itself, many at once."""

    def path_of(slot: Slot) -> SignaturePath | str:
        if run.is_rejected("path", slot.row):
            return run.reasons("path", slot.row)[0][1]
        if slot.row in run.rows("paths"):
            return SignaturePath.model_validate_json(run.rows("paths").line(slot.row))
        return walk_slots(run, makers, [slot])[0]

    slots = [slot for slot in plan.open_slots(0, ()) if makers[slot.pool].functions]
    make_paths(run, makers, slots)
    tries = partial(models.tries, run.recipe.seed)
    maker = RowMaker(run, perform, plan, tries, path_of, models.asked)
    maker.make(ConcurrentMapper(models.runner, models.rows_at_once), longest_first(run, slots))


def workers_beside(models: Models, workers: int, settings: WorkbenchSettings) -> RowWorkers:
    """So many processes for the rows; what they ask of models, these carry."""
    from magnet_kg.pipeline.row_workers import RowWorkers

    return RowWorkers(workers, settings, models.roster, models.carrier, models.counts)


def longest_first(run: Run, slots: Sequence[Slot]) -> list[Slot]:
    """The slots by how long their rows will wait for answers: the last that is begun shall be done soon."""

    def length(slot: Slot) -> int:
        if slot.row not in run.rows("paths"):
            return 0
        path = SignaturePath.model_validate_json(run.rows("paths").line(slot.row))
        return sum(2 + len(turn.steps) for turn in path.turns)

    return sorted(slots, key=length, reverse=True)


def fetch_edges(store: GraphStore, within: frozenset[str]) -> Neighbourhood:
    """The edges among these functions, fetched at once."""
    neighbourhood = Neighbourhood.stored(store, within)
    neighbourhood.prefetch_all(within)
    return neighbourhood


def tell_other_judges(neighbourhood: Neighbourhood, functions: Iterable[str], recipe: Recipe) -> None:
    """Tell whoever wants a model to judge that others have judged before: what has a verdict keeps it."""
    if not models_of(recipe.roster, ["judge"]):
        return
    wanted = {one.model or one.kind for one in recipe.roster["judge"]}
    judges = Counter(edge.judge for one in functions for edge in neighbourhood.out_of(one))
    others = {name: count for name, count in judges.items() if name.rpartition("@")[0] not in wanted}
    if others:
        _log.warning(
            "%s of %s dependencies in this graph were judged by %s before, and are not judged again: another --graph"
            " has them judged by %s", f"{sum(others.values()):,}", f"{judges.total():,}", ", ".join(sorted(others)),
            ", ".join(sorted(wanted)),
        )  # fmt: skip


def hash_edges(neighbourhood: Neighbourhood, functions: Iterable[str]) -> str:
    """Changes with every edge between these functions."""
    edges = [edge for function in sorted(functions) for edge in neighbourhood.out_of(function)]
    return content_hash([edge.model_dump(mode="json") for edge in edges])


def make_pool(
    store: GraphStore,
    recipe: Recipe,
    functions: Mapping[str, Function],
    judge: Judge,
    rules: Mapper | None,
    *,
    walks: bool,
) -> PathMaker:
    """What makes the paths of a pool. Only a pool that walks has its functions judged; others ask for one at a time.

    `rules` are the workers of the rules teacher, which looks at each function for a while; None, where a model writes.
    """
    if walks:
        judge_functions(store, unjudged_functions(store, functions), judge, recipe.candidates).require_all()
    among = fetch_edges(store, frozenset(functions)) if walks else Neighbourhood(lambda ids: {}, lambda ids: {})
    tell_other_judges(among, functions, recipe)
    # Where there is a choice, only what reads well is asked for by itself.
    if rules is None:
        well = {one for one, function in functions.items() if judge.teacher.asks_well(function)}
    else:
        lines = ((one, function.to_line()) for one, function in functions.items())
        well = {result.row for result in rules.map(stages.asks_well, lines) if result.line is not None}
    if len(well) < ENOUGH:
        return PathMaker(functions, among, recipe.paths, judge.teacher.can_ask)
    return PathMaker(functions, among, recipe.paths, lambda function: function.id in well)


def make_paths(run: Run, makers: Mapping[str, PathMaker], slots: Sequence[Slot]) -> None:
    """Walk, merge, insert and split: one path a row, or the reason why there is none."""
    paths, rejected = run.rows("paths"), run.rows("rejected")
    run.progress.start("paths", len(slots))
    missing = [slot for slot in slots if slot.row not in paths and not run.is_rejected("path", slot.row)]
    run.progress.advance("paths", len(slots) - len(missing))
    for start in range(0, len(missing), 2000):
        batch = missing[start : start + 2000]
        for slot, path in zip(batch, walk_slots(run, makers, batch), strict=True):
            if isinstance(path, str):
                run.reject("path", slot.row, (("path", path, ""),))
            else:
                paths.append(slot.row, path.to_line())
            run.progress.advance("paths")
    paths.flush()
    rejected.flush()


def walk_slots(run: Run, makers: Mapping[str, PathMaker], slots: Sequence[Slot]) -> list[SignaturePath | str]:
    """The path of each slot, or the reason why there is none; the functions of catalogs that they need are stored."""
    found: list[SignaturePath | str] = []
    for pool, of_pool in groupby(slots, key=lambda slot: slot.pool):
        made = makers[pool].make(list(of_pool))
        if pool:
            named = sorted({one for path in made if isinstance(path, SignaturePath) for one in path.functions})
            store_functions(run.rows("functions"), [makers[pool].functions[one] for one in named])
        found += made
    return found


def apply_stage(run: Run, name: str, stage: Stage, source: str, rows: Sequence[str]) -> None:
    """Apply a stage to every row of `source` that has no result yet; results are appended in the order of the rows."""
    made, rejected, inputs = run.rows(name), run.rows("rejected"), run.rows(source)
    there = [row for row in rows if row in inputs]
    run.progress.start(name, len(there))
    missing = [row for row in there if row not in made and not run.is_rejected(name, row)]
    run.progress.advance(name, len(there) - len(missing))
    for result in run.mapper.map(stage, inputs.read(missing)):
        if result.line is not None:
            made.append(result.row, result.line)
        else:
            run.reject(name, result.row, result.reasons)
        run.progress.advance(name)
    made.flush()
    rejected.flush()


def validate(run: Run, plan: RowPlan, rows: Sequence[str]) -> None:
    """Check every row; those that pass and are distinct are accepted."""
    accepted, rejected = run.rows("accepted"), run.rows("rejected")
    distinct = run.accepted_so_far()
    for name, stage, wanted in (
        ("trajectories", stages.validate_trajectory, plan.sft(rows)),
        ("preferences", stages.validate_pair, plan.pairs(rows)),
    ):
        inputs = run.rows(name)
        there = [row for row in wanted if row in inputs]
        run.progress.start("validation", len(there))
        missing = [r for r in there if r not in accepted and not run.is_rejected("validation", r)]
        run.progress.advance("validation", len(there) - len(missing))
        for result in run.mapper.map(stage, inputs.read(missing)):
            run.decide(result, distinct)
            run.progress.advance("validation")
        accepted.flush()
        rejected.flush()


def write_results(
    run: Run,
    plan: RowPlan,
    resolved: dict[str, Any],
    models: dict[str, Any] | None,
    unsupplied: Mapping[str, str],
) -> dict[str, Any]:
    """The export, its card and the report; `models` is what models did, `unsupplied` which functions take no part."""
    accepted = run.rows("accepted")
    order = plan.in_order(accepted)
    sft, pairs = plan.sft(order), plan.pairs(order)
    run.progress.start("export", len(order))
    write_exports(
        run.folder / "export",
        run.mapper,
        (run.rows("trajectories"), sft),
        (run.rows("preferences"), pairs),
        lambda: run.progress.advance("export"),
        masked=run.recipe.masked,
    )
    if run.recipe.pools:
        # In an order of its own: that in which the functions came depends on who answered first.
        lines = sorted((run.folder / FUNCTIONS).read_bytes().splitlines(keepends=True))
        write_atomically(run.folder / "export" / FUNCTIONS, b"".join(lines))
    report = summarize(_facts(accepted, sft), _facts(accepted, pairs), run.count_reasons())
    report["wanted"] = run.recipe.total
    if unsupplied:
        report["unsupplied"] = dict(unsupplied)
    if models is not None:
        report["models"] = models
    write_atomically(run.folder / REPORT, orjson.dumps(report, option=orjson.OPT_INDENT_2))
    write_card(run.folder, resolved)
    return report


def read_paths(folder: Path, plan: RowPlan) -> Iterator[SignaturePath]:
    """The paths of the accepted rows, under the ids that the export gives them.

    They are those of the dialogues, which leave out what could not be told.
    """
    with RowFile(folder / "accepted.jsonl") as accepted, RowFile(folder / "dialogues.jsonl") as dialogues:
        for _, line in dialogues.read(plan.in_order(accepted)):
            yield SignaturePath.model_validate(orjson.loads(line)["path"])


def _facts(accepted: RowFile, rows: list[str]) -> Iterator[RowFacts]:
    return (RowFacts.model_validate_json(line) for _, line in accepted.read(rows))
