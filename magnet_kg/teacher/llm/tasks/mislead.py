"""The final message of a wrong turn, written by a model under a wrong hint (METHOD.md §6, negative)."""

from __future__ import annotations

from functools import partial

from magnet_kg.domain.path import PathTurn
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.rendering import fenced, messages_of
from magnet_kg.teacher.llm.tasks.respond import RespondAnswer, tells, told, unanswered, wrong_manners
from magnet_kg.teacher.protocol import Hint, Scene
from magnet_kg.teacher.rules.mistakes import known_to
from magnet_kg.wording.claims import unsupported
from magnet_kg.wording.prompts import load_prompt

PROMPT = "mislead"


def request(scene: Scene, turn: PathTurn, hint: Hint) -> ModelRequest[RespondAnswer]:
    """The question for the final message of a turn that goes wrong as the hint says.

    `scene.history` ends with the turn: its calls, right or wrong, have been made already.
    """
    return ModelRequest(
        task="mislead",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(
            PROMPT,
            mistake=mistake_of(hint),
            left_out=_call_of(scene, hint),
            evidence=fenced("evidence", [{"evidence": hint.evidence}]) if hint.evidence else "",
            **told(scene, turn),
        ),
        answer=RespondAnswer,
        faults=partial(faults, scene, turn, hint),
        row=scene.path.row,
    )


def read(answer: RespondAnswer) -> str:
    """The message of an answer without faults."""
    return answer.message.strip()


def mistake_of(hint: Hint) -> str:
    """Which mistake the message itself shows: a false number, something left out, a needless question, or none."""
    if hint.error == "wrong_summary":
        return "number" if hint.detail == "number" else "leave_out"
    return "ask" if hint.error == "long_dependency" and hint.detail == "ask" else "calls"


def faults(scene: Scene, turn: PathTurn, hint: Hint, answer: RespondAnswer) -> list[str]:
    """What is wrong with a wrong message: that it is wrong in another way, or not at all."""
    message = answer.message.strip()
    found = list(wrong_manners(scene, message))
    claims = unsupported(message, known_to(scene))
    match mistake_of(hint):
        case "number":
            if not claims:
                found.append("Every number is right; one of those that were returned has to be another one.")
            found += unanswered(scene, turn, message)
        case "leave_out":
            done = scene.history[-1]
            for call, seen in zip(done.calls, done.observations, strict=True):
                if call.step == hint.detail and tells(scene, call, seen, message):
                    found.append(f"The message still says something of what {call.id} returned.")
            found += unanswered(scene, turn, message, besides=hint.detail)
        case "ask" if not message.endswith("?"):
            found.append("The message has to end with the question.")
    if mistake_of(hint) != "number" and claims:
        found.append(f"Nothing in the dialogue supports {', '.join(claims[:3])}; that is another mistake.")
    return found


def _call_of(scene: Scene, hint: Hint) -> str:
    return next((call.id for call in scene.history[-1].calls if call.step == hint.detail), "")
