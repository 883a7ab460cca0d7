"""A student: messages and tools in, text or calls out, and whatever it does wrong left as it is."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from calling import model
from model_server import ModelServer, Question, Reply, ToolCall

from magnet_kg.teacher.llm.caller import open_student
from magnet_kg.teacher.llm.office import Office

TOOL = {
    "type": "function",
    "function": {
        "name": "book",
        "description": "Book a room.",
        "parameters": {"type": "object", "properties": {"night": {"type": "string"}}},
    },
}
TALK: list[dict[str, Any]] = [
    {"role": "system", "content": "You book rooms."},
    {"role": "user", "content": "A room for Monday, please."},
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "book", "arguments": '{"night": "Mon"}'}}],
    },
    {"role": "tool", "tool_call_id": "c1", "name": "book", "content": '{"room": 7}'},
    {"role": "user", "content": "And one for Tuesday."},
]


@pytest.mark.parametrize("provider", ["openai", "google"])
def test_a_student_is_given_the_whole_talk_and_its_calls_come_back(
    models: ModelServer, office: Office, provider: str
) -> None:
    seen: list[Question] = []

    def reply(question: Question) -> Reply:
        seen.append(question)
        return Reply(calls=(ToolCall("book", {"night": "Tuesday"}),))

    models.script = reply
    student = open_student(model(models, provider, temperature=1), office)

    async def twice() -> list[dict[str, Any]]:
        return [await student.chat(TALK, [TOOL], sample) for sample in (0, 1, 1)]

    first, *_ = asyncio.run(twice())
    (call,) = first["tool_calls"]
    assert call["function"]["name"] == "book"
    assert json.loads(call["function"]["arguments"]) == {"night": "Tuesday"}
    assert len(seen) == 2, "a sample is asked for once"
    assert "Tuesday" in seen[0].text
    assert len(seen[0].tools) == 1


def test_a_student_may_just_talk(models: ModelServer, office: Office) -> None:
    models.script = lambda _: Reply("Which Monday?")
    student = open_student(model(models), office)
    said = asyncio.run(student.chat(TALK[:2], [TOOL], 0))
    assert said == {"role": "assistant", "content": "Which Monday?"}
