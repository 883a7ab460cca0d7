"""The `Teacher` seam: judge dependencies, write a query, fill calls, write an assistant turn, name an error.

The shape is the one that a language model needs: one function with up to 30 candidates in one judgement, the whole
history in every translation. Everything is asynchronous, so that many rows can wait for a model at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from magnet_kg.domain.context import Context
from magnet_kg.domain.dependency import Dependency
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, UserMessage
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath, Step
from magnet_kg.domain.trajectory import ErrorKind, NamedError
from magnet_kg.execution.session import Session


@dataclass(frozen=True)
class Judgement:
    """A teacher's answer about one candidate: a dependency, or the reason why there is none.

    `judge` and `prompt_hash` say by whom it is and by what, where that is not the teacher as a whole.
    """

    target: str
    dependency: Dependency | None = None
    reason: str | None = None
    judge: str | None = None
    prompt_hash: str | None = None


@dataclass(frozen=True)
class Scene:
    """All that a teacher may look at while it writes a part of one dialogue.

    Attributes:
        path: the whole signature path with its links and operations.
        functions: every function of the path and of the tools offered, by id.
        context: what the system message states.
        history: the turns so far, with calls and outputs.
        answers: the assistant's final message of each turn so far, by turn id (empty while dialogues are translated).
        offered: ids of the functions that are offered at this point.
        session: the world as it stands now; a teacher that rehearses calls on it restores it afterwards.
        rng: this turn's own randomness.
    """

    path: SignaturePath
    functions: Mapping[str, Function]
    context: Context
    history: tuple[DialogueTurn, ...]
    answers: Mapping[str, str]
    offered: tuple[str, ...]
    session: Session
    rng: Random


@dataclass(frozen=True)
class Hint:
    """What the teacher is told, and never mentions, while it writes an assistant turn.

    `calls` are the reference calls of the turn that remain to be made; for a wrong hint they are the wrong ones, and
    `error` says which error the turn shall show, and `evidence`, where a student made it, how it went wrong.
    """

    calls: tuple[FunctionCall, ...] = ()
    error: ErrorKind | None = None
    detail: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class AssistantMove:
    """One assistant message: calls, or a text that ends the turn (never both empty)."""

    calls: tuple[FunctionCall, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Reference:
    """A turn as it should have gone, for naming an error: its calls and outputs, and what the path meant by it."""

    turn: DialogueTurn
    path_turn: PathTurn


class Teacher(Protocol):
    """Whoever judges and writes. `name` and `prompt_hash` go into the provenance of every row."""

    @property
    def name(self) -> str:
        """Such as "rules@1", or a model's name."""

    @property
    def prompt_hash(self) -> str:
        """Hash of the rules and phrases, or of the prompts."""

    @property
    def judging_hash(self) -> str:
        """Hash of the rules, or of the prompt, by which dependencies are judged."""

    def writers(self, path: SignaturePath) -> Mapping[str, str]:
        """Who writes the row of this path: a name as in `name`, by duty (`DUTIES`)."""

    def can_ask(self, function: Function) -> bool:
        """Whether a person's message can ask for this function by itself, with everything that it requires."""

    def asks_well(self, function: Function) -> bool:
        """Whether such a message is likely to read as a person's: of many functions, only those are asked for alone."""

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        """Judge whether the source's output matters to calling each candidate (METHOD.md §2); one answer for each.

        `sample` says which of several judgements of the same question is wanted, where one may differ from the other.

        Raises:
            Unanswered: the judgement cannot be read; another sample may be.
        """

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        """Back-translation: the user's message for the functions of this turn.

        Raises:
            Untranslatable: no honest message leads to these functions.
        """

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        """Forth-translation: filled calls from the message, the history and this turn's outputs so far.

        `scene.history` ends with the current turn as far as it has been executed. The calls are those of the first of
        `steps`, one at least: those whose values are all there before any of them is executed.

        Raises:
            Untranslatable: a value has no source.
        """

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        """The next assistant message of this turn, under a hint that it never mentions."""

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        """Name the error of a turn whose calls are the reference's: what is left is what its final message says.

        `scene.history` ends with the candidate turn. Errors in calls are decided by code before a teacher is asked.
        """
