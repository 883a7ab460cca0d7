"""The records of the method (METHOD.md §0): frozen, free of I/O, importing nothing else of the project."""
