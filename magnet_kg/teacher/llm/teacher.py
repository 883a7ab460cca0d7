"""The LLM teacher: the whole `Teacher` seam, its judgements and sentences from a chat model, one prompt file a task.

What a model says is held against schemas, words and outputs before anything becomes of it; where values come from is
found by code (`tracing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from magnet_kg.catalog.concepts import is_sayable
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, UserMessage, next_group
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath, Step
from magnet_kg.domain.record import content_hash
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.llm.request import Caller
from magnet_kg.teacher.llm.suggested import suggest_values
from magnet_kg.teacher.llm.tasks import ask, fill, judge, mislead, name_error, respond
from magnet_kg.teacher.llm.tasks.settled import settled_call
from magnet_kg.teacher.protocol import AssistantMove, Hint, Judgement, Reference, Scene
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.teacher.settings import DUTIES, TASKS
from magnet_kg.wording.prompts import Prompt, load_prompt


class LlmTeacher:
    """Judges and writes with one chat model.

    Args:
        caller: carries the questions to the model.
        rules: has the phrases of the toolkits, which say how closed sets of values are spoken of, and what there is to
            ask for in their worlds; those of the installed toolkits by default.
    """

    def __init__(self, caller: Caller, rules: RulesTeacher | None = None) -> None:
        self._caller = caller
        self._rules = rules or RulesTeacher()
        self._lexicons = self._rules.lexicon

    @property
    def name(self) -> str:
        """The model's name with the latest version of its prompts."""
        return f"{self._caller.model}@{max(prompt.version for prompt in self._prompts.values())}"

    @cached_property
    def _prompts(self) -> Mapping[str, Prompt]:
        return {task: load_prompt(task) for task in TASKS}

    @cached_property
    def prompt_hash(self) -> str:
        """Changes with any prompt that has a part in a row; judging has a hash of its own."""
        return content_hash(
            {task: prompt.hash for task, prompt in self._prompts.items() if task not in DUTIES["judge"]}
        )

    @cached_property
    def judging_hash(self) -> str:
        """Changes with the prompt by which dependencies are judged."""
        return content_hash({task: self._prompts[task].hash for task in DUTIES["judge"]})

    def writers(self, path: SignaturePath) -> Mapping[str, str]:
        """See `Teacher.writers`."""
        return {"translate": self.name, "respond": self.name}

    def can_ask(self, function: Function) -> bool:
        """See `Teacher.can_ask`."""
        return all(is_sayable(function, name) for name in function.required)

    def asks_well(self, function: Function) -> bool:
        """See `Teacher.asks_well`: a model finds words for whatever a person can say."""
        return self.can_ask(function)

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        """See `Teacher.judge`."""
        if not candidates:
            return []
        return judge.read(await self._caller.ask(judge.request(source, candidates, sample)), source, candidates)

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        """See `Teacher.ask`."""
        suggested = await suggest_values(scene, turn, self._rules.phrases_for)
        answer = await self._caller.ask(ask.request(scene, turn, self._lexicons, suggested))
        return ask.read(answer, scene, turn, self._lexicons)

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        """See `Teacher.fill`: all calls that need no output of one another; what code can settle is not asked."""
        if fill.failed_source(scene, steps[0]):
            # No answer could be right, so none is paid for.
            raise Untranslatable("the call before it failed", steps[0].id)
        settled = settled_call(scene, turn, steps[0])
        if settled is not None:
            return (settled,)
        answer = await self._caller.ask(fill.request(scene, turn, message, steps, self._lexicons))
        return fill.read(answer, scene, turn, message, steps, self._lexicons)

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        """See `Teacher.respond`: the calls of a right hint are made as they are, the message is the model's."""
        if hint.calls:
            return AssistantMove(calls=next_group(hint.calls))
        if hint.error is not None:
            return AssistantMove(text=mislead.read(await self._caller.ask(mislead.request(scene, turn, hint))))
        return AssistantMove(text=respond.read(await self._caller.ask(respond.request(scene, turn))))

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        """See `Teacher.name_error`."""
        named = await self._caller.ask(name_error.request(scene, reference, candidate, answer))
        return name_error.read(named, reference)
