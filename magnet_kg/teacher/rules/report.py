"""Assistant turns by rules: calls in the groups that can be made at once, then a message from what they returned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import jinja2

from magnet_kg.catalog.concepts import shared_words
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.function import TOOLKITS
from magnet_kg.domain.path import Missing, PathTurn
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.grammar import Piece, joined, parse
from magnet_kg.teacher.rules.language import language
from magnet_kg.teacher.rules.plan import PhrasesFor, SlotFill
from magnet_kg.teacher.rules.unknown.naming import spoken
from magnet_kg.wording.calendar import parse_iso, write_date
from magnet_kg.wording.fields import brief
from magnet_kg.wording.forms import write_plain
from magnet_kg.wording.numbers import write_list
from magnet_kg.wording.report import render

# A report that says of what it is; what else there is to tell (`told_more`) leaves that out.
_NAMED = re.compile(r"args[\[.]|\{\{(?! result \|)")
# More values than these before a result would be a table.
_MOST_APART = 2


class _Given(dict[str, Any]):
    """The arguments of a call; one that was not given is None, so that a template may ask for it."""

    def __missing__(self, key: str) -> None:
        return None


def write_answer(scene: Scene, turn: PathTurn, phrases: PhrasesFor, skip: frozenset[str] = frozenset()) -> str:
    """The message that ends a turn: what was asked, in the order asked, from the outputs.

    Args:
        scene: its history ends with the current turn, executed.
        turn: the current turn.
        phrases: gives a function's phrases.
        skip: steps that the message leaves out (for a wrong summary).
    """
    if turn.missing is not None:
        return _what_is_missing(scene, turn, turn.missing, phrases)
    past, today = scene.history[-1], scene.context.now.date()
    sentences = []
    for step in turn.steps:
        made = _made(past, step.id)
        if made is None or step.id in skip:
            continue
        call, observation = made
        if observation.failed:
            message = str(observation.output["error"]["message"])
            sentences.append(_sentence(scene.rng.choice(language().failed), {"message": message}, scene.rng))
        elif step.role != "insert_backward":
            source = scene.rng.choice(phrases(scene.functions[step.function]).report)
            told = render_report(source, call, observation, today)
            apart = "" if _NAMED.search(source) else _told_apart(call, past.calls, today)
            if apart:
                lower = told if re.match(r"I\b", told) else told[:1].lower() + told[1:]
                told = f"{apart}: {lower}"
            sentences.append(told)
    return " ".join(sentences)


def _told_apart(call: FunctionCall, calls: Sequence[FunctionCall], today: date) -> str:
    """What a call has that others of its function in the same message have not: "Cork", "2 and 5"; "" for one alone."""
    others = [one for one in calls if one.function == call.function and one.id != call.id]
    values = [
        value for name, value in call.arguments.items() if any(other.arguments.get(name) != value for other in others)
    ]
    if len(values) > _MOST_APART or not all(isinstance(one, str | int | float) for one in values):
        return ""
    return write_list([_written(one, today) for one in values if not isinstance(one, bool)])


def _written(value: str | float, today: date) -> str:
    day = parse_iso(value) if isinstance(value, str) else None
    if isinstance(value, str) and (day is None or isinstance(day, datetime)):
        return brief(value)
    return write_plain(value) if day is None else write_date(day, today)


def render_report(source: str, call: FunctionCall, observation: Observation, today: date | None = None) -> str:
    """A report template over a call's result; `today` tells which dates need their year.

    Raises:
        MagnetError: the template names what the result does not have.
    """
    output = observation.output if isinstance(observation.output, dict) else {"value": observation.output}
    try:
        return render(source, {**output, "args": _Given(call.arguments), "result": output}, today).strip()
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        raise MagnetError(
            f"the report “{source}” cannot be told of {output}: {error}", where=f"phrases of {call.function}"
        ) from error


def say_what_is_possible(scene: Scene, wanted: str, phrases: PhrasesFor) -> str:
    """The assistant's answer where nothing offered can serve: what it cannot do, and what it can do instead."""
    ability = phrases(scene.functions[wanted]).ability
    # What is nearest to the request comes first; what has nothing to do with it is no comfort.
    about = scene.functions[wanted]
    offered = [scene.functions[one] for one in sorted(scene.offered) if one != wanted]
    near = [f for f in offered if about.category == f.category or about.toolkit == f.toolkit]
    # The functions of a catalog's category have little more in common than its name.
    near = [f for f in near if about.catalog == TOOLKITS or shared_words(about, f)]
    nearest = sorted(near, key=lambda f: f.toolkit != about.toolkit)
    others = [phrases(function).ability for function in nearest[:5]]
    related = [a for a in dict.fromkeys(others) if a != ability]
    values = {"ability": ability}
    if related:
        picked = scene.rng.sample(related, min(len(related), 2))
        values["others"] = " or ".join(picked)
    return _sentence(scene.rng.choice(language().cannot), values, scene.rng)


def _what_is_missing(scene: Scene, turn: PathTurn, missing: Missing, phrases: PhrasesFor) -> str:
    step = next(s for s in turn.wanted if s.id == missing.step)
    if missing.kind == "miss_func" or missing.parameter is None:
        return say_what_is_possible(scene, step.function, phrases)
    questions = phrases(scene.functions[step.function]).question_for.get(missing.parameter)
    if questions:
        return joined(parse(scene.rng.choice(questions)).render({}, scene.rng))
    name = spoken(missing.parameter)
    return _sentence(scene.rng.choice(language().ask_for), {"name": name}, scene.rng)


def _made(past: DialogueTurn, step: str) -> tuple[FunctionCall, Observation] | None:
    for call, observation in zip(past.calls, past.observations, strict=True):
        if call.step == step:
            return call, observation
    return None


def _sentence(template: str, values: dict[str, str], rng: Random) -> str:
    def slot(name: str) -> SlotFill:
        return lambda _form: [Piece(values[name])]

    return joined(parse(template).render({name: slot(name) for name in values}, rng))
