"""A connection to one MCP server, through the official SDK: usable from any event loop, bounded in time.

The SDK's connections belong to the event loop that opened them, and a run has a new loop for every few rows. So all
connections of a process live on one loop in a thread of their own, and callers wait for what happens there.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import math
import os
import shutil
import sys
import tempfile
import threading
import weakref
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.util import Finalize
from typing import Any

from magnet_kg.domain.errors import MagnetError

_SHOWN = 600
_CLOSING_SECONDS = 8.0
_INVALID_RESULT = -32603


def time_limit() -> float:
    """Seconds that a server may take to start or to answer: MAGNET_KG_MCP_TIMEOUT, or 30.

    Raises:
        MagnetError: it is set to something else than a positive number.
    """
    given = os.environ.get("MAGNET_KG_MCP_TIMEOUT", "30")
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise MagnetError(f"MAGNET_KG_MCP_TIMEOUT is {given!r}", do="Give a number of seconds")
    return seconds


class Lost(Exception):  # noqa: N818  (what became of a call, not a fault of the program)
    """The server did not answer in time, or is gone; `code` says which ("timeout", "server_gone")."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class Refused(Exception):  # noqa: N818  (as above)
    """The server answered with an error of the protocol; `code` is JSON-RPC's number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Listing:
    """What a server offers: its tools as the protocol has them (name, description, inputSchema, outputSchema,
    annotations), and its version, where it tells it."""

    tools: tuple[dict[str, Any], ...]
    version: str | None


class Connection:
    """A server that runs, or is reached, until this is closed or forgotten.

    It is started at once; `ready` waits for it.

    Args:
        server: a command with its arguments, or the address of a server.
        cwd: the folder that a command starts in.
        env: variables of a command, beside the few that are safe to hand on (PATH, HOME, …).
        limit: seconds until it must have listed its tools.

    Raises:
        MagnetError: the command is not there, or the package mcp is not installed.
    """

    def __init__(
        self, server: Sequence[str] | str, *, limit: float, cwd: str | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        _require_sdk()
        if not isinstance(server, str) and shutil.which(server[0]) is None:
            raise MagnetError(
                f"there is no command {server[0]}", where=" ".join(server), do="Install it, or give its path"
            )
        self._wire = _Wire(server, limit, cwd, dict(env or {}))
        self._forget = weakref.finalize(self, self._wire.stop)

    async def ready(self) -> Listing:
        """What the server offers, as soon as it does.

        Raises:
            MagnetError: it ended, did not answer in time or did not speak the protocol, with what it printed.
        """
        return await asyncio.wrap_future(self._wire.ready)

    def listing(self) -> Listing:
        """As `ready`, for callers that have no event loop, or one that is not theirs; the thread waits."""
        return self._wire.ready.result()

    async def call(self, tool: str, arguments: Mapping[str, Any], limit: float) -> dict[str, Any]:
        """The result of a call as the protocol has it (content, structuredContent, isError).

        Raises:
            Lost: no answer within `limit` seconds, or the server is gone.
            Refused: an error of the protocol.
        """
        return await asyncio.wrap_future(self._wire.put(_Job(tool, dict(arguments), limit)))

    def close(self) -> None:
        """Stop the server; returns at once, and the server is gone some seconds later at most."""
        self._forget()


class _Job:
    """A call that waits for its answer."""

    def __init__(self, tool: str, arguments: dict[str, Any], limit: float) -> None:
        self.tool, self.arguments, self.limit = tool, arguments, limit
        self.done: Future[dict[str, Any]] = Future()


class _Wire:
    """What happens on the loop of connections."""

    def __init__(self, server: Sequence[str] | str, limit: float, cwd: str | None, env: dict[str, str]) -> None:
        self.server, self.limit, self.cwd, self.env = server, limit, cwd, env
        self.ready: Future[Listing] = Future()
        self._rubbish: list[str] = []
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the server is gone)
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._loop, wires = _background()
        self._over = threading.Event()
        self._scope: Any = None
        self._task = asyncio.run_coroutine_threadsafe(self._serve(), self._loop)
        wires.add(self)

    @property
    def served(self) -> Future[None]:
        """Done when the server is gone."""
        return self._task

    def put(self, job: _Job) -> Future[dict[str, Any]]:
        """Have a call made."""
        if self._over.is_set() or self._loop.is_closed():
            job.done.set_exception(_gone())
        else:
            self._loop.call_soon_threadsafe(self._take, job)
        return job.done

    def stop(self) -> None:
        """Have the server stopped, whatever it is doing."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _take(self, job: _Job) -> None:
        if self._over.is_set():
            job.done.set_exception(_gone())
        else:
            self._jobs.put_nowait(job)

    def _end(self) -> None:
        self._over.set()
        if self._scope is not None:
            self._scope.cancel()

    async def _serve(self) -> None:
        """Open the connection, make the calls one after another, close it: the SDK wants all of it in one task."""
        import anyio

        try:
            with anyio.CancelScope(deadline=anyio.current_time() + self.limit) as self._scope:
                async with self._connected() as client:
                    listing = await _list(client)
                    self._scope.deadline = math.inf
                    self.ready.set_result(listing)
                    while not self._over.is_set() and await self._make(client, await self._jobs.get()):
                        pass
            late = "was stopped" if self._over.is_set() else f"did not answer within {self.limit:g} seconds"
            self._fail(f"the server {late}")
        except Exception as error:
            self._fail(_reason(error))
        finally:
            self._over.set()
            while not self._jobs.empty():
                self._jobs.get_nowait().done.set_exception(_gone())
            self._stderr.close()

    def _fail(self, what: str) -> None:
        """Tell whoever waits for the server that it cannot be had."""
        if not self.ready.done():
            self.ready.set_exception(self._failed(what))

    async def _make(self, client: Any, job: _Job) -> bool:
        """Make a call; False, where the server is no longer of use."""
        import anyio
        from mcp import MCPError
        from mcp_types import CONNECTION_CLOSED

        if not job.done.set_running_or_notify_cancel():
            return True
        try:
            with anyio.fail_after(job.limit):
                result = await client.session.call_tool(job.tool, job.arguments)
        except TimeoutError:
            job.done.set_exception(Lost("timeout", f"No answer within {job.limit:g} seconds."))
            return False
        except MCPError as error:
            closed = error.code == CONNECTION_CLOSED
            job.done.set_exception(_gone() if closed else Refused(error.code, error.message))
            return not closed
        except Exception as error:
            job.done.set_exception(Refused(_INVALID_RESULT, str(error)))
        except BaseException:
            job.done.set_exception(_gone())
            raise
        else:
            job.done.set_result(result.model_dump(mode="json", by_alias=True, exclude_none=True))
        return True

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        from mcp import Client, StdioServerParameters, stdio_client

        if isinstance(self.server, str):
            async with Client(self.server, cache=None) as client:
                yield client
            return
        command, *arguments = _leashed(self.server)
        parameters = StdioServerParameters(command=command, args=arguments, env=self.env, cwd=self.cwd)
        transport: Any = stdio_client(parameters, errlog=self._stderr)  # type: ignore[arg-type]
        async with Client(transport, cache=None, message_handler=self._heard) as client:
            yield client

    async def _heard(self, message: Any) -> None:
        """Keep what is no message of the protocol, for the case that nothing else comes."""
        if isinstance(message, Exception) and len(self._rubbish) < 5:
            errors: Any = getattr(message, "errors", None)
            said = errors()[0].get("input") if errors is not None else message
            self._rubbish.append(str(said)[:_SHOWN])

    def _failed(self, what: str) -> MagnetError:
        name = self.server if isinstance(self.server, str) else " ".join(self.server)
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - 4 * _SHOWN))
        text = self._stderr.read().decode(errors="replace")
        printed = " ".join(" ".join([*self._rubbish, text]).split())[-_SHOWN:]
        do = "Run the command by itself, or give it more time: MAGNET_KG_MCP_TIMEOUT=seconds"
        return MagnetError(f"{what}; it printed: {printed}" if printed else what, where=name, do=do)


