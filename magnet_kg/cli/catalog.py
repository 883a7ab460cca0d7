"""`magnet-kg catalog`: the functions that the graph holds, and the catalogs that they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import click
import orjson

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.catalog.read import Catalog, read_catalog
from magnet_kg.cli.options import graph_option, json_option
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.graph import open_graph
from magnet_kg.graph.catalogs import (
    Difference,
    ListedFunction,
    StoredCatalog,
    add_catalog,
    compare_catalog,
    list_catalog,
    list_catalogs,
    remove_catalog,
)
from magnet_kg.graph.functions import fetch_functions
from magnet_kg.graph.lookup import resolve_function
from magnet_kg.graph.store import NoGraphError

# So many of a list are printed; --json has all of them.
_SHOWN = 20


def _columns(_: click.Context, __: click.Parameter, given: str | None) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given.split(",")] if given else []
    for field, equals, column in pairs:
        if not (field.strip() and equals and column.strip()):
            raise click.BadParameter("write it like name=tool_name,parameters=schema_json")
    return {field.strip(): column.strip() for field, _, column in pairs}


def _source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What says which functions of which source are meant."""
    for option in reversed(
        (
            click.argument("source"),
            click.option("--format", metavar="FORMAT", help="Of SOURCE, where it does not tell by itself: python, …"),
            click.option("--name", help="The catalog's name in the graph.  [default: told by SOURCE]"),
            click.option(
                "--only", metavar="PATTERN", multiple=True,
                help="Only functions, or services, whose name fits ('loan*'). May be given again.",
            ),
            click.option(
                "--columns", metavar="FIELD=COLUMN,…", callback=_columns,
                help="Of a table: which column is the name, description, parameters, returns, category.",
            ),
            click.option(
                "--skip-bad", is_flag=True, help="Leave bad functions out, and list them, instead of refusing SOURCE."
            ),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(short_help="Add functions of your own, look at all of them.")
def catalog() -> None:
    """Add catalogs of functions to the graph, and look at the functions that it holds."""


@catalog.command(
    epilog="\b\nExamples:\n  magnet-kg catalog add library.yaml\n"
    "  magnet-kg catalog add library.yaml --only 'loan*' --dry-run\n"
    "  magnet-kg catalog add tools.csv --columns name=tool,parameters=schema_json\n"
    "  magnet-kg catalog add my_tools.py --format python"
)
@_source_options
@click.option("--prune", is_flag=True, help="Take out what is no longer in SOURCE.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@graph_option
@json_option
def add(
    source: str,
    only: tuple[str, ...],
    prune: bool,
    dry_run: bool,
    graph: str | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Add the functions of SOURCE to the graph, with what their values mean. Nothing is judged yet.

    What is unchanged stays as it is. What is no longer in SOURCE is told, and taken out with --prune.
    """
    read = read_catalog(source, how.pop("format"), only=only, **how)
    if dry_run:
        difference, uri = _compared(read, only, graph)
    else:
        with open_graph(graph) as store:
            difference, uri = add_catalog(store, read, only, prune=prune), store.uri
    if as_json:
        counts = {key: len(ids) for key, ids in difference.model_dump().items()}
        click.echo(_json({"graph": uri, "catalog": read.name, **counts, "skipped": _told(read.skipped)}))
        return
    _print_counts(uri, read.name, difference, ("new", "changed", "unchanged"))
    if difference.removed:
        taken = "would be taken out" if dry_run else "taken out"
        _print_names(taken if prune else "no longer in the source; --prune takes them out", difference.removed)
    _print_skipped(read.skipped)
    if dry_run:
        click.echo("Nothing was written.")
    elif difference.new or difference.changed:
        click.echo(f"Next: magnet-kg graph build{f' --graph {graph}' if graph else ''}")


@catalog.command(epilog="\b\nExample:\n  magnet-kg catalog diff library.yaml")
@_source_options
@graph_option
@json_option
def diff(source: str, only: tuple[str, ...], graph: str | None, as_json: bool, **how: Any) -> None:
    """Compare SOURCE with what the graph holds of its catalog: new (+), changed (~), removed (-), unchanged.

    With --only, what fits none of the patterns does not count as removed.
    """
    read = read_catalog(source, how.pop("format"), only=only, **how)
    difference, uri = _compared(read, only, graph)
    if as_json:
        found = difference.model_dump()
        click.echo(_json({"graph": uri, "catalog": read.name, **found, "skipped": _told(read.skipped)}))
        return
    for mark, ids in (("+", difference.new), ("~", difference.changed), ("-", difference.removed)):
        for one in ids:
            click.echo(f"{mark} {one}")
    _print_counts(uri, read.name, difference, ("new", "changed", "removed", "unchanged"))
    _print_skipped(read.skipped)


@catalog.command(epilog="\b\nExample:\n  magnet-kg catalog remove library")
@click.argument("name")
@graph_option
@json_option
def remove(name: str, graph: str | None, as_json: bool) -> None:
    """Take the catalog NAME out of the graph, with all that was judged about its functions."""
    with open_graph(graph) as store:
        removed, uri = remove_catalog(store, name), store.uri
    if as_json:
        click.echo(_json({"graph": uri, "catalog": name, "removed": removed}))
        return
    click.echo(f"{uri}: {name}: {removed:,} functions taken out")


@catalog.command("list", epilog="\b\nExamples:\n  magnet-kg catalog list\n  magnet-kg catalog list toolkits")
@click.argument("name", required=False)
@graph_option
@json_option
def list_all(name: str | None, graph: str | None, as_json: bool) -> None:
    """List the catalogs of the graph, or the functions of the catalog NAME.

    The functions of toolkits are the catalog `toolkits`.
    """
    with open_graph(graph, read_only=True) as store:
        catalogs = list_catalogs(store)
        if not catalogs:
            raise MagnetError("the graph is empty", where=store.uri, do="Fill it with `magnet-kg graph build`")
        functions = list_catalog(store, name) if name else []
    if as_json:
        click.echo(_json([one.model_dump() for one in (functions if name else catalogs)]))
    elif name:
        _print_functions(functions)
    else:
        _print_catalogs(catalogs)


@catalog.command(epilog="\b\nExample:\n  magnet-kg catalog show search_flights")
@click.argument("function")
@graph_option
@json_option
def show(function: str, graph: str | None, as_json: bool) -> None:
    """Show FUNCTION with its parameters, its result, and what each value means."""
    with open_graph(graph, read_only=True) as store:
        one = resolve_function(store, function)
        found = fetch_functions(store, [one])[one]
    if as_json:
        click.echo(_json({**found.model_dump(mode="json"), "content_hash": found.content_hash}))
        return
    _print_function(found)


def _compared(read: Catalog, only: Sequence[str], graph: str | None) -> tuple[Difference, str]:
    """The difference to the graph; to an empty one, where none is there yet."""
    try:
        with open_graph(graph, read_only=True) as store:
            return compare_catalog(store, read, only), store.uri
    except NoGraphError as error:
        return Difference(new=tuple(sorted(one.id for one in read.functions))), error.where or ""


def _json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def _told(skipped: Sequence[Fault]) -> list[dict[str, Any]]:
    return [fault.model_dump() for fault in skipped]


def _print_counts(uri: str, name: str, difference: Difference, kinds: Sequence[str]) -> None:
    counts = ", ".join(f"{len(getattr(difference, kind)):,} {kind}" for kind in kinds)
    click.echo(f"{uri}: {name}: {counts} functions")


def _print_names(title: str, ids: Sequence[str]) -> None:
    click.echo(f"{len(ids):,} {title}:")
    for one in ids[:_SHOWN]:
        click.echo(f"  {one}")
    if len(ids) > _SHOWN:
        click.echo(f"  and {len(ids) - _SHOWN:,} more (--json has all of them)")


def _print_skipped(skipped: Sequence[Fault]) -> None:
    if skipped:
        _print_names("skipped", [str(fault.error) for fault in skipped])


def _print_catalogs(catalogs: Sequence[StoredCatalog]) -> None:
    for one in catalogs:
        come = ", ".join(
            f"{title} {', '.join(values[:3])}{', …' if len(values) > 3 else ''}"
            for title, values in (("from", one.sources), ("version", one.versions), ("licence", one.licences))
            if values
        )
        click.echo(f"{one.name:24} {one.functions:>7,} functions  {come}")


def _print_functions(functions: Sequence[ListedFunction]) -> None:
    # By id, the functions of a toolkit stand together, and those of a catalog's services do not.
    ordered = sorted(functions, key=lambda one: (one.toolkit, one.id))
    for toolkit, members in groupby(ordered, key=lambda one: one.toolkit):
        kept = list(members)
        click.echo(f"{toolkit}  ({kept[0].category}, {len(kept)} functions)")
        for function in kept:
            click.echo(f"  {function.id:44} {function.description[:80]}")


def _print_function(function: Function) -> None:
    use = concepts_of(function)
    click.echo(f"{function.id}\n  {function.description}")
    if function.original_name:
        click.echo(f"  in the source {function.original_name}")
    click.echo(f"  source {function.source}, category {function.category}, hash {function.content_hash}")
    for title, rows in (
        ("takes", [(t.parameter, t.type, t.concept, "required" if t.required else "") for t in use.takes]),
        ("returns", [(r.path, r.type, r.concept, "") for r in use.returns]),
    ):
        click.echo(f"  {title}")
        for name, kind, concept, note in rows:
            click.echo(f"    {name:32} {kind:18} {concept:24} {note}".rstrip())
