"""Whoever moves from a file to a Neo4j server gets the same rows, and finds there how each was made."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
from commands import magnet
from run_fixture import FinishedRun

from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import list_functions
from magnet_kg.graph.provenance import Run, StepRecord, list_runs, list_steps
from magnet_kg.graph.stats import graph_stats

NEO4J_RUN = ("run", "quick", "--rows", "120", "--out", "quick", "--workers", "2")


def test_both_engines_give_the_same_bytes_and_keep_the_same_provenance(
    finished_run: FinishedRun, empty_neo4j: str, tmp_path: Path
) -> None:
    env = {name: value for name, value in os.environ.items() if name.startswith("NEO4J_")}
    done = magnet(*NEO4J_RUN, "--graph", empty_neo4j, cwd=tmp_path, env=env)
    assert done.code == 0, done.err
    assert _contents(tmp_path / "quick") == _contents(finished_run.folder)
    on_file = _provenance(finished_run.copied_graph(tmp_path / "graph"), finished_run.folder)
    assert _provenance(empty_neo4j, tmp_path / "quick") == on_file


def test_the_graph_tells_how_each_row_was_made(finished_run: FinishedRun, tmp_path: Path) -> None:
    with open_graph(finished_run.copied_graph(tmp_path / "graph"), read_only=True) as store:
        (run,) = list_runs(store)
        known = list_functions(store)
        for row in _rows(finished_run.folder):
            steps = list_steps(store, run.id, row["id"])
            made = [step["function"] for turn in _turns(row) for step in turn.get("steps", [])]
            stored = [step.function for step in steps if step.role != "wanted"]
            # A pair ends with the turn that goes wrong.
            assert made == (stored[: len(made)] if row["id"].startswith("pair-") else stored)
            assert {step.function for step in steps} <= known.keys()
            operations = {one["operation"] for one in _provenance_of(row).get("operations", [])}
            assert {name for step in steps for name in (step.operation or "").split()} <= operations
    assert run == Run(id="quick", recipe=run.recipe, seed=1, paths=120)


def test_a_run_made_again_replaces_what_the_graph_says_of_it(finished_run: FinishedRun, tmp_path: Path) -> None:
    graph = finished_run.copied_graph(tmp_path / "graph")
    done = magnet("run", "quick", "--rows", "20", "--seed", "9", "--out", "quick", "--graph", graph, cwd=tmp_path)
    assert done.code == 0, done.err
    with open_graph(graph, read_only=True) as store:
        (run,) = list_runs(store)
        gone = next(row["id"] for row in _rows(finished_run.folder) if row["id"].startswith("multi_turn-00020"))
        assert (run.seed, run.paths) == (9, 20)
        assert list_steps(store, "quick", gone) == []


def _contents(run: Path) -> dict[str, bytes]:
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def _provenance(graph: str, run: Path) -> tuple[object, list[Run], dict[str, list[StepRecord]]]:
    with open_graph(graph, read_only=True) as store:
        steps = {row["id"]: list_steps(store, "quick", row["id"]) for row in _rows(run)}
        return graph_stats(store), list_runs(store), steps


def _rows(run: Path) -> list[dict[str, str]]:
    files = [run / "export" / "sft.jsonl", run / "export" / "preference.jsonl"]
    return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines()]


def _provenance_of(row: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    proven: dict[str, dict[str, list[dict[str, str]]]] = orjson.loads(row["provenance"])
    return proven.get("chosen") or proven  # type: ignore[return-value]


def _turns(row: dict[str, str]) -> list[dict[str, list[dict[str, str]]]]:
    turns: list[dict[str, list[dict[str, str]]]] = _provenance_of(row)["turns"]  # type: ignore[assignment]
    return turns
