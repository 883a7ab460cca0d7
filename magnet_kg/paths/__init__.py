"""Signature paths: seeded walks along the graph, and the operations that make them hard (METHOD.md §3 and §4)."""
