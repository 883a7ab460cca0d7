"""The three catalogs from PyPI: read, taken into an empty graph, and taken in again unchanged.

    python benchmarks/catalogs.py [--catalog aws] [--engine Neo4j]

Each measurement runs in a process of its own, whose peak memory is told; Neo4j is a server that this script starts
(NEO4J_URI is left alone), and its memory is its own. The time that our process computes is told beside the time that
passes, for machines that do other things too. Bars for all three together: taken in within 120 s and 2 GB on Neo4j,
within 60 s on ladybug; again, unchanged, within 15 s on both, and nothing is new or changed.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table
from walks import on_neo4j

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.function import Function
from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import save_functions

Result = TypeVar("Result")
CATALOGS = ("aws", "google", "tooluniverse")
# Seconds to take all in, seconds to take it in again unchanged, and bytes of our process, by engine.
BARS = {"Neo4j": (120.0, 15.0, 2 << 30), "ladybug": (60.0, 15.0, None)}


@dataclass(frozen=True)
class Read:
    functions: int
    with_outputs: int
    seconds: float
    memory: int


@dataclass(frozen=True)
class Added:
    reading: float
    concepts: float
    saving: float
    ours: float
    differing: int
    memory: int

    @property
    def seconds(self) -> float:
        return self.reading + self.concepts + self.saving


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def read(catalog: str) -> Read:
    started = time.perf_counter()
    functions = read_catalog(catalog).functions
    seconds = time.perf_counter() - started
    with_outputs = sum(bool((one.returns or {}).get("properties")) for one in functions)
    return Read(len(functions), with_outputs, seconds, peak_memory())


def add(uri: str, catalogs: tuple[str, ...]) -> Added:
    times = [time.perf_counter()]
    functions: list[Function] = [one for catalog in catalogs for one in read_catalog(catalog).functions]
    times.append(time.perf_counter())
    uses = [concepts_of(one) for one in functions]
    times.append(time.perf_counter())
    with open_graph(uri) as store:
        changes = save_functions(store, functions, uses)
    times.append(time.perf_counter())
    reading, concepts, saving = (later - earlier for earlier, later in pairwise(times))
    differing = len(changes.new) + len(changes.changed)
    return Added(reading, concepts, saving, time.process_time(), differing, peak_memory())


@contextmanager
def on_ladybug(folder: Path) -> Iterator[str]:
    yield f"ladybug:{folder / 'graph.ladybug'}"


@contextmanager
def on_server(folder: Path) -> Iterator[str]:
    with on_neo4j(folder) as (uri, _):
        yield uri


ENGINES = {"Neo4j": on_server, "ladybug": on_ladybug}


def alone(work: Callable[..., Result], *arguments: object) -> Result:
    """The result of a function that runs in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def megabytes(memory: int) -> str:
    return f"{memory / (1 << 20):,.0f} MB"


@click.command()
@click.option("--catalog", "catalogs", multiple=True, type=click.Choice(CATALOGS), default=CATALOGS)
@click.option("--engine", "engines", multiple=True, type=click.Choice(list(ENGINES)), default=list(ENGINES))
def main(catalogs: tuple[str, ...], engines: tuple[str, ...]) -> None:
    """Read the catalogs, take them in twice, and say whether the bars are met."""
    console = Console(width=120)
    table = Table("catalog", "functions", "with outputs", "read in", "peak memory")
    for catalog in catalogs:
        found = alone(read, catalog)
        numbers = (f"{found.functions:,}", f"{found.with_outputs:,}", f"{found.seconds:.1f} s", megabytes(found.memory))
        table.add_row(catalog, *numbers)
    console.print(table)

    table = Table(
        "engine", "time", "reading", "concepts", "saving", "in all", "our CPU", "new or changed", "peak memory", "bar"
    )
    missed = False
    for engine in engines:
        with tempfile.TemporaryDirectory() as folder, ENGINES[engine](Path(folder)) as uri:
            first, again = alone(add, uri, catalogs), alone(add, uri, catalogs)
        most, most_again, memory = BARS[engine]
        for label, added, bar in (("first", first, most), ("again", again, most_again)):
            met = added.seconds <= bar and (memory is None or added.memory <= memory)
            met = met and (label == "first" or added.differing == 0)
            missed |= not met
            times = (
                f"{seconds:.1f} s"
                for seconds in (added.reading, added.concepts, added.saving, added.seconds, added.ours)
            )
            last = (f"{added.differing:,}", megabytes(added.memory), f"{bar:.0f} s {'met' if met else 'missed'}")
            table.add_row(engine, label, *times, *last)
    console.print(table)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
