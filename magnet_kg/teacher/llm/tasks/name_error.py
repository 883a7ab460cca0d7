"""Name the error of a turn where code has found none in its calls: what is left is what its final message says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

from pydantic import Field

from magnet_kg.domain.dialogue import DialogueTurn
from magnet_kg.domain.path import PathTurn
from magnet_kg.domain.record import canonical
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.language import not_english
from magnet_kg.teacher.llm.tasks.rendering import (
    TaskAnswer,
    call_lines,
    facts_of,
    fenced,
    functions_fenced,
    history_fenced,
    messages_of,
)
from magnet_kg.teacher.protocol import Reference, Scene
from magnet_kg.wording.prompts import load_prompt

PROMPT = "name_error"
_IN_CALLS = ("nested_missing", "short_dependency", "long_dependency")


class NameErrorAnswer(TaskAnswer):
    """What is wrong with the turn."""

    considered: str = Field(description="what the message claims and where each claim comes from, in short")
    error: Literal[
        "none", "nested_missing", "short_dependency", "long_dependency", "wrong_summary", "miss_func_or_params"
    ]
    quote: str = Field(description="the words of the final message that show it, copied exactly, or empty")
    evidence: str = Field(description="one English sentence")


def request(scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str) -> ModelRequest[NameErrorAnswer]:
    """The question for one turn; the scene's history ends with the candidate turn."""
    functions = scene.functions
    return ModelRequest(
        task="name_error",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(
            PROMPT,
            facts=fenced("facts", [facts_of(scene.context)]),
            functions=functions_fenced(functions[one] for one in scene.offered),
            history=history_fenced(scene.history[:-1], functions, scene.answers),
            turn=fenced("turn", [{"user": candidate.user.text}]),
            meant=fenced("meant", _meant(scene, reference.path_turn)),
            reference=fenced("reference", call_lines(reference.turn, functions)),
            candidate=fenced("candidate", call_lines(candidate, functions)),
            message=fenced("message", [{"assistant": answer}]),
        ),
        answer=NameErrorAnswer,
        faults=partial(faults, reference, candidate, answer),
        row=scene.path.row,
    )


def read(answer: NameErrorAnswer, reference: Reference) -> NamedError | None:
    """The error of an answer without faults, or None."""
    if answer.error == "none":
        return None
    shown = f" (“{answer.quote.strip()}”)" if answer.quote.strip() else ""
    return NamedError(turn=reference.path_turn.id, error=answer.error, evidence=f"{answer.evidence.strip()}{shown}")


def faults(reference: Reference, candidate: DialogueTurn, message: str, answer: NameErrorAnswer) -> list[str]:
    """What is wrong with an answer, in sentences for the model; none where `read` makes a good record of it."""
    found = list(_impossible(reference, candidate, message, answer))
    if not answer.evidence.strip():
        found.append("The evidence is empty.")
    if answer.quote.strip() and _plain(answer.quote) not in _plain(message):
        found.append(f"The final message does not say {answer.quote.strip()!r}; a quote is copied exactly.")
    if answer.error == "none" and answer.quote.strip():
        found.append("The error is none, and words are quoted that show it.")
    if not_english(answer.evidence):
        found.append("The evidence is not in English.")
    return found


def _impossible(reference: Reference, candidate: DialogueTurn, message: str, answer: NameErrorAnswer) -> Iterator[str]:
    """Errors that the calls rule out."""
    if _calls(reference.turn) != _calls(candidate):
        return
    asks_again = answer.error == "long_dependency" and "?" in message
    if answer.error in _IN_CALLS and not asks_again:
        yield f"The candidate makes just the calls of the reference, so that {answer.error} is not its error."
    if answer.error == "miss_func_or_params" and reference.path_turn.steps:
        yield "Nothing is missing in this turn: the reference makes its calls with what is there."


def _calls(turn: DialogueTurn) -> list[bytes]:
    return sorted(canonical([call.function, call.arguments]) for call in turn.calls)


def _meant(scene: Scene, turn: PathTurn) -> Iterator[dict[str, Any]]:
    """What the path says of a turn: what is asked for, what is needed unspoken, what is missing."""
    for step in turn.steps:
        how = "asked for by the user" if step.role == "walk" else "needed for it, and not named by the user"
        yield {"function": scene.functions[step.function].name, "is": how}
    missing = turn.missing
    if missing is not None:
        wanted = {step.id: step for step in turn.wanted}.get(missing.step) or scene.path.steps[missing.step]
        name = scene.functions[wanted.function].name
        if missing.kind == "miss_func":
            yield {"missing": f"the function {name}, which is not offered in this turn; nothing offered can replace it"}
        else:
            yield {"missing": f"the parameter {missing.parameter} of {name}, which the user has not given yet"}
    elif not turn.steps:
        yield {"missing": "any function that could do what the user asks"}


def _plain(text: str) -> str:
    """A text for comparison: one kind of quotation marks and spaces."""
    for marks, plain in (("‘’ʼ", "'"), ("“”„", '"'), ("‐‑–—", "-")):
        text = re.sub(f"[{marks}]", plain, text)
    return " ".join(text.split()).casefold()
