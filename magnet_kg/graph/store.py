"""The seam between the method and the engines that hold the graph."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from magnet_kg.domain.errors import MagnetError

Dialect = Literal["neo4j", "ladybug"]
Row = dict[str, Any]


class NoGraphError(MagnetError):
    """There is no graph at the place yet; what only looks may take it for an empty one."""


class UncertainWriteError(MagnetError):
    """A write that may or may not have been done; whoever sees what is stored can tell, and do the rest."""


class GraphStore(Protocol):
    """Runs named queries (files in `cypher/`) on one graph, one transaction a call.

    Both engines give the same rows for the same query and parameters. A store may be used from several
    threads; it does not travel to another process. `uri` carries no credentials.
    """

    @property
    def uri(self) -> str:
        """Where the graph is, fit to be shown."""

    @property
    def dialect(self) -> Dialect:
        """Which engine's query files apply where one text cannot serve both."""

    def run(self, query_name: str, /, **parameters: Any) -> list[Row]:
        """Run one query in one transaction and give its rows.

        A query that unwinds an empty list gives no rows. Parameters that the query does not name, and missing
        ones, raise TypeError.
        """

    def write(self, query_name: str, rows: Sequence[Row], /, *, batch: int = 5000, **parameters: Any) -> None:
        """Send rows as `$rows`, `batch` to a transaction; no rows, no transaction.

        All rows have the same columns; a missing one is null, which only columns of strings may be.
        """

    def ensure_schema(self) -> None:
        """Make the tables, constraints and indexes that are not there yet."""

    def close(self) -> None:
        """Let go of the graph; closing twice is fine."""

    def __enter__(self) -> Self:
        """The store itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close."""
