"""Gemini's batches, through google-genai: questions that are answered together within a day, at half the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from magnet_kg.teacher.llm.keys import redact
from magnet_kg.teacher.llm.providers import Place
from magnet_kg.teacher.llm.reply import Finish, Form, Message, Reply
from magnet_kg.teacher.llm.schemas import AnswerSchema
from magnet_kg.teacher.llm.troubles import neutral
from magnet_kg.teacher.settings import TeacherSettings

if TYPE_CHECKING:
    from google.genai.types import BatchJob, GenerateContentResponse, InlinedRequest

# Seconds; what is sent may be many megabytes.
_SLOWEST_UPLOAD = 300.0
_GONE = 404
_ENDS: Mapping[str, Literal["failed", "cancelled", "expired"]] = {
    "JOB_STATE_FAILED": "failed",
    "JOB_STATE_CANCELLED": "cancelled",
    "JOB_STATE_EXPIRED": "expired",
}
_DONE = ("JOB_STATE_SUCCEEDED", "JOB_STATE_PARTIALLY_SUCCEEDED")
_CUT = "MAX_TOKENS"
_PLAIN_ENDS = ("", "STOP", "FINISH_REASON_UNSPECIFIED", "OTHER")


@dataclass(frozen=True)
class Entry:
    """One question of a batch: the messages as they go out, and what the answer must fit."""

    messages: Sequence[Message]
    schema: AnswerSchema | None
    form: Form


@dataclass(frozen=True)
class Look:
    """How a batch stands.

    Attributes:
        state: `waiting` until it has ended in one of the other ways; `gone` where the server knows no such batch.
        replies: the answers of one that is done, by the keys that its questions were given.
        failures: what went wrong with the others of one that is done, or that has ended badly, by key.
    """

    state: Literal["waiting", "done", "failed", "cancelled", "expired", "gone"]
    replies: Mapping[str, Reply] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)


class GeminiBatches:
    """The batches of one model, for one event loop. What fails raises the neutral failures of `reply`.

    Args:
        place: the model, and where it is.
        settings: of the model.
        key: for it.
    """

    def __init__(self, place: Place, settings: TeacherSettings, key: str) -> None:
        from google import genai
        from google.genai.types import HttpOptions

        self._place = place
        self._settings = settings
        timeout = round(1000 * max(settings.timeout, _SLOWEST_UPLOAD))
        self._client = genai.Client(
            api_key=key,
            vertexai=False,
            http_options=HttpOptions(base_url=place.address, api_version="v1beta", timeout=timeout),
        )

    async def submit(self, label: str, entries: Mapping[str, Entry]) -> str:
        """Hands questions in, each under its key; gives the name of the batch.

        Args:
            label: by which the batch can be found again if its name never arrived here.
            entries: the questions by key.
        """
        from google.genai.types import CreateBatchJobConfig

        requests = [self._request(key, entry) for key, entry in entries.items()]
        try:
            job = await self._client.aio.batches.create(
                model=self._place.name, src=requests, config=CreateBatchJobConfig(display_name=label)
            )
        except Exception as error:
            raise self._neutral(error) from None
        assert job.name is not None
        return job.name

    async def find(self, label: str) -> str | None:
        """The name of the batch with this label, where the server has one."""
        try:
            async for job in await self._client.aio.batches.list():
                if job.display_name == label:
                    return job.name
        except Exception as error:
            raise self._neutral(error) from None
        return None

    async def look(self, name: str, keys: Sequence[str], form: Form) -> Look:
        """How the batch of this name stands; `keys` are those of its questions in their order."""
        from google.genai.errors import APIError

        try:
            job = await self._client.aio.batches.get(name=name)
        except APIError as error:
            if error.code == _GONE:
                return Look("gone")
            raise self._neutral(error) from None
        except Exception as error:
            raise self._neutral(error) from None
        state = "" if job.state is None else str(job.state.value)
        if state in _ENDS:
            told = redact(job.error.message) if job.error and job.error.message else f"the batch {_ENDS[state]}"
            return Look(_ENDS[state], failures=dict.fromkeys(keys, told))
        return _read(job, keys, form) if state in _DONE else Look("waiting")

    async def aclose(self) -> None:
        """Closes its connections."""
        await self._client.aio.aclose()

    def _request(self, key: str, entry: Entry) -> InlinedRequest:
        from google.genai.types import Content, GenerateContentConfig, InlinedRequest, Part

        system = [str(one["content"]) for one in entry.messages if one["role"] == "system"]
        contents: list[Any] = [
            Content(
                role="model" if one["role"] == "assistant" else "user", parts=[Part.from_text(text=str(one["content"]))]
            )
            for one in entry.messages
            if one["role"] != "system"
        ]
        held = entry.schema if entry.form == "schema" else None
        config = GenerateContentConfig(
            system_instruction="\n\n".join(system) or None,
            temperature=self._settings.temperature,
            max_output_tokens=self._settings.max_tokens,
            response_mime_type="application/json" if held else None,
            response_json_schema=held.schema if held else None,
        )
        return InlinedRequest(contents=contents, config=config, metadata={"key": key})

    def _neutral(self, error: Exception) -> Exception:
        return neutral(error, f"{self._place.provider}:{self._place.name}", self._place.address)


def _read(job: BatchJob, keys: Sequence[str], form: Form) -> Look:
    replies: dict[str, Reply] = {}
    failures = dict.fromkeys(keys, "the batch has no answer")
    responses = (job.dest.inlined_responses if job.dest else None) or []
    for at, one in enumerate(responses):
        # Answers come in the order of the questions; the key that was sent along says it better.
        key = (one.metadata or {}).get("key") or (keys[at] if at < len(keys) else "")
        if key not in failures:
            continue
        if one.response is not None:
            replies[key] = _reply(one.response, form)
            del failures[key]
        elif one.error is not None:
            failures[key] = redact(one.error.message or "")[:300]
    return Look("done", replies, failures)


def _reply(response: GenerateContentResponse, form: Form) -> Reply:
    candidate = response.candidates[0] if response.candidates else None
    parts = (candidate.content.parts if candidate and candidate.content else None) or []
    reason = candidate.finish_reason.value if candidate and candidate.finish_reason else ""
    usage = response.usage_metadata
    said = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0) if usage else 0
    return Reply(
        text="".join(part.text for part in parts if part.text and not part.thought),
        finish=_finish(blocked=candidate is None, reason=reason),
        tokens_in=(usage.prompt_token_count or 0) if usage else 0,
        tokens_out=said,
        form=form,
    )


def _finish(*, blocked: bool, reason: str) -> Finish:
    if blocked:
        return "refused"
    if reason == _CUT:
        return "length"
    return "stop" if reason in _PLAIN_ENDS else "refused"
