"""The teacher's and the student's way to a chat model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from magnet_kg.domain.errors import Unanswered
from magnet_kg.teacher.llm.carrier import Carrier
from magnet_kg.teacher.llm.office import Office
from magnet_kg.teacher.llm.parsing import FAULTY, REFUSED, Unfit, read_answer
from magnet_kg.teacher.llm.reply import Question, Reply
from magnet_kg.teacher.llm.request import Caller, ModelRequest
from magnet_kg.teacher.llm.schemas import answer_schema
from magnet_kg.teacher.settings import TeacherSettings
from magnet_kg.wording.prompts import load_prompt

Answer = TypeVar("Answer", bound=BaseModel)
# For whom a student's calls are counted.
STUDENT = "student"


class Carries(Protocol):
    """Brings a question to one model and the answer back: `Carrier`, or whoever asks one in another process."""

    @property
    def model(self) -> str:
        """The model as the settings name it."""

    async def carry(self, question: Question) -> Reply:
        """See `Carrier.carry`."""


class Counts(Protocol):
    """What is counted where questions arise (`Accounts`); what calls cost is counted where they are made."""

    def asked(self, row: str, task: str) -> None:
        """Something was asked for a row."""

    def repaired(self, model: str, task: str) -> None:
        """An answer was sent back."""

    def unanswered(self, task: str, reason: str) -> None:
        """A row was given up."""


class ModelCaller:
    """Asks one model: answers are read, and sent back once where they do not fit (`Caller`)."""

    def __init__(self, carrier: Carries, counts: Counts) -> None:
        self.carrier = carrier
        self._accounts = counts

    @property
    def model(self) -> str:
        """The model as the settings name it."""
        return self.carrier.model

    async def ask(self, request: ModelRequest[Answer]) -> Answer:
        """The model's answer, which fits its schema and has no faults; one that does not is sent back once.

        Raises:
            Unanswered: the second answer did not fit either, or the model refused; the row is rejected.
            MagnetError: no call can be made any more (no key, no such model, provider down, budget spent).
        """
        try:
            return await self._ask(request)
        except Unanswered as given_up:
            self._accounts.unanswered(request.task, given_up.reason)
            raise

    def question(self, request: ModelRequest[Answer]) -> Question:
        """A request as it goes out the first time."""
        messages = [{"role": message.role, "content": message.text} for message in request.messages]
        schema = answer_schema(request.answer)
        return Question(request.task, request.prompt_hash, messages, schema, sample=request.sample)

    async def _ask(self, request: ModelRequest[Answer]) -> Answer:
        question = self.question(request)
        self._accounts.asked(request.row, request.task)
        reply = await self.carrier.carry(question)
        try:
            return _read(reply, request)
        except Unfit as unfit:
            self._accounts.repaired(self.model, request.task)
            self._accounts.asked(request.row, request.task)
            repair = _repair(question, reply, unfit)
        second = await self.carrier.carry(repair)
        try:
            return _read(second, request)
        except Unfit as unfit:
            raise unfit.given_up(known=reply.known and second.known) from None


def open_caller(settings: TeacherSettings, office: Office) -> Caller:
    """A caller of the model that `settings` name; nothing is sent yet.

    Raises:
        MagnetError: no such provider, its package is missing, no key, no price where there is a budget.
    """
    return ModelCaller(open_carrier(settings, office), office.accounts)


def open_carrier(settings: TeacherSettings, office: Office) -> Carries:
    """What carries questions to the model that `settings` name; raises what `open_caller` does."""
    if settings.mode == "batch":
        from magnet_kg.teacher.llm.batch import BatchCarrier

        return BatchCarrier(settings, office)
    return Carrier(settings, office)


class Student:
    """A model that plays the assistant itself (`ToolCaller`): its mistakes are what is wanted, so none is repaired."""

    def __init__(self, settings: TeacherSettings, office: Office) -> None:
        self._carrier = Carrier(settings, office)
        self._accounts = office.accounts

    @property
    def model(self) -> str:
        """The model as the settings name it."""
        return self._carrier.model

    async def chat(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]], sample: int
    ) -> dict[str, Any]:
        """The assistant's next message in OpenAI's form (`content`, `tool_calls` with arguments as JSON text).

        Raises:
            Unanswered: the server failed on this, or does not take it (a context too long).
            MagnetError: no call can be made any more.
        """
        question = Question(STUDENT, "", list(messages), tools=list(tools), sample=sample)
        try:
            reply = await self._carrier.carry(question)
        except Unanswered as given_up:
            self._accounts.unanswered(STUDENT, given_up.reason)
            raise
        message: dict[str, Any] = {"role": "assistant", "content": reply.text}
        return message | ({"tool_calls": [dict(call) for call in reply.calls]} if reply.calls else {})


def open_student(settings: TeacherSettings, office: Office) -> Student:
    """A student, through the same cache, limits and accounts as teachers; raises what `open_caller` does."""
    return Student(settings, office)


def _read(reply: Reply, request: ModelRequest[Answer]) -> Answer:
    if reply.finish == "refused":
        raise Unanswered(REFUSED, reply.text[:200], known=reply.known)
    answer = read_answer(reply, request.answer)
    if faults := list(request.faults(answer)):
        raise Unfit(FAULTY, faults)
    return answer


def _repair(question: Question, reply: Reply, unfit: Unfit) -> Question:
    """The question once more, with the answer and what is wrong with it."""
    told = {"role": "user", "content": load_prompt("repair").render(faults=unfit.faults)}
    # Providers refuse an assistant's message without words.
    said = [{"role": "assistant", "content": reply.text}] if reply.text.strip() else []
    return replace(question, messages=[*question.messages, *said, told])
