"""MCP servers as a recipe or the command line names them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from magnet_kg.domain.errors import MagnetError
from magnet_kg.execution.mcp import ServerSettings


def server_settings(given: Any) -> Any:
    """Settings from a command line or an address alone; anything else as it is, for pydantic to read.

    A command that is told its folder (`{scratch}`) keeps what it knows there.
    """
    if not isinstance(given, str):
        return given
    if given.startswith(("http://", "https://")):
        return {"url": given}
    return {"command": given, "state": "files" if "{scratch}" in given else "process"}


def check_environment(settings: ServerSettings) -> ServerSettings:
    """Refuse values of environment variables: a recipe is kept beside its rows, where no secret may be.

    Raises:
        ValueError: a value that is no reference such as `$API_KEY`.
    """
    for name, value in settings.env.items():
        if not value.startswith("$"):
            raise ValueError(f"env: {name} is not written out here; set it in the environment and say {name}: ${name}")
    return settings


def with_environment(settings: ServerSettings) -> ServerSettings:
    """The settings with what the environment holds in place of the references.

    Raises:
        MagnetError: the environment lacks one.
    """
    found: dict[str, str] = {}
    for name, value in settings.env.items():
        if value[1:] not in os.environ:
            raise MagnetError(f"the server wants {value}", do=f"Set {value[1:]} in the environment")
        found[name] = os.environ[value[1:]]
    return settings.model_copy(update={"env": found})


def as_pairs(servers: Mapping[str, ServerSettings]) -> tuple[tuple[str, str], ...]:
    """The settings in a form that can be hashed and sent to another process."""
    return tuple((name, servers[name].model_dump_json()) for name in sorted(servers))
