"""The functions of a recipe's pools: out of catalogs in the graph, drawn by the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.catalog.read import find_loaders, read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.graph import GraphStore
from magnet_kg.graph.functions import load_functions_among, save_functions
from magnet_kg.pipeline.recipe import Pool, Recipe
from magnet_kg.pipeline.stored_functions import NAME
from magnet_kg.pipeline.workbench import WorkbenchSettings, runner_of

# What may run a catalog's functions; a real executor comes before the simulator.
EXECUTORS = ("aws", "mcp", "simulator")
# Functions loaded at once, so that answers stay small.
_AT_ONCE = 1000


def executors_of(recipe: Recipe) -> tuple[str, ...]:
    """What may run the functions of a recipe's catalogs; a real executor comes before the simulator."""
    named = {name for pool in recipe.pools.values() for name in pool.executors}
    return tuple(name for name in EXECUTORS if name in named)


def add_catalogs(store: GraphStore, recipe: Recipe) -> None:
    """Take those catalogs into the graph that the recipe names and the graph lacks.

    Raises:
        MagnetError: there is no such catalog, or what reads it is not installed.
    """
    for name in sorted({name for pool in recipe.pools.values() for name in catalogs_of(pool, recipe)}):
        if store.run("list_catalog_functions", catalog=name):
            continue
        if name in recipe.servers:
            catalog = read_catalog(recipe.servers[name], "mcp", name=name)
        elif name in find_loaders():
            catalog = read_catalog(name, name, skip_bad=True)
        else:
            raise MagnetError(
                f"the graph holds no catalog {name}", where=f"recipe {recipe.name}",
                do=f"Add it: magnet-kg catalog add SOURCE --name {name}",
            )  # fmt: skip
        save_functions(store, catalog.functions, [concepts_of(one) for one in catalog.functions])


def catalogs_of(pool: Pool, recipe: Recipe) -> tuple[str, ...]:
    """The catalogs of a pool: those that it names, or all MCP servers that the user has named."""
    return pool.catalogs or tuple(sorted(recipe.servers))


def draw_functions(store: GraphStore, recipe: Recipe, name: str) -> Mapping[str, Function]:
    """The functions of a pool by id: those that one of its executors runs, at most as many as it says.

    Raises:
        MagnetError: there are none, although the pool makes rows.
    """
    pool = recipe.pools[name]
    allowed = executors_of(recipe)
    ids: list[str] = []
    for catalog in catalogs_of(pool, recipe):
        for row in store.run("list_catalog_functions", catalog=catalog):
            if runner_of(row["executor"], allowed) in pool.executors:
                ids.append(row["function"])
    if len(ids) > pool.functions:
        ids = derived_rng(recipe.seed, "pool", name).sample(sorted(ids), pool.functions)
    ids.sort()
    if not ids and catalogs_of(pool, recipe):
        raise MagnetError(
            f"pools.{name}: {', '.join(pool.executors)} can run none of the functions of {', '.join(pool.catalogs)}",
            where=f"recipe {recipe.name}", do="Allow another executor, or name other catalogs",
        )  # fmt: skip
    found: dict[str, Function] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= load_functions_among(store, ids[start : start + _AT_ONCE])
    return found


def settings_of(folder: Path, toolkits: Sequence[Path], servers: Mapping[str, str]) -> WorkbenchSettings:
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
        executors=EXECUTORS if stored is not None else (),
        servers=tuple(sorted(servers.items())),
    )
