"""OpenAI's protocol: `/v1/chat/completions`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from model_server.problems import Problem
from model_server.script import Message, Question, Reply, tokens


def read(body: Mapping[str, Any]) -> Question:
    """A request's body as a question."""
    form = body.get("response_format") or {}
    held = form.get("json_schema") or {}
    return Question(
        model=body["model"],
        messages=tuple(Message(_role(one["role"]), _text(one.get("content"))) for one in body["messages"]),
        schema=held.get("schema"),
        schema_name=held.get("name"),
        tools=tuple(body.get("tools") or ()),
        body=body,
    )


def write(question: Question, reply: Reply) -> dict[str, Any]:
    """An answer's body."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": None}
    if reply.refused:
        message |= {"content": None, "refusal": "I'm sorry, I can't help with that."}
    if reply.calls:
        message["tool_calls"] = [
            {
                "id": f"call_{question.number}_{at}",
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for at, call in enumerate(reply.calls)
        ]
    asked, said = tokens(question.text), tokens(json.dumps(message))
    return {
        "id": f"chatcmpl-{question.number}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": question.model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": None,
                "finish_reason": "tool_calls" if reply.calls else "stop",
            }
        ],
        "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
    }


def error(problem: Problem) -> tuple[int, dict[str, Any]]:
    """An error's status and body; when to come back stands in the header alone."""
    kind = {429: "requests", 500: "server_error", 503: "server_error"}.get(problem.status, "invalid_request_error")
    body = {"message": problem.text, "type": kind, "param": None, "code": problem.code}
    return problem.status, {"error": body}


def models(names: tuple[str, ...]) -> dict[str, Any]:
    """The body of `/v1/models`."""
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "tests"} for name in names]}


def _role(role: str) -> str:
    return "system" if role == "developer" else role


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""
