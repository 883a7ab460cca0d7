"""Providers of chat models, through their langchain packages: the only module that knows one from another."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import itertools
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from pydantic import ValidationError

from magnet_kg.domain.errors import MagnetError
from magnet_kg.teacher.llm.keys import KEYLESS, redact
from magnet_kg.teacher.llm.reply import Finish, Message, Reply
from magnet_kg.teacher.llm.schemas import AnswerSchema
from magnet_kg.teacher.llm.transport import SpreadTransport, is_behind_proxy
from magnet_kg.teacher.settings import TeacherSettings

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.outputs import ChatResult

# Where each provider's chat model is, as `init_chat_model` of langchain knows them.
_CLASSES = {
    "anthropic": ("langchain_anthropic", "ChatAnthropic"),
    "azure_openai": ("langchain_openai", "AzureChatOpenAI"),
    "bedrock": ("langchain_aws", "ChatBedrockConverse"),
    "cohere": ("langchain_cohere", "ChatCohere"),
    "deepseek": ("langchain_deepseek", "ChatDeepSeek"),
    "fireworks": ("langchain_fireworks", "ChatFireworks"),
    "google": ("langchain_google_genai", "ChatGoogleGenerativeAI"),
    "google_vertexai": ("langchain_google_vertexai", "ChatVertexAI"),
    "groq": ("langchain_groq", "ChatGroq"),
    "mistralai": ("langchain_mistralai", "ChatMistralAI"),
    "nvidia": ("langchain_nvidia_ai_endpoints", "ChatNVIDIA"),
    "ollama": ("langchain_ollama", "ChatOllama"),
    "openai": ("langchain_openai", "ChatOpenAI"),
    "openrouter": ("langchain_openrouter", "ChatOpenRouter"),
    "perplexity": ("langchain_perplexity", "ChatPerplexity"),
    "together": ("langchain_together", "ChatTogether"),
    "xai": ("langchain_xai", "ChatXAI"),
}
# Named always: langchain would otherwise take an address from variables that have nothing to do with this tool.
_ADDRESSES = {
    "openai": ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
    "google": ("GOOGLE_GEMINI_BASE_URL", "https://generativelanguage.googleapis.com"),
}
_MARGINS = itertools.count(1)
_CUT = {"length", "max_tokens", "model_length"}
_REFUSED = {"content_filter", "refusal", "safety", "recitation", "blocklist", "prohibited_content", "spii", "language"}


class ChatClient(Protocol):
    """A chat model as one event loop may use it."""

    async def send(self, messages: Sequence[Message], schema: AnswerSchema | None, tools: Sequence[Message]) -> Reply:
        """The model's answer, held to `schema` where there is one; raises whatever the provider's library does."""

    async def aclose(self) -> None:
        """Closes its connections."""


@dataclass(frozen=True)
class Place:
    """A model and where it is.

    Attributes:
        provider: who speaks its protocol.
        name: the provider's name for it.
        address: the server's, or the provider's name where its library knows it.
    """

    provider: str
    name: str
    address: str


def find_place(settings: TeacherSettings) -> Place:
    """Where the model of `settings` is, without a call and without loading its library.

    Raises:
        MagnetError: no such provider is known, or its package is not installed.
    """
    provider, _, name = (settings.model or "").partition(":")
    if provider not in _CLASSES:
        raise MagnetError(
            f"{settings.model}: no provider {provider} is known",
            do=f"Known are {', '.join(sorted(_CLASSES))}; for any server that speaks OpenAI's protocol write "
            "openai:NAME with its base_url",
        )
    package = _CLASSES[provider][0]
    if importlib.util.find_spec(package) is None:
        extra = "magnet-kg[llm]" if provider in ("openai", "google") else package.replace("_", "-")
        raise MagnetError(f"{settings.model} needs the package {package}", do=f"pip install '{extra}'")
    variable, standard = _ADDRESSES.get(provider, ("", provider))
    return Place(provider, name, settings.base_url or os.environ.get(variable, "") or standard)


def connect(place: Place, settings: TeacherSettings, key: str) -> ChatClient:
    """A client of the model, for the event loop that runs now; nothing is sent yet."""
    kinds: dict[str, Callable[[Place, TeacherSettings, str], ChatClient]] = {"openai": _OpenAI, "google": _Google}
    client = kinds.get(place.provider, _Other)(place, settings, key)
    _settle()
    return client


@cache
def _settle() -> None:
    """What is done once, when a library has been loaded."""
    # It warns of each answer that is empty; here these are counted.
    logging.getLogger("langchain_google_genai").setLevel(logging.ERROR)
    # Half a million objects have come to stay: without this the garbage collector looks at all of them again and again,
    # which is a fifth of a call's work.
    gc.freeze()


def _options(settings: TeacherSettings) -> dict[str, Any]:
    """What is the same everywhere; a value that is not given is left to the provider."""
    given = {"temperature": settings.temperature, "max_tokens": settings.max_tokens}
    return {"timeout": settings.timeout} | {name: value for name, value in given.items() if value is not None}


class _OpenAI:
    """OpenAI's, and every server that speaks its protocol."""

    def __init__(self, place: Place, settings: TeacherSettings, key: str) -> None:
        from langchain_openai import ChatOpenAI

        self._http = _http_of_openai(place, settings)
        self._model = ChatOpenAI(
            model=place.name,
            base_url=place.address,
            api_key=key,
            max_retries=0,
            http_async_client=self._http,
            use_responses_api=False,
            **_options(settings),
        )

    async def send(self, messages: Sequence[Message], schema: AnswerSchema | None, tools: Sequence[Message]) -> Reply:
        # Messages are in the server's form already. In the extra body they go out as they are; as parameters the
        # client walks through each of them, with all types that it might have, for a millisecond a call.
        body: dict[str, Any] = {"messages": messages}
        if schema is not None:
            held = {"name": schema.name, "strict": True, "schema": schema.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": held}
        if tools:
            body["tools"] = tools
        # What chat models implement for langchain, called without its callbacks, and so without its tracing.
        return _read(await self._model._agenerate([], extra_body=body))

    async def aclose(self) -> None:
        await self._http.aclose()


class _Google:
    """Gemini."""

    def __init__(self, place: Place, settings: TeacherSettings, key: str) -> None:
        from langchain_google_genai import ChatGoogleGenerativeAI

        http = importlib.import_module(os.environ.get("GOOGLE_GENAI_HTTP_CLIENT", "").lower() or "httpx")
        transport = {} if is_behind_proxy(place.address) else {"transport": SpreadTransport(http)}
        # One try: 0 would mean the library's own number. A temperature that is not named would be langchain's.
        self._model = ChatGoogleGenerativeAI(
            model=place.name,
            base_url=place.address,
            api_key=key,
            max_retries=1,
            vertexai=False,
            client_args=transport,
            **{"temperature": None} | _options(settings),
        )

    async def send(self, messages: Sequence[Message], schema: AnswerSchema | None, tools: Sequence[Message]) -> Reply:
        held: dict[str, Any] = {} if schema is None else _gemini_schema(schema)
        listed: Any = [dict(tool) for tool in tools] or None
        return _read(await self._model._agenerate(_converted(messages), tools=listed, **held))

    async def aclose(self) -> None:
        await self._model.aclose()


def _gemini_schema(schema: AnswerSchema) -> dict[str, Any]:
    return {"response_mime_type": "application/json", "response_json_schema": schema.schema}


class _Other:
    """Any other provider's package, by what langchain says that all of them can do."""

    def __init__(self, place: Place, settings: TeacherSettings, key: str) -> None:
        package, name = _CLASSES[place.provider]
        kind = getattr(importlib.import_module(package), name)
        # Some packages keep connections by address and timeout, beyond event loops, which connections cannot outlive: a
        # timeout of its own makes them new. The one that counts is the carrier's.
        timeout = settings.timeout + next(_MARGINS) / 1000
        options = _options(settings) | {"model": place.name, "max_retries": 0, "timeout": timeout}
        if place.provider not in KEYLESS:
            options["api_key"] = key
        if settings.base_url:
            options["azure_endpoint" if place.provider == "azure_openai" else "base_url"] = settings.base_url
        if "root_async_client" in kind.model_fields:
            # Built on OpenAI's client: langchain's own connections outlive event loops, which connections cannot.
            options["http_async_client"] = _http_of_openai(place, settings)
        try:
            self._model = kind(**options)
        except Exception as error:
            said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            words = redact(" ".join(said.split()))[:300]
            raise MagnetError(f"{settings.model} cannot be set up: {words}") from None

    async def send(self, messages: Sequence[Message], schema: AnswerSchema | None, tools: Sequence[Message]) -> Reply:
        from langsmith import tracing_context

        model = self._model
        with tracing_context(enabled=False):
            if schema is not None:
                held = {**schema.schema, "title": schema.name, "description": schema.name}
                answer = await model.with_structured_output(held, include_raw=True).ainvoke(_converted(messages))
                return _read_message(answer["raw"], as_text=True)
            bound = model.bind_tools([dict(tool) for tool in tools]) if tools else model
            return _read_message(await bound.ainvoke(_converted(messages)))

    async def aclose(self) -> None:
        """Closes what it can find: langchain has no word for it."""
        for name in ("root_async_client", "async_client", "_async_client"):
            held = getattr(self._model, name, None)
            http = getattr(held, "_client", held)
            if (close := getattr(http, "aclose", None) or getattr(http, "close", None)) is not None:
                await close()


def _http_of_openai(place: Place, settings: TeacherSettings) -> Any:
    """Connections for a client of OpenAI's library."""
    import openai

    # httpx or httpx2, whichever this version is built on.
    http = importlib.import_module(openai.DefaultAsyncHttpxClient.__mro__[1].__module__.partition(".")[0])
    transport: Any = None if is_behind_proxy(place.address) else SpreadTransport(http)
    return openai.DefaultAsyncHttpxClient(transport=transport, timeout=settings.timeout)


def _converted(messages: Sequence[Message]) -> list[BaseMessage]:
    from langchain_core.messages.utils import convert_to_messages

    return convert_to_messages([dict(message) for message in messages])


def _read(result: ChatResult) -> Reply:
    generation = result.generations[0]
    message: Any = generation.message
    blocked = ((result.llm_output or {}).get("prompt_feedback") or {}).get("block_reason")
    finish = "safety" if blocked else (generation.generation_info or {}).get("finish_reason")
    return _read_message(message, finish)


def _read_message(message: AIMessage, finish: str | None = None, *, as_text: bool = False) -> Reply:
    meta = message.response_metadata
    finish = finish or meta.get("finish_reason") or meta.get("stop_reason") or meta.get("stopReason")
    text = str(message.text)
    if as_text and not text.strip() and message.tool_calls:
        # Where a provider's schema mode is a forced tool, its arguments are the answer.
        text = orjson.dumps(message.tool_calls[0]["args"]).decode()
    usage = message.usage_metadata
    return Reply(
        # Half of a character outside the plane of most is legal in JSON, and nowhere else.
        text=text.encode("utf-8", "replace").decode(),
        finish=_finish(finish, bool(message.additional_kwargs.get("refusal"))),
        tokens_in=usage["input_tokens"] if usage else 0,
        tokens_out=usage["output_tokens"] if usage else 0,
        calls=_calls(message),
    )


def _finish(given: str | None, refused: bool) -> Finish:
    said = (given or "").lower()
    if refused or said in _REFUSED:
        return "refused"
    return "length" if said in _CUT else "stop"


def _calls(message: AIMessage) -> tuple[Message, ...]:
    """Tool calls in OpenAI's form, those included whose arguments are no JSON: a student's mistakes."""
    good = [(call["id"], call["name"], orjson.dumps(call["args"]).decode()) for call in message.tool_calls]
    bad = [(call["id"], call["name"] or "", call["args"] or "") for call in message.invalid_tool_calls]
    return tuple(
        {"id": id or "", "type": "function", "function": {"name": name, "arguments": arguments}}
        for id, name, arguments in good + bad
    )
