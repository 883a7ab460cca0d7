"""A parameter in words, and what all kinds of parameters need to know of their schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from magnet_kg.teacher.rules.entries import Made

Role = Literal[
    "thing", "query", "start", "end", "when", "limit", "choice", "flag", "amount", "place", "text", "tags", "person"
]


@dataclass(frozen=True)
class Spoken:
    """A parameter in words.

    Attributes:
        name: of the parameter.
        made: how its values are drawn.
        role: what it is in a sentence.
        noun: what it names, singular ("security group").
        new: whether it names what is about to be made.
    """

    name: str
    made: Made
    role: Role
    noun: str
    new: bool = False


def type_of(schema: Mapping[str, Any]) -> str:
    """The one type of a schema, null left out; "" where it says none."""
    kind = schema.get("type", "")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "")
    if not kind and isinstance(schema.get("anyOf"), list):
        kind = next((o.get("type", "") for o in schema["anyOf"] if isinstance(o, dict) and o.get("type") != "null"), "")
    return str(kind) if isinstance(kind, str) else ""


def path_collections(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The collections of a path whose pattern takes turns between them and ids; empty for any other pattern."""
    pattern = schema.get("pattern")
    if not isinstance(pattern, str) or "/[^/]+" not in pattern:
        return ()
    parts = pattern.strip("^$").replace("[^/]+", "*").split("/")
    if (
        len(parts) % 2
        or any(part != "*" for part in parts[1::2])
        or not all(re.fullmatch(r"[A-Za-z]+", p) for p in parts[::2])
    ):
        return ()
    return tuple(parts[::2])


_STATE = re.compile(r"(?:\w{3,}(?:ing|ed)|active|pending)\b")


def around_thing(noun: str, *, named: bool) -> tuple[tuple[str, str], ...]:
    """Words around the name or id of a thing: "the bucket X", "the X bucket", "instance X"."""
    if not noun:
        return (("", ""),)
    if _STATE.match(noun):
        # "Stop running job 5" would be another request.
        return ((f"the {noun} ", ""),)
    if named:
        return ((f"the {noun} ", ""), ("the ", f" {noun}"), (f"{noun} ", ""))
    return ((f"{noun} ", ""), (f"the {noun} ", ""), (f"{noun} ", ""))


def limits_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema says of the form of a text."""
    return {key: schema[key] for key in ("pattern", "minLength", "maxLength") if key in schema}