def _gone() -> Lost:
    return Lost("server_gone", "The server has ended.")


async def _list(client: Any) -> Listing:
    tools: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await client.list_tools(cursor=cursor)
        tools += [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in page.tools]
        cursor = page.next_cursor
        if cursor is None:
            return Listing(tuple(tools), client.server_info.version if client.server_info else None)


def _reason(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = " ".join(str(error).split())[:_SHOWN]
    if "Connection closed" in text:
        return "the server ended"
    return f"the server cannot be used: {text or type(error).__name__}"


def _leashed(command: Sequence[str]) -> list[str]:
    """A command that the system ends with us, even where we are killed without a word."""
    leash = shutil.which("setpriv") if sys.platform == "linux" else None
    return [leash, "--pdeathsig", "KILL", *command] if leash else list(command)


@cache
def _require_sdk() -> None:
    try:
        import mcp
        import mcp_types  # noqa: F401
    except ModuleNotFoundError as error:
        raise MagnetError(
            f"MCP servers are reached through the package mcp, version 2: {error.name} is not installed",
            do="pip install 'magnet-kg[mcp]'",
        ) from error
    assert mcp
    # It logs each line of rubbish with a traceback; where nobody set logging up, these would go to the terminal.
    logging.getLogger("mcp").addHandler(logging.NullHandler())


_loops: dict[int, tuple[asyncio.AbstractEventLoop, weakref.WeakSet[_Wire]]] = {}


def _background() -> tuple[asyncio.AbstractEventLoop, weakref.WeakSet[_Wire]]:
    """The loop of this process on which connections live, and the connections."""
    if os.getpid() not in _loops:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="mcp", daemon=True).start()
        _loops[os.getpid()] = loop, weakref.WeakSet()
        # Workers of a pool end without `atexit`, but with this.
        atexit.register(close_all)
        Finalize(None, close_all, exitpriority=10)
    return _loops[os.getpid()]


def close_all() -> None:
    """Stop all servers of this process, and wait until they are gone."""
    _, wires = _loops.get(os.getpid(), (None, ()))
    open_wires = [wire for wire in wires if not wire.served.done()]
    for wire in open_wires:
        wire.stop()
    wait([wire.served for wire in open_wires], timeout=_CLOSING_SECONDS)
