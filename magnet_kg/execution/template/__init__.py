"""The files that `magnet-kg toolkit new` writes, as they are there; NAME is the toolkit's name."""
