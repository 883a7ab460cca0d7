"""Multi-turn tool-use training data from a graph of functions: executed, traced, replayable."""
