"""Functions as a person names them: by id, or by a name that is unique."""

from __future__ import annotations

from difflib import get_close_matches

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.functions import list_functions
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
    """The id of a function given by id or by unique name.

    Raises:
        MagnetError: there is none, or there are several; with those that were perhaps meant.
    """
    ids = function_ids(store)
    if name in ids:
        return name
    fitting = [one for one in ids if one.rpartition("/")[2] == name]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise MagnetError(f"several functions are called {name}: {', '.join(fitting[:5])}", do="Give the whole id")
    names = {one.rpartition("/")[2]: one for one in ids}
    close = [one for one in ids if name.lower() in one.lower()][:5] or [
        names[near] for near in get_close_matches(name.rpartition("/")[2], names, n=3)
    ]
    raise MagnetError(
        f"the graph has no function {name}",
        where=store.uri,
        do=f"Perhaps {', '.join(close)}" if close else "List them with `magnet-kg catalog list`",
    )
