"""The steps of a turn as a prompt tells them, and what of each is said, found or stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson
from pydantic import Field

from magnet_kg.catalog.concepts import stated_fact
from magnet_kg.domain.dialogue import Criterion
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link, PathTurn, Step, StepRole
from magnet_kg.teacher.llm.tasks.rendering import TaskAnswer
from magnet_kg.teacher.protocol import Scene

_ROLES: Mapping[StepRole, str] = {
    "walk": "asked for",
    "insert_short": "implied",
    "insert_long": "implied",
    "insert_backward": "looked up",
}
Mode = Literal["request", "leave_out", "not_offered", "complete", "go_ahead", "talk"]


class NotJsonError(ValueError):
    """A text that should have been JSON."""


def parse_json(text: str) -> Any:
    """The value of a text that a model wrote as JSON.

    Raises:
        NotJsonError: it is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotJsonError(f"{text[:80]!r} is not JSON ({error})") from None


class OfStep(TaskAnswer):
    """A part of an answer that is about one step."""

    step: int = Field(description="the step's number")


class OneOfSeveral(TaskAnswer):
    """A part of an answer that says how one of several things is chosen."""

    parameter: str = Field(description="the parameter that takes it")
    take: Literal["min", "max", "first", "last", "match"]
    by: str = Field(description="for min and max: the field of the elements; else empty")
    match: str = Field(description='for match: field and value as a JSON object, such as {"city": "Oslo"}; else {}')

    @property
    def criterion(self) -> Criterion:
        """The same as a record.

        Raises:
            NotJsonError: `match` is no JSON object.
        """
        fields = parse_json(self.match or "{}")
        if not isinstance(fields, dict):
            raise NotJsonError(f"{self.match[:80]!r} is not a JSON object")
        return Criterion(take=self.take, by=self.by or None, match=fields if self.take == "match" else {})


def steps_of(turn: PathTurn) -> Sequence[Step]:
    """What a turn is about: its steps, or those that an empty turn wanted."""
    return turn.steps or turn.wanted


def links_into(scene: Scene, step: Step) -> dict[str, Link]:
    """The links that feed a step, by parameter."""
    return {plain(link): link for link in scene.path.links if link.target == step.id}


def plain(link: Link) -> str:
    """The parameter of a link."""
    return link.parameter.removesuffix("[]")


def mode_of(scene: Scene, turn: PathTurn) -> Mode:
    """What kind of message a turn begins with."""
    if turn.missing is not None:
        return "leave_out" if turn.missing.kind == "miss_params" else "not_offered"
    if not turn.steps:
        return "talk"
    empty = completed(scene, turn)
    if empty is None or empty.missing is None:
        return "request"
    return "complete" if empty.missing.kind == "miss_params" else "go_ahead"


def completed(scene: Scene, turn: PathTurn) -> PathTurn | None:
    """The empty turn that this one resolves."""
    return next((one for one in scene.path.turns if one.id == turn.completes), None)


def came_to_nothing(scene: Scene, turn: PathTurn) -> bool:
    """Whether the turn before was a request that the user now gives up."""
    ids = [one.id for one in scene.path.turns]
    before = scene.path.turns[ids.index(turn.id) - 1].missing if ids.index(turn.id) else None
    return before is not None and not before.resolved


def left_out(turn: PathTurn, step: Step) -> str | None:
    """The parameter of a step that the message leaves out."""
    return turn.missing.parameter if turn.missing is not None and turn.missing.step == step.id else None


def to_say(scene: Scene, turn: PathTurn, step: Step) -> tuple[str, ...]:
    """The required parameters of a step that the message of this turn has to say."""
    function = scene.functions[step.function]
    empty = completed(scene, turn)
    if empty is not None and empty.missing is not None:
        missing = empty.missing
        if missing.kind == "miss_params" and missing.step == step.id and missing.parameter is not None:
            return (missing.parameter,)
        return ()
    linked = links_into(scene, step)
    return tuple(
        name
        for name in function.required
        if name not in linked
        and name != left_out(turn, step)
        and not is_stated(function, name)
        and "default" not in function.properties.get(name, {})
    )


def is_stated(function: Function, name: str) -> bool:
    """Whether the system message states a required parameter."""
    return stated_fact(function, name) is not None


def step_line(scene: Scene, number: int, step: Step, own: Sequence[Step]) -> dict[str, Any]:
    """A step as data: its number and function, how the user stands to it, and which outputs feed it.

    Args:
        scene: the dialogue so far.
        number: under which an answer speaks of it.
        step: the step.
        own: the steps that are numbered together, from 1.
    """
    line: dict[str, Any] = {"step": number, "function": scene.functions[step.function].name, "role": _ROLES[step.role]}
    fed = {name: source_of(scene, link, own) for name, link in links_into(scene, step).items()}
    return line | ({"comes from": fed} if fed else {})


def source_of(scene: Scene, link: Link, own: Sequence[Step]) -> str:
    """Where the value of a link comes from, in words: an output of a step of the turn, or of a call in the history."""
    numbers = {step.id: number for number, step in enumerate(own, 1)}
    for turn in scene.history:
        for call in turn.calls:
            if call.step == link.source:
                return f"{link.output} of {call.id}"
    return f"{link.output} of step {numbers[link.source]}" if link.source in numbers else link.output
