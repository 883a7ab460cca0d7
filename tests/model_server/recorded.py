"""Good answers, made by the rules: a whole run is played beforehand, and every prompt of it kept with its answer.

The recorder is a `Teacher`: it gives each scene to the LLM teacher, whose caller is the recorder itself. So it sees the
very prompts that a run with a model sends, and answers with what the rules say of the same scene.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel
from rules_behind import ask_answer, fill_answer, judge_answer, name_error_answer

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, UserMessage
from magnet_kg.domain.errors import Unanswered, Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath, Step
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.llm.request import ModelRequest
from magnet_kg.teacher.llm.tasks.ask import AskAnswer
from magnet_kg.teacher.llm.tasks.fill import FillAnswer, ready_steps
from magnet_kg.teacher.llm.tasks.respond import RespondAnswer
from magnet_kg.teacher.llm.tasks.steps import steps_of
from magnet_kg.teacher.llm.teacher import LlmTeacher
from magnet_kg.teacher.protocol import AssistantMove, Hint, Judgement, Reference, Scene
from magnet_kg.teacher.rules.teacher import RulesTeacher
from model_server.script import Message
from model_server.table import Table, key_of

Answer = TypeVar("Answer", bound=BaseModel)


class _Keeper:
    """A caller that has the answer already, and keeps it with the prompt that asks for it."""

    model = "rules"

    def __init__(self) -> None:
        self.good: BaseModel | None = None
        self.table = Table()
        self.faults: Counter[str] = Counter()

    async def ask(self, request: ModelRequest[Answer]) -> Answer:
        """See `Caller.ask`; an answer with faults would be sent back, and be the same again."""
        answer = self.good
        assert isinstance(answer, request.answer), (request.task, answer)
        messages = [Message(one.role, one.text) for one in request.messages]
        self.table.answers[key_of(messages)] = answer.model_dump_json()
        wrong = request.faults(answer)
        if wrong:
            self.faults.update(f"{request.task}: {one}" for one in wrong)
            raise Unanswered("the answer has faults", " ".join(wrong))
        return answer


class Recorder:
    """A teacher that answers as the rules do and fills a table.

    Attributes:
        table: prompts and answers.
        faults: what was found wrong with answers of the rules, in the words of the tasks' own checks.
    """

    def __init__(self, rules: RulesTeacher) -> None:
        self._rules = rules
        self._keeper = _Keeper()
        self._llm = LlmTeacher(self._keeper, rules)
        self.table = self._keeper.table
        self.faults = self._keeper.faults

    @property
    def name(self) -> str:
        """See `Teacher.name`."""
        return self._rules.name

    @property
    def prompt_hash(self) -> str:
        """See `Teacher.prompt_hash`."""
        return self._rules.prompt_hash

    @property
    def judging_hash(self) -> str:
        """See `Teacher.judging_hash`."""
        return self._rules.judging_hash

    def writers(self, path: SignaturePath) -> Mapping[str, str]:
        """See `Teacher.writers`."""
        return self._rules.writers(path)

    def can_ask(self, function: Function) -> bool:
        """See `Teacher.can_ask`."""
        return self._llm.can_ask(function)

    def asks_well(self, function: Function) -> bool:
        """See `Teacher.asks_well`."""
        return self._llm.asks_well(function)

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        """See `Teacher.judge`."""
        self._keeper.good = judge_answer(await self._rules.judge(source, candidates, sample))
        return await self._llm.judge(source, candidates, sample)

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        """See `Teacher.ask`."""
        try:
            message = await self._rules.ask(_alone(scene), turn)
            self._keeper.good = ask_answer(message, turn)
        except Untranslatable as failure:
            self._keeper.good = _not_asked(failure, turn)
        return await self._llm.ask(scene, turn)

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        """See `Teacher.fill`."""
        calls: list[FunctionCall] = []
        try:
            for step in ready_steps(scene, steps):
                calls += await self._rules.fill(_alone(scene), turn, message, (step,))
            self._keeper.good = fill_answer(calls)
        except Untranslatable as failure:
            self._keeper.good = fill_answer(calls) if calls else FillAnswer(calls=[], impossible=failure.reason)
        return await self._llm.fill(scene, turn, message, steps)

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        """See `Teacher.respond`."""
        if not hint.calls:
            move = await self._rules.respond(_alone(scene), turn, hint)
            self._keeper.good = RespondAnswer(message=move.text)
        return await self._llm.respond(scene, turn, hint)

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        """See `Teacher.name_error`."""
        found = await self._rules.name_error(_alone(scene), reference, candidate, answer)
        self._keeper.good = name_error_answer(found)
        return await self._llm.name_error(scene, reference, candidate, answer)


def _alone(scene: Scene) -> Scene:
    """The scene with chance of its own: what the rules draw must not change what follows."""
    return replace(scene, rng=deepcopy(scene.rng))


def _not_asked(failure: Untranslatable, turn: PathTurn) -> AskAnswer:
    numbers = {step.id: number for number, step in enumerate(steps_of(turn), 1)}
    at = numbers.get(failure.step or "", min(1, len(numbers)))
    return AskAnswer(message="", values=[], choices=[], impossible=failure.reason, impossible_step=at)
