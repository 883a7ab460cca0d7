"""`magnet-kg graph show`, `path` and `stats`: the graph for people to look at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
import orjson

from magnet_kg.cli.mermaid import flowchart
from magnet_kg.cli.options import graph_option, json_option
from magnet_kg.cli.walk import step_line
from magnet_kg.domain.dependency import Edge
from magnet_kg.domain.errors import MagnetError, file_error
from magnet_kg.graph import open_graph
from magnet_kg.graph.lookup import resolve_function
from magnet_kg.graph.neighbourhood import Surroundings, shortest_ways, surroundings
from magnet_kg.graph.stats import GraphStats, graph_stats
from magnet_kg.paths.steps import steps_of


@click.command(
    epilog="\b\nExamples:\n  magnet-kg graph show reserve_flight\n"
    "  magnet-kg graph show reserve_flight --html reserve_flight.html --hops 2"
)
@click.argument("function")
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page with a picture to move and to search (needs the extra notebook).",
)  # fmt: skip
@click.option("--hops", type=click.IntRange(1, 2), default=1, show_default=True, help="How far from FUNCTION.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="Edges of each hop at most, surest first."
)
@graph_option
@json_option
def show(function: str, page: Path | None, hops: int, limit: int, graph: str | None, as_json: bool) -> None:
    """Show what is around FUNCTION: what feeds it, and what it feeds."""
    with open_graph(graph, read_only=True) as store:
        around = surroundings(store, resolve_function(store, function), hops=hops, limit=limit)
    if page is not None:
        _write_page(around, page)
        click.echo(f"{page}: {len(around.functions)} functions, {len(around.edges)} edges{_hidden(around)}")
    elif as_json:
        click.echo(orjson.dumps(around.model_dump(mode="json"), option=orjson.OPT_INDENT_2))
    else:
        _print_surroundings(around)


@click.command(
    epilog="\b\nExamples:\n  magnet-kg graph path find_contact reserve_flight\n"
    "  magnet-kg graph path find_contact reserve_flight --hops 6 --mermaid"
)
@click.argument("source")
@click.argument("target")
@click.option("--hops", type=click.IntRange(1), default=4, show_default=True, help="Edges of a way at most.")
@click.option("--mermaid", is_flag=True, help="A Mermaid flowchart instead of text.")
@graph_option
@json_option
def path(source: str, target: str, hops: int, mermaid: bool, graph: str | None, as_json: bool) -> None:
    """Show the shortest ways from SOURCE to TARGET, and which output feeds which parameter.

    Exits with 1 where there is none.
    """
    if mermaid and as_json:
        raise click.UsageError("--json and --mermaid exclude one another.")
    with open_graph(graph, read_only=True) as store:
        start, end = resolve_function(store, source), resolve_function(store, target)
        if start == end:
            raise MagnetError(f"{start} is both ends of the way", do="Name two functions")
        found = shortest_ways(store, start, end, hops=hops)
    ways = [steps_of(start, way) for way in found]
    if as_json:
        data = [[step.model_dump(mode="json", exclude_defaults=True) for step in way] for way in ways]
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2))
    if not ways:
        raise MagnetError(f"no way of at most {hops} edges leads from {start} to {end}", do="Allow more with --hops")
    if mermaid:
        click.echo(flowchart(ways, "way"))
    elif not as_json:
        for number, way in enumerate(ways, 1):
            click.echo(f"way {number}")
            for step in way:
                click.echo(f"  {step_line(step)}")


@click.command(epilog="\b\nExample:\n  magnet-kg graph stats")
@graph_option
@json_option
def stats(graph: str | None, as_json: bool) -> None:
    """Count functions, concepts, edges, verdicts and runs; how edges spread over functions, parts and catalogs."""
    with open_graph(graph, read_only=True) as store:
        counted = graph_stats(store)
    if as_json:
        click.echo(orjson.dumps(counted.model_dump(), option=orjson.OPT_INDENT_2))
    else:
        _print_stats(counted)


def _write_page(around: Surroundings, page: Path) -> None:
    from magnet_kg.graph.picture import picture_html

    html = picture_html(around)
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise file_error(error, page) from error


def _print_surroundings(around: Surroundings) -> None:
    described = {each.id: each for each in around.functions}
    center = described[around.center]
    click.echo(f"{center.id}  ({center.category})\n  {center.description}")
    sections = (
        ("fed by", [e for e in around.edges if e.target == center.id]),
        ("feeds", [e for e in around.edges if e.source == center.id]),
        ("further on", [e for e in around.edges if center.id not in (e.source, e.target)]),
    )
    for title, edges in sections:
        if edges:
            click.echo(title)
            _print_edges(edges, center.id)
    if around.hidden:
        click.echo(f"{around.hidden:,} edges more: --limit")


def _print_edges(edges: Iterable[Edge], center: str) -> None:
    for edge in edges:
        d = edge.dependency
        ends = " → ".join(one for one in (edge.source, edge.target) if one != center)
        fed = ", ".join(f"{b.output} → {b.parameter}" for b in d.bindings)
        nested = ", nested" if d.nested else ""
        click.echo(f"  {ends}   [{d.kind.replace('_', ' ')}{nested} ({d.confidence:.1f}){': ' + fed if fed else ''}]")


def _hidden(around: Surroundings) -> str:
    return f" ({around.hidden:,} more: --limit)" if around.hidden else ""


def _print_stats(counted: GraphStats) -> None:
    for key, value in counted.model_dump(exclude={"degrees", "catalogs"}).items():
        if isinstance(value, dict):
            for name, number in value.items():
                click.echo(f"  {name.replace('_', ' '):24} {number:,}")
        else:
            click.echo(f"{key.replace('_', ' '):26} {value:,}")
    click.echo("functions by degree")
    most = max(counted.degrees.values(), default=0)
    for degrees, number in counted.degrees.items():
        click.echo(f"  {degrees:24} {number:<10,} {'█' * round(30 * number / most) if most else ''}".rstrip())
    click.echo("functions with an edge, by catalog")
    for each in counted.catalogs:
        name = each.catalog or "(no name)"
        click.echo(f"  {name:24} {each.with_edge:,} of {each.functions:,} ({100 * each.share_with_edge:.1f} %)")
