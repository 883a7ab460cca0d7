"""The local dependency graph: which pairs are judged, by whom, and incrementally (METHOD.md §2)."""
