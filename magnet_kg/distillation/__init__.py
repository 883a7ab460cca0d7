"""Context distillation: trajectories under a hint that is never mentioned, right and wrong (METHOD.md §6)."""
