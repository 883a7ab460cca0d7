"""Evaluations: what a student can do, by benchmarks that were made elsewhere and by toolkits that it never saw."""
