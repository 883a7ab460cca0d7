"""Loaders: one module per catalog format, each turns a source into functions."""
