"""Answers of models as they came, one a file, and prompts as they are sent: what the tasks' golden tests read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from magnet_kg.teacher.llm.parsing import Unfit, read_answer
from magnet_kg.teacher.llm.reply import Reply
from magnet_kg.teacher.llm.request import ModelRequest

FOLDER = Path(__file__).parent / "teacher" / "llm" / "recorded"


def recorded(task: str, name: str) -> str:
    """An answer's text, byte for byte."""
    return (FOLDER / task / name).read_text(encoding="utf-8")


def answered(request: ModelRequest[Any], text: str) -> Any:
    """The answer that a text is, which has no faults."""
    answer = _read(request, text)
    assert list(request.faults(answer)) == []
    return answer


def faults_in(request: ModelRequest[Any], text: str) -> list[str]:
    """What is wrong with an answer's text: what does not fit its schema, or else its faults."""
    try:
        return list(request.faults(_read(request, text)))
    except Unfit as unfit:
        return unfit.faults


def as_text(request: ModelRequest[Any]) -> str:
    """The whole prompt as one text."""
    return "\n\n".join(f"=== {message.role} ===\n{message.text}" for message in request.messages) + "\n"


def _read(request: ModelRequest[Any], text: str) -> Any:
    return read_answer(Reply(text, "stop", form="json"), request.answer)
