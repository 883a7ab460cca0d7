"""A run from recipe to export: configuration, the stages in order, rows on disk, workers."""
