"""Where the graph is: from an argument, the environment or the default to an open store."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.store import GraphStore

DEFAULT_URI = "ladybug:magnet-kg.ladybug"
_SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_SCHEMES = "ladybug:<file>, " + ", ".join(f"{scheme}://" for scheme in _SERVER_SCHEMES)


def open_graph(uri: str | None = None, read_only: bool = False) -> GraphStore:
    """Open the graph at `uri`, else at MAGNET_KG_GRAPH, else at NEO4J_URI, else `ladybug:magnet-kg.ladybug`
    here.

    For a server, NEO4J_USERNAME (default neo4j), NEO4J_PASSWORD and NEO4J_DATABASE are honoured; the password
    of the server that `magnet-kg db up` started is found by itself. Opened for writing, the graph gets its
    schema.

    Raises:
        MagnetError: no such kind of graph, nothing answers, wrong or no password, a file that another process
            holds.
    """
    place = uri or os.environ.get("MAGNET_KG_GRAPH") or os.environ.get("NEO4J_URI") or DEFAULT_URI
    store = _open(place, read_only)
    if not read_only:
        try:
            store.ensure_schema()
        except BaseException:
            store.close()
            raise
    return store


# The engines are imported where they are opened: each costs a noticeable fraction of a second, and one is
# needed.
def _open(place: str, read_only: bool) -> GraphStore:
    scheme, colon, rest = place.partition(":")
    if scheme == "ladybug" and colon:
        from magnet_kg.graph.ladybug import LadybugStore

        path = rest.removeprefix("//")
        if not path:
            raise MagnetError("the file is missing", where=place, do=f"Name one: {DEFAULT_URI}")
        return LadybugStore(Path(path), read_only=read_only)
    if scheme in _SERVER_SCHEMES and rest.startswith("//"):
        from magnet_kg.graph.neo4j import Neo4jStore

        address = _ServerAddress.parse(place)
        return Neo4jStore(
            address.uri,
            address.user,
            address.password or _password_for(address),
            database=os.environ.get("NEO4J_DATABASE") or None,
            read_only=read_only,
        )
    raise MagnetError("this is no place for a graph", where=_without_credentials(place), do=f"Use one of {_SCHEMES}")


@dataclass(frozen=True)
class _ServerAddress:
    """A server's URI taken apart, so that what is shown carries no credentials."""

    uri: str
    host: str
    port: int
    user: str
    password: str | None

    @classmethod
    def parse(cls, place: str) -> _ServerAddress:
        shown = _without_credentials(place)
        try:
            parts = urlsplit(place)
            host, port = parts.hostname, parts.port or 7687
        except ValueError:
            host, port = None, 0
        if not host:
            raise MagnetError("this is no address of a server", where=shown, do="Write it like neo4j://localhost:7687")
        parts = urlsplit(place)
        user = unquote(parts.username) if parts.username else os.environ.get("NEO4J_USERNAME") or "neo4j"
        password = unquote(parts.password) if parts.password else os.environ.get("NEO4J_PASSWORD") or None
        return cls(shown, host, port, user, password)


def _without_credentials(place: str) -> str:
    scheme, separator, rest = place.partition("://")
    if not separator:
        return place
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _password_for(address: _ServerAddress) -> str:
    from magnet_kg.graph.server import managed_password

    password = managed_password(address.host, address.port)
    if password is None:
        raise MagnetError("the server's password is not known", where=address.uri, do="Set NEO4J_PASSWORD")
    return password
