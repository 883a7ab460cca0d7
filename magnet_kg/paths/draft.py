"""A path while the operations work on it: turns, steps and links with stable ids, and what was done to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from magnet_kg.domain.dependency import Edge, EdgeUse
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, Link, Missing, NodeOperation, PathTurn, SignaturePath, Step, StepRole
from magnet_kg.paths.walk import Neighbourhood


@dataclass
class DraftTurn:
    """A turn that can still change."""

    id: str
    steps: list[Step] = field(default_factory=list)
    missing: Missing | None = None
    wanted: list[Step] = field(default_factory=list)
    completes: str | None = None


@dataclass
class Draft:
    """A path in the making. Ids are given once and never reused."""

    row: str
    kind: Kind
    functions: Mapping[str, Function]
    neighbourhood: Neighbourhood
    rng: Random
    asked: frozenset[str] = frozenset()  # of these a person can say every value, whatever their names promise
    turns: list[DraftTurn] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    operations: list[NodeOperation] = field(default_factory=list)
    edges: dict[str, EdgeUse] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    _ids: int = 0

    def new_turn(self, *steps: Step) -> DraftTurn:
        """Append a turn with these steps."""
        turn = DraftTurn(self._new_id("t"), list(steps))
        self.turns.append(turn)
        return turn

    def new_step(self, function: str, role: StepRole = "walk") -> Step:
        """A step that belongs to no turn yet."""
        return Step(id=self._new_id("s"), function=function, role=role)

    def make_turn(self) -> DraftTurn:
        """A turn that stands nowhere yet."""
        return DraftTurn(self._new_id("t"))

    def record(self, operation: str, detail: str = "", turns: Iterable[str] = (), steps: Iterable[str] = ()) -> None:
        """Note an operation by the ids of what it touched."""
        self.operations.append(
            NodeOperation.model_validate(
                {
                    "id": self._new_id("o"),
                    "operation": operation,
                    "detail": detail,
                    "turns": tuple(turns),
                    "steps": tuple(steps),
                }
            )
        )

    def use(self, edge: Edge) -> None:
        """Note that the path rests on this edge."""
        self.edges.setdefault(edge.verdict, EdgeUse.of(edge))

    def link(self, edge: Edge, source: Step, target: Step, parameter: str | None = None) -> bool:
        """Use the edge's bindings between two steps, for one parameter or all that have no link yet.

        Gives whether any binding was used.
        """
        used = False
        for binding in edge.dependency.bindings:
            taken = {link.parameter for link in self.links if link.target == target.id}
            if binding.parameter in taken or (parameter is not None and binding.parameter != parameter):
                continue
            if not self._may_supply(source, target, binding.output):
                continue
            self.links.append(
                Link(
                    source=source.id,
                    target=target.id,
                    output=binding.output,
                    parameter=binding.parameter,
                    verdict=edge.verdict,
                )
            )
            used = True
        if used:
            self.use(edge)
        return used

    def _may_supply(self, source: Step, target: Step, output: str) -> bool:
        """One search finds one thing: it must not supply both ends of a journey. A list of all one's own may."""
        again = any(
            link.source == source.id and link.target == target.id and link.output == output for link in self.links
        )
        return not again or ("[]" in output and not self.functions[source.function].required)

    def move_links(self, source: Step, other: Step) -> None:
        """Let another step of the same function supply what a step has supplied so far."""
        self.links = [
            link.model_copy(update={"source": other.id}) if link.source == source.id else link for link in self.links
        ]

    def linked(self, step: Step) -> set[str]:
        """Names of the step's parameters that a link supplies."""
        return {link.parameter.split("[")[0] for link in self.links if link.target == step.id}

    def steps_before(self, turn: DraftTurn, step: Step) -> list[Step]:
        """All steps that run before this one, the most recent first."""
        before: list[Step] = []
        for other in self.turns:
            if other is turn:
                before += turn.steps[: turn.steps.index(step)]
                break
            before += other.steps
        return before[::-1]

    def finished(self, seed: int, world: int, tools: Iterable[str]) -> SignaturePath:
        """The frozen path."""
        return SignaturePath(
            row=self.row,
            kind=self.kind,
            seed=seed,
            world=world,
            turns=tuple(
                PathTurn(
                    id=t.id,
                    steps=tuple(t.steps),
                    missing=t.missing,
                    wanted=tuple(t.wanted),
                    completes=t.completes,
                )
                for t in self.turns
            ),
            links=tuple(self.links),
            operations=tuple(self.operations),
            edges=tuple(self.edges.values()),
            tools=tuple(tools),
        )

    def _new_id(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}{self._ids}"
