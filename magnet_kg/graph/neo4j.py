"""The graph on a Neo4j server, through the official driver."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
)

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.queries import Query, load_query, load_schema
from magnet_kg.graph.rows import aligned, batches, plain
from magnet_kg.graph.store import Dialect, Row, UncertainWriteError

# Seconds until a server that does not answer is given up, and until a transaction that keeps failing for
# reasons that pass (a deadlock, an election in a cluster) is.
_CONNECT = 5.0
_RETRY = 5.0
# Seconds until a server that was there and went away is given up, and between two looks whether it is back.
_PATIENCE = 60.0
_LOOK_AGAIN = 1.0

# What the server has to say about a query's plan is for whoever writes queries, not for whoever runs the
# tool; and what goes wrong reaches the user as an error, not as a log line besides.
logging.getLogger("neo4j").addHandler(logging.NullHandler())
_log = logging.getLogger(__name__)


class Neo4jStore:
    """A GraphStore on a Neo4j database.

    Args:
        uri: without credentials; it is shown in errors.
        user: the user's name.
        password: the user's password; it is never shown.
        database: name of the database, or None for the user's home database.
        read_only: refuse queries that write, before they are sent.
        patience: seconds to wait for a server that stops while it is used; MAGNET_KG_PATIENCE, else 60, where it is
            None. A write of which nobody knows whether it was done is not repeated, but raises UncertainWriteError.

    Raises MagnetError where the server does not answer within about five seconds, refuses the password, or
    has no such database.
    """

    dialect: Dialect = "neo4j"

    def __init__(
        self,
        uri: str,
        user: str,
        password: str,
        *,
        database: str | None = None,
        read_only: bool = False,
        patience: float | None = None,
    ) -> None:
        self.uri = uri
        self._patience = _patience_asked_for() if patience is None else patience
        self._database = database
        self._read_only = read_only
        try:
            self._driver = neo4j.GraphDatabase.driver(
                uri,
                auth=(user, password),
                connection_timeout=_CONNECT,
                connection_acquisition_timeout=_CONNECT,
                max_transaction_retry_time=_RETRY,
                notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
                warn_notification_severity=neo4j.NotificationMinimumSeverity.OFF,
            )
        except (ConfigurationError, ValueError) as error:
            raise MagnetError(f"this is no address of a Neo4j server ({error})", where=uri) from error
        try:
            # Not `execute_query`, which would try again for a while where nothing answers.
            with self._driver.session(database=database) as session:
                session.run(load_query("ping", self.dialect).text).consume()
        except (DriverError, Neo4jError, OSError, ValueError) as error:
            self._driver.close()
            raise _explained(error, uri, database) from error

    def run(self, query_name: str, /, **parameters: Any) -> list[Row]:
        """See GraphStore."""
        query = self._query(query_name)
        query.check(parameters)
        if query.unwinds_nothing(parameters):
            return []
        return self._execute(query.text, plain(parameters), query.writes)

    def write(self, query_name: str, rows: Sequence[Row], /, *, batch: int = 5000, **parameters: Any) -> None:
        """See GraphStore."""
        query = self._query(query_name)
        query.check({"rows": rows, **parameters})
        for part in batches(rows, batch):
            self._execute(query.text, {**plain(parameters), "rows": aligned(part)}, query.writes)

    def ensure_schema(self) -> None:
        """See GraphStore."""
        self._refuse_when_read_only()
        for statement in load_schema(self.dialect):
            self._execute(statement, {}, True)

    def close(self) -> None:
        """See GraphStore."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _query(self, name: str) -> Query:
        query = load_query(name, self.dialect)
        if query.writes:
            self._refuse_when_read_only()
        return query

    def _refuse_when_read_only(self) -> None:
        if self._read_only:
            raise MagnetError("the graph was opened for reading only", where=self.uri, do="Open it for writing")

    def _execute(self, text: str, parameters: dict[str, Any], writes: bool) -> list[Row]:
        given_up = time.monotonic() + self._patience
        told = False
        while True:
            try:
                result = self._driver.execute_query(
                    text,
                    parameters,
                    routing_=neo4j.RoutingControl.WRITE if writes else neo4j.RoutingControl.READ,
                    database_=self._database,
                    result_transformer_=_rows,
                )
            except IncompleteCommit as error:
                raise UncertainWriteError(
                    "the server went away while it wrote", where=self.uri, do="Run the same command again"
                ) from error
            except (DriverError, Neo4jError, OSError) as error:
                if not _passes(error) or time.monotonic() > given_up:
                    raise _explained(error, self.uri, self._database) from error
                if not told:
                    _log.warning("%s does not answer; waiting up to %.0f s for it", self.uri, self._patience)
                told = True
                time.sleep(_LOOK_AGAIN)
            else:
                return result


