"""A teacher that asks no model: it renders every prompt that one would get, and goes on with what the rules say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TypeVar

import orjson
from pydantic import BaseModel

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath, Step
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.schemas import answer_schema
from magnet_kg.teacher.llm.tasks.fill import ready_steps
from magnet_kg.teacher.llm.teacher import LlmTeacher
from magnet_kg.teacher.protocol import AssistantMove, Hint, Judgement, Reference, Scene
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.settings import Task

Answer = TypeVar("Answer", bound=BaseModel)
Given = TypeVar("Given")
# English and JSON have about four bytes a token.
_BYTES_PER_TOKEN = 4
# Tokens of an answer beside the words of a message, as they were counted over runs of the rules' answers: the frame of
# each answer, of each value that a message names, of each call and each of its arguments, of each candidate.
_FRAME, _VALUE, _CALL, _ARGUMENT, _CANDIDATE, _NAMED = 16, 30, 18, 8, 48, 50


@dataclass
class Usage:
    """Calls and tokens of one task of one model."""

    calls: float = 0
    tokens_in: float = 0
    tokens_out: float = 0

    def add(self, other: Usage, factor: float = 1.0) -> None:
        """Add so many times what another says."""
        self.calls += factor * other.calls
        self.tokens_in += factor * other.tokens_in
        self.tokens_out += factor * other.tokens_out


class _AskedError(Exception):
    """Stands for the call that is not made."""


@dataclass
class Tally:
    """A caller that counts the prompts that it is given, and carries none of them anywhere.

    Attributes:
        model: as the settings name it.
        usage: by task.
    """

    model: str
    usage: defaultdict[Task, Usage] = field(default_factory=lambda: defaultdict(Usage))
    last: Task | None = None

    async def ask(self, request: ModelRequest[Answer]) -> Answer:
        """See `Caller.ask`; there is no answer."""
        usage = self.usage[request.task]
        usage.calls += 1
        usage.tokens_in += tokens(*(one.text for one in request.messages), answer_schema(request.answer).text)
        self.last = request.task
        raise _AskedError

    def answered(self, count: float) -> None:
        """So many tokens would have come back, if something was asked."""
        if self.last is not None:
            self.usage[self.last].tokens_out += count
        self.last = None


class EstimatingTeacher:
    """See `Teacher`: the rules write, and what a model would have been asked for is counted.

    Args:
        tally: counts.
        rules: write.
    """

    def __init__(self, tally: Tally, rules: RulesTeacher) -> None:
        self._tally = tally
        self._rules = rules
        self._llm = LlmTeacher(tally, rules)
        self.name = self._llm.name
        self.prompt_hash = self._llm.prompt_hash
        self.judging_hash = self._llm.judging_hash

    def writers(self, path: SignaturePath) -> Mapping[str, str]:
        """See `Teacher.writers`."""
        return self._llm.writers(path)

    def can_ask(self, function: Function) -> bool:
        """See `Teacher.can_ask`; what the rules cannot tell cannot be estimated."""
        return self._llm.can_ask(function) and self._rules.can_ask(function)

    def asks_well(self, function: Function) -> bool:
        """See `Teacher.asks_well`."""
        return self.can_ask(function)

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        """See `Teacher.judge`."""
        await self._counted(lambda: self._llm.judge(source, candidates, sample))
        self._tally.answered(_FRAME + _CANDIDATE * len(candidates))
        return await self._rules.judge(source, candidates, sample)

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        """See `Teacher.ask`."""
        await self._counted(lambda: self._llm.ask(_alone(scene), turn))
        try:
            message = await self._rules.ask(scene, turn)
        except Untranslatable:
            self._tally.answered(_FRAME)
            raise
        self._tally.answered(_FRAME + tokens(message.text) + _VALUE * len(message.mentions))
        return message

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        """See `Teacher.fill`; as many calls as a model would fill."""
        asked = await self._counted(lambda: self._llm.fill(_alone(scene), turn, message, steps))
        calls: list[FunctionCall] = []
        for step in ready_steps(scene, steps) if asked else steps[:1]:
            try:
                made = await self._rules.fill(scene, turn, message, (step,))
            except Untranslatable:
                if not calls:
                    raise
                break
            calls += [one.model_copy(update={"id": _numbered(one.id, len(calls))}) for one in made]
        arguments = sum(len(call.arguments) for call in calls)
        text = orjson.dumps([call.arguments for call in calls]).decode()
        self._tally.answered(_FRAME + _CALL * len(calls) + _ARGUMENT * arguments + tokens(text))
        return tuple(calls)

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        """See `Teacher.respond`."""
        await self._counted(lambda: self._llm.respond(_alone(scene), turn, hint))
        move = await self._rules.respond(scene, turn, hint)
        self._tally.answered(_FRAME + tokens(move.text))
        return move

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        """See `Teacher.name_error`."""
        await self._counted(lambda: self._llm.name_error(_alone(scene), reference, candidate, answer))
        self._tally.answered(_NAMED)
        return await self._rules.name_error(scene, reference, candidate, answer)

    async def _counted(self, ask: Callable[[], Awaitable[Given]]) -> bool:
        """Let the prompt be rendered; whether there was one."""
        try:
            await ask()
        except _AskedError:
            return True
        return False


def tokens(*texts: str) -> float:
    """About how many tokens some texts have."""
    return sum(len(text.encode()) for text in texts) / _BYTES_PER_TOKEN


def _alone(scene: Scene) -> Scene:
    """The scene with chance of its own: what a prompt takes must not change what the rules draw."""
    return replace(scene, rng=deepcopy(scene.rng))


def _numbered(name: str, further: int) -> str:
    stem, _, number = name.rpartition("_")
    return f"{stem}_{int(number) + further}"
