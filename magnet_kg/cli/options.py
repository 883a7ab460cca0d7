"""Options that several commands share."""

from __future__ import annotations

import click

graph_option = click.option(
    "--graph",
    metavar="URI",
    help="Where the graph is: ladybug:PATH, neo4j://, bolt://, neo4j+s://. "
    "[default: MAGNET_KG_GRAPH, NEO4J_URI, or ladybug:magnet-kg.ladybug]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
