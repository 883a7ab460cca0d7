"""The message that ends a turn, written by a model from what the calls returned (METHOD.md §6, positive)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

from pydantic import Field

from magnet_kg.catalog.concepts import is_lookup
from magnet_kg.catalog.leaks import identifier_in, mentions_hint
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation
from magnet_kg.domain.path import PathTurn, StepRole
from magnet_kg.domain.values import leaves, scalars
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.language import not_english
from magnet_kg.teacher.llm.tasks.rendering import (
    TaskAnswer,
    facts_of,
    fenced,
    functions_fenced,
    history_fenced,
    messages_of,
    turn_lines,
)
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.mistakes import known_to
from magnet_kg.wording.claims import asks, declines, shows_something, unsupported
from magnet_kg.wording.prompts import load_prompt
from magnet_kg.wording.written import shows, written_forms

PROMPT = "respond"
_MOST_OFFERED = 40
_LONGEST_ABILITY = 120
_MOST_CLAIMS = 6

Ending = Literal["answer", "ask", "decline", "talk"]


class RespondAnswer(TaskAnswer):
    """The assistant's message."""

    message: str = Field(description="what the assistant writes to the user")


def request(scene: Scene, turn: PathTurn) -> ModelRequest[RespondAnswer]:
    """The question for the final message of a turn; `scene.history` ends with the turn, executed."""
    return ModelRequest(
        task="respond",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(PROMPT, ending=ending_of(turn), **told(scene, turn)),
        answer=RespondAnswer,
        faults=partial(faults, scene, turn),
        row=scene.path.row,
    )


def read(answer: RespondAnswer) -> str:
    """The message of an answer without faults."""
    return answer.message.strip()


def told(scene: Scene, turn: PathTurn) -> dict[str, Any]:
    """What a prompt is given about the end of a turn."""
    *before, done = scene.history
    roles = {step.id: step.role for step in turn.steps}
    missing = turn.missing
    step = next((one for one in turn.wanted if missing is not None and one.id == missing.step), None)
    function = scene.functions[step.function] if step is not None else None
    wanted = missing.parameter or "" if missing is not None else ""
    parameter = {"parameter": wanted, **function.properties[wanted]} if function is not None and wanted else {}
    offered = [scene.functions[one] for one in scene.offered if function is None or one != function.id]
    abilities = ({"description": one.description[:_LONGEST_ABILITY]} for one in offered[:_MOST_OFFERED])
    return {
        "facts": fenced("facts", [facts_of(scene.context)]),
        "history": history_fenced(before, scene.functions, scene.answers),
        "is_first": not before,
        "turn": fenced("turn", turn_lines(done, scene.functions)),
        "calls": fenced("answer", _to_answer(done, roles, scene)),
        "missing": functions_fenced([function] if function is not None else [], "missing"),
        "parameter": fenced("parameter", [parameter]),
        "offered": fenced("offered", abilities),
        "notes": fenced("notes", scene.path.notes) if scene.path.notes else "",
    }


def ending_of(turn: PathTurn) -> Ending:
    """How a turn ends: with what came back, with a question, with what cannot be done, or in a talk."""
    if turn.missing is not None:
        return "ask" if turn.missing.kind == "miss_params" else "decline"
    return "answer" if turn.steps else "talk"


def faults(scene: Scene, turn: PathTurn, answer: RespondAnswer) -> list[str]:
    """What is wrong with a message, in sentences for the model."""
    message = answer.message.strip()
    found = [*wrong_manners(scene, message), *_unsupported(scene, message)]
    match ending_of(turn):
        case "ask" if not asks(message):
            found.append("The message has to ask for what is missing, with a question mark.")
        case "decline" if not declines(message):
            found.append("The message has to say plainly that this cannot be done here.")
    return [*found, *unanswered(scene, turn, message)]


def wrong_manners(scene: Scene, message: str) -> Iterator[str]:
    """What no message of an assistant may have, right or wrong."""
    if not message:
        yield "The message is empty."
    if mentions_hint(message):
        yield "The message speaks of a hint, or of reference or correct calls; the user knows of none."
    if not_english(message):
        yield "The message is not in English."
    names = frozenset(scene.functions[one].name for one in scene.offered if "_" in scene.functions[one].name)
    name = identifier_in(message, names)
    if name is not None:
        yield f"The message names the function {name}; say what it does instead."


def unanswered(scene: Scene, turn: PathTurn, message: str, besides: str = "") -> Iterator[str]:
    """Calls whose results the message keeps from the user; `besides` is a step of which nothing need be said."""
    done = scene.history[-1]
    roles = {step.id: step.role for step in turn.steps}
    for call, seen in zip(done.calls, done.observations, strict=True):
        role = roles.get(call.step)
        if role in (None, "insert_backward") or call.step == besides:
            continue
        if not tells(scene, call, seen, message) or (role != "walk" and not _gives_result(call, seen, message)):
            values = [v for v in scalars(seen.output) if not isinstance(v, bool) and v not in (None, "")]
            written = "; ".join(written_forms(value)[0] for value in values[:_MOST_CLAIMS] if written_forms(value))
            yield f"The message says nothing of what {call.id} returned ({written or 'nothing was found'})."


def tells(scene: Scene, call: FunctionCall, seen: Observation, message: str) -> bool:
    """Whether a message gives anything of what a call returned."""
    lookup = is_lookup(scene.functions[call.function])
    return shows_something(message, seen.output, call.arguments.values(), lookup=lookup)


def _gives_result(call: FunctionCall, seen: Observation, message: str) -> bool:
    """Whether the message gives what an implied call made of its inputs: that is why it was made."""
    if seen.failed:
        return True
    given = [leaf for _, leaf in leaves(call.arguments)]
    return any(shows(message, leaf) for _, leaf in leaves(seen.output) if leaf not in given)


def _unsupported(scene: Scene, message: str) -> Iterator[str]:
    claims = unsupported(message, known_to(scene))
    if claims:
        named = ", ".join(claims[:_MOST_CLAIMS])
        yield f"Nothing in the dialogue supports {named}. Say only what was returned, said or stated, as it is there."


def _to_answer(done: DialogueTurn, roles: dict[str, StepRole], scene: Scene) -> Iterator[dict[str, Any]]:
    for call, seen in zip(done.calls, done.observations, strict=True):
        role = roles.get(call.step, "walk")
        if role != "insert_backward" or seen.failed:
            yield {"call": call.id, "function": scene.functions[call.function].name} | (
                {"failed": True} if seen.failed else {}
            )
