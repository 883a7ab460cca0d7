"""The executor of MCP servers: each session has a server of its own, which works in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import shlex
import weakref
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any, Literal

import jsonschema_rs
import orjson
from pydantic import Field, model_validator

from magnet_kg.catalog.concepts import words
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import Record, content_hash
from magnet_kg.execution.filtered import Filtered
from magnet_kg.execution.logged import Effect, Log, LoggedSession
from magnet_kg.execution.mcp_connection import Connection, Lost, Refused, time_limit
from magnet_kg.execution.mcp_scratch import WORKSPACE, Scratch, seed_files
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.world import context_of

_SCRATCH = "{scratch}"
_INVALID_PARAMS = -32602


# First words of tools whose path is that of something new.
_MAKES = frozenset(["create", "write", "make", "new", "add"])


class ServerSettings(Record):
    """How a server is reached, and what a new dialogue takes.

    `{scratch}` in the command and in `env` stands for the folder that the server works in.
    """

    command: str | None = Field(None, description="a command line; it is split as a shell would, and run without one")
    url: str | None = Field(None, description="the address of a server that speaks streamable HTTP")
    env: dict[str, str] = Field({}, description="environment variables of the command")
    state: Literal["files", "process"] = Field(
        "process",
        description="where a command keeps what it knows: all of it in files in its folder (it is reset by filling the "
        "folder anew), or also in memory (it is started anew)",
    )
    resettable: bool = Field(
        True, description="false: the same calls may give something else, so rows are not claimed to replay"
    )
    processes: int = Field(4, ge=1, description="how many may run at once, in one process of ours")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> ServerSettings:
        if (self.command is None) == (self.url is None):
            raise ValueError("give a command or a url")
        return self

    @property
    def can_replay(self) -> bool:
        """Whether a new dialogue finds the server as it was. One behind an address is not ours to reset."""
        return self.resettable and self.url is None


def server_at(location: str) -> ServerSettings:
    """A server as the location of a catalog says: a command line, or an address.

    Raises:
        MagnetError: no command line.
    """
    if is_url(location):
        return ServerSettings(url=location)
    try:
        words = shlex.split(location)
    except ValueError as error:
        raise MagnetError(f"not a command line: {str(error).lower()}", where=location, do="Check its quotes") from error
    if not words:
        raise MagnetError("there is no command", where=location, do="Give a server's command line or its address")
    return ServerSettings(command=location)


def is_url(location: str) -> bool:
    """Whether a server is named by its address."""
    return location.startswith(("http://", "https://"))


class McpExecutor:
    """Runs tools of MCP servers; see `Executor`.

    Args:
        functions: by id; those of catalogs without a server are left out.
        servers: by the name of the catalog.
    """

    def __init__(self, functions: Mapping[str, Function], servers: Mapping[str, ServerSettings]) -> None:
        self._functions = Filtered(functions, lambda function: function.catalog in servers)
        self._settings = dict(servers)
        self._pools: dict[str, Pool] = {}
        self._process = os.getpid()
        self._turns: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = weakref.WeakKeyDictionary()

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions by id."""
        return self._functions

    def runner(self, function: str) -> str:
        """Always "mcp"."""
        return "mcp"

    def replays(self, function: str) -> bool:
        """Whether the function's server can be reset."""
        return self._settings[self._functions[function].catalog].can_replay

    def open(self, world: int) -> LoggedSession:
        """A session on servers of its own; each starts when it is called first.

        Restoring such a session begins its servers anew and repeats the calls that led there. A server behind an
        address is not begun anew and no call to it is repeated: what was done there stays done.
        """
        if self._process != os.getpid():
            self._process, self._pools = os.getpid(), {}
        context = context_of(world)
        live = LiveServers(self, world)
        log = Log(live, context, content_hash(["mcp", world]))
        return LoggedSession(self._functions, log, partial(self._names, world), self._turn)

    def _turn(self) -> asyncio.Lock:
        """Sessions that live side by side call one after the other: one may take another's server meanwhile."""
        return self._turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    def _names(self, world: int, function: Function) -> Mapping[str, list[str]]:
        """The files that a server of files finds, for functions that read or change what is there."""
        settings = self._settings[function.catalog]
        if settings.state != "files" or words(function.name)[0] in _MAKES:
            return {}
        files = [f"{WORKSPACE}/{name}" for name in sorted(seed_files(world))]
        folders = sorted({WORKSPACE, *(file.rpartition("/")[0] for file in files)})
        of_folders = bool({"directory", "folder", "tree", "search"} & set(words(function.name)))
        taken = [name for name in function.properties if name in ("path", "paths", "source", "file", "filename")]
        return dict.fromkeys(taken, folders if of_folders else files)

    def remote(self, catalog: str) -> bool:
        """Whether a catalog's server is behind an address."""
        return self._settings[catalog].url is not None

    def pool(self, catalog: str) -> Pool:
        """The servers of a catalog."""
        if catalog not in self._pools:
            self._pools[catalog] = Pool(self._settings[catalog])
        return self._pools[catalog]

    def close(self) -> None:
        """Stop all servers; they start again when they are needed."""
        for pool in self._pools.values():
            pool.close()


