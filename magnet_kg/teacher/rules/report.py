"""Assistant turns by rules: calls in the groups that can be made at once, then a message from what they returned."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, Origin
from magnet_kg.domain.path import Missing, PathTurn
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.grammar import Piece, joined, parse
from magnet_kg.teacher.rules.language import language
from magnet_kg.teacher.rules.plan import PhrasesFor, SlotFill
from magnet_kg.wording.report import environment


def next_group(calls: Sequence[FunctionCall]) -> tuple[FunctionCall, ...]:
    """The calls that can be made at once: those up to the first that needs an output of one of them."""
    group: list[FunctionCall] = []
    for call in calls:
        ids = {one.id for one in group}
        if any(_sources(origin) & ids for origin in call.origins):
            break
        group.append(call)
    return tuple(group)


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
    past = scene.history[-1]
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
            entry = phrases(scene.functions[step.function])
            template = environment().from_string(scene.rng.choice(entry.report))
            output = observation.output if isinstance(observation.output, dict) else {"result": observation.output}
            # A result may have a field called as a thing of the template's own; the arguments stand apart.
            sentences.append(template.render({**output, "args": call.arguments, "result": output}).strip())
    return " ".join(sentences)


def say_what_is_possible(scene: Scene, wanted: str, phrases: PhrasesFor) -> str:
    """The assistant's answer where nothing offered can serve: what it cannot do, and what it can do instead."""
    ability = phrases(scene.functions[wanted]).ability
    others = [phrases(scene.functions[one]).ability for one in sorted(scene.offered) if one != wanted]
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
    name = missing.parameter.replace("_", " ")
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


def _sources(origin: Origin) -> set[str]:
    own = {origin.call} if origin.call else set()
    return own.union(*(_sources(part) for part in origin.inputs)) if origin.inputs else own
