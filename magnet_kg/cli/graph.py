"""`magnet-kg graph`: build the graph and look at its edges."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click
import orjson
from rich.console import Console

from magnet_kg.catalog.read import read_catalog
from magnet_kg.cli.graph_views import path, show, stats
from magnet_kg.cli.models_view import print_estimate, print_models
from magnet_kg.cli.options import graph_option, json_option, toolkits_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.cli.teachers import TeacherFlags, teacher_options
from magnet_kg.dependency.candidates import Mode
from magnet_kg.dependency.judging import Built, Progress, add_functions, judge_functions
from magnet_kg.domain.dependency import Verdict
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.graph import open_graph
from magnet_kg.graph.candidates import Scope
from magnet_kg.graph.functions import all_unjudged, fetch_functions, holds_catalog, unjudged_functions
from magnet_kg.graph.lookup import resolve_function
from magnet_kg.graph.verdicts import list_verdicts
from magnet_kg.pipeline.models import Models, user_cache
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench
from magnet_kg.teacher.mixed import roster_of


@click.group(short_help="Build the graph, look at its edges.")
def graph() -> None:
    """Build the graph of functions, and look at its edges."""


for _view in (show, path, stats):
    graph.add_command(_view)


@graph.command(
    epilog="\b\nExamples:\n  magnet-kg graph build\n  magnet-kg graph build my-functions.jsonl --graph bolt://localhost:7687"
)
@click.argument("sources", nargs=-1)
@click.option(
    "--candidates", type=click.Choice(["random", "retrieved", "hybrid"]), default="hybrid", show_default=True,
    help="How the pairs to judge are found.",
)  # fmt: skip
@click.option(
    "--scope", type=click.Choice(["auto", "category", "catalog", "all"]), default="auto", show_default=True,
    help="Among which functions: auto is the whole catalog for toolkits, the category for others.",
)  # fmt: skip
@click.option("--catalog", metavar="NAME", help="Judge what is new of this catalog alone, which the graph holds.")
@toolkits_option
@graph_option
@json_option
@teacher_options(rows=False)
def build(
    sources: tuple[str, ...],
    candidates: str,
    scope: str,
    catalog: str | None,
    toolkits: tuple[Path, ...],
    graph: str | None,
    as_json: bool,
    teachers: TeacherFlags,
) -> None:
    """Take the toolkits' functions, and those of SOURCES, into the graph and judge what is new.

    Functions that were added before (`magnet-kg catalog add`) are judged, too, where SOURCES are not named. What is
    unchanged costs nothing; an interrupted build goes on where it stopped. Answers of a model are kept and never paid
    for twice; a function whose judgement cannot be read is left for the next build.
    """
    if sources and catalog:
        raise click.UsageError("--catalog is for what the graph holds, SOURCES are for what it shall hold")
    bench = open_workbench(WorkbenchSettings(toolkits=toolkits))
    functions = [] if catalog else list(bench.executor.functions.values())
    for source in sources:
        functions += read_catalog(source).functions
    mode, where = cast(Mode, candidates), cast(Scope, scope)
    if teachers.dry_run:
        _estimate(functions, catalog, whole=not sources, graph=graph, mode=mode, scope=where, teachers=teachers)
        return
    models = Models(roster_of(teachers.settings(), {}), teachers.calls, user_cache())
    with models, open_graph(graph) as store, StageBars(Console(stderr=True)) as bars:
        # Before the graph is touched: no key, no such model.
        judge = models.judge(models.staffed(bench).teacher)
        added = add_functions(store, functions)
        touched = all_unjudged(store, catalog) if not sources else unjudged_functions(store, [f.id for f in functions])
        if catalog and not touched and not holds_catalog(store, catalog):
            raise MagnetError(f"the graph has no catalog {catalog}", where=store.uri, do="See `magnet-kg catalog list`")
        judged = judge_functions(store, touched, judge, mode, progress=_shown_by(bars), scope=where)
        built = Built(len(added.new), len(added.changed), len(added.unchanged), judged.judgements, judged.edges)
        uri, report = store.uri, models.report()
    if as_json:
        told = {"graph": uri, **asdict(built), "unjudged": len(judged.unjudged)}
        click.echo(orjson.dumps(told | ({"models": report} if report else {}), option=orjson.OPT_INDENT_2))
    else:
        click.echo(
            f"{uri}: {built.new} new, {built.changed} changed, {built.unchanged} unchanged functions; "
            f"{built.judgements} pairs judged, {built.edges} edges found"
        )
        if report is not None:
            print_models(Console(), report)
        if report is not None and not touched:
            click.echo(
                "All pairs were judged before, by whomever. To have this model judge them, give another --graph."
            )
    judged.require_all()


def _estimate(
    functions: list[Function],
    catalog: str | None,
    *,
    whole: bool,
    graph: str | None,
    mode: Mode,
    scope: Scope,
    teachers: TeacherFlags,
) -> None:
    """Say what judging these functions, and what the graph holds unjudged, would ask of models."""
    from magnet_kg.pipeline.estimate import estimate_build

    known = {one.id for one in functions}
    if whole:
        with suppress(MagnetError), open_graph(graph, read_only=True) as store:
            waiting = fetch_functions(store, all_unjudged(store, catalog))
            functions = functions + [one for one in waiting.values() if one.id not in known]
    roster = roster_of(teachers.settings(), {})
    estimate = estimate_build(functions, roster, graph=graph, mode=mode, scope=scope, prices=teachers.calls.prices)
    print_estimate(Console(), estimate, teachers.calls.budget)


def _shown_by(bars: StageBars) -> Progress:
    done = 0

    def progress(judged: int, total: int) -> None:
        nonlocal done
        if done == 0:
            bars.start("judging", total)
        bars.advance("judging", judged - done)
        done = judged

    return progress


@graph.command(epilog="\b\nExample:\n  magnet-kg graph edges send_text_message")
@click.argument("function")
@click.option("--rejected", is_flag=True, help="Also the pairs that were judged not to depend on one another.")
@graph_option
@json_option
def edges(function: str, rejected: bool, graph: str | None, as_json: bool) -> None:
    """Show what feeds FUNCTION and what it feeds, with the verdict behind each edge."""
    with open_graph(graph, read_only=True) as store:
        one = resolve_function(store, function)
        verdicts = [v for v in list_verdicts(store, one) if rejected or v.dependency is not None]
    if as_json:
        click.echo(orjson.dumps([v.model_dump(mode="json") for v in verdicts], option=orjson.OPT_INDENT_2))
        return
    for title, kept in (
        (f"feeds {one}", [v for v in verdicts if v.target == one]),
        (f"{one} feeds", [v for v in verdicts if v.source == one]),
    ):
        click.echo(title)
        for verdict in kept:
            click.echo(f"  {verdict.source if verdict.target == one else verdict.target}: {_reason(verdict)}")


def _reason(verdict: Verdict) -> str:
    d = verdict.dependency
    if d is None:
        return f"no: {verdict.reason}  [{verdict.judge}]"
    nested = ", nested" if d.nested else ""
    return f"{d.kind.replace('_', ' ')}{nested} ({d.confidence:.1f}): {d.rationale}  [{verdict.judge}]"
