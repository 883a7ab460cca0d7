"""Back-translation by a model: the functions of a turn become the user's message (METHOD.md §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from magnet_kg.domain.dialogue import UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.asked import AskAnswer as AskAnswer
from magnet_kg.teacher.llm.tasks.asked import SaidChoice as SaidChoice
from magnet_kg.teacher.llm.tasks.asked import SaidValue as SaidValue
from magnet_kg.teacher.llm.tasks.asked import faults, mentions_in
from magnet_kg.teacher.llm.tasks.lexicons import Lexicons, words_of_choices
from magnet_kg.teacher.llm.tasks.rendering import (
    facts_of,
    fenced,
    functions_fenced,
    history_fenced,
    messages_of,
)
from magnet_kg.teacher.llm.tasks.steps import came_to_nothing, completed, left_out, mode_of, step_line, steps_of, to_say
from magnet_kg.teacher.protocol import Scene
from magnet_kg.wording.prompts import load_prompt

PROMPT = "ask"
_MOST_NAMES = 12
_MOST_WORDS = 40
_LONGEST_NAME = 120
# How a person writes who writes like nobody else; one for all messages of a row.
_MANNERS = (
    "plain and friendly, in whole sentences",
    "in lower case and in few words, like a text message",
    "brisk: what is wanted, and nothing else",
    "polite, with a thank-you now and then",
    "chatty: a few words on why it is wanted",
    "as questions rather than requests",
    "by telling the situation, so that the wish follows from it",
    "careful and exact, as one who has been misunderstood before",
)


def request(
    scene: Scene,
    turn: PathTurn,
    lexicons: Lexicons = words_of_choices,
    suggested: Mapping[tuple[str, str], Any] | None = None,
) -> ModelRequest[AskAnswer]:
    """The question for the message of a turn.

    Args:
        scene: the dialogue before the turn.
        turn: the turn.
        lexicons: words for parameters with a closed set of values.
        suggested: values that make sense in this world, by step and parameter.
    """
    steps = steps_of(turn)
    functions = list({step.function: scene.functions[step.function] for step in steps}.values())
    mode = mode_of(scene, turn)
    lines = [_line(scene, turn, number, step, lexicons, suggested or {}) for number, step in enumerate(steps, 1)]
    return ModelRequest(
        task="ask",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(
            PROMPT,
            mode=mode,
            facts=fenced("facts", [facts_of(scene.context)]),
            history=history_fenced(scene.history, scene.functions, scene.answers),
            is_first=not scene.history,
            functions=functions_fenced(functions),
            steps=fenced("steps", lines),
            left_out=_left_out(scene, turn),
            offered=fenced("offered", _abilities(scene, [one.id for one in functions])),
            moves_on=came_to_nothing(scene, turn),
            manner=derived_rng(scene.path.seed, "manner", scene.path.row).choice(_MANNERS),
            notes=fenced("notes", scene.path.notes) if scene.path.notes else "",
        ),
        answer=AskAnswer,
        faults=partial(faults, scene, turn, lexicons),
        row=scene.path.row,
    )


def read(answer: AskAnswer, scene: Scene, turn: PathTurn, lexicons: Lexicons = words_of_choices) -> UserMessage:
    """The message with its mentions, of an answer without faults.

    Raises:
        Untranslatable: the model finds no honest message.
    """
    if answer.impossible.strip():
        steps = steps_of(turn)
        at = answer.impossible_step - 1
        raise Untranslatable("no honest message", steps[at if 0 <= at < len(steps) else 0].id if steps else None)
    mentions, _ = mentions_in(answer, scene, turn, lexicons)
    return UserMessage(text=answer.message.strip(), mentions=tuple(mentions))


def _line(
    scene: Scene,
    turn: PathTurn,
    number: int,
    step: Step,
    lexicons: Lexicons,
    suggested: Mapping[tuple[str, str], Any],
) -> dict[str, Any]:
    function = scene.functions[step.function]
    names = to_say(scene, turn, step)
    line = step_line(scene, number, step, steps_of(turn)) | {"say": list(names)}
    exist = {
        name: [one[:_LONGEST_NAME] for one in held[:_MOST_NAMES]]
        for name, held in scene.session.known(function.id).items()
        if name != left_out(turn, step)
    }
    drawn = {
        "suggested" if needed else "may say": {
            path: value
            for (of, path), value in suggested.items()
            if of == step.id and (path.split(".")[0] in names) is needed and path != left_out(turn, step)
        }
        for needed in (True, False)
    }
    closed = {name: spoken for name in (*names, *drawn["may say"]) if (spoken := _ways(function, name, lexicons))}
    extra = {"exist": exist, **drawn, "words for": closed}
    return line | {name: told for name, told in extra.items() if told}


def _ways(function: Function, name: str, lexicons: Lexicons) -> list[str]:
    return [f"{words} = {value}" for words, value in lexicons(function, name).items()][:_MOST_WORDS]


def _left_out(scene: Scene, turn: PathTurn) -> str:
    """Which parameter of which step is left out, or was."""
    empty = turn if turn.missing is not None else completed(scene, turn)
    if empty is None or empty.missing is None or empty.missing.parameter is None:
        return ""
    numbers = {step.id: number for number, step in enumerate(steps_of(turn), 1)}
    return f"{empty.missing.parameter} of step {numbers[empty.missing.step]}"


def _abilities(scene: Scene, besides: Sequence[str]) -> list[dict[str, str]]:
    """What is offered, for a request that none of it can serve, or that needs none of it."""
    offered = [scene.functions[one] for one in scene.offered if one not in besides]
    return [{"name": one.name, "description": one.description[:_LONGEST_NAME]} for one in offered[:_MOST_WORDS]]
