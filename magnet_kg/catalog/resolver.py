"""Schemas out of definitions that refer to each other: references resolved, recursion cut, depth and size bounded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from magnet_kg.catalog.normalize import brief
from magnet_kg.domain.record import JsonObject

Sized = tuple[JsonObject, int]


@dataclass(frozen=True)
class Limits:
    """How much of a schema is kept.

    Attributes:
        depth: levels of objects within each other.
        properties: of the whole schema, where it is deeper than one level.
        text: characters of the description of a property of the first level.
        text_below: characters of the description of a property below.
    """

    depth: int
    properties: int
    text: int
    text_below: int


INPUTS = Limits(depth=6, properties=150, text=300, text_below=160)
OUTPUTS = Limits(depth=4, properties=100, text=120, text_below=80)


@dataclass(frozen=True)
class Place:
    """Where in a schema a definition stands.

    Attributes:
        depth: levels of objects that may still be opened.
        above: the definitions on cycles that are open here; to come to one of them again is to recur.
        text: characters of a description.
    """

    depth: int
    above: frozenset[str]
    text: int


class Resolver(ABC):
    """Schemas of the definitions of one service; what is built once is shared by all schemas that contain it.

    Args:
        cyclic: names of those definitions that recur, see `in_cycles`.
        limits: of each schema.
    """

    def __init__(self, cyclic: frozenset[str], limits: Limits) -> None:
        self._cyclic = cyclic
        self._limits = limits
        self._levels: dict[str, int] = {}
        self._texts: dict[tuple[str, int], str] = {}
        self._built: dict[tuple[str, int, frozenset[str]], Sized] = {}
        self._whole: dict[str, JsonObject] = {}

    def whole(self, name: str) -> JsonObject:
        """The schema of a definition that is itself what a function takes or returns, as deep as the limits allow.

        Raises:
            KeyError: it refers to what is not there.
        """
        if name not in self._whole:
            limits = self._limits
            self._whole[name] = deepest_that_fits(partial(self._at_top, name), limits.depth, limits.properties)
        return self._whole[name]

    def part(self, name: str, place: Place) -> Sized:
        """The schema of a definition within another, and the number of properties in it."""
        above: frozenset[str] = frozenset()
        if name in self._cyclic:
            if name in place.above:
                return self.closed(name), 0
            above = place.above | {name}
        # A definition that is not as deep as it may be has the same schema at all these depths.
        depth = min(place.depth, self.levels(name))
        key = (name, depth, above)
        if key not in self._built:
            self._built[key] = self.translate(name, Place(depth, above, self._limits.text_below))
        return self._built[key]

    def inside(self, place: Place) -> Place:
        """One level of objects deeper."""
        return Place(place.depth - 1, place.above, self._limits.text_below)

    def levels(self, name: str) -> int:
        """Levels of objects within each other in a definition; as many as are asked for, where it recurs."""
        if name in self._cyclic:
            return self._limits.depth
        if name not in self._levels:
            self._levels[name] = self.count_levels(name)
        return self._levels[name]

    def brief(self, text: str, limit: int) -> str:
        """See `normalize.brief`; the same text is shortened once."""
        key = (text, limit)
        if key not in self._texts:
            self._texts[key] = brief(text, limit)
        return self._texts[key]

    @abstractmethod
    def translate(self, name: str, place: Place) -> Sized:
        """The schema of a definition, its references through `part`, and the number of properties in it."""

    @abstractmethod
    def count_levels(self, name: str) -> int:
        """Levels of objects within each other in a definition, those of its references through `levels`."""

    @abstractmethod
    def closed(self, name: str) -> JsonObject:
        """What stands for a definition that is not opened."""

    def _at_top(self, name: str, depth: int) -> Sized:
        return self.translate(name, Place(depth, frozenset([name]) & self._cyclic, self._limits.text))


def deepest_that_fits(build: Callable[[int], Sized], depth: int, most: int) -> JsonObject:
    """A schema as deep as it may be.

    Args:
        build: the schema down to a depth, and the number of properties in it.
        depth: the deepest that is asked for; the first level alone is given however large it is.
        most: properties that it may have.
    """
    for levels in range(depth, 1, -1):
        schema, size = build(levels)
        if size <= most:
            return schema
    return build(1)[0]


def in_cycles(references: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The names that lie on a cycle of references, or between two: only these can recur below themselves."""
    left = {name: {other for other in others if other in references} for name, others in references.items()}
    backward: dict[str, set[str]] = {name: set() for name in left}
    for name, others in left.items():
        for other in others:
            backward[other].add(name)
    _strip(left, backward)
    _strip(backward, left)
    return frozenset(left)


def _strip(forward: dict[str, set[str]], backward: dict[str, set[str]]) -> None:
    """Take out, again and again, what refers to nothing."""
    ready = [name for name, others in forward.items() if not others]
    while ready:
        name = ready.pop()
        for referrer in backward.pop(name):
            forward[referrer].discard(name)
            if not forward[referrer]:
                ready.append(referrer)
        del forward[name]
