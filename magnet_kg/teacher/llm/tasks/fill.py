"""Forth-translation by a model: message, functions and outputs become filled calls (METHOD.md §5).

The model says only values, and which words chose one of several. Where each value comes from is found by code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pydantic import Field

from magnet_kg.catalog.arguments import argument_fault
from magnet_kg.domain.choosing import choose
from magnet_kg.domain.dialogue import Criterion, FunctionCall, Origin, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.domain.values import leaves, lookup, siblings
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.lexicons import Lexicons, words_of_choices
from magnet_kg.teacher.llm.tasks.rendering import (
    TaskAnswer,
    facts_of,
    fenced,
    functions_fenced,
    history_fenced,
    messages_of,
)
from magnet_kg.teacher.llm.tasks.steps import NotJsonError, OfStep, OneOfSeveral, links_into, parse_json, step_line
from magnet_kg.teacher.llm.tracing import Choice, Past, Traced, trace
from magnet_kg.teacher.protocol import Scene
from magnet_kg.wording import forms
from magnet_kg.wording.prompts import load_prompt

PROMPT = "fill"
_MOST_UNTRACED = 6


class FilledChoice(OneOfSeveral):
    """How one of several things was chosen."""

    words: str = Field(description="the user's words that say so, copied exactly; empty where nobody said it")


class FilledCall(OfStep):
    """One call."""

    arguments: str = Field(description="the arguments as the text of one JSON object")
    choices: list[FilledChoice] = Field(description="for each argument that is one of several in a list")


class FillAnswer(TaskAnswer):
    """The calls of the first steps."""

    calls: list[FilledCall] = Field(description="in the order of the steps, from the first; empty where impossible")
    impossible: str = Field(description="which value cannot be had, and why; empty where all can")


def request(
    scene: Scene,
    turn: PathTurn,
    message: UserMessage,
    steps: Sequence[Step],
    lexicons: Lexicons = words_of_choices,
) -> ModelRequest[FillAnswer]:
    """The question for the calls of those first `steps` that need no output of one another.

    `scene.history` ends with the current turn as far as it has been executed.
    """
    ready = ready_steps(scene, steps)
    functions = list({step.function: scene.functions[step.function] for step in ready}.values())
    return ModelRequest(
        task="fill",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(
            PROMPT,
            facts=fenced("facts", [facts_of(scene.context)]),
            history=history_fenced(scene.history, scene.functions, scene.answers),
            functions=functions_fenced(functions),
            steps=fenced("steps", (step_line(scene, n, step, ready) for n, step in enumerate(ready, 1))),
            count=len(ready),
            notes=fenced("notes", scene.path.notes) if scene.path.notes else "",
        ),
        answer=FillAnswer,
        faults=partial(faults, scene, ready, lexicons),
        row=scene.path.row,
    )


def read(
    answer: FillAnswer,
    scene: Scene,
    turn: PathTurn,
    message: UserMessage,
    steps: Sequence[Step],
    lexicons: Lexicons = words_of_choices,
) -> tuple[FunctionCall, ...]:
    """The calls of an answer without faults, each with its origins: those up to the first that does not hold.

    Raises:
        Untranslatable: a value cannot be had.
    """
    if answer.impossible.strip() and not answer.calls:
        raise Untranslatable("no source for a value", steps[0].id)
    made = sum(len(past.calls) for past in scene.history)
    calls: list[FunctionCall] = []
    for one, step in zip(answer.calls, ready_steps(scene, steps), strict=False):
        call, wrong = _call(one, scene, step, lexicons, f"call_{made + len(calls) + 1}")
        if call is None or wrong:
            # It is asked for again once those before it have been executed.
            break
        calls.append(call)
    return tuple(calls)


def ready_steps(scene: Scene, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The first of these steps, up to one that takes an output of another."""
    ready: list[Step] = []
    for step in steps:
        sources = {link.source for link in scene.path.links if link.target == step.id}
        if ready and sources & {one.id for one in ready}:
            break
        ready.append(step)
    return tuple(ready)


def failed_source(scene: Scene, step: Step) -> bool:
    """Whether a call that should have supplied a step has given nothing."""
    given = {
        call.step
        for turn in scene.history
        for call, seen in zip(turn.calls, turn.observations, strict=False)
        if not seen.failed
    }
    return any(link.source not in given for link in links_into(scene, step).values())


