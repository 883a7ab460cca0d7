"""Executors: whatever can run a function for real and put its world back as it was."""
