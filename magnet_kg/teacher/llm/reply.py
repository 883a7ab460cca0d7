"""What is sent to a model and what comes back, in no provider's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from magnet_kg.teacher.llm.schemas import AnswerSchema

# A message in OpenAI's form, which every provider's client can be given.
Message = Mapping[str, Any]
# How an answer was asked for: held to a schema by the provider, as JSON in plain text, or in no form (a student).
Form = Literal["schema", "json", "free"]
# Why a model stopped: it was done, `max_tokens` was reached, or it or its provider would not answer.
Finish = Literal["stop", "length", "refused"]


@dataclass(frozen=True)
class Question:
    """One call, before it is known who makes it.

    Attributes:
        task: for whom it is counted.
        prompt_hash: hash of the prompt's file.
        messages: in OpenAI's form.
        schema: what the answer must fit; None where it is free (a student).
        tools: function definitions in OpenAI's form.
        sample: which of several answers to the same question.
    """

    task: str
    prompt_hash: str
    messages: Sequence[Message]
    schema: AnswerSchema | None = None
    tools: Sequence[Message] = field(default=())
    sample: int = 0


@dataclass(frozen=True)
class Reply:
    """A model's answer as it came.

    Attributes:
        text: what it said, unread.
        finish: why it stopped.
        tokens_in: tokens of the prompt, as the provider counts them; 0 where it does not say.
        tokens_out: tokens of the answer, thinking included.
        form: how it was asked for.
        calls: its tool calls in OpenAI's form, arguments as JSON text.
        known: whether it was kept from an earlier time, and is not paid for now.
    """

    text: str
    finish: Finish
    tokens_in: int = 0
    tokens_out: int = 0
    form: Form = "free"
    calls: tuple[Message, ...] = ()
    known: bool = False


class Unavailable(Exception):  # noqa: N818  (a failure that passes, not a fault of the program)
    """The server failed, broke off, hung or cannot be reached: the same call may succeed later.

    Attributes:
        what: what happened, in a few words.
        counts: whether the call has used up a try; a probe for all others has not.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.counts = True


class RateLimited(Exception):  # noqa: N818
    """The server takes no more calls now.

    Attributes:
        after: seconds that it asks to wait; None where it does not say.
        failing: whether it is the server that is in trouble (503), rather than we who are too many (429).
    """

    def __init__(self, what: str, after: float | None = None, *, failing: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.after = after
        self.failing = failing


class TooLong(Exception):  # noqa: N818
    """The prompt is longer than the model's context."""


class NotTaken(Exception):  # noqa: N818
    """The server does not take the request as it is (400, 422): a schema mode it does not know, or anything else.

    Attributes:
        what: the server's own words.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
