"""Functions as a person names them: by id, or by a name that is unique."""

from __future__ import annotations

from difflib import get_close_matches

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.functions import list_functions, missing_functions
from magnet_kg.graph.store import GraphStore


def function_ids(store: GraphStore) -> list[str]:
    """The ids of all functions, in order.

    Raises:
        MagnetError: the graph holds none.
    """
    ids = list(list_functions(store))
    if not ids:
        raise MagnetError("the graph is empty", where=store.uri, do="Fill it with `magnet-kg graph build`")
    return ids


def resolve_function(store: GraphStore, name: str) -> str:
    """The id of a function given by id or by unique name, its own or that of its source.

    Raises:
        MagnetError: there is none, or there are several; with those that were perhaps meant.
    """
    if not missing_functions(store, [name]):
        return name
    fitting: list[str] = sorted(row["function"] for row in store.run("find_functions_by_name", name=name))
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise MagnetError(f"several functions are called {name}: {', '.join(fitting[:5])}", do="Give the whole id")
    ids = function_ids(store)
    names = {one.rpartition("/")[2]: one for one in ids}
    close = [one for one in ids if name.lower() in one.lower()][:5] or [
        names[near] for near in get_close_matches(name.rpartition("/")[2], names, n=3)
    ]
    raise MagnetError(
        f"the graph has no function {name}",
        where=store.uri,
        do=f"Perhaps {', '.join(close)}" if close else "List them with `magnet-kg catalog list`",
    )


def category_members(store: GraphStore, category: str) -> list[str]:
    """The ids of a category's functions, in order.

    Raises:
        MagnetError: there is no such category; with those that were perhaps meant.
    """
    members = sorted(row["function"] for row in store.run("list_category_functions", category=category))
    if members:
        return members
    known = sorted(row["category"] for row in store.run("list_categories"))
    close = [one for one in known if category.lower() in one.lower()][:5] or get_close_matches(category, known, n=3)
    raise MagnetError(
        f"the graph has no category {category}",
        where=store.uri,
        do=f"Perhaps {', '.join(close)}" if close else "List them with `magnet-kg catalog list`",
    )
