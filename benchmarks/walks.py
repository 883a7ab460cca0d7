"""Walks a second: one query a step, as one would write it first, against each node's neighbours fetched once.

    python benchmarks/walks.py [--walks 100000]

The graphs have 5,000 functions with 70,000 edges, and 36,400 with 300,000 (more than the three catalogs of PyPI
have), on ladybug and on a Neo4j that this script starts (NEO4J_URI is left alone). Both ways walk 7 functions with the
same seed. The bars: fetching once is at least 50 times as fast on Neo4j; it makes at least 10,000 walks a second on
either engine and either graph, the time of fetching included; and once the edges are there, a walk on the large graph
takes no more than 1.5 times as long as on the small one.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
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

SIZES = ((5000, 70_000), (36_400, 300_000))
STEPS, SEED = 7, 20250311
BAR, WALKS_A_SECOND, SLOWER = 50, 10_000, 1.5
ONE_STEP = Path(__file__).with_name("one_step.cypher").read_text(encoding="utf-8")

Neighbours = Callable[[str], list[str]]
Engine = Callable[[Path], AbstractContextManager[tuple[str, Neighbours]]]


def synthetic(number_of_functions: int, number_of_edges: int) -> tuple[list[Function], list[Verdict]]:
    chance = Random(SEED)
    functions = [
        Function(
            id=f"synthetic/f{number:05}",
            name=f"f{number:05}",
            category=f"category {number % 49}",
            toolkit="synthetic",
            description=f"The function of number {number}.",
            parameters={"type": "object", "properties": {"id": {"type": "string"}}},
            source="benchmarks/walks.py",
        )
        for number in range(number_of_functions)
    ]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < number_of_edges:
        source, target = chance.randrange(number_of_functions), chance.randrange(number_of_functions)
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
        Walker(start=functions[Random(f"{SEED}/{row}").randrange(len(functions))].id, rng=Random(f"{SEED}/{row}/walk"))
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


def fetched_once(functions: list[Function], number: int, store: GraphStore) -> tuple[float, float]:
    """Walks a second with the time of fetching, and microseconds of processor a walk without it."""
    walking = walkers(functions, number)
    neighbourhood = Neighbourhood.stored(store)
    started = time.perf_counter()
    walk_paths(neighbourhood, walking, STEPS)
    rate = number / (time.perf_counter() - started)
    began = time.process_time()
    walk_paths(neighbourhood, walkers_again(walking), STEPS)
    return rate, (time.process_time() - began) / number * 1e6


def walkers_again(walking: list[Walker]) -> list[Walker]:
    return [Walker(walker.start, walker.rng) for walker in walking]


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


@dataclass
class Rates:
    """Walks a second on one graph of one engine."""

    slow: float
    fast: float
    walk: float


def measure(functions: list[Function], verdicts: list[Verdict], engine: Engine, walks: int, slow_walks: int) -> Rates:
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as (uri, neighbours):
        with open_graph(uri) as store:
            save_functions(store, functions, [])
            for start in range(0, len(verdicts), 50_000):
                save_verdicts(store, verdicts[start : start + 50_000])
            fetched_once(functions, 100, store)
            fast, walk = fetched_once(functions, walks, store)
        one_query_a_step(functions, 20, neighbours)
        return Rates(one_query_a_step(functions, slow_walks, neighbours), fast, walk)


@click.command()
@click.option("--walks", default=100_000, show_default=True, help="Walks of our way.")
@click.option("--slow-walks", default=300, show_default=True, help="Walks of the other way, which takes its time.")
def main(walks: int, slow_walks: int) -> None:
    """Measure both ways on both engines and say whether the bars are met."""
    console, table = Console(width=110), Table()
    for heading in ("engine", "functions", "one query a step", "fetched once", "times as fast", "a walk", ""):
        table.add_column(heading)
    met = True
    for name, engine in (("Neo4j", on_neo4j), ("ladybug", on_ladybug)):
        found: list[Rates] = []
        for size in SIZES:
            rates = measure(*synthetic(*size), engine, walks, slow_walks)
            found.append(rates)
            holds = rates.fast >= WALKS_A_SECOND and (name != "Neo4j" or rates.fast >= BAR * rates.slow)
            holds = holds and rates.walk <= SLOWER * found[0].walk
            met = met and holds
            slow, fast = f"{rates.slow:,.0f} walks/s", f"{rates.fast:,.0f} walks/s"
            verdict = "holds" if holds else "MISSED"
            times, walk = f"{rates.fast / rates.slow:.0f}", f"{rates.walk:.0f} µs"
            table.add_row(name, f"{size[0]:,}", slow, fast, times, walk, verdict)
    console.print(f"{walks:,} walks of {STEPS}")
    console.print(table)
    console.print(f"The bars are {'met' if met else 'missed'}.")
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
