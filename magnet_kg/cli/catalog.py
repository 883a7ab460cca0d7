"""`magnet-kg catalog`: the functions that the graph holds."""

from __future__ import annotations

from itertools import groupby

import click
import orjson

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.cli.options import graph_option, json_option
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import load_functions
from magnet_kg.graph.lookup import resolve_function


@click.group(short_help="Look at the functions.")
def catalog() -> None:
    """Look at the functions that the graph holds."""


@catalog.command("list", epilog="\b\nExample:\n  magnet-kg catalog list")
@graph_option
@json_option
def list_all(graph: str | None, as_json: bool) -> None:
    """List all functions by toolkit."""
    with open_graph(graph, read_only=True) as store:
        functions = load_functions(store)
        uri = store.uri
    if not functions:
        raise MagnetError("the graph is empty", where=uri, do="Fill it with `magnet-kg graph build`")
    if as_json:
        keys = {"id", "name", "category", "toolkit", "description", "source", "executor"}
        click.echo(
            orjson.dumps(
                [f.model_dump(mode="json", include=keys) for f in functions.values()],
                option=orjson.OPT_INDENT_2,
            )
        )
        return
    for toolkit, members in groupby(functions.values(), key=lambda f: f.toolkit):
        kept = list(members)
        click.echo(f"{toolkit}  ({kept[0].category}, {len(kept)} functions)")
        for function in kept:
            click.echo(f"  {function.id:44} {function.description[:80]}")


@catalog.command(epilog="\b\nExample:\n  magnet-kg catalog show search_flights")
@click.argument("function")
@graph_option
@json_option
def show(function: str, graph: str | None, as_json: bool) -> None:
    """Show FUNCTION with its parameters, its result, and what each value means."""
    with open_graph(graph, read_only=True) as store:
        found = load_functions(store)[resolve_function(store, function)]
    if as_json:
        click.echo(
            orjson.dumps(
                {**found.model_dump(mode="json"), "content_hash": found.content_hash},
                option=orjson.OPT_INDENT_2,
            )
        )
        return
    _print(found)


def _print(function: Function) -> None:
    use = concepts_of(function)
    click.echo(f"{function.id}\n  {function.description}")
    click.echo(f"  source {function.source}, category {function.category}, hash {function.content_hash}")
    for title, rows in (
        ("takes", [(t.parameter, t.type, t.concept, "required" if t.required else "") for t in use.takes]),
        ("returns", [(r.path, r.type, r.concept, "") for r in use.returns]),
    ):
        click.echo(f"  {title}")
        for name, kind, concept, note in rows:
            click.echo(f"    {name:32} {kind:18} {concept:24} {note}".rstrip())
