"""What tests of origins share: rows whose values come from somewhere, and what is found in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialogues import (
    argument,
    check,
)

from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.trajectory import Trajectory

NOT_SAID = ("grounded", "the words are not in the message")
OTHER_MEANING = ("grounded", "the words do not mean the value")
HIDDEN_CHOICE = ("grounded", "a choice without a criterion")


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def said(
    *sources: str, where: Callable[[Trajectory, FunctionCall, Origin], bool] = lambda *_: True
) -> tuple[Trajectory, FunctionCall, Origin]:
    return argument(lambda row, call, origin: origin.source in sources and where(row, call, origin))


def output_of(row: Trajectory, call: str | None) -> Any:
    return next(o.output for o in row.observations if o.call == call)


def bound(where: Callable[[Trajectory, FunctionCall, Origin], bool] = lambda *_: True) -> Any:
    return said("bound", where=where)
