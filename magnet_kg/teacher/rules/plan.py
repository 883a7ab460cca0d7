"""What a turn will say and do, settled before a word is written: values before words, words before outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from magnet_kg.domain.dialogue import Criterion, DialogueTurn, Mention
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link, PathTurn, Step
from magnet_kg.execution.session import Outcome
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.grammar import Fill, Piece
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.said import Said


@dataclass(frozen=True)
class Meaning:
    """What a piece of a message says: a value, or the criterion by which one is chosen; `also` for further steps."""

    step: str
    parameter: str
    source: Literal["said", "known", "chosen", "bound"]
    form: str = "verbatim"
    value: Any = None
    criterion: Criterion | None = None
    also: tuple[str, ...] = ()


Words = list[Piece[Meaning]]
SlotFill = Fill[Meaning]


@dataclass(frozen=True)
class Linked:
    """A parameter that an earlier output supplies: which criterion chooses it, and the words that refer to it."""

    link: Link
    value: Any
    criterion: Criterion | None
    words: Words
    pronoun: tuple[str, str]


@dataclass(frozen=True)
class Stated:
    """A parameter that the system message states."""

    value: Any


Source = Said | Linked | Stated


@dataclass
class StepPlan:
    """One step with a source for each of its arguments and, once rehearsed, what the call gives."""

    step: Step
    function: Function
    phrases: FunctionPhrases
    sources: dict[str, Source] = field(default_factory=dict)
    outcome: Outcome | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the call; a parameter that is an array holds what was found as its one element."""
        return {name: source.value for name, source in self.sources.items()}


@dataclass(frozen=True)
class Together:
    """What several calls of one function in a message have in common.

    Attributes:
        shared: parameters that have the same value in each call, said once.
        varied: the parameter in which the calls differ, said as a list, or two, of which every value goes with every
            other; empty where nothing is said so.
    """

    shared: frozenset[str] = frozenset()
    varied: tuple[str, ...] = ()


@dataclass
class TurnPlan:
    """All steps of a turn, in order. `seen` is every value in the outputs of earlier turns, worked out once."""

    turn: PathTurn
    steps: list[StepPlan] = field(default_factory=list)
    seen: frozenset[Any] | None = None
    together: Together = Together()

    def of(self, step: str) -> StepPlan | None:
        """The plan of a step, if it is of this turn."""
        return next((plan for plan in self.steps if plan.step.id == step), None)


PhrasesFor = Callable[[Function], FunctionPhrases]


def mentions_of(scene: Scene, turn: PathTurn) -> Mapping[tuple[str, str], tuple[str, Mention]]:
    """What the messages so far say about this turn's steps: (step, parameter) → (turn id, mention)."""
    found = {}
    for past in scene.history:
        for mention in past.user.mentions:
            found[mention.step, mention.parameter] = (past.id, mention)
    return found


def outputs_of(scene: Scene, step: str) -> tuple[DialogueTurn, str, Any] | None:
    """What an executed step gave: its turn, its call's id and the output; None where it did not succeed."""
    for past in scene.history:
        for call, observation in zip(past.calls, past.observations, strict=False):
            if call.step == step and not observation.failed:
                return past, call.id, observation.output
    return None
