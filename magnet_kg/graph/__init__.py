"""The graph of functions: one seam, `GraphStore`, over Neo4j and ladybug, and typed functions on top of it.

Nothing outside this package knows which engine holds the graph; nothing inside holds Cypher (see `cypher/`).
"""

from magnet_kg.graph.location import open_graph
from magnet_kg.graph.store import GraphStore

__all__ = ["GraphStore", "open_graph"]
