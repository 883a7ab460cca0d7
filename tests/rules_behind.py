"""The LLM teacher with the rules in the place of the model: every answer is what the rules teacher does, written as a
model would have to write it. So the tasks are tried whole, and a server of answers can be filled (`asked`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import orjson
from pydantic import BaseModel

from magnet_kg.domain.dialogue import Criterion, DialogueTurn, FunctionCall, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.llm.request import Answer, ModelRequest
from magnet_kg.teacher.llm.tasks.ask import AskAnswer, SaidChoice, SaidValue
from magnet_kg.teacher.llm.tasks.fill import FillAnswer, FilledCall, FilledChoice, ready_steps
from magnet_kg.teacher.llm.tasks.judge import JudgeAnswer, JudgedBinding, JudgedCandidate
from magnet_kg.teacher.llm.tasks.name_error import NameErrorAnswer
from magnet_kg.teacher.llm.tasks.respond import RespondAnswer
from magnet_kg.teacher.llm.tasks.settled import settled_call
from magnet_kg.teacher.llm.tasks.steps import steps_of
from magnet_kg.teacher.llm.teacher import LlmTeacher
from magnet_kg.teacher.protocol import AssistantMove, Hint, Judgement, Reference, Scene
from magnet_kg.teacher.rules.teacher import RulesTeacher


class FaultyAnswerError(AssertionError):
    """The rules' answer to a request has faults."""


@dataclass
class StandIn:
    """A `Caller` that gives the answer laid out for it; it refuses what has faults, as every caller does.

    Attributes:
        asked: every request with its answer, in order.
    """

    model: str = "rules:behind"
    laid_out: BaseModel | None = None
    asked: list[tuple[ModelRequest[Any], BaseModel]] = field(default_factory=list)

    async def ask(self, request: ModelRequest[Answer]) -> Answer:
        answer = self.laid_out
        assert isinstance(answer, request.answer), (request.task, answer)
        self.laid_out = None
        self.asked.append((request, answer))
        faults = list(request.faults(answer))
        if faults:
            raise FaultyAnswerError(f"{request.task}: {faults}: {answer!r}")
        return answer


class RulesBehind(LlmTeacher):
    """The LLM teacher whose model answers as the rules do."""

    def __init__(self, rules: RulesTeacher) -> None:
        self.caller = StandIn()
        self.rules = rules
        super().__init__(self.caller, rules)

    def can_ask(self, function: Function) -> bool:
        return self.rules.can_ask(function)

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        self.caller.laid_out = judge_answer(await self.rules.judge(source, candidates, sample))
        return await super().judge(source, candidates, sample)

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        self.caller.laid_out = ask_answer(await self.rules.ask(_alone(scene), turn), turn)
        return await super().ask(scene, turn)

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        calls: list[FunctionCall] = []
        if settled_call(scene, turn, steps[0]) is not None:
            return await super().fill(scene, turn, message, steps)
        for step in ready_steps(scene, steps):
            try:
                calls += await self.rules.fill(_alone(scene), turn, message, (step,))
            except Untranslatable:
                if not calls:
                    raise
                break
        self.caller.laid_out = fill_answer(calls)
        return await super().fill(scene, turn, message, steps)

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        if not hint.calls:
            move = await self.rules.respond(_alone(scene), turn, hint)
            self.caller.laid_out = RespondAnswer(message=move.text)
        return await super().respond(scene, turn, hint)

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        named = await self.rules.name_error(_alone(scene), reference, candidate, answer)
        self.caller.laid_out = name_error_answer(named)
        return await super().name_error(scene, reference, candidate, answer)


def _alone(scene: Scene) -> Scene:
    """The scene with randomness of its own: what the rules draw must change nothing for whom they stand in."""
    state = scene.rng.getstate()
    rng = Random()
    rng.setstate(state)
    return replace(scene, rng=rng)


def judge_answer(judgements: Sequence[Judgement]) -> JudgeAnswer:
    """Judgements as an answer."""
    judged = []
    for number, one in enumerate(judgements, 1):
        found = one.dependency
        judged.append(
            JudgedCandidate(
                candidate=number,
                reason=(found.rationale if found else one.reason) or "nothing",
                kind=found.kind if found else "none",
                bindings=[JudgedBinding(**b.model_dump()) for b in found.bindings] if found else [],
                nested=bool(found and found.nested),
                confidence=found.confidence if found else 0.9,
            )
        )
    return JudgeAnswer(judgements=judged)


def ask_answer(message: UserMessage, turn: PathTurn) -> AskAnswer:
    """A message as an answer; words that only refer to something stand for themselves."""
    numbers = {step.id: number for number, step in enumerate(steps_of(turn), 1)}
    values, choices = [], []
    for mention in message.mentions:
        at = {"step": numbers[mention.step], "parameter": mention.parameter}
        words = message.text[mention.start : mention.end]
        if mention.criterion is not None:
            choices.append(SaidChoice(**at, words=words, **_criterion(mention.criterion)))
        elif mention.value is not None:
            values.append(SaidValue(**at, words=words, value=orjson.dumps(mention.value).decode()))
    return AskAnswer(message=message.text, values=values, choices=choices, impossible="", impossible_step=0)


def fill_answer(calls: Sequence[FunctionCall]) -> FillAnswer:
    """Calls as an answer."""
    filled = []
    for number, call in enumerate(calls, 1):
        choices = [
            FilledChoice(parameter=o.parameter.split(".")[0], words=o.text or "", **_criterion(o.criterion))
            for o in call.origins
            if o.criterion is not None
        ]
        filled.append(FilledCall(step=number, arguments=orjson.dumps(call.arguments).decode(), choices=choices))
    return FillAnswer(calls=filled, impossible="")


def name_error_answer(named: NamedError | None) -> NameErrorAnswer:
    """A named error as an answer."""
    return NameErrorAnswer(
        considered="each claim of the message against the outputs",
        error=named.error if named else "none",
        quote="",
        evidence=named.evidence if named else "everything stands in the outputs",
    )


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {"take": criterion.take, "by": criterion.by or "", "match": orjson.dumps(criterion.match).decode()}
