"""MCP servers for the tests: our own, and the reference servers of the protocol's authors, from npm."""

from __future__ import annotations

import asyncio
import fcntl
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from left_out import leave_out

from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.function import Function
from magnet_kg.execution.mcp import McpExecutor, ServerSettings
from magnet_kg.execution.session import Outcome, Session

NOTES = shlex.join([sys.executable, str(Path(__file__).with_name("notes_server.py"))])
_ROOT = Path(__file__).parents[1] / ".cache" / "mcp"
_PINNED = ("@modelcontextprotocol/server-filesystem@2026.8.31", "@modelcontextprotocol/server-memory@2026.8.31")


@cache
def reference_server(name: str) -> str:
    """The command of a reference server ("filesystem", "memory"); it is fetched where it is not there yet."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        leave_out("Node", "node and npm are not installed")
    script = _ROOT / "node_modules" / "@modelcontextprotocol" / f"server-{name}" / "dist" / "index.js"
    _ROOT.mkdir(parents=True, exist_ok=True)
    with (_ROOT / ".lock").open("w") as lock:
        # Several processes of one test run want them at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not script.is_file():
            install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(_ROOT), *_PINNED]
            subprocess.run(install, check=True, capture_output=True, timeout=120)
    return shlex.join(["node", str(script)])


def executor(catalog: str, **settings: Any) -> McpExecutor:
    """An executor of one server, with all of its tools."""
    how = ServerSettings(**settings)
    functions = _functions(catalog, how.command or how.url or "")
    return McpExecutor({function.id: function for function in functions}, {catalog: how})


@cache
def _functions(catalog: str, location: str) -> tuple[Function, ...]:
    return read_catalog(location, "mcp", name=catalog).functions


def call(session: Session, function: str, /, **arguments: Any) -> Outcome:
    """The outcome of a call, in an event loop of its own, as the rows of a run have it."""
    return asyncio.run(session.call(function, arguments))
