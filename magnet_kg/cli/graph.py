"""`magnet-kg graph`: build the graph and look at its edges."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import cast

import click
import orjson
from rich.console import Console

from magnet_kg.catalog.read import read_catalog
from magnet_kg.cli.graph_views import path, show, stats
from magnet_kg.cli.options import graph_option, json_option, toolkits_option
from magnet_kg.cli.progress import StageBars
from magnet_kg.dependency.candidates import Mode
from magnet_kg.dependency.judging import Built, add_functions, judge_functions
from magnet_kg.domain.dependency import Verdict
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import open_graph
from magnet_kg.graph.candidates import Scope
from magnet_kg.graph.functions import all_unjudged, holds_catalog, unjudged_functions
from magnet_kg.graph.lookup import resolve_function
from magnet_kg.graph.verdicts import list_verdicts
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench


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
def build(
    sources: tuple[str, ...],
    candidates: str,
    scope: str,
    catalog: str | None,
    toolkits: tuple[Path, ...],
    graph: str | None,
    as_json: bool,
) -> None:
    """Take the toolkits' functions, and those of SOURCES, into the graph and judge what is new.

    Functions that were added before (`magnet-kg catalog add`) are judged, too, where SOURCES are not named. What is
    unchanged costs nothing; an interrupted build goes on where it stopped.
    """
    if sources and catalog:
        raise click.UsageError("--catalog is for what the graph holds, SOURCES are for what it shall hold")
    bench = open_workbench(WorkbenchSettings(toolkits=toolkits))
    functions = [] if catalog else list(bench.executor.functions.values())
    for source in sources:
        functions += read_catalog(source).functions
    with open_graph(graph) as store, StageBars(Console(stderr=True)) as bars:
        done = 0

        def progress(judged: int, total: int) -> None:
            nonlocal done
            if done == 0:
                bars.start("judging", total)
            bars.advance("judging", judged - done)
            done = judged

        mode, where = cast(Mode, candidates), cast(Scope, scope)
        added = add_functions(store, functions)
        touched = all_unjudged(store, catalog) if not sources else unjudged_functions(store, [f.id for f in functions])
        if catalog and not touched and not holds_catalog(store, catalog):
            raise MagnetError(f"the graph has no catalog {catalog}", where=store.uri, do="See `magnet-kg catalog list`")
        judged = judge_functions(store, touched, bench.teacher, mode, progress=progress, scope=where)
        built = Built(len(added.new), len(added.changed), len(added.unchanged), judged.judgements, judged.edges)
        uri = store.uri
    if as_json:
        click.echo(orjson.dumps({"graph": uri, **asdict(built)}, option=orjson.OPT_INDENT_2))
        return
    click.echo(
        f"{uri}: {built.new} new, {built.changed} changed, {built.unchanged} unchanged functions; "
        f"{built.judgements} pairs judged, {built.edges} edges found"
    )


@graph.command(epilog="\b\nExample:\n  magnet-kg graph edges send_message")
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