def _passes(error: Exception) -> bool:
    """Whether the same query may succeed a moment later, and was surely not carried out."""
    return isinstance(error, OSError) or (isinstance(error, DriverError | Neo4jError) and error.is_retryable())


def _patience_asked_for() -> float:
    given = os.environ.get("MAGNET_KG_PATIENCE") or str(_PATIENCE)
    try:
        return float(given)
    except ValueError:
        raise MagnetError(f"MAGNET_KG_PATIENCE is no number of seconds: {given}", do="Set it to 60, say") from None


def _rows(result: neo4j.Result) -> list[Row]:
    """Records as dicts. Queries return no nodes, so the driver need not go through all values to replace them."""
    return [dict(record) for record in result]


def _explained(error: Exception, uri: str, database: str | None) -> Exception:
    """What the user can do about an error of the server's; an error of ours in a query stays as it is."""
    if isinstance(error, Neo4jError):
        return _explained_answer(error, uri, database)
    if isinstance(error, DriverError | OSError):
        if "closed" in str(error).lower() and isinstance(error, DriverError) and "Driver" in str(error):
            return MagnetError("the graph has been closed", where=uri, do="Open it again")
        return MagnetError("no Neo4j server answers here", where=uri, do=_advice(uri))
    return error


def _advice(uri: str) -> str:
    scheme = uri.partition("://")[0]
    advice = ["Start one (magnet-kg db up) or check the address"]
    if "+s" in scheme:
        advice.append(f"a server without encryption wants {scheme.partition('+')[0]}://")
    if scheme.startswith("neo4j"):
        advice.append("one behind a tunnel or in a container wants bolt in place of neo4j")
    return "; ".join([*advice, "without a server, use a file: --graph ladybug:magnet-kg.ladybug"])


def _explained_answer(error: Neo4jError, uri: str, database: str | None) -> Exception:
    code = error.code or ""
    message = error.message or ""
    if isinstance(error, AuthError):
        if "AuthenticationRateLimit" in code:
            return MagnetError(
                "too many wrong passwords, the server refuses more for now",
                where=uri,
                do="Wait a few seconds",
            )
        return MagnetError(
            "the server refuses this user and password",
            where=uri,
            do="Check NEO4J_USERNAME and NEO4J_PASSWORD",
        )
    if "DatabaseNotFound" in code:
        return MagnetError(f"the server has no database {database!r}", where=uri, do="Check NEO4J_DATABASE")
    if isinstance(error, ClientError) and ".Security." in code:
        return MagnetError(f"the server forbids it ({message})", where=uri, do="Use a user who may write")
    if "OutOfMemory" in code or "OutOfMemory" in message:
        return MagnetError(
            "the server runs out of memory",
            where=uri,
            do="Give it more: dbms.memory.transaction.total.max, heap",
        )
    if "No space left" in message or "OutOfDiskSpace" in code:
        return MagnetError("the server's disk is full", where=uri, do="Free some space and run the same command again")
    if error.is_retryable():
        return MagnetError(f"the server cannot do this now ({message})", where=uri, do="Run the same command again")
    return error
