"""Which values tell one thing from another: ids, names and places, by the words of their concepts."""

from __future__ import annotations

from functools import lru_cache

from magnet_kg.catalog.resources import RESOURCE_NAME

_IDENTIFYING = frozenset(
    "id code token key uuid reference number email phone symbol sku slug address url path arn".split()
)
# What names one thing of the world all by itself, without saying whose it is.
_UNIQUE = frozenset(["symbol", "email", "sku", "isbn", "iban", "vin", "slug", "uuid", "guid"])
_NAMES = frozenset(["name", "title"])
_PLACES = frozenset(["city", "airport", "country", "region", "station", "location", "timezone"])
_EVERYDAY = frozenset(
    """
    algorithm amount at behavior body by category class comment condition config configuration content count criteria
    currency data datapoint date day definition description detail duration enabled expression field flag format hour
    info interval item kind label language length level limit list locale message method minute mode moment month name
    note number on operator option parameter pattern payload percent period point price protocol quantity query range
    rating reason relation rule schema score setting size sort spec specification state status strategy summary tag text
    threshold time timestamp title total type unit until value version view window year
    """.split()
)
# Whose account, and whose registry: the caller's own, in every call alike.
_OF_THE_CALLER = frozenset(["aws account id", "registry id", "owner id", "owner account id"])
# Of one call or of its failure, not of a thing: whatever they are the id, the code or the number of.
_NOT_OF_A_THING = frozenset(
    """
    client creator error exit failure idempotency language line locale page port request response status
    version warning
    """.split()
)
# The key under which a value is filed says nothing of another thing that has such values, too.
_FILED = frozenset("attribute condition context dimension filter header label metadata parameter property tag".split())


@lru_cache(maxsize=65536)
def identifies(concept: str) -> bool:
    """Whether values of a concept identify a thing by themselves."""
    named = concept.split()
    if concept in _OF_THE_CALLER:
        return False
    if named[-1] in _IDENTIFYING and len(named) > 1:
        return named[0] not in _NOT_OF_A_THING and not (named[-1] == "key" and named[-2] in _FILED - {"tag"})
    return concept in _UNIQUE or concept.endswith(RESOURCE_NAME)


@lru_cache(maxsize=65536)
def is_name(concept: str) -> bool:
    """Whether a thing is asked for by its name or title."""
    named = concept.split()
    return len(named) > 1 and named[-1] in _NAMES and not concept.endswith(RESOURCE_NAME)


@lru_cache(maxsize=65536)
def tells_which(concept: str) -> bool:
    """Whether a value of a concept tells which thing is meant, so that it is worth handing from one call to another.

    Amounts, dates and texts do not: they are what people say; nor does what belongs to one call alone.
    """
    named = concept.split()
    if concept.startswith("quantity ") or concept == "page token":
        return False
    if named[-1] in _IDENTIFYING and len(named) > 1:
        return identifies(concept)
    return (
        identifies(concept)
        or is_name(concept)
        or named[-1] in _PLACES
        or (len(named) > 1 and named[-1] not in _EVERYDAY)
    )


def worth_sharing(concept: str) -> bool:
    """Whether it says something about two functions that one returns a concept and the other takes it."""
    return tells_which(concept) or concept.startswith("quantity ")
