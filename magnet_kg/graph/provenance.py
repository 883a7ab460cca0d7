"""Runs in the graph: which paths a run produced, over which functions, so that a row can be traced back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.path import SignaturePath
from magnet_kg.domain.record import Record
from magnet_kg.graph.functions import missing_functions
from magnet_kg.graph.store import GraphStore, Row

# Paths written together, some ten steps each: what memory and one transaction hold with ease.
_PATHS_AT_ONCE = 5000
# Paths deleted together, with their edges, far below what Neo4j's memory for a transaction takes.
_DELETED_AT_ONCE = 1000


class Run(Record):
    """A run whose paths are in the graph."""

    id: str
    recipe: str
    seed: int
    paths: int


class StepRecord(Record):
    """A function of a stored path: where it stands (counted from 0), and what brought it there.

    `role` is that of the path's step, or `wanted` for a function that an unresolved empty turn asked for;
    `operation` are the operations that touched it ("merge insert"), in order.
    """

    turn: int
    position: int
    step: str
    function: str
    role: str
    operation: str | None


def save_run(store: GraphStore, run_id: str, recipe_hash: str, seed: int, paths: Iterable[SignaturePath]) -> None:
    """Write a run with its paths and their steps; a run of the same id is replaced.

    Paths are taken from the iterable as they are written; StepRecord says what is kept of their steps.

    Raises:
        MagnetError: a path over functions that the graph does not hold.
        ValueError: two paths for the same row.
    """
    delete_run(store, run_id)
    store.run("create_run", run=run_id, recipe=recipe_hash, seed=seed)
    rows_seen: set[str] = set()
    known: set[str] = set()
    stream = iter(paths)
    while part := list(islice(stream, _PATHS_AT_ONCE)):
        names = [path.row for path in part]
        if len(rows_seen.union(names)) != len(rows_seen) + len(names):
            raise ValueError("two paths of a run are for the same row")
        rows_seen.update(names)
        steps = [row for path in part for row in _step_rows(run_id, path)]
        _check_functions(store, run_id, {row["target"] for row in steps} - known)
        known.update(row["target"] for row in steps)
        _save_paths(store, run_id, part, steps)


def delete_run(store: GraphStore, run_id: str) -> None:
    """Delete a run with its paths; nothing happens where there is none."""
    while store.run("delete_run_paths", run=run_id, limit=_DELETED_AT_ONCE)[0]["deleted"]:
        pass
    store.run("delete_run", run=run_id)


def list_runs(store: GraphStore) -> list[Run]:
    """All runs, by id."""
    rows = sorted(store.run("list_runs"), key=lambda row: row["run"])
    return [Run(id=row["run"], recipe=row["recipe"], seed=row["seed"], paths=row["paths"]) for row in rows]


def list_steps(store: GraphStore, run_id: str, row: str) -> list[StepRecord]:
    """The functions of the path behind a row of a run, in order."""
    found = [StepRecord(**each) for each in store.run("list_steps", path=f"{run_id}/{row}")]
    return sorted(found, key=lambda step: (step.turn, step.position))


def _check_functions(store: GraphStore, run_id: str, ids: Iterable[str]) -> None:
    if absent := missing_functions(store, ids):
        raise MagnetError(
            f"run {run_id} goes over functions that the graph does not hold ({', '.join(absent[:3])})",
            where=store.uri,
            do="Use the graph that the run was made from",
        )


def _save_paths(store: GraphStore, run_id: str, paths: list[SignaturePath], steps: list[Row]) -> None:
    nodes = [
        {
            "id": _path_id(run_id, path),
            "row": path.row,
            "kind": path.kind,
            "seed": path.seed,
            "world": path.world,
        }
        for path in paths
    ]
    store.write("create_paths", nodes)
    store.write("create_produced", [{"source": run_id, "target": node["id"]} for node in nodes])
    store.write("create_steps", steps, batch=10_000)


def _path_id(run_id: str, path: SignaturePath) -> str:
    return f"{run_id}/{path.row}"


def _step_rows(run_id: str, path: SignaturePath) -> Iterator[Row]:
    called = {step.id for turn in path.turns for step in turn.steps}
    for index, turn in enumerate(path.turns):
        listed = [(step, str(step.role)) for step in turn.steps]
        # A resolved empty turn wants what the turn after it calls: those steps are there already.
        listed += [(step, "wanted") for step in turn.wanted if step.id not in called]
        for position, (step, role) in enumerate(listed):
            touching = [each for each in path.operations if step.id in each.steps or turn.id in each.turns]
            yield {
                "source": _path_id(run_id, path),
                "target": step.function,
                "step": step.id,
                "turn": index,
                "position": position,
                "role": role,
                "operation": " ".join(dict.fromkeys(each.operation for each in touching)) or None,
            }
