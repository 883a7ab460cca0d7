"""What a model has learnt: benchmarks, held-out dialogues, and that no row has seen them (METHOD.md §9, §10)."""
