"""`magnet-kg walk`: random walks along the graph."""

from __future__ import annotations

import click
import orjson

from magnet_kg.cli.mermaid import flowchart
from magnet_kg.cli.options import graph_option, json_option
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.lookup import category_members, function_ids, resolve_function
from magnet_kg.paths.steps import WalkStep, narrowed, sample_walks, sample_walks_through
from magnet_kg.paths.walk import Neighbourhood


@click.command(
    short_help="Walk the graph at random.",
    epilog="\b\nExamples:\n  magnet-kg walk --count 3\n  magnet-kg walk --from find_contact --steps 4 --json\n"
    "  magnet-kg walk --through reserve_flight --avoid list_cards --count 1 --mermaid",
)
@click.option("--from", "start", metavar="FUNCTION", help="Begin here (an id, or a name if it is unique).")
@click.option("--through", metavar="FUNCTION", help="Pass through this function, whatever comes before it.")
@click.option("--avoid", metavar="FUNCTION", multiple=True, help="Never call this function. May be given again.")
@click.option("--category", help="Only functions of this category.")
@click.option("--steps", type=click.IntRange(1), default=7, show_default=True, help="Functions a walk at most.")
@click.option("--count", type=click.IntRange(1), default=5, show_default=True, help="How many walks.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same walks.")
@click.option("--mermaid", is_flag=True, help="A Mermaid flowchart instead of text.")
@graph_option
@json_option
def walk(
    start: str | None,
    through: str | None,
    avoid: tuple[str, ...],
    category: str | None,
    steps: int,
    count: int,
    seed: int,
    mermaid: bool,
    graph: str | None,
    as_json: bool,
) -> None:
    """Walk the graph at random, and show which output feeds which parameter."""
    if mermaid and as_json:
        raise click.UsageError("--json and --mermaid exclude one another.")
    with open_graph(graph, read_only=True) as store:
        begins = resolve_function(store, start) if start else None
        passes = resolve_function(store, through) if through else None
        avoided = {resolve_function(store, one) for one in avoid}
        members = frozenset(category_members(store, category)) if category else None
        for one in filter(None, (begins, passes)):
            _check_allowed(one, avoided, members, category)
        edges = Neighbourhood.stored(store, members)
        edges = narrowed(edges, lambda one: one not in avoided) if avoided else edges
        if passes:
            walks = sample_walks_through(edges, passes, start=begins, steps=steps, count=count, seed=seed)
            if not walks:
                raise MagnetError(f"no way of at most {steps} functions leads from {begins} to {passes}",
                                  do="Allow more --steps, or avoid less")  # fmt: skip
        else:
            starts = [begins] if begins else _starts(store, avoided, members)
            walks = sample_walks(edges, starts, steps=steps, count=count, seed=seed)
    if as_json:
        data = [[step.model_dump(mode="json", exclude_defaults=True) for step in one] for one in walks]
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2))
    elif mermaid:
        click.echo(flowchart(walks))
    else:
        for number, steps_made in enumerate(walks, 1):
            click.echo(f"walk {number}")
            for step in steps_made:
                click.echo(f"  {step_line(step)}")


def step_line(step: WalkStep) -> str:
    """A function of a walk, with what of the one before it feeds it."""
    if step.kind is None:
        return step.function
    fed = ", ".join(f"{b.output} → {b.parameter}" for b in step.bindings)
    return f"{step.function}   [{step.kind.replace('_', ' ')}{': ' + fed if fed else ''}]"


def _starts(store: GraphStore, avoided: set[str], members: frozenset[str] | None) -> list[str]:
    ids = function_ids(store) if members is None else sorted(members)
    starts = [one for one in ids if one not in avoided]
    if not starts:
        raise MagnetError("nothing is left to begin with", do="Avoid less")
    return starts


def _check_allowed(function: str, avoided: set[str], members: frozenset[str] | None, category: str | None) -> None:
    if function in avoided:
        raise MagnetError(f"{function} is to be called and to be avoided", do="Take one of the two out")
    if members is not None and function not in members:
        raise MagnetError(f"{function} is not of the category {category}", do="Take one of the two out")
