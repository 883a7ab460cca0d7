"""Small functions, concepts, verdicts and paths to fill a graph with."""

from __future__ import annotations

from typing import Any

from magnet_kg.domain.concept import ConceptUse, Returns, Takes
from magnet_kg.domain.dependency import Binding, Dependency, Verdict
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, PathTurn, SignaturePath, Step


def function(name: str, **changes: Any) -> Function:
    fields: dict[str, Any] = {
        "id": f"toys/{name}",
        "name": name,
        "category": "Travel",
        "toolkit": "flights",
        "description": f"Do {name}.",
        "parameters": {
            "type": "object",
            "properties": {"zone": {"type": "string"}, "city": {"type": "string"}},
        },
        "source": "toys",
    }
    return Function(**{**fields, **changes})


def use(owner: Function, takes: tuple[str, ...] = (), returns: tuple[str, ...] = ()) -> ConceptUse:
    return ConceptUse(
        function=owner.id,
        takes=tuple(
            Takes(parameter=each.replace(" ", "_"), concept=each, type="string", required=True) for each in takes
        ),
        returns=tuple(
            Returns(path=f"rows[].{each.replace(' ', '_')}", concept=each, type="string") for each in returns
        ),
    )


def feeds(source: Function, target: Function, **changes: Any) -> Verdict:
    fields: dict[str, Any] = {
        "kind": "output_is_partial_input",
        "bindings": (
            Binding(output="rows[].id", parameter="id"),
            Binding(output="owner", parameter="people[]"),
        ),
        "confidence": 0.875,
        "rationale": 'It\'s the "id" that the target wants.',
    }
    return _verdict(source, target, dependency=Dependency(**{**fields, **changes}))


def rejected(source: Function, target: Function, reason: str = "nothing fits") -> Verdict:
    return _verdict(source, target, reason=reason)


def path(row: str, *turns: tuple[Function, ...], kind: Kind = "multi_turn", **changes: Any) -> SignaturePath:
    made = tuple(
        PathTurn(
            id=f"t{number}",
            steps=tuple(Step(id=f"s{number}.{position}", function=each.id) for position, each in enumerate(turn)),
        )
        for number, turn in enumerate(turns)
    )
    return SignaturePath(**{"row": row, "kind": kind, "seed": 1, "world": 2, "turns": made, **changes})


def _verdict(source: Function, target: Function, **what: Any) -> Verdict:
    return Verdict(
        source=source.id,
        target=target.id,
        source_hash=source.content_hash,
        target_hash=target.content_hash,
        judge="rules@1",
        prompt_hash="0011",
        **what,
    )
