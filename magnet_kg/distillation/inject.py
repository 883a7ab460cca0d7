"""Wrong hints made from the reference by code: the five errors, until a student's own are at hand (METHOD.md §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from magnet_kg.distillation.mistaken import called_by_user, mistaken_value
from magnet_kg.domain.dialogue import Dialogue, DialogueTurn, FunctionCall
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn
from magnet_kg.domain.trajectory import ErrorKind
from magnet_kg.domain.values import lookup
from magnet_kg.teacher.protocol import Hint

ERRORS: tuple[ErrorKind, ...] = (
    "nested_missing",
    "short_dependency",
    "long_dependency",
    "wrong_summary",
    "miss_func_or_params",
)


@dataclass(frozen=True)
class WrongHint:
    """What goes wrong at one turn.

    Attributes:
        turn: the turn of the path.
        error: which of the five.
        leave_out: ids of reference calls that are not made.
        replace: the wrong call by the id of the reference call in whose place it is made.
        invented: calls made where none was possible.
        detail: for a wrong summary, "number" or the step that is left out; for a long dependency, "ask" to ask again.
        moves: all calls of the turn as a student made them, in place of the reference's; None where code made the hint.
        evidence: a sentence on how the student went wrong.
    """

    turn: str
    error: ErrorKind
    leave_out: frozenset[str] = frozenset()
    replace: Mapping[str, FunctionCall] | None = None
    invented: tuple[FunctionCall, ...] = ()
    detail: str = ""
    moves: tuple[tuple[FunctionCall, ...], ...] | None = None
    evidence: str = ""

    @property
    def told(self) -> Hint:
        """What whoever writes the turn's message is told."""
        return Hint(error=self.error, detail=self.detail, evidence=self.evidence)

    @property
    def injected(self) -> bool:
        """Whether code made it, and no student."""
        return self.moves is None


def wrong_hints(
    dialogue: Dialogue, turns: Mapping[str, PathTurn], functions: Mapping[str, Function], rng: Random
) -> dict[ErrorKind, list[WrongHint]]:
    """Every error that this dialogue gives room for, with the wrong hints that lead to it."""
    found: dict[ErrorKind, list[WrongHint]] = {error: [] for error in ERRORS}
    turn_of = {call.id: turn.id for turn in dialogue.turns for call in turn.calls}
    outputs: dict[str, Any] = {}
    offered = [functions[one] for one in dialogue.path.tools]
    for reference in dialogue.turns:
        turn = turns[reference.id]
        for hint in _at(reference, turn, turn_of, outputs, offered, dialogue, rng):
            found[hint.error].append(hint)
        outputs |= {o.call: o.output for o in reference.observations}
    return found


def _at(
    reference: DialogueTurn,
    turn: PathTurn,
    turn_of: Mapping[str, str],
    outputs: Mapping[str, Any],
    offered: Sequence[Function],
    dialogue: Dialogue,
    rng: Random,
) -> Iterator[WrongHint]:
    if turn.missing is not None or not turn.steps:
        invented = _invent_call(reference, turn, offered, dialogue, rng)
        if invented is not None:
            yield WrongHint(turn.id, "miss_func_or_params", invented=(invented,))
        return
    roles = {step.id: step.role for step in turn.steps}
    given = {o.call: o.output for o in reference.observations}
    known = dict(outputs)
    succeeded = {o.call for o in reference.observations if not o.failed}
    lookups = {call.id: call for call in reference.calls if roles[call.step] == "insert_backward"}
    for call in reference.calls:
        if roles[call.step] in ("insert_short", "insert_long") and len(reference.calls) > 1:
            yield WrongHint(turn.id, "nested_missing", leave_out=frozenset([call.id]))
        for origin in call.origins:
            if origin.call is None:
                continue
            wrong = mistaken_value(origin, _argument(call, origin.parameter), known, rng)
            if wrong is None:
                continue
            same_turn = turn_of[origin.call] == turn.id
            error: ErrorKind = "short_dependency" if same_turn else "long_dependency"
            yield WrongHint(turn.id, error, replace={call.id: _with_argument(call, origin.parameter, wrong)})
            name = called_by_user(origin, lookups[origin.call]) if origin.call in lookups else None
            if name is not None:
                named = {call.id: _with_argument(call, origin.parameter, name)}
                yield WrongHint(turn.id, error, leave_out=frozenset([origin.call]), replace=named)
        known[call.id] = given[call.id]
    if reference.calls and _needs_earlier(reference.calls[0], turn, turn_of):
        yield WrongHint(turn.id, "long_dependency", leave_out=frozenset(c.id for c in reference.calls), detail="ask")
    if succeeded:
        yield WrongHint(turn.id, "wrong_summary", detail="number")
        asked = [s.id for s in turn.steps if s.role != "insert_backward"]
        made = [c.step for c in reference.calls if c.id in succeeded and c.step in asked]
        if len(made) > 1:
            yield WrongHint(turn.id, "wrong_summary", detail=rng.choice(made))


