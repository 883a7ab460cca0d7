"""Edges found per 100 judgements: candidates drawn at random against candidates retrieved.

    python benchmarks/yields.py [--sample 3000] [SOURCE ...]

On the built-in toolkits and on the three catalogs of PyPI (aws google tooluniverse), or those that are named, each in a
graph of its own on ladybug, judged by the rules. Of a large catalog so many functions are judged as sources. The bar:
retrieved candidates find at least 5 times as many edges.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random

import click

from magnet_kg.catalog.read import read_catalog
from magnet_kg.dependency.candidates import Mode, candidates_of
from magnet_kg.dependency.judging import add_functions
from magnet_kg.domain.function import Function
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.teacher.rules.judge import judge_candidates

BAR = 5.0
MODES: tuple[Mode, ...] = ("random", "retrieved", "hybrid")


def found(functions: Mapping[str, Function], pairs: Mapping[str, Sequence[str]]) -> tuple[int, int]:
    """Judgements, and edges among them."""
    judgements = edges = 0
    for source, targets in pairs.items():
        answers = judge_candidates(functions[source], [functions[target] for target in targets])
        judgements += len(answers)
        edges += sum(answer.dependency is not None for answer in answers)
    return judgements, edges


def judged(store: GraphStore, functions: Mapping[str, Function], sources: Iterable[str], mode: Mode) -> tuple[int, int]:
    return found(functions, candidates_of(store, list(sources), mode))


@click.command(help=__doc__)
@click.argument("sources", nargs=-1)
@click.option("--sample", default=3000, show_default=True)
def main(sources: tuple[str, ...], sample: int) -> None:
    missed = False
    print("| catalog | functions | random | retrieved | hybrid | retrieved / random | |\n|---|---|---|---|---|---|---|")
    catalogs: list[tuple[str, Iterable[Function]]] = [("toolkits", ToolkitExecutor().functions.values())]
    for source in sources or ("aws", "google", "tooluniverse"):
        catalogs.append((source, ()))
    for name, given in catalogs:
        functions = {each.id: each for each in given or read_catalog(name, skip_bad=True).functions}
        chosen = Random(1).sample(sorted(functions), min(sample, len(functions)))
        told, yields = [], {}
        with (
            tempfile.TemporaryDirectory(prefix="magnet-kg-yields-") as folder,
            open_graph(f"ladybug:{Path(folder) / 'graph.ladybug'}") as store,
        ):
            add_functions(store, functions.values())
            for mode in MODES:
                judgements, edges = judged(store, functions, chosen, mode)
                yields[mode] = 100 * edges / max(1, judgements)
                told.append(f"{yields[mode]:.1f} ({edges:,} of {judgements:,})")
        factor = yields["retrieved"] / max(yields["random"], 0.01)
        missed = missed or factor < BAR
        verdict = "holds" if factor >= BAR else "MISSED"
        print(f"| {name} | {len(functions):,} | {' | '.join(told)} | {factor:.1f} | {verdict} |", flush=True)
    sys.exit(missed)


if __name__ == "__main__":
    main()
