"""What tests of calls share: questions with a small answer, and a model at a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from model_server import ModelServer, Question, Reply, Script
from pydantic import BaseModel, Field

from magnet_kg.teacher.llm.caller import open_caller
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.request import ModelRequest, PromptMessage
from magnet_kg.teacher.settings import TeacherSettings


class Opinion(BaseModel):
    """A small answer."""

    good: bool = Field(description="whether it is good")
    reason: str = Field(description="why, in a sentence")


def model(server: ModelServer, provider: str = "openai", **settings: Any) -> TeacherSettings:
    """A model at a server of the tests."""
    address = server.openai if provider == "openai" else server.url
    return TeacherSettings.model_validate(
        {"kind": "llm", "model": f"{provider}:small-1", "base_url": address, "concurrency": 8} | settings
    )


def opinion(
    about: str, faults: Callable[[Opinion], Sequence[str]] = lambda _: (), sample: int = 0
) -> ModelRequest[Opinion]:
    """A question about something."""
    messages = (PromptMessage("system", "You judge with care."), PromptMessage("user", f"Is {about} good?"))
    return ModelRequest("judge", "hash", messages, Opinion, faults, sample, row=about)


def ask(settings: TeacherSettings, office: Office, *requests: ModelRequest[Opinion]) -> list[Opinion]:
    async def all_of_them() -> list[Opinion]:
        caller = open_caller(settings, office)
        return [await caller.ask(request) for request in requests]

    return asyncio.run(all_of_them())


def saying(*texts: str) -> Script:
    """A model that says one text after another, and the last one from then on."""
    left = list(texts)

    def reply(_: Question) -> Reply:
        return Reply(left.pop(0) if len(left) > 1 else left[0])

    return reply


GOOD = '{"good": true, "reason": "It is."}'
