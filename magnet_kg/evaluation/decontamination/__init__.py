"""Training rows against the evaluation sets: questions, function names, schemas (METHOD.md §10, decontaminated)."""
