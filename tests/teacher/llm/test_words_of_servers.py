"""What servers say in their own words, through the real client's errors: told apart as they should be."""

from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.reply import NotTaken, RateLimited, TooLong, Unavailable
from magnet_kg.teacher.llm.troubles import neutral

ADDRESS = "http://127.0.0.1:8000/v1"


def meant(status: int, body: Any, **headers: str) -> Exception:
    request = httpx2.Request("POST", f"{ADDRESS}/chat/completions")
    response = httpx2.Response(status, request=request, headers=headers)
    return neutral(openai.APIStatusError("Error code", response=response, body=body), "openai:small-1", ADDRESS)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "This model's maximum context length is 2048 tokens. However, you requested 4000.", "code": 400},
        {"message": "the request exceeds the available context size. try increasing it", "type": "invalid_request"},
        {"error": "`inputs` tokens + `max_new_tokens` must be <= 2048. `inputs` must have less than 2047 tokens"},
        {"message": "prompt is too long: 210000 tokens > 200000 maximum"},
        {"message": "Please reduce the messages.", "code": "context_length_exceeded"},
    ],
)
def test_a_prompt_that_is_too_long_is_known_in_the_words_of_many_servers(body: dict[str, Any]) -> None:
    assert isinstance(meant(400, body), TooLong)


@pytest.mark.parametrize(
    ("body", "sent", "words"),
    [
        ({"message": "--enable-auto-tool-choice is needed"}, "", "--enable-auto-tool-choice is needed"),
        (None, '{"error": null, "message": "--enable-auto-tool-choice is needed"}', "--enable-auto-tool-choice is"),
        (None, "--enable-auto-tool-choice is needed", "--enable-auto-tool-choice is needed"),
        (None, "", "it gives no reason"),
    ],
)
def test_a_server_that_does_not_take_something_is_told_in_its_own_words(body: Any, sent: str, words: str) -> None:
    """How to start it so that it does is in its words, and not in those of the library that called it."""
    request = httpx2.Request("POST", f"{ADDRESS}/chat/completions")
    response = httpx2.Response(400, request=request, text=sent)
    try:
        response.raise_for_status()
    except httpx2.HTTPStatusError as error:
        raised = openai.BadRequestError("Error code: 400", response=response, body=body)
        raised.__context__ = error
    told = neutral(raised, "openai:student", ADDRESS)
    assert isinstance(told, NotTaken)
    assert words in told.what
    assert "Client error" not in told.what


def test_an_account_without_credit_is_no_rate_limit() -> None:
    told = meant(429, {"message": "You exceeded your current quota.", "code": "insufficient_quota"})
    assert isinstance(told, MagnetError)
    assert "no credit" in str(told)
    busy = meant(429, {"message": "Slow down.", "code": "rate_limit_exceeded"}, **{"retry-after": "3"})
    assert isinstance(busy, RateLimited)
    assert (busy.after, busy.failing) == (3, False)


def test_a_wait_that_only_the_body_tells_is_read() -> None:
    error = RuntimeError("429 RESOURCE_EXHAUSTED")
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
    error.__dict__ |= {"code": 429, "details": {"error": {"message": "Quota.", "details": [{}, retry]}}}
    told = neutral(error, "google:small-1", ADDRESS)
    assert isinstance(told, RateLimited)
    assert told.after == 34


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"message": "Unsupported value: 'temperature'"}, NotTaken),
        (422, {"detail": [{"loc": ["body", "response_format"], "msg": "unknown"}]}, NotTaken),
        (500, "<html>Bad gateway</html>", Unavailable),
        (529, {"message": "Overloaded"}, RateLimited),
        (408, None, Unavailable),
        (402, {"message": "Payment required"}, MagnetError),
    ],
)
def test_others_are_told_apart_by_their_status(status: int, body: Any, kind: type[Exception]) -> None:
    assert isinstance(meant(status, body), kind)
