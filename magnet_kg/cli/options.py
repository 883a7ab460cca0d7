"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path

import click

from magnet_kg.execution.mcp import ServerSettings
from magnet_kg.pipeline.servers import server_settings


def _named(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, ServerSettings]:
    servers = {}
    for one in given:
        name, equals, command = one.partition("=")
        if not equals or not name or not command.strip():
            raise click.BadParameter(f"{one}: NAME=COMMAND or NAME=ADDRESS is wanted")
        servers[name] = ServerSettings.model_validate(server_settings(command.strip()))
    return servers


graph_option = click.option(
    "--graph",
    metavar="URI",
    help="Where the graph is: ladybug:PATH, neo4j://, bolt://, neo4j+s://. "
    "[default: MAGNET_KG_GRAPH, NEO4J_URI, or ladybug:magnet-kg.ladybug]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
toolkits_option = click.option(
    "--toolkits",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    envvar="MAGNET_KG_TOOLKITS",
    help="Folder of a toolkit of your own, or of several; its code is run. May be given again. "
    f"[default: MAGNET_KG_TOOLKITS, folders with “{os.pathsep}” between them]",
)
servers_option = click.option(
    "--server",
    "servers",
    metavar="NAME=COMMAND",
    multiple=True,
    callback=_named,
    help="An MCP server that may be started, or its http address, by the name of its catalog. May be given again.",
)