def _needs_earlier(call: FunctionCall, turn: PathTurn, turn_of: Mapping[str, str]) -> bool:
    return any(origin.call is not None and turn_of[origin.call] != turn.id for origin in call.origins)


def _with_argument(call: FunctionCall, path: str, value: Any) -> FunctionCall:
    name, _, index = path.partition(".")
    arguments = dict(call.arguments)
    if index:
        arguments[name] = [value if i == int(index) else v for i, v in enumerate(arguments[name])]
    else:
        arguments[name] = value
    origins = tuple(o for o in call.origins if o.parameter != path)
    return call.model_copy(update={"arguments": arguments, "origins": origins})


def _argument(call: FunctionCall, path: str) -> Any:
    return lookup(call.arguments, path)


def _invent_call(
    reference: DialogueTurn, turn: PathTurn, offered: Sequence[Function], dialogue: Dialogue, rng: Random
) -> FunctionCall | None:
    """The call that somebody makes who will not say that something is missing, or who calls without need."""
    missing = turn.missing
    step = next((s for s in turn.wanted if missing is not None and s.id == missing.step), None)
    made = sum(len(t.calls) for t in dialogue.turns)
    by_id = {function.id: function for function in offered}
    if missing is not None and missing.kind == "miss_params" and step is not None and step.function in by_id:
        options = [by_id[step.function]]
    else:
        # Something else is called in the place of what is not there; the fewer inputs, the more tempting.
        others = (f for f in offered if step is None or f.id != step.function)
        options = sorted(others, key=lambda f: (len(f.required), f.id))[:4]
    if not options:
        return None
    function = rng.choice(options)
    arguments = {name: _invent_value(function, name, reference, dialogue, rng) for name in function.required}
    named = step.id if step is not None else ""
    return FunctionCall(id=f"call_{made + 1}", step=named, function=function.id, arguments=arguments)


def _invent_value(function: Function, name: str, reference: DialogueTurn, dialogue: Dialogue, rng: Random) -> Any:
    schema = function.properties[name]
    if schema.get("enum"):
        return rng.choice(schema["enum"])
    for mention in reference.user.mentions:
        if mention.parameter == name and mention.value is not None:
            return mention.value
    today = dialogue.context.now.date()
    kind, form = schema.get("type"), schema.get("format")
    if form == "date":
        return (today + timedelta(days=rng.randint(1, 10))).isoformat()
    if form == "date-time":
        return datetime.combine(today + timedelta(days=1), datetime.min.time().replace(hour=12)).isoformat()
    if kind in ("integer", "number"):
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        most = schema.get("maximum", least + 100)
        return rng.randint(int(least), int(min(most, least + 4))) if kind == "integer" else float((least + most) / 2)
    if kind == "boolean":
        return True
    if kind == "array":
        return []
    if name.endswith(("_id", "_code", "_number")):
        return f"{name.rsplit('_', 1)[0].split('_')[-1]}_{rng.randint(1000, 9999)}"
    said = [m.value for m in reference.user.mentions if isinstance(m.value, str)]
    words = reference.user.text.strip(".?! ").split()
    return said[-1] if said else " ".join(words[-2:])
