"""A student on dialogues over toolkits that it never saw, executed for real (METHOD.md §9)."""
