"""What makes a row good, one module a check (METHOD.md §10): a row that fails one is rejected."""
