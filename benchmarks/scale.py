"""The graph at 36,400 functions: each figure beside its bar, on one engine.

    python benchmarks/scale.py [--engine neo4j|ladybug] [--candidates hybrid] [SOURCE ...]

SOURCES are catalogs that `magnet-kg catalog add` reads; the three of PyPI (aws google tooluniverse), where none is
named. Neo4j is a server that this script starts (NEO4J_URI is left alone). Beside the time on the clock stands the time
that our process computed: on a machine that others use it is the steadier figure.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import click

from magnet_kg.catalog.read import read_catalog
from magnet_kg.dependency.candidates import Mode, pairs_to_judge
from magnet_kg.dependency.judging import add_functions, build_graph, judge_functions
from magnet_kg.domain.function import Function
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import fetch_functions, list_functions, unjudged_functions
from magnet_kg.graph.neighbourhood import shortest_ways
from magnet_kg.graph.server import ManagedServer
from magnet_kg.graph.verdicts import edges_from, edges_into
from magnet_kg.teacher.rules.teacher import RulesTeacher

CATALOGS = ("aws", "google", "tooluniverse")
SMALL = 5000
CHANGED = 5
ASKED = 40
BARS = {"neo4j": 120.0, "ladybug": 60.0}


@dataclass
class Table:
    """Figures, and whether all of them hold."""

    holds: bool = True
    _began: list[tuple[float, float]] = field(default_factory=list)

    def row(self, what: str, here: str, bar: str = "", holds: bool | None = None) -> None:
        told = "" if holds is None else "holds" if holds else "MISSED"
        self.holds = self.holds and holds is not False
        print(f"| {what} | {here} | {bar} | {told} |", flush=True)

    @contextmanager
    def timed(self, what: str, bar: float | None = None) -> Iterator[None]:
        wall, processor = time.monotonic(), time.process_time()
        yield
        wall, processor = time.monotonic() - wall, time.process_time() - processor
        limit = "" if bar is None else f"≤ {bar:.0f} s"
        self.row(what, f"{wall:.1f} s ({processor:.1f} s computed)", limit, None if bar is None else wall <= bar)


@contextmanager
def graph_on(engine: str) -> Iterator[str]:
    """The address of an empty graph."""
    with tempfile.TemporaryDirectory(prefix="magnet-kg-scale-") as folder:
        if engine == "ladybug":
            yield f"ladybug:{folder}/graph.ladybug"
            return
        server = ManagedServer(Path(folder) / "neo4j")
        info = server.up(0, 0)
        os.environ["NEO4J_PASSWORD"] = info.password_file.read_text(encoding="utf-8")
        try:
            yield info.uri
        finally:
            server.down()


def read(sources: Sequence[str]) -> Iterator[Function]:
    """The functions of the sources, one source in memory at a time."""
    for source in sources:
        yield from read_catalog(source, skip_bad=True).functions


def changed(functions: Sequence[Function], note: str) -> list[Function]:
    """Functions of which five are not what they were."""
    new = [each.model_copy(update={"description": f"{each.description} {note}"}) for each in functions[:CHANGED]]
    # `model_copy` copies the hash that was worked out before, too.
    return [Function.model_validate(each.model_dump()) for each in new] + list(functions[CHANGED:])


def service_of(store: GraphStore, most: int = 60) -> list[Function]:
    """The largest service with no more than so many functions."""
    members: dict[str, list[str]] = {}
    for name, category in list_functions(store).items():
        members.setdefault(category, []).append(name)
    ids = max((ids for ids in members.values() if len(ids) <= most), key=lambda ids: (len(ids), ids))
    return list(fetch_functions(store, ids).values())


def change_one_service(store: GraphStore, table: Table, service: Sequence[Function], size: int) -> float:
    # Once before, as a server makes its plans when it is asked for the first time.
    build_graph(store, changed(service, "As of yesterday."), RulesTeacher({}), "hybrid")
    began = time.monotonic()
    built = build_graph(store, changed(service, "As of today."), RulesTeacher({}), "hybrid")
    seconds = time.monotonic() - began
    table.row(
        f"{CHANGED} of {len(service)} functions of a service changed, graph of {size:,}",
        f"{seconds:.2f} s, {built.changed} changed, {built.judgements} judgements",
        "≤ 600 judgements",
        built.changed == CHANGED and built.judgements <= 600,
    )
    return seconds


def at_5000(engine: str, sources: Sequence[str], service: Sequence[Function], table: Table) -> float:
    """The same change in a graph of 5,000 functions around the same service."""
    own = {each.id for each in service}
    others = [each for each in read(sources[:1]) if each.id not in own and each.category != service[0].category]
    with graph_on(engine) as uri, open_graph(uri) as store:
        small = [*service, *others[: SMALL - len(service)]]
        add_functions(store, small)
        judge_functions(store, sorted(own), RulesTeacher({}), "hybrid")
        return change_one_service(store, table, service, len(small))


def ask_as_a_person(store: GraphStore, table: Table, bar: bool) -> None:
    chance = random.Random(1)
    ids = list(list_functions(store))
    near, ways, found = [], [], 0
    for _ in range(ASKED):
        source = chance.choice(ids)
        began = time.monotonic()
        out = edges_from(store, [source])[source]
        edges_into(store, [source])
        near.append(time.monotonic() - began)
        target = source
        for _ in range(4):  # somewhere that can be reached
            onward = edges_from(store, [target])[target]
            target = chance.choice(onward).target if onward else target
        began = time.monotonic()
        found += bool(shortest_ways(store, source, target if out else chance.choice(ids)))
        ways.append(time.monotonic() - began)
    for what, times in (("neighbourhood", near), (f"path A to B, {found} of {ASKED} found", ways)):
        table.row(
            f"{what}: median, longest",
            f"{median(times) * 1000:.0f} ms, {max(times) * 1000:.0f} ms",
            "< 300 ms",
            max(times) < 0.3 if bar else None,
        )


@click.command(help=__doc__)
@click.argument("sources", nargs=-1)
@click.option("--engine", type=click.Choice(["neo4j", "ladybug"]), default="neo4j", show_default=True)
@click.option("--candidates", type=click.Choice(["random", "retrieved", "hybrid"]), default="hybrid")
def main(sources: tuple[str, ...], engine: str, candidates: Mode) -> None:
    sources = sources or CATALOGS
    table = Table()
    print(f"{engine}: {', '.join(sources)}\n\n| figure | here | bar | |\n|---|---|---|---|")
    with graph_on(engine) as uri, open_graph(uri) as store:
        with table.timed("read and add, empty graph", BARS[engine]):
            added = add_functions(store, read(sources))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        table.row("memory of our process", f"{memory:.2f} GB", "≤ 2 GB", memory <= 2)
        table.row("functions", f"{len(added.new):,}")
        with table.timed("read and add again, unchanged", 15.0):
            again = add_functions(store, read(sources))
        same = len(again.unchanged) == len(added.new)
        table.row("of them unchanged", f"{len(again.unchanged):,}", "all", same)
        ids = sorted(added.new)
        with table.timed("candidates for all", 180.0):
            pairs = pairs_to_judge(store, ids, candidates)
        table.row("pairs to judge", f"{sum(map(len, pairs.values())):,} ({candidates})")
        del pairs
        with table.timed("judged by the rules and stored", 900.0):
            judged = judge_functions(store, unjudged_functions(store, ids), RulesTeacher({}), candidates)
            judgements, edges = judged.judgements, judged.edges
        table.row("judgements, edges", f"{judgements:,}, {edges:,}")
        service = service_of(store)
        small = at_5000(engine, sources, service, table)
        large = change_one_service(store, table, service, len(ids))
        table.row(
            "the same change, large graph against small", f"{large / small:.2f} times", "≤ 1.5", large <= 1.5 * small
        )
        ask_as_a_person(store, table, bar=engine == "neo4j")
    sys.exit(0 if table.holds else 1)


if __name__ == "__main__":
    main()
