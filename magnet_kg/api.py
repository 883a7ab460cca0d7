"""The small Python API behind the commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.export.rows import export_files, read_record, read_rows
from magnet_kg.graph import open_graph
from magnet_kg.graph.lookup import function_ids, resolve_function
from magnet_kg.paths.steps import WalkStep, sample_walks
from magnet_kg.paths.walk import Neighbourhood
from magnet_kg.pipeline.checking import check_export
from magnet_kg.pipeline.models import CallSettings
from magnet_kg.pipeline.pools import settings_of
from magnet_kg.pipeline.progress import NoBars, Progress
from magnet_kg.pipeline.recipe import Recipe, load_recipe
from magnet_kg.pipeline.resume import require_same_toolkits
from magnet_kg.pipeline.run import run_recipe
from magnet_kg.pipeline.servers import server_settings
from magnet_kg.pipeline.workbench import open_workbench
from magnet_kg.teacher.settings import TeacherSettings
from magnet_kg.validation.failure import Failure


def run(
    recipe: str | Recipe = "quick",
    out: str | Path = "runs/quick",
    *,
    rows: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    graph: str | None = None,
    toolkits: Sequence[str | Path] = (),
    servers: Mapping[str, str] | None = None,
    teacher: TeacherSettings | None = None,
    calls: CallSettings | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Make the rows of a recipe; the same call again goes on where it stopped.

    Args:
        recipe: a built-in name, the path of a .yaml file, or a Recipe.
        out: the run's folder.
        rows: this many rows and pairs in all, in the recipe's mix.
        seed: instead of the recipe's seed.
        workers: processes. With more than one, call this under `if __name__ == "__main__":`.
        graph: where the graph is, such as "ladybug:graph.ladybug" or "bolt://localhost:7687".
        toolkits: folders of toolkits of your own, beside what is installed; their code is run.
        servers: MCP servers that may be started: name of the catalog, and command or address.
        teacher: who has every duty to which the recipe names nobody else.
        calls: what calls of models may cost, and where answers are kept.
        progress: told how far each stage is.

    Returns:
        The figures of the run, as in its `report.json`.

    Raises:
        MagnetError: with what to do about it.
    """
    chosen = load_recipe(recipe) if isinstance(recipe, str) else recipe
    if rows is not None:
        chosen = chosen.scaled(rows)
    if seed is not None:
        chosen = chosen.model_copy(update={"seed": seed})
    if servers:
        chosen = chosen.model_copy(update={"servers": {**chosen.servers, **_named(servers)}})
    if teacher is not None:
        chosen = chosen.taught_by(teacher, chosen.teachers)
    return run_recipe(
        chosen,
        Path(out),
        graph=graph,
        workers=workers,
        toolkits=[Path(one) for one in toolkits],
        calls=calls or CallSettings(),
        progress=progress or NoBars(),
    )


def _named(servers: Mapping[str, str]) -> dict[str, ServerSettings]:
    return {name: ServerSettings.model_validate(server_settings(one)) for name, one in servers.items()}


def rows(folder: str | Path) -> Iterator[Trajectory | PreferencePair]:
    """The exported rows of a run, with their origins, as records."""
    for path in export_files(Path(folder)):
        for where, row in read_rows(path):
            yield read_record(row, where)


def check(
    folder: str | Path, *, toolkits: Sequence[str | Path] = (), servers: Mapping[str, str] | None = None
) -> dict[str, list[Failure]]:
    """Verify every exported row again from its own content: the failures by row id, empty where all hold.

    Args:
        folder: the run's folder.
        toolkits: the folders that the rows were made with.
        servers: the MCP servers that they were made with.
    """
    bench = open_workbench(settings_of(Path(folder), [Path(one) for one in toolkits], _named(servers or {})))
    require_same_toolkits(Path(folder), [toolkit.name for toolkit in bench.toolkits])
    return {row: failures for _, row, failures in check_export(Path(folder), bench.evidence) if failures}


def walk(
    start: str | None = None, *, steps: int = 7, count: int = 5, seed: int = 0, graph: str | None = None
) -> list[list[WalkStep]]:
    """Random walks along the graph, each with how one function feeds the next.

    Args:
        start: where all of them begin, an id or a unique name; each somewhere else, where it is None.
        steps: functions a walk at most.
        count: how many walks.
        seed: the same seed, the same walks.
        graph: where the graph is.

    Raises:
        MagnetError: no graph, an empty one, or no such function.
    """
    with open_graph(graph, read_only=True) as store:
        neighbourhood = Neighbourhood.stored(store)
        starts = [resolve_function(store, start)] if start else function_ids(store)
        return sample_walks(neighbourhood, starts, steps=steps, count=count, seed=seed)
