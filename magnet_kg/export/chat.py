"""Chat messages in the OpenAI form, and back: what `sft.jsonl` and `preference.jsonl` hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import ChatMessage, ToolCall, Trajectory


def to_chat(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """Messages with `tool_calls` whose arguments are JSON strings, and tool messages with `tool_call_id`."""
    return [_to_chat(message) for message in messages]


def from_chat(messages: Sequence[Mapping[str, Any]], turns: Sequence[str | None]) -> tuple[ChatMessage, ...]:
    """The messages of a row again; `turns` are the turns that they belong to, from the row's provenance.

    Raises:
        ValueError: arguments that are not JSON, or a message of an unknown form.
    """
    return tuple(
        ChatMessage(
            role=message["role"],
            content=message.get("content") or "",
            turn=turn,
            calls=tuple(_tool_call(call) for call in message.get("tool_calls") or ()),
            call=message.get("tool_call_id"),
            name=message.get("name"),
        )
        for message, turn in zip(messages, turns, strict=True)
    )


def tool_definitions(functions: Iterable[Function]) -> str:
    """The OpenAI tools list as a JSON string: Arrow would pad nested schemas with one another's keys."""
    return orjson.dumps([function.as_tool() for function in functions]).decode()


def tools_added(trajectory: Trajectory, functions: Mapping[str, Function]) -> str:
    """Message index → the tools that this message announces, as a JSON string."""
    added = {
        str(index): [functions[one].as_tool() for one in trajectory.tools_added[message.turn]]
        for index, message in enumerate(trajectory.messages)
        if message.role == "user" and message.turn in trajectory.tools_added
    }
    return orjson.dumps(added).decode()


def _to_chat(message: ChatMessage) -> dict[str, Any]:
    chat: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        chat["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": orjson.dumps(call.arguments).decode()},
            }
            for call in message.calls
        ]
    if message.role == "tool":
        chat |= {"tool_call_id": message.call, "name": message.name}
    return chat


def _tool_call(call: Mapping[str, Any]) -> ToolCall:
    if call["type"] != "function":
        raise ValueError(f"a call of type {call['type']!r}")
    function = call["function"]
    return ToolCall(id=call["id"], name=function["name"], arguments=orjson.loads(function["arguments"]))
