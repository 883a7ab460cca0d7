"""Servers that fail, refuse, hang or are not there: tried again where that may help, told in a sentence where not."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any

import pytest
from calling import Opinion, ask, model, opinion
from model_server import Faults, ModelServer

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.teacher.llm.caller import open_caller, open_student
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.troubles import read_retry_after
from magnet_kg.teacher.settings import TeacherSettings

PROVIDERS = ["openai", "google"]
TOOL = {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": {"type": "object"}}}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kind", ["server_error", "unavailable", "reset", "hang", "rate_limit", "rate_limit_date"])
def test_what_passes_is_tried_again(models: ModelServer, office: Office, provider: str, kind: Any) -> None:
    models.change(faults=Faults(numbered={1: kind}, retry_after=0.2))
    ask(model(models, provider, timeout=1), office, opinion("rain"))
    (counted,) = office.report()["tasks"]
    assert (counted["calls"], counted["failed"], models.counts.calls) == (1, 1, 2)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_calls_before_the_server_wants_to_be_called(models: ModelServer, office: Office, provider: str) -> None:
    models.change(faults=Faults(numbered={1: "rate_limit"}, retry_after=0.5))
    limited = time.time()
    settings = model(models, provider, concurrency=1)

    async def several() -> None:
        caller = open_caller(settings, office)
        await asyncio.gather(*(caller.ask(opinion(f"number {number}")) for number in range(4)))

    asyncio.run(several())
    finished = sorted(at for times in models.counts.finished.values() for at in times)
    assert len(finished) == 4
    assert finished[0] - limited >= 0.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "7"}, 7), ({"retry-after-ms": "250", "retry-after": "1"}, 0.25), ({}, None),
     ({"retry-after": "soon"}, None), ({"retry-after": "Thu, 01 Jan 2015 00:00:00 GMT"}, 0)],
)  # fmt: skip
def test_every_form_of_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"key": "the-right-key"}, "does not take the key"),
        ({"models": ("large-1",)}, "has no model"),
    ],
)
def test_what_no_call_can_mend_stops_the_run(
    models: ModelServer,
    office: Office,
    provider: str,
    settings: dict[str, Any],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "not-the-right-key")
    models.change(**settings)
    with pytest.raises(MagnetError, match=words) as caught:
        ask(model(models, provider), office, opinion("rain"))
    assert "not-the-right-key" not in str(caught.value)
    assert models.counts.calls == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_prompt_too_long_costs_one_row_and_not_the_run(models: ModelServer, office: Office, provider: str) -> None:
    models.change(context=400)
    with pytest.raises(Unanswered, match="longer than the model's context"):
        ask(model(models, provider), office, opinion("rain " * 500))
    assert ask(model(models, provider), office, opinion("rain"))
    assert models.counts.calls == 2


def test_a_server_that_always_fails_costs_the_row_only_while_it_answers_others(
    models: ModelServer, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magnet_kg.teacher.llm.carrier._LONGEST_BACKOFF", 0.01)
    ask(model(models), office, opinion("rain"))
    models.change(faults=Faults(share=1, kinds=("server_error",)))
    with pytest.raises(Unanswered) as caught:
        ask(model(models), office, opinion("snow"))
    assert (caught.value.reason, models.counts.calls) == ("the server failed", 6)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_is_not_there_stops_the_run(office: Office, provider: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        gone = TeacherSettings(kind="llm", model=f"{provider}:small-1", base_url=address)

        async def many() -> list[Opinion | BaseException]:
            caller = open_caller(gone, office)
            asked = (caller.ask(opinion(f"number {number}")) for number in range(20))
            return await asyncio.gather(*asked, return_exceptions=True)

        ended = asyncio.run(many())
    assert all(isinstance(error, MagnetError) and "is down" in str(error) for error in ended)


def test_a_run_goes_on_after_its_provider_was_down(models: ModelServer, office: Office) -> None:
    ask(model(models), office, opinion("rain"))
    models.change(faults=Faults(share=1, kinds=("reset",)))

    async def many() -> list[Opinion | BaseException]:
        caller = open_caller(model(models), office)
        asked = (caller.ask(opinion(f"number {number}")) for number in range(20))
        return await asyncio.gather(*asked, return_exceptions=True)

    assert all(isinstance(error, MagnetError) for error in asyncio.run(many()))
    models.change(faults=Faults())
    again = Office(office.cache.path.parent)
    ask(model(models), again, opinion("rain"), opinion("number 3"))
    assert models.counts.calls == 1
    asyncio.run(again.close())


def test_settings_that_no_request_can_have_are_told_and_an_odd_row_is_not(models: ModelServer, office: Office) -> None:
    student = open_student(model(models), office)
    models.change(takes_tools=False)
    with pytest.raises(MagnetError, match=r"does not take a request.*tools"):
        asyncio.run(student.chat([{"role": "user", "content": "Hello"}], [TOOL], 0))
    asyncio.run(student.chat([{"role": "user", "content": "Hello"}], [], 0))
    with pytest.raises(Unanswered, match="does not take"):
        asyncio.run(student.chat([{"role": "user", "content": "Hello"}], [TOOL], 0))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model": "nobody:small"}, "no provider nobody"),
        ({"model": "groq:small"}, "needs the package langchain_groq"),
        ({"model": "openai:small", "base_url": None}, "no key for openai:small"),
        ({"model": "google:small", "base_url": "https://models.example"}, "no key for google:small"),
    ],
)
def test_what_is_missing_is_told_before_any_call(
    office: Office, settings: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(MagnetError, match=words):
        open_caller(TeacherSettings.model_validate({"kind": "llm"} | settings), office)
