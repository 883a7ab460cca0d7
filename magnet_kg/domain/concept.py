"""Concepts: what a value is ("flight id", "e-mail address"), shared by parameters and outputs."""

from __future__ import annotations

from magnet_kg.domain.record import Record


class Takes(Record):
    """A parameter and what it means. `parameter` is a path as in Binding (`attendees[]`)."""

    parameter: str
    concept: str
    type: str
    required: bool


class Returns(Record):
    """An output and what it means. `path` is a path as in Binding (`flights[].flight_id`)."""

    path: str
    concept: str
    type: str


class ConceptUse(Record):
    """All concepts of one function."""

    function: str
    takes: tuple[Takes, ...] = ()
    returns: tuple[Returns, ...] = ()
