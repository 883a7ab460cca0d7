"""The tools of an MCP server, named by its command line or its address.

    magnet-kg catalog add "npx -y @modelcontextprotocol/server-filesystem {scratch}" --format mcp
    magnet-kg catalog add https://example.com/mcp --format mcp

The server is started in a new folder, which `{scratch}` in the command stands for, asked for its tools, and stopped.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
from pydantic import ValidationError

from magnet_kg.catalog.normalize import fit_name, object_schema, plain_text
from magnet_kg.catalog.source import Source
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.execution.mcp import Server, is_url, server_at

_LAUNCHERS = {"npx", "uvx", "pipx", "node", "python", "python3", "bunx", "deno", "docker", "run", "-m", "-y", "exec"}


class McpLoader:
    """Reads the tools of a server that the user names; see `Loader`."""

    def fits(self, location: str) -> bool:
        """Never: reading runs a server."""
        return False

    def catalog_name(self, location: str) -> str:
        """What the server is called in its command (`server-filesystem` is `filesystem`), or its host."""
        if is_url(location):
            return fit_name(urlsplit(location).hostname or location)
        words = [word for word in shlex.split(location) if word not in _LAUNCHERS and not word.startswith("-")]
        named = next((word for word in words if "server" in word), words[0] if words else location)
        stem = re.sub(r"(?<=.)@[^/]*$", "", named)
        stem = re.sub(r"\.(py|js|mjs|ts)$", "", PurePath(stem).name)
        return fit_name(re.sub(r"^(mcp[-_])?server[-_]|[-_](mcp[-_])?server$|^mcp[-_]", "", stem) or stem)

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The tools, in the order in which the server lists them."""
        server = Server(server_at(source.location))
        try:
            listing = server.connection.listing()
        finally:
            server.connection.close()
        for tool in listing.tools:
            yield _function(tool, source, listing.version)


def _function(tool: Mapping[str, Any], source: Source, version: str | None) -> Function | Fault:
    original = str(tool["name"])
    name = fit_name(original)
    hints = tool.get("annotations", {})
    described = tool.get("description") or hints.get("title") or tool.get("title") or original
    try:
        return Function(
            id=f"{source.catalog}/{name}",
            name=name,
            category=source.catalog,
            toolkit=source.catalog,
            description=plain_text(described),
            parameters=object_schema(_checked(tool["inputSchema"])),
            returns=_checked(tool["outputSchema"]) if "outputSchema" in tool else None,
            source=f"mcp:{source.location}",
            executor="mcp",
            catalog=source.catalog,
            original_name=original if name != original else None,
            version=version,
        )
    except ValidationError as error:
        first = error.errors()[0]
        what = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except ValueError as error:
        what = f"not a JSON Schema: {' '.join(str(error).split())}"
    return Fault(what=what, file=source.location, function=original, do="Tell the server's author, or --skip-bad")


def _checked(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema that arguments can be checked with.

    Raises:
        ValueError: it is none.
    """
    jsonschema_rs.validator_for(dict(schema))
    return {key: value for key, value in schema.items() if key != "$schema"}
