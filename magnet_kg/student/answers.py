"""Calls as they stand in a student's message, and the messages that a dialogue goes on with.

They come as `tool_calls`, or in the text as `<tool_call>{"name": …, "arguments": …}</tool_call>`, which is what small
models and servers without a parser of their own give.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from magnet_kg.domain.record import JsonObject

_BLOCK = re.compile(r"<tool_call>(.*?)(?:</tool_call>|$)", re.DOTALL)
# Where a chat template opens the thought in the prompt, an answer has its end alone.
_THOUGHT = re.compile(r"^\s*<think>.*?(?:</think>|$)|^.*?</think>", re.DOTALL)
_UNFIT = re.compile(r"[^A-Za-z0-9_-]")
_NAMELESS = "unreadable_call"


@dataclass(frozen=True)
class Asked:
    """A call as it stands in a student's message: `arguments` is None where they are no JSON object.

    `written` is the arguments as text, or all that is written where not even a name can be read.
    """

    name: str
    arguments: JsonObject | None
    written: str


def read_answer(answer: Mapping[str, Any]) -> tuple[str, list[Asked]]:
    """The text and the calls of a student's message in OpenAI's form; what it thought aloud is no part of the text."""
    content = _THOUGHT.sub("", str(answer.get("content") or ""))
    structured = answer.get("tool_calls") or []
    if structured:
        return content.strip(), [_structured(one) for one in structured]
    blocks = _BLOCK.findall(content)
    return _BLOCK.sub("", content).strip(), [_written(block.strip()) for block in blocks]


def _structured(call: Mapping[str, Any]) -> Asked:
    function = call.get("function") or {}
    given = function.get("arguments")
    if isinstance(given, dict):
        return Asked(str(function.get("name") or ""), given, "")
    written = str(given or "{}")
    return Asked(str(function.get("name") or ""), _object(written), written)


def _written(block: str) -> Asked:
    call = _object(block)
    if call is None or not isinstance(call.get("name"), str):
        return Asked("", None, block)
    given = call.get("arguments", {})
    arguments = _object(given) if isinstance(given, str) else given
    written = given if isinstance(given, str) else orjson.dumps(given).decode()
    return Asked(call["name"], arguments if isinstance(arguments, dict) else None, written)


def _object(text: str) -> JsonObject | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def calling_message(text: str, calls: Sequence[tuple[str, str, JsonObject | None]]) -> dict[str, Any]:
    """A message with calls (id, name, arguments), as a server takes it back: it refuses what it cannot read."""
    told = [
        {
            "id": identifier,
            "type": "function",
            "function": {"name": _fit(name), "arguments": orjson.dumps(arguments or {}).decode()},
        }
        for identifier, name, arguments in calls
    ]
    return {"role": "assistant", "content": text, "tool_calls": told}


def result_message(identifier: str, name: str, content: str) -> dict[str, Any]:
    """What a call gave."""
    return {"role": "tool", "content": content, "tool_call_id": identifier, "name": _fit(name)}


def _fit(name: str) -> str:
    return _UNFIT.sub("_", name)[:64] or _NAMELESS
