"""Names of people and cities that generated worlds draw from: an invented one is told from any other first word."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

# As the first word of a sentence these are as often words like any other.
_WORDS_TOO = frozenset("Grant Little Miles New Nice Park Price Split".split())


@cache
def proper_names() -> frozenset[str]:
    """First names, last names, and the first words of cities' names."""
    data = files("magnet_kg.execution").joinpath("data")
    lists = [data.joinpath(f"{name}.txt").read_text(encoding="utf-8").split() for name in ("first_names", "last_names")]
    rows = csv.DictReader(data.joinpath("cities.csv").read_text(encoding="utf-8").splitlines())
    return frozenset(lists[0]).union(lists[1], (row["name"].split()[0] for row in rows)) - _WORDS_TOO
