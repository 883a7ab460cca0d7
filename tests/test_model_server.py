"""The models' server of the tests, asked by the real client libraries: what it says is what they understand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest
from google import genai
from google.genai import types
from google.genai.errors import APIError
from langchain_core.exceptions import ModelRateLimitError
from langchain_core.language_models import BaseChatModel
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_openai import ChatOpenAI
from model_server import (
    FaultKind,
    Faults,
    ModelServer,
    Question,
    Reply,
    ServerSettings,
    ToolCall,
    by_task,
    server_process,
    serving,
)
from model_server.faults import HINT, INVENTED
from pydantic import BaseModel, SecretStr


class AskAnswer(BaseModel):
    """What a user says."""

    text: str
    words: list[str]


def told(question: Question) -> Reply:
    """Answers with what it was asked."""
    return Reply.of(AskAnswer(text=question.messages[-1].text, words=[question.messages[0].role]))


SCRIPT = by_task({"ask": told, "chat": Reply("Hello!")})


def chat_openai(server: ModelServer) -> BaseChatModel:
    """The client of OpenAI's protocol."""
    return ChatOpenAI(model="tiny", base_url=server.openai, api_key=SecretStr("k"), max_retries=0, timeout=2)


def chat_gemini(server: ModelServer) -> BaseChatModel:
    """The client of Gemini's protocol."""
    return ChatGoogleGenerativeAI(model="g", base_url=server.url, api_key=SecretStr("k"), max_retries=0, timeout=2)


Chat = Callable[[ModelServer], BaseChatModel]
both = pytest.mark.parametrize("chat", [chat_openai, chat_gemini])
MESSAGES = [("system", "You are careful."), ("user", "Say hello")]


@both
def test_an_answer_is_held_to_a_schema_and_has_its_tokens(chat: Chat) -> None:
    with serving(SCRIPT) as server:
        bound = chat(server).with_structured_output(AskAnswer, method="json_schema", include_raw=True)
        found: Any = bound.invoke(MESSAGES)
        assert found["parsed"] == AskAnswer(text="Say hello", words=["system"])
        assert found["raw"].usage_metadata["input_tokens"] > 0
        assert found["raw"].usage_metadata["output_tokens"] > 0
        assert server.counts.requests == {"ask": 1}


@both
def test_a_model_calls_tools(chat: Chat) -> None:
    tool = {"name": "ring", "description": "Ring", "parameters": {"type": "object", "properties": {}}}
    script = by_task({"chat": lambda question: Reply(calls=(ToolCall("ring", {"number": len(question.tools)}),))})
    with serving(script) as server:
        answer: Any = chat(server).bind_tools([tool]).invoke(MESSAGES)
        assert [(call["name"], call["args"]) for call in answer.tool_calls] == [("ring", {"number": 1})]
        server.change(faults=Faults(numbered={1: "invented_function"}))
        wrong: Any = chat(server).bind_tools([tool]).invoke(MESSAGES)
        assert [call["name"] for call in wrong.tool_calls] == [INVENTED]


@both
@pytest.mark.parametrize("fault", ["rate_limit", "unavailable", "server_error", "reset", "unauthorized", "too_long"])
def test_an_outage_is_an_error_of_the_client(chat: Chat, fault: FaultKind) -> None:
    with serving(SCRIPT, faults=Faults(numbered={1: fault}, retry_after=7)) as server:
        model = chat(server)
        expected: Any = (openai.OpenAIError, httpx.TransportError, Exception)
        if fault == "rate_limit":
            expected = ModelRateLimitError
        with pytest.raises(expected) as caught:
            model.invoke(MESSAGES)
        assert model.invoke(MESSAGES).text == "Hello!"
    if fault == "rate_limit":
        error: Any = caught.value
        response = getattr(error, "response", None) or error.__cause__.response
        assert response.headers["retry-after"] == "7"


@both
def test_bad_answers_are_bad_in_their_way(chat: Chat) -> None:
    kinds: list[FaultKind] = ["truncated", "prose", "wrong_schema", "empty", "refusal", "hint_mentioned"]
    with serving(SCRIPT, faults=Faults(numbered=dict(enumerate(kinds, 1)))) as server:
        bound = chat(server).with_structured_output(AskAnswer, method="json_schema", include_raw=True)
        found: list[Any] = [_unless_refused(bound.invoke, MESSAGES) for _ in kinds]
    *bad, hinting = found
    assert not any(one and one["parsed"] for one in bad)
    assert hinting["parsed"].text == HINT + "say hello"


def _unless_refused(invoke: Callable[..., Any], messages: Any) -> Any:
    try:
        return invoke(messages)
    except Exception:
        return None


def test_more_than_so_many_at_once_are_rejected() -> None:
    with serving(SCRIPT, latency=0.3, faults=Faults(at_most=2)) as server, ThreadPoolExecutor(5) as pool:
        model = chat_openai(server)
        found = list(pool.map(lambda _: _unless_refused(model.invoke, MESSAGES), range(5)))
        assert sum(one is not None for one in found) == 2
        assert (server.counts.rejected, server.counts.most, server.counts.paid_again) == (3, 2, 1)


def test_a_wrong_key_and_a_model_that_is_not_there() -> None:
    with serving(SCRIPT, key="right") as server:
        with pytest.raises(openai.AuthenticationError):
            chat_openai(server).invoke(MESSAGES)
        server.change(key=None, models=("other",))
        with pytest.raises(openai.NotFoundError):
            chat_openai(server).invoke(MESSAGES)


def test_a_batch_goes_through_its_states_and_fails_in_parts() -> None:
    config = types.GenerateContentConfig(
        response_mime_type="application/json", response_json_schema=AskAnswer.model_json_schema(),
        system_instruction="You are careful.",
    )  # fmt: skip
    requests = [
        types.InlinedRequest(contents=f"Say {word}", config=config, metadata={"key": word}) for word in ("a", "b")
    ]
    with serving(SCRIPT, faults=Faults(numbered={2: "unavailable"})) as server:
        client = genai.Client(
            api_key="k", http_options=types.HttpOptions(base_url=server.url, api_version="v1beta", timeout=2000)
        )
        batch = client.batches.create(model="g", src=requests)
        assert batch.name is not None
        looks = [client.batches.get(name=batch.name) for _ in range(3)]
        assert [str(one.state).rpartition("_")[2] for one in looks] == ["PENDING", "RUNNING", "SUCCEEDED"]
        assert looks[-1].dest is not None
        good, bad = looks[-1].dest.inlined_responses or []
        assert good.response is not None
        assert AskAnswer.model_validate_json(good.response.text or "") == AskAnswer(text="Say a", words=["system"])
        assert good.metadata == {"key": "a"}
        assert bad.error is not None
        assert [one.name for one in client.batches.list()] == [batch.name]
        with pytest.raises(APIError):
            client.batches.get(name="batches/unknown")


def test_it_runs_as_a_process_of_its_own() -> None:
    with server_process(ServerSettings(models=("tiny",))) as server:
        models = httpx.get(f"{server.openai}/models").json()
        assert [one["id"] for one in models["data"]] == ["tiny"]
        assert server.counts()["calls"] == 0
