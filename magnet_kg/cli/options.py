"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path

import click

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