def faults(scene: Scene, ready: Sequence[Step], lexicons: Lexicons, answer: FillAnswer) -> list[str]:
    """What is wrong with an answer, in sentences for the model; only the first call has to hold by itself."""
    if not answer.calls:
        return [] if answer.impossible.strip() else ["There is no call; make the call of step 1, or say why not."]
    numbers = [one.step for one in answer.calls]
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) > len(ready):
        return [f"The calls are those of the steps 1 to {len(ready)}, in order from 1, one each; these are {numbers}."]
    _, wrong = _call(answer.calls[0], scene, ready[0], lexicons, "call")
    return [f"Step 1: {one}." for one in wrong]


def _call(
    one: FilledCall, scene: Scene, step: Step, lexicons: Lexicons, call_id: str
) -> tuple[FunctionCall | None, list[str]]:
    """A call with its origins, and what is wrong with it."""
    function = scene.functions[step.function]
    try:
        arguments = parse_json(one.arguments)
        choices = {chosen.parameter: Choice(chosen.criterion, chosen.words.strip()) for chosen in one.choices}
    except NotJsonError as error:
        return None, [str(error)]
    if not isinstance(arguments, dict):
        return None, ["the arguments are no JSON object"]
    fault = argument_fault(function, arguments)
    if fault is not None:
        return None, [f"{function.name} does not take these arguments: {fault}"]
    arguments = {name: arguments[name] for name in function.properties if name in arguments}
    traced = trace(Past.of(scene, function.id), function, step.id, arguments, lexicons, choices)
    wrong = [f"{it.parameter} = {it.value!r} comes from nowhere: {it.why}" for it in traced.untraced[:_MOST_UNTRACED]]
    wrong += _unlinked(scene, step, arguments, traced)
    wrong += _misread(scene, step, arguments, traced)
    call = FunctionCall(
        id=call_id, step=step.id, function=function.id, arguments=arguments, origins=_ordered(traced, arguments)
    )
    return call, wrong


def _misread(scene: Scene, step: Step, arguments: dict[str, Any], traced: Traced) -> Iterator[str]:
    """Words that were meant otherwise: what was said and what was understood must be the same."""
    given = dict(leaves(arguments)) if arguments else {}
    chosen = {one.parameter.split(".")[0]: one for one in traced.origins if one.call is not None}
    for past in scene.history:
        for mention in past.user.mentions:
            if mention.step != step.id:
                continue
            words = past.user.text[mention.start : mention.end]
            name = mention.parameter.split(".")[0]
            if mention.criterion is None and mention.value is not None:
                values = [given[mention.parameter]] if mention.parameter in given else [given.get(f"{name}.0")]
                if not any(forms.same(mention.value, value) for value in values):
                    yield f"“{words}” is {mention.parameter} = {mention.value!r}, which these arguments do not have"
            elif mention.criterion is not None and name in chosen and _misses(scene, chosen[name], mention.criterion):
                yield f"“{words}” ({mention.criterion.take}) means another one than {name} = {arguments[name]!r}"


def _misses(scene: Scene, origin: Origin, criterion: Criterion) -> bool:
    """Whether a value from an output is not the one that a criterion chooses there."""
    outputs = {seen.call: seen.output for turn in scene.history for seen in turn.observations}
    if origin.call not in outputs or origin.path is None:
        return False
    try:
        one = choose(siblings(outputs[origin.call], origin.path), criterion)
        return one.path != origin.path and not forms.same(one.value, lookup(outputs[origin.call], origin.path))
    except (Untranslatable, LookupError, TypeError):
        # It decides nothing there: what was chosen stands on its own words.
        return False


def _ordered(traced: Traced, arguments: dict[str, Any]) -> tuple[Origin, ...]:
    names = list(arguments)
    return tuple(sorted(traced.origins, key=lambda one: names.index(one.parameter.split(".")[0])))


def _unlinked(scene: Scene, step: Step, arguments: dict[str, Any], traced: Traced) -> Iterator[str]:
    """Values that an output supplies, and that were taken from somewhere else or left out."""
    calls = {call.step: call.id for turn in scene.history for call in turn.calls}
    for name, link in links_into(scene, step).items():
        source = calls.get(link.source)
        if name not in arguments:
            yield f"{name} is missing; it is {link.output} of {source}"
            continue
        origins = [one for one in traced.origins if one.parameter.split(".")[0] == name]
        parts = [part for one in origins for part in (one, *one.inputs)]
        if origins and not any(part.call == source for part in parts):
            yield f"{name} is not {arguments[name]!r}; it is {link.output} of {source}"
