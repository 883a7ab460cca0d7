"""The Berkeley Function Calling Leaderboard (PyPI `bfcl-eval`): its items, its executors, its checkers' verdicts."""
