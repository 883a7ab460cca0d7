"""Masked names: functions and parameters called something that says nothing, so that descriptions must be read.

A mask is put on when a row is exported, and taken off when the row is read: what is checked and replayed has the real
names. The row says in its provenance what each mask hides. Rows that offer the same functions have the same masks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import Record, content_hash
from magnet_kg.domain.trajectory import ChatMessage, Trajectory

_FUNCTIONS = ("function_{}", "func_{}", "tool_{}", "f{}", "action_{}")
_PARAMETERS = ("arg{}", "param_{}", "p{}", "arg_{}", "input_{}")
# Schemas that say more of their properties than what each takes name them elsewhere, too.
_PLAIN = frozenset(["type", "properties", "required", "additionalProperties", "description"])


class Mask(Record):
    """What a function and its parameters are called in a row, by their real names."""

    name: str
    parameters: dict[str, str] = {}


Masks = Mapping[str, Mask]


def masks_of(trajectory: Trajectory, functions: Mapping[str, Function], share: float) -> Masks:
    """The masks of a row's functions, by id; none for a share of rows, and for those that announce functions later.

    Args:
        trajectory: the row.
        functions: definitions by id.
        share: of the rows that are masked, as told by what they offer.
    """
    rng = derived_rng(trajectory.seed, "masks", content_hash(trajectory.tools))
    if trajectory.tools_added or rng.random() >= share:
        return {}
    functions_too, parameters_too = rng.choice(((True, True), (True, True), (True, False), (False, True)))
    names = _names(rng, _FUNCTIONS, len(trajectory.tools))
    return {
        one: Mask(
            name=name if functions_too and functions[one].description else functions[one].name,
            parameters=_parameters(functions[one], rng) if parameters_too else {},
        )
        for one, name in zip(trajectory.tools, names, strict=True)
    }


def masked_function(function: Function, masks: Masks) -> Function:
    """The function as the row offers it."""
    mask = masks.get(function.id)
    if mask is None:
        return function
    schema = dict(function.parameters)
    if mask.parameters:
        schema["properties"] = {mask.parameters[name]: one for name, one in function.properties.items()}
        if function.required:
            schema["required"] = [mask.parameters[name] for name in function.required]
    return function.model_copy(update={"name": mask.name, "parameters": schema})


def put_on(messages: Sequence[ChatMessage], functions: Mapping[str, Function], masks: Masks) -> list[ChatMessage]:
    """The messages with the names that the row offers."""
    named = {functions[one].name: (mask.name, mask.parameters) for one, mask in masks.items()}
    return _renamed(messages, named)


def take_off(messages: Sequence[ChatMessage], names: Mapping[str, str], masks: Masks) -> list[ChatMessage]:
    """The messages with the real names again.

    Args:
        messages: of the row.
        names: the real name of each masked function, by id.
        masks: of the row.
    """
    named = {
        mask.name: (names[one], {hidden: real for real, hidden in mask.parameters.items()})
        for one, mask in masks.items()
    }
    return _renamed(messages, named)


def _renamed(messages: Sequence[ChatMessage], named: Mapping[str, tuple[str, Mapping[str, str]]]) -> list[ChatMessage]:
    found = []
    for message in messages:
        calls = []
        for call in message.calls:
            name, parameters = named.get(call.name, (call.name, {}))
            arguments = {parameters.get(key, key): value for key, value in call.arguments.items()}
            calls.append(call.model_copy(update={"name": name, "arguments": arguments}))
        own = named[message.name][0] if message.name is not None and message.name in named else message.name
        found.append(message.model_copy(update={"calls": tuple(calls), "name": own}))
    return found


def _parameters(function: Function, rng: Random) -> dict[str, str]:
    described = all(one.get("description") for one in function.properties.values())
    if not described or not set(function.parameters) <= _PLAIN:
        return {}
    return dict(zip(function.properties, _names(rng, _PARAMETERS, len(function.properties)), strict=True))


def _names(rng: Random, styles: Sequence[str], count: int) -> list[str]:
    style = rng.choice(styles)
    numbers = rng.sample(range(1, max(10, 2 * count)), count) if rng.random() < 0.5 else range(1, count + 1)
    letters = rng.random() < 0.3 and count <= 26
    return [style.format(chr(96 + at) if letters else at) for at in (range(1, count + 1) if letters else numbers)]


def hidden(proven: Mapping[str, Any]) -> tuple[Masks, Mapping[str, str]]:
    """The masks of a row and the real names of its functions, from its provenance.

    Raises:
        ValueError: they are not of this form.
    """
    masks = {one: Mask.model_validate(mask) for one, mask in proven.get("masks", {}).items()}
    return masks, proven.get("masked", {})
