"""Dependencies between functions and the verdicts behind them (METHOD.md §2)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from magnet_kg.domain.record import JsonObject, Record, content_hash

DependencyKind = Literal["prerequisite", "output_is_input", "output_is_partial_input"]


class Binding(Record):
    """Which output feeds which parameter.

    Paths are dotted names; `[]` after a name means "each element": `flights[].flight_id` → `flight_id`,
    `contact.contact_id` → `attendees[]`.
    """

    output: str
    parameter: str


class Dependency(Record):
    """A positive judgement of an ordered pair: what the source returns matters to calling the target.

    `bindings` is empty only for `prerequisite`. `nested` says that a user who wants the source's result in some form
    needs the target without ever naming it (distance → unit conversion).
    """

    kind: DependencyKind
    bindings: tuple[Binding, ...] = ()
    nested: bool = False
    confidence: float = Field(ge=0.0, le=1.0)
    rationale: str

    @model_validator(mode="after")
    def _inputs_name_their_bindings(self) -> Dependency:
        if self.kind != "prerequisite" and not self.bindings:
            raise ValueError(f"a dependency of kind {self.kind} needs at least one binding")
        return self

    def as_json(self) -> JsonObject:
        """As `model_dump` gives it, at a fraction of its cost."""
        return {
            "kind": self.kind,
            "bindings": [{"output": each.output, "parameter": each.parameter} for each in self.bindings],
            "nested": self.nested,
            "confidence": self.confidence,
            "rationale": self.rationale,
        }


class Verdict(Record):
    """The judgement of one ordered pair, positive (`dependency` given) or negative (`reason` given)."""

    source: str
    target: str
    source_hash: str
    target_hash: str
    judge: str = Field(description="who judged: rules@<version>, or a model's name")
    prompt_hash: str = Field(description="hash of the rules or of the prompt that the judge followed")
    dependency: Dependency | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Verdict:
        if (self.dependency is None) == (self.reason is None):
            raise ValueError("a verdict has either a dependency or a reason against one")
        return self

    @property
    def hash(self) -> str:
        """Identifies this judgement in the provenance of a row."""
        # As `model_dump` gives it, at a fraction of its cost.
        dependency = self.dependency
        return content_hash(
            {
                "source": self.source,
                "target": self.target,
                "source_hash": self.source_hash,
                "target_hash": self.target_hash,
                "judge": self.judge,
                "prompt_hash": self.prompt_hash,
                "dependency": None if dependency is None else dependency.as_json(),
                "reason": self.reason,
            }
        )


class Edge(Record):
    """A judged dependency as a walk meets it: source → target with what is needed to use it."""

    source: str
    target: str
    dependency: Dependency
    verdict: str = Field(description="hash of the verdict behind this edge")
    judge: str


class EdgeUse(Record):
    """An edge that a row rests on, with the verdict behind it, so that the row explains itself."""

    source: str
    target: str
    kind: str
    nested: bool
    confidence: float
    rationale: str
    judge: str
    verdict: str

    @classmethod
    def of(cls, edge: Edge) -> EdgeUse:
        """The part of an edge that a row keeps."""
        d = edge.dependency
        return cls(
            source=edge.source,
            target=edge.target,
            kind=d.kind,
            nested=d.nested,
            confidence=d.confidence,
            rationale=d.rationale,
            judge=edge.judge,
            verdict=edge.verdict,
        )
