"""The graph in a file of this machine, through the embedded engine ladybug: no server, nothing to install."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import embedded
from magnet_kg.graph.queries import Query, load_query, load_schema, load_shared
from magnet_kg.graph.rows import aligned, as_table, batches, plain
from magnet_kg.graph.store import Dialect, Row

# A COPY costs the same for one row as for thousands, and more, the more the table holds: what is few is created.
_COPY_BATCH = 50_000
_FEW = 500
_EDGE_ENDS = ("source", "target")


class LadybugStore:
    """A GraphStore on a ladybug file.

    One process writes at a time. What is opened for reading stays as it was when this process opened it, whatever
    another one writes meanwhile.

    Raises MagnetError where the file cannot be opened: another process writes to it, it is something else,
    its folder does not exist or cannot be written to.
    """

    dialect: Dialect = "ladybug"

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.uri = f"ladybug:{path}"
        self._read_only = read_only
        self._database: embedded.SharedDatabase | None = embedded.acquire(path, read_only)

    def run(self, query_name: str, /, **parameters: Any) -> list[Row]:
        """See GraphStore."""
        query = self._query(query_name)
        query.check(parameters)
        if query.unwinds_nothing(parameters):
            return []
        return self._open_database().execute(query.text, plain(parameters))

    def write(self, query_name: str, rows: Sequence[Row], /, *, batch: int = 5000, **parameters: Any) -> None:
        """See GraphStore. A bulk load (COPY) takes larger batches than asked for."""
        query = self._query(query_name)
        if query.copied is not None and len(rows) <= _FEW:
            query = load_shared(query_name) or query
        query.check({"rows": rows, **parameters})
        if query.copied is not None:
            self._copy(query.text, query.copied, rows, max(batch, _COPY_BATCH))
            return
        for part in batches(rows, batch):
            self._open_database().execute(query.text, {**plain(parameters), "rows": aligned(part)})

    def ensure_schema(self) -> None:
        """See GraphStore."""
        self._refuse_when_read_only()
        for statement in load_schema(self.dialect):
            self._open_database().execute(statement, {})

    def close(self) -> None:
        """See GraphStore."""
        if self._database is not None:
            embedded.release(self._database)
            self._database = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _copy(self, text: str, columns: tuple[str, ...], rows: Sequence[Row], batch: int) -> None:
        if rows and _EDGE_ENDS[1] in rows[0]:
            columns = _EDGE_ENDS + columns
        for part in batches(rows, batch):
            self._open_database().copy(text, as_table(part, columns))

    def _query(self, name: str) -> Query:
        query = load_query(name, self.dialect)
        if query.writes:
            self._refuse_when_read_only()
        return query

    def _refuse_when_read_only(self) -> None:
        if self._read_only:
            raise MagnetError("the graph was opened for reading only", where=self.uri, do="Open it for writing")

    def _open_database(self) -> embedded.SharedDatabase:
        if self._database is None:
            raise MagnetError("the graph has been closed", where=self.uri, do="Open it again")
        return self._database
