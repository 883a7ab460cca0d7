"""`magnet-kg walk`: random walks along the graph."""

from __future__ import annotations

from difflib import get_close_matches

import click
import orjson

from magnet_kg.cli.options import graph_option, json_option
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import list_functions
from magnet_kg.graph.verdicts import edges_from, edges_into
from magnet_kg.paths.steps import WalkStep, sample_walks
from magnet_kg.paths.walk import Neighbourhood


@click.command(
    short_help="Walk the graph at random.",
    epilog="\b\nExamples:\n  magnet-kg walk --count 3\n  magnet-kg walk --from find_contact --steps 4 --json",
)
@click.option("--from", "start", metavar="FUNCTION", help="Begin here (an id, or a name if it is unique).")
@click.option("--steps", type=click.IntRange(1), default=7, show_default=True, help="Functions a walk at most.")
@click.option("--count", type=click.IntRange(1), default=5, show_default=True, help="How many walks.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same walks.")
@graph_option
@json_option
def walk(start: str | None, steps: int, count: int, seed: int, graph: str | None, as_json: bool) -> None:
    """Walk the graph at random, and show which output feeds which parameter."""
    with open_graph(graph, read_only=True) as store:
        ids = list(list_functions(store))
        if not ids:
            raise MagnetError("the graph is empty", where=store.uri, do="Fill it with `magnet-kg graph build`")
        starts = [resolve_function(store, start)] if start else ids
        neighbourhood = Neighbourhood(lambda some: edges_from(store, some), lambda some: edges_into(store, some))
        walks = sample_walks(neighbourhood, starts, steps=steps, count=count, seed=seed)
    if as_json:
        data = [[step.model_dump(mode="json", exclude_defaults=True) for step in one] for one in walks]
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2))
        return
    for number, one in enumerate(walks, 1):
        click.echo(f"walk {number}")
        for step in one:
            click.echo(f"  {step.function}{_fed(step)}")


def resolve_function(store: GraphStore, name: str) -> str:
    """The id of a function given by id or by unique name.

    Raises:
        MagnetError: there is none, or there are several.
    """
    ids = list(list_functions(store))
    if name in ids:
        return name
    fitting = [one for one in ids if one.rpartition("/")[2] == name]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise MagnetError(f"several functions are called {name}: {', '.join(fitting[:5])}", do="Give the whole id")
    names = {one.rpartition("/")[2]: one for one in ids}
    close = [one for one in ids if name.lower() in one.lower()][:5] or [
        names[near] for near in get_close_matches(name.rpartition("/")[2], names, n=3)
    ]
    raise MagnetError(
        f"the graph has no function {name}",
        where=store.uri,
        do=f"Perhaps {', '.join(close)}" if close else "List them with `magnet-kg catalog list`",
    )


def _fed(step: WalkStep) -> str:
    if step.kind is None:
        return ""
    fed = ", ".join(f"{b.output} → {b.parameter}" for b in step.bindings)
    return f"   [{step.kind.replace('_', ' ')}{': ' + fed if fed else ''}]"
