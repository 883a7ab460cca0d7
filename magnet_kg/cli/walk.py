"""`magnet-kg walk`: random walks along the graph."""

from __future__ import annotations

import click
import orjson

from magnet_kg.cli.options import graph_option, json_option
from magnet_kg.graph import open_graph
from magnet_kg.graph.lookup import function_ids, resolve_function
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
        starts = [resolve_function(store, start)] if start else function_ids(store)
        neighbourhood = Neighbourhood.stored(store)
        walks = sample_walks(neighbourhood, starts, steps=steps, count=count, seed=seed)
    if as_json:
        data = [[step.model_dump(mode="json", exclude_defaults=True) for step in one] for one in walks]
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2))
        return
    for number, one in enumerate(walks, 1):
        click.echo(f"walk {number}")
        for step in one:
            click.echo(f"  {step.function}{_fed(step)}")


def _fed(step: WalkStep) -> str:
    if step.kind is None:
        return ""
    fed = ", ".join(f"{b.output} → {b.parameter}" for b in step.bindings)
    return f"   [{step.kind.replace('_', ' ')}{': ' + fed if fed else ''}]"
