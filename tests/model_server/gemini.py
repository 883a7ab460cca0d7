"""Gemini's protocol: `/v1beta/models/MODEL:generateContent`, which batches use for each of their requests too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model_server.problems import Problem
from model_server.script import Message, Question, Reply, tokens

STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip


def read(model: str, body: Mapping[str, Any]) -> Question:
    """A request's body as a question."""
    config = body.get("generationConfig") or {}
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    system = body.get("systemInstruction") or config.get("systemInstruction")
    messages = [Message("system", _text(system))] if system else []
    messages += [
        Message("assistant" if content.get("role") == "model" else "user", _text(content))
        for content in body.get("contents", ())
    ]
    declared = [one for tool in body.get("tools") or () for one in tool.get("functionDeclarations", ())]
    return Question(
        model=model,
        messages=tuple(messages),
        schema=schema,
        schema_name=(schema or {}).get("title"),
        tools=tuple({"type": "function", "function": one} for one in declared),
        body=body,
    )


def write(question: Question, reply: Reply) -> dict[str, Any]:
    """An answer's body; a refusal is a safety block, which has no candidates."""
    asked = tokens(question.text)
    if reply.refused:
        return {
            "promptFeedback": {"blockReason": "SAFETY"},
            "usageMetadata": {"promptTokenCount": asked, "totalTokenCount": asked},
            "modelVersion": question.model,
        }
    parts: list[dict[str, Any]] = [{"text": reply.text}] if reply.text or not reply.calls else []
    parts += [{"functionCall": {"name": call.name, "args": dict(call.arguments)}} for call in reply.calls]
    said = tokens(str(parts))
    return {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {
            "promptTokenCount": asked,
            "candidatesTokenCount": said,
            "totalTokenCount": asked + said,
        },
        "modelVersion": question.model,
        "responseId": f"response-{question.number}",
    }


def error(problem: Problem) -> tuple[int, dict[str, Any]]:
    """An error's status and body, which says too when to come back, as Gemini does."""
    status = problem.status
    details: list[dict[str, Any]] = []
    if status == 401:  # Gemini calls a wrong key a bad argument.
        status = 400
        reason = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}
        details.append({"@type": "type.googleapis.com/google.rpc.ErrorInfo", **reason})
    if problem.retry_after is not None:
        delay = f"{problem.retry_after:g}s"
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
    body = {"code": status, "message": problem.text, "status": STATUS[status], "details": details}
    return status, {"error": body}


def models(names: tuple[str, ...]) -> dict[str, Any]:
    """The body of `/v1beta/models`."""
    methods = ["generateContent", "batchGenerateContent"]
    return {"models": [{"name": f"models/{name}", "supportedGenerationMethods": methods} for name in names]}


def _text(content: Mapping[str, Any]) -> str:
    return "".join(part.get("text", "") for part in content.get("parts", ()))