class Server:
    """A server that runs, with its folder. It is started at once; `ready` waits for it."""

    def __init__(self, settings: ServerSettings) -> None:
        self.used = False
        self.scratch = Scratch()
        folder, limit = str(self.scratch.path), time_limit()
        if settings.url is not None:
            self.connection = Connection(settings.url, limit=limit)
        else:
            command = [part.replace(_SCRATCH, folder) for part in shlex.split(settings.command or "")]
            env = {name: value.replace(_SCRATCH, folder) for name, value in settings.env.items()}
            self.connection = Connection(command, limit=limit, cwd=folder, env=env)
        self._reading: frozenset[str] | None = None

    async def ready(self) -> None:
        """Wait until it can be called."""
        if self._reading is None:
            tools = (await self.connection.ready()).tools
            hints = {tool["name"]: tool.get("annotations", {}).get("readOnlyHint") for tool in tools}
            self._reading = frozenset(name for name, reads in hints.items() if reads)

    def reads(self, tool: str) -> bool:
        """Whether the server says that a tool changes nothing."""
        return self._reading is not None and tool in self._reading


class Pool:
    """The servers of one catalog in this process: some held by sessions, one more that is ready for the next."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._spare: list[Server] = []
        # The servers by who holds them; who was served last is last.
        self._held: dict[weakref.ref[LiveServers], Server] = {}

    async def take(self, holder: LiveServers, world: int) -> Server:
        """A server as a new dialogue finds it."""
        had = self._held.pop(weakref.ref(holder), None)
        self._release()
        server = self._reset(had) if had is not None else None
        if server is None and len(self._held) >= self._settings.processes:
            server = self._reset(self._held.pop(next(iter(self._held))))
        if server is None:
            server = self._spare.pop() if self._spare else Server(self._settings)
        await server.ready()
        if self._settings.state == "files":
            server.scratch.fill(seed_files(world))
        elif self._settings.url is None and not self._spare:
            # The next dialogue shall not wait for a start.
            self._spare.append(Server(self._settings))
        self._held[weakref.ref(holder)] = server
        return server

    def of(self, holder: LiveServers) -> Server | None:
        """The server that somebody holds; None, where it was taken for somebody else."""
        server = self._held.pop(weakref.ref(holder), None)
        if server is not None:
            self._held[weakref.ref(holder)] = server
        return server

    def drop(self, holder: LiveServers) -> None:
        """Stop the server that somebody holds."""
        server = self._held.pop(weakref.ref(holder), None)
        if server is not None:
            server.connection.close()

    def close(self) -> None:
        """Stop all servers."""
        for server in (*self._spare, *self._held.values()):
            server.connection.close()
        self._spare, self._held = [], {}

    def _reset(self, server: Server) -> Server | None:
        """The server, where it is as good as new; else it is stopped."""
        if self._settings.state == "files" or self._settings.url is not None or not server.used:
            return server
        server.connection.close()
        return None

    def _release(self) -> None:
        """Take back the servers of sessions that are gone."""
        for holder in [holder for holder in self._held if holder() is None]:
            server = self._reset(self._held.pop(holder))
            if server is not None:
                self._spare.append(server)


class LiveServers:
    """The servers of one session, as its calls left them; see `Live`."""

    def __init__(self, executor: McpExecutor, world: int) -> None:
        self._executor = executor
        self._world = world
        self._begun: set[str] = set()

    @property
    def stands(self) -> bool:
        """Whether no server was taken for another session."""
        return all(self._executor.pool(catalog).of(self) is not None for catalog in self._begun)

    async def begin(self) -> None:
        """Every server is begun anew when it is called next."""
        self._begun.clear()

    async def call(
        self, function: str, arguments: Mapping[str, Any], done: int, *, again: bool = False
    ) -> tuple[Outcome, Effect]:
        """Call a tool; not again, where the server is not ours to reset, since it was called already."""
        record = self._executor.functions[function]
        if again and self._executor.remote(record.catalog):
            return Outcome(None), Effect.NONE
        wrong = _wrong(record, arguments)
        if wrong is not None:
            return _failed("invalid_argument", wrong), Effect.NONE
        pool, tool = self._executor.pool(record.catalog), record.original_name or record.name
        server = pool.of(self) if record.catalog in self._begun else None
        if server is None:
            server = await pool.take(self, self._world)
            self._begun.add(record.catalog)
        server.used = True
        inward = server.scratch.inward(arguments)
        try:
            result = await server.connection.call(tool, inward, time_limit())
        except Lost as lost:
            pool.drop(self)
            return _failed(lost.code, lost.message), Effect.LOST
        except Refused as refused:
            code = "invalid_argument" if refused.code == _INVALID_PARAMS else "server_error"
            outcome = _failed(code, refused.message)
        except asyncio.CancelledError:
            pool.drop(self)
            raise
        else:
            outcome = _outcome(record, result)
        outcome = Outcome(server.scratch.outward(outcome.output), outcome.failed)
        if server.reads(tool):
            return outcome, Effect.NONE
        return outcome, Effect.TRIED if outcome.failed else Effect.DONE


def _outcome(function: Function, result: Mapping[str, Any]) -> Outcome:
    """What a result says: its structured content, where the tool has a schema for it; else its text."""
    texts = [part["text"] if part.get("type") == "text" else _named(part) for part in result.get("content", ())]
    text = "\n".join(texts)
    if result.get("isError"):
        return _failed("tool_error", text or "The tool failed.")
    structured = result.get("structuredContent")
    if structured is not None and function.returns is not None:
        return Outcome(structured)
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        read = None
    return Outcome(read if isinstance(read, dict) else text)


def _named(part: Mapping[str, Any]) -> str:
    """A picture, a sound or a resource, as a word in a text."""
    resource = part.get("resource", part)
    if "text" in resource:
        return str(resource["text"])
    return f"[{resource.get('mimeType') or part.get('type', 'data')}]"


@lru_cache(maxsize=1024)
def _validator(parameters: bytes) -> Any:
    return jsonschema_rs.validator_for(orjson.loads(parameters))


def _wrong(function: Function, arguments: Mapping[str, Any]) -> str | None:
    """What is wrong with arguments; servers say it each in their own way, or not at all."""
    unknown = sorted(arguments.keys() - function.properties.keys())
    if unknown and not function.parameters.get("additionalProperties"):
        return f"there is no parameter {unknown[0]!r}"
    first = next(_validator(orjson.dumps(function.parameters)).iter_errors(dict(arguments)), None)
    if first is None:
        return None
    path = ".".join(str(part) for part in first.instance_path)
    return f"{path}: {first.message}" if path else str(first.message)


def _failed(code: str, message: str) -> Outcome:
    return Outcome({"error": {"code": code, "message": message}}, failed=True)
