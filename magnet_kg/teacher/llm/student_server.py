"""A student behind an OpenAI-compatible server."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Self

from magnet_kg.domain.errors import MagnetError, Unanswered

_NO_TOOLS = "Start it with tools; vLLM wants --enable-auto-tool-choice and --tool-call-parser"
_RETRIES = 4


class ServedStudent:
    """A student at an address; see `ToolCaller`. Its key, where the server wants one, is in OPENAI_API_KEY.

    Args:
        url: where the server is, with its `/v1`.
        model: its name there; None asks the server, which then has one model alone.
        temperature: of sampling.
        timeout: seconds for one call.
    """

    def __init__(self, url: str, model: str | None, *, temperature: float, timeout: float) -> None:
        try:
            import openai
        except ImportError as error:
            raise MagnetError(
                "a student behind a server needs the client of its protocol", do="pip install 'magnet-kg[llm]'"
            ) from error
        self._openai = openai
        self._url = url
        self._temperature = temperature
        key = os.environ.get("OPENAI_API_KEY") or "none"
        self._client: Any = openai.AsyncOpenAI(base_url=url, api_key=key, timeout=timeout, max_retries=_RETRIES)
        self._model = model

    @property
    def model(self) -> str:
        """The model's name at the server."""
        assert self._model is not None, "entering asks for it"
        return self._model

    async def __aenter__(self) -> Self:
        """Find the server and the model.

        Raises:
            MagnetError: no server is there, or it has several models and none was named.
        """
        try:
            listed = [one.id async for one in self._client.models.list()]
        except self._openai.APIError as error:
            raise self._failed(error) from error
        if self._model is None and len(listed) == 1:
            self._model = listed[0]
        elif self._model is None:
            raise MagnetError(
                f"the server has {len(listed)} models", where=self._url,
                do=f"Give --model, one of {', '.join(sorted(listed)[:8])}" if listed else "Give --model",
            )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def chat(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int
    ) -> dict[str, Any]:
        """See `ToolCaller.chat`.

        Raises:
            Unanswered: the server refuses these messages, or gives no message.
            MagnetError: no call can be made any more.
        """
        offered = {"tools": list(tools)} if tools else {}
        body = {
            "model": self.model,
            "messages": list(messages),
            "temperature": self._temperature,
            "seed": sample,
            **offered,
        }
        try:
            # Not by its method for this: that looks at every key of every tool, which costs a tenth of a second.
            answer = await self._client.post("/chat/completions", cast_to=object, body=body)
        except self._openai.APIStatusError as error:
            text = str(error.message).lower()
            if error.status_code in (400, 413, 422) and not ("tool" in text and "context" not in text):
                reason = "the context is too long" if "context" in text else "the server refuses the messages"
                raise Unanswered(reason, str(error.message)[:200]) from error
            raise self._failed(error) from error
        except self._openai.APIError as error:
            raise self._failed(error) from error
        choices = answer.get("choices") if isinstance(answer, dict) else None
        if not choices or not isinstance(choices[0].get("message"), dict):
            raise Unanswered("an answer without a message")
        message: dict[str, Any] = choices[0]["message"]
        return message

    def _failed(self, error: Any) -> MagnetError:
        """What the user can do about an error of the server."""
        status = getattr(error, "status_code", None)
        said = " ".join(str(error.message).split())[:200].rstrip(".")
        if status is None:
            return MagnetError("no server answers here", where=self._url, do="Start it, and give its address with /v1")
        if status in (401, 403):
            return MagnetError("the server refuses the key", where=self._url, do="Set OPENAI_API_KEY")
        if status == 404:
            named = f"the server does not know {self._model}" if self._model else "the server has no list of models"
            return MagnetError(
                named, where=self._url, do="Give the address with /v1, and --model as the server names it"
            )
        if status in (400, 422):
            return MagnetError(f"the server takes no tools ({said})", where=self._url, do=_NO_TOOLS)
        return MagnetError(f"the server fails with {status} ({said})", where=self._url, do="The same command goes on")
