"""What runs in a benchmark's own environment: scripts that import the benchmark's package and nothing of ours."""
