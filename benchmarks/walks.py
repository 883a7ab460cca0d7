"""Walks a second: one query a step, as one would write it first, against each node's neighbours fetched once.

    python benchmarks/walks.py [--walks 10000]

The graph has 5,000 functions and 70,000 edges, on ladybug and on a Neo4j that this script starts (NEO4J_URI is left
alone). Both ways walk 7 functions with the same seed. The bar: fetching once is at least 50 times as fast on Neo4j.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import click
import ladybug
import neo4j
from rich.console import Console
from rich.table import Table

from magnet_kg.domain.dependency import Binding, Dependency, Verdict
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.server import ManagedServer
from magnet_kg.graph.verdicts import save_verdicts
from magnet_kg.paths.walk import Neighbourhood, Walker, walk_paths

FUNCTIONS, EDGES, STEPS, SEED = 5000, 70_000, 7, 20250311
BAR = 50
ONE_STEP = Path(__file__).with_name("one_step.cypher").read_text(encoding="utf-8")

Neighbours = Callable[[str], list[str]]


def synthetic() -> tuple[list[Function], list[Verdict]]:
    chance = Random(SEED)
    functions = [
        Function(
            id=f"synthetic/f{number:04}",
            name=f"f{number:04}",
            category=f"category {number % 49}",
            toolkit="synthetic",
            description=f"The function of number {number}.",
            parameters={"type": "object", "properties": {"id": {"type": "string"}}},
            source="benchmarks/walks.py",
        )
        for number in range(FUNCTIONS)
    ]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < EDGES:
        source, target = chance.randrange(FUNCTIONS), chance.randrange(FUNCTIONS)
        if source != target:
            pairs.add((source, target))
    dependency = Dependency(
        kind="output_is_input",
        bindings=(Binding(output="items[].id", parameter="id"),),
        confidence=0.9,
        rationale="The target takes the id that the source returns.",
    )
    verdicts = [
        Verdict(
            source=functions[source].id,
            target=functions[target].id,
            source_hash=functions[source].content_hash,
            target_hash=functions[target].content_hash,
            judge="synthetic",
            prompt_hash="0",
            dependency=dependency,
        )
        for source, target in sorted(pairs)
    ]
    return functions, verdicts


def walkers(functions: list[Function], number: int) -> list[Walker]:
    return [
        Walker(start=functions[Random(f"{SEED}/{row}").randrange(FUNCTIONS)].id, rng=Random(f"{SEED}/{row}/walk"))
        for row in range(number)
    ]


def one_query_a_step(functions: list[Function], number: int, neighbours: Neighbours) -> float:
    started = time.perf_counter()
    for walker in walkers(functions, number):
        here, before = walker.start, ""
        for _ in range(STEPS - 1):
            onward = [each for each in neighbours(here) if each not in (before, here)]
            if not onward:
                break
            before, here = here, walker.rng.choice(onward)
    return number / (time.perf_counter() - started)


def fetched_once(functions: list[Function], number: int, store: GraphStore) -> float:
    walking = walkers(functions, number)
    started = time.perf_counter()
    neighbourhood = Neighbourhood.stored(store)
    walk_paths(neighbourhood, walking, STEPS)
    return number / (time.perf_counter() - started)


@contextmanager
def on_neo4j(folder: Path) -> Iterator[tuple[str, Neighbours]]:
    server = ManagedServer(folder / "neo4j")
    info = server.up(0, 0)
    auth = (info.user, info.password_file.read_text(encoding="utf-8"))
    try:
        with neo4j.GraphDatabase.driver(info.uri, auth=auth) as driver, driver.session() as session:
            address = info.uri.replace("://", f"://{auth[0]}:{auth[1]}@")
            yield address, lambda here: [each["target"] for each in session.run(ONE_STEP, id=here)]
    finally:
        server.down()


@contextmanager
def on_ladybug(folder: Path) -> Iterator[tuple[str, Neighbours]]:
    path = folder / "graph.ladybug"
    open_graph(f"ladybug:{path}").close()
    opened: list[ladybug.Connection] = []

    def neighbours(here: str) -> list[str]:
        # Opened at the first step, when the store that wrote the graph has let go of the file.
        if not opened:
            opened.append(ladybug.Connection(ladybug.Database(path, read_only=True, buffer_pool_size=512 << 20)))
        result = opened[0].execute(ONE_STEP, {"id": here})
        assert not isinstance(result, list)
        return [str(target) for (target,) in result]

    yield f"ladybug:{path}", neighbours


@click.command()
@click.option("--walks", default=10_000, show_default=True, help="Walks of our way.")
@click.option("--slow-walks", default=300, show_default=True, help="Walks of the other way, which takes its time.")
def main(walks: int, slow_walks: int) -> None:
    """Measure both ways on both engines and say whether the bar is met."""
    console, table = Console(), Table("engine", "one query a step", "fetched once", "times as fast")
    functions, verdicts = synthetic()
    factors = {}
    for name, engine in (("Neo4j", on_neo4j), ("ladybug", on_ladybug)):
        with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as (uri, neighbours):
            with open_graph(uri) as store:
                save_functions(store, functions, [])
                save_verdicts(store, verdicts)
                fetched_once(functions, 100, store)
                fast = fetched_once(functions, walks, store)
            one_query_a_step(functions, 20, neighbours)
            slow = one_query_a_step(functions, slow_walks, neighbours)
        factors[name] = fast / slow
        table.add_row(name, f"{slow:,.0f} walks/s", f"{fast:,.0f} walks/s", f"{factors[name]:.0f}")
    console.print(f"{walks:,} walks of {STEPS} over {FUNCTIONS:,} functions and {EDGES:,} edges")
    console.print(table)
    met = factors["Neo4j"] >= BAR
    console.print(f"The bar of {BAR} times on Neo4j is {'met' if met else 'missed'}.")
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
