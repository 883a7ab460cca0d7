"""Teaching a model with exported rows: supervised, then by preference (METHOD.md §8)."""
