"""Cities as people write them."""

from __future__ import annotations

import unicodedata
from functools import cache

from magnet_kg.execution.world import City, cities


def find_city(name: str) -> City | None:
    """The city of this name, whatever its case, accents and dots: "são paulo", "St Louis"."""
    return _by_plain_name().get(_plain(name))


@cache
def _by_plain_name() -> dict[str, City]:
    return {_plain(city.name): city for city in cities().values()}


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if c.isalpha() or c.isspace()).split())
