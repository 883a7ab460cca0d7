"""Signature paths (the paper's FSP) and the operations on them (METHOD.md §3 and §4)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from magnet_kg.domain.dependency import EdgeUse
from magnet_kg.domain.record import Record

Kind = Literal["single", "parallel", "multiple", "multi_turn", "irrelevance"]
MissingKind = Literal["miss_func", "miss_params"]
StepRole = Literal["walk", "insert_short", "insert_long", "insert_backward"]


# Between the id of a row and the number of a try.
TRY = "~"


class Step(Record):
    """One function of a turn, without arguments. `role` says how it came here."""

    id: str
    function: str
    role: StepRole = "walk"


class Link(Record):
    """One use of an edge: an output of an earlier step becomes a parameter of a later one."""

    source: str = Field(description="step id")
    target: str = Field(description="step id")
    output: str = Field(description="path into the source's output, as in Binding")
    parameter: str = Field(description="parameter of the target, as in Binding")
    verdict: str = Field(description="hash of the verdict behind the edge")


class Missing(Record):
    """What an empty turn lacks (METHOD.md §4, split).

    miss_func: the function of `step` is not offered. miss_params: the user leaves out `parameter` of `step`.
    A resolved one is completed by the turn that follows; in an unresolved one the user moves on.
    """

    kind: MissingKind
    step: str
    parameter: str | None = None
    resolved: bool


class PathTurn(Record):
    """The functions of one turn. An empty turn carries `missing`; the steps it wanted are in `wanted`.

    `completes` names the empty turn that this turn resolves.
    """

    id: str
    steps: tuple[Step, ...] = ()
    missing: Missing | None = None
    wanted: tuple[Step, ...] = ()
    completes: str | None = None


class NodeOperation(Record):
    """One merge, insert or split, by the ids of what it touched (positions would shift with the next operation)."""

    id: str
    operation: Literal["merge", "insert", "split"]
    detail: str = Field(description="short, long, backward, miss_func, miss_params, or empty for merge")
    turns: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class SignaturePath(Record):
    """A list of turns, each a list of functions without arguments, and how they depend on one another.

    `row` is the id of the row that this path becomes; `edges` are the judged dependencies that links rest on, and those
    that the walk followed. `notes` is what was wrong with the row that this path became before, for a teacher that
    tries again: then `row` ends with the number of the try ("multi_turn-00012.0~2").
    """

    row: str
    kind: Kind
    seed: int
    world: int = Field(description="seed of the world in which the path is executed")
    turns: tuple[PathTurn, ...]
    links: tuple[Link, ...] = ()
    operations: tuple[NodeOperation, ...] = ()
    edges: tuple[EdgeUse, ...] = ()
    tools: tuple[str, ...] = Field(default=(), description="functions offered from the start, by id")
    notes: tuple[str, ...] = ()
    plain: bool = Field(default=False, description="the user asks without any manner of speaking")
    stated: bool = Field(default=True, description="a system message states the context; else only where it must")

    @property
    def attempt(self) -> str:
        """The row without the number of a try: tries have the path in common, and who writes them."""
        return self.row.partition(TRY)[0]

    @property
    def functions(self) -> set[str]:
        """The ids of all functions that it needs or offers."""
        return {*self.tools, *(step.function for turn in self.turns for step in (*turn.wanted, *turn.steps))}

    @property
    def steps(self) -> dict[str, Step]:
        """Every step by its id; an empty turn's wanted steps are those of the turn that completes it."""
        return {step.id: step for turn in self.turns for step in (*turn.wanted, *turn.steps)}
