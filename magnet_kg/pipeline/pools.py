"""The functions of a recipe's pools: out of catalogs in the graph, drawn by the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from magnet_kg.catalog.everyday.variants import CATALOG as EVERYDAY
from magnet_kg.catalog.read import find_loaders, read_catalog
from magnet_kg.dependency.judging import add_functions
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.graph import GraphStore
from magnet_kg.graph.catalogs import add_catalog, compare_catalog
from magnet_kg.graph.functions import fetch_functions
from magnet_kg.pipeline.recipe import Pool, Recipe
from magnet_kg.pipeline.servers import as_pairs
from magnet_kg.pipeline.stored_functions import NAME
from magnet_kg.pipeline.workbench import WorkbenchSettings

# What may run a catalog's functions; a real executor comes before the simulator.
EXECUTORS = ("aws", "mcp", "simulator")
# So many functions are in memory at a time while their definitions are measured.
_AT_ONCE = 2000


def executors_of(recipe: Recipe) -> tuple[str, ...]:
    """What may run the functions of a recipe's catalogs; a real executor comes before the simulator."""
    named = {name for pool in recipe.pools.values() for name in pool.executors}
    return tuple(name for name in EXECUTORS if name in named)


def add_catalogs(store: GraphStore, recipe: Recipe) -> None:
    """Take those catalogs into the graph that the recipe names and the graph lacks.

    The one that comes with the package, as its phrases do, is brought up to date where the graph has an older one.

    Raises:
        MagnetError: there is no such catalog, or what reads it is not installed.
    """
    for name in sorted({name for pool in recipe.pools.values() for name in catalogs_of(pool, recipe)}):
        stored = bool(store.run("list_catalog_functions", catalog=name))
        if stored and name == EVERYDAY:
            everyday = read_catalog(name, name)
            difference = compare_catalog(store, everyday)
            if difference.new or difference.changed or difference.removed:
                add_catalog(store, everyday, prune=True)
        if stored:
            continue
        if name in recipe.servers:
            server = recipe.servers[name]
            catalog = read_catalog(server.url or server.command or "", "mcp", name=name)
        elif name in find_loaders():
            catalog = read_catalog(name, name, skip_bad=True)
        else:
            raise MagnetError(
                f"the graph holds no catalog {name}", where=f"recipe {recipe.name}",
                do=f"Add it: magnet-kg catalog add SOURCE --name {name}",
            )  # fmt: skip
        add_functions(store, catalog.functions)


def catalogs_of(pool: Pool, recipe: Recipe) -> tuple[str, ...]:
    """The catalogs of a pool: those that it names, or all MCP servers that the user has named."""
    return pool.catalogs or tuple(sorted(recipe.servers))


def draw_functions(store: GraphStore, recipe: Recipe, name: str) -> Mapping[str, Function]:
    """The functions of a pool by id, each with what runs it in this run; at most as many as the pool says.

    Raises:
        MagnetError: there are none, although the pool makes rows.
    """
    pool = recipe.pools[name]
    allowed = executors_of(recipe)
    runners: dict[str, str] = {}
    for catalog in catalogs_of(pool, recipe):
        for row in store.run("list_catalog_functions", catalog=catalog):
            runner = _runner(row["executor"], allowed)
            if runner in pool.executors:
                runners[row["id"]] = runner
    ids = _short_enough(store, sorted(runners), pool.longest)
    if len(ids) > pool.functions:
        ids = sorted(derived_rng(recipe.seed, "pool", name).sample(ids, pool.functions))
    if not ids and catalogs_of(pool, recipe):
        raise MagnetError(
            f"pools.{name}: {', '.join(pool.executors)} can run none of the functions of {', '.join(pool.catalogs)}",
            where=f"recipe {recipe.name}", do="Allow another executor, or name other catalogs",
        )  # fmt: skip
    found = fetch_functions(store, ids)
    by_model = any(one.kind == "llm" for one in recipe.roster["simulate"])
    runners = {one: "model" if runner == "simulator" and by_model else runner for one, runner in runners.items()}
    return {one: function.model_copy(update={"executor": runners[one]}) for one, function in found.items()}


def _short_enough(store: GraphStore, ids: list[str], longest: int | None) -> list[str]:
    """Those whose definition, as a model reads it, has no more characters than this."""
    if longest is None:
        return ids
    short: list[str] = []
    for start in range(0, len(ids), _AT_ONCE):
        found = fetch_functions(store, ids[start : start + _AT_ONCE])
        short += [one for one, function in found.items() if len(orjson.dumps(function.as_tool())) <= longest]
    return sorted(short)


def _runner(own: str | None, allowed: tuple[str, ...]) -> str | None:
    """What runs a function in a run: its own executor if that one may be used, else the simulator if that may."""
    if own in allowed:
        return own
    return "simulator" if "simulator" in allowed else None


def settings_of(folder: Path, toolkits: Sequence[Path], servers: Mapping[str, ServerSettings]) -> WorkbenchSettings:
    """The workbench on which a run's export is looked at again.

    Args:
        folder: the run's folder, or its export.
        toolkits: as given for the run.
        servers: MCP servers that the user names now; those of the run are not started because a file says so.
    """
    places = (folder / "export" / NAME, folder / NAME)
    stored = next((place for place in places if place.exists()), None)
    return WorkbenchSettings(
        toolkits=tuple(toolkits),
        functions=stored,
        servers=as_pairs(servers),
    )
