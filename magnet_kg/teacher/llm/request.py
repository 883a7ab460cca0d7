"""What a task asks of a model, and who carries it there: the line between the tasks and the calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from magnet_kg.teacher.settings import Task

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class PromptMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True)
class ModelRequest(Generic[Answer]):
    """A question to a model, whose answer has a schema.

    Attributes:
        task: which of the tasks.
        prompt_hash: hash of the prompt's file.
        messages: what the model is given.
        answer: what it must answer with.
        faults: what is wrong with an answer that fits the schema, in sentences for the model (a binding that does not
            exist, words that are not in the message); none where it is good.
        sample: which of several answers to the same question.
        row: for whom it is asked; counted, and no part of the question.
    """

    task: Task
    prompt_hash: str
    messages: tuple[PromptMessage, ...]
    answer: type[Answer]
    faults: Callable[[Answer], Sequence[str]] = field(default=lambda _: ())
    sample: int = 0
    row: str = ""


class Caller(Protocol):
    """Carries questions to one model: cached, bounded, retried and paid for once."""

    @property
    def model(self) -> str:
        """The model as the settings name it."""

    async def ask(self, request: ModelRequest[Answer]) -> Answer:
        """The model's answer, which fits its schema and has no faults.

        An answer that does not fit is sent back once with what is wrong.

        Raises:
            Unanswered: the second answer did not fit either, or the model refused; the row is rejected.
            MagnetError: no call can be made any more (no key, no such model, provider down, budget spent).
        """
