"""A student's turn against the reference: what code can decide about its calls (METHOD.md §6, negative).

A turn is right when the reference's calls were made, in any order and in any form that means the same, or when another
way led to the same state and the same outputs. What is said afterwards is for a teacher to judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from magnet_kg.distillation.errors import name_call_error
from magnet_kg.distillation.student import Played
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, Origin
from magnet_kg.domain.function import Function
from magnet_kg.domain.mistake import MistakeKind, StudentCall, TurnFault
from magnet_kg.domain.path import PathTurn
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.domain.values import lookup
from magnet_kg.wording.calendar import parse_iso
from magnet_kg.wording.claims import asks, declines
from magnet_kg.wording.forms import same

_EDGES = " .,;:!?\"'“”‘’"


@dataclass(frozen=True)
class Expected:
    """A turn as it should have gone.

    Attributes:
        turn: of the path.
        told: the reference's calls and outputs.
        changed: the reference's calls that changed the state of the world.
        state: digest of the world after the turn.
        earlier: the turn of every call of the reference dialogue, by call id.
        functions: definitions by id.
        own: for calls of earlier turns, by id, the student's that stand for them, where its history is its own: a
            value that the reference takes from there may be the one that the student's call gave.
    """

    turn: PathTurn
    told: DialogueTurn
    changed: Collection[str]
    state: str
    earlier: Mapping[str, str]
    functions: Mapping[str, Function]
    own: Mapping[str, StudentCall] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether no call is possible, or none is needed."""
        return self.turn.missing is not None or not self.turn.steps


@dataclass(frozen=True)
class Compared:
    """A student's turn beside the reference.

    Attributes:
        matched: the student's call that stands for each of the reference's, by the id of the latter.
        steps: steps of the reference by the id of the student's call that stands for them.
        alike: ids of the student's calls that are the reference's, whatever their form.
        idle: how many calls were made beside the reference's and changed nothing.
        fault: what is wrong with the calls; None where they are right.
    """

    matched: Mapping[str, StudentCall]
    steps: Mapping[str, str]
    alike: frozenset[str]
    idle: int
    fault: TurnFault | None


def compare_turn(expected: Expected, played: Played) -> Compared:
    """What is wrong with a student's calls, as far as code can tell; see `Compared`."""
    made = [call for call in played.calls if call.executed]
    reference = expected.told.calls
    matched = match_calls(reference, made)
    alike = _alike(expected, matched)
    others = [call for call in made if call.id not in {matched[one].id for one in alike}]
    steps = {matched[call.id].id: call.step for call in reference if call.id in matched}
    fault = _fault(expected, played, made, matched, alike)
    return Compared(
        matched=matched,
        steps=steps,
        alike=frozenset(matched[one].id for one in alike),
        idle=sum(not call.changed for call in others),
        fault=fault,
    )


def judged_turn(expected: Expected, played: Played, compared: Compared) -> DialogueTurn:
    """The student's turn as a teacher sees it: the calls that were made, by the steps that they stand for."""
    calls = [call for call in played.calls if call.executed]
    return DialogueTurn(
        id=expected.turn.id,
        user=expected.told.user,
        calls=tuple(
            FunctionCall(
                id=call.id, step=compared.steps.get(call.id, ""), function=call.function, arguments=call.arguments
            )
            for call in calls
            if call.function is not None and call.arguments is not None
        ),
        observations=tuple(Observation(call=call.id, output=call.output, failed=call.failed) for call in calls),
    )


def silent_fault(expected: Expected, text: str) -> TurnFault | None:
    """What code can tell of a message without a call: it must say what is missing where something is."""
    missing = expected.turn.missing
    if not text.strip():
        return TurnFault(kind="wrong_summary", error="wrong_summary", evidence="says nothing")
    if missing is None:
        return None
    says = asks if missing.kind == "miss_params" else declines
    if says(text):
        return None
    return TurnFault(kind="wrong_summary", error="wrong_summary", evidence="does not say what is missing")


def match_calls(reference: Sequence[FunctionCall], made: Sequence[StudentCall]) -> dict[str, StudentCall]:
    """For each call of the reference the call of the student that is most like it: of the same function, once each."""
    pairs = [
        (_agreement(call, other), -abs(at - place), call.id, other)
        for at, call in enumerate(reference)
        for place, other in enumerate(made)
        if call.function == other.function
    ]
    pairs.sort(key=lambda pair: (-pair[0], -pair[1]))
    matched: dict[str, StudentCall] = {}
    taken: set[str] = set()
    for _, _, one, other in pairs:
        if one not in matched and other.id not in taken:
            matched[one] = other
            taken.add(other.id)
    return matched


def same_value(one: Any, other: Any) -> bool:
    """Whether two arguments differ in form only: 2 and 2.0, times with and without seconds, case, outer marks."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_value(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return same(one, other) or same(other, one) or _plain(one) == _plain(other)
    return same(one, other)


def _plain(text: str) -> datetime | str:
    moment = parse_iso(text)
    return moment if isinstance(moment, datetime) else " ".join(text.split()).strip(_EDGES).casefold()


def _agreement(call: FunctionCall, made: StudentCall) -> float:
    """The share of arguments that are the same; what failed is less like what should have been."""
    names = {*call.arguments, *(made.arguments or {})}
    given = made.arguments or {}
    right = sum(
        name in call.arguments and name in given and same_value(call.arguments[name], given[name]) for name in names
    )
    return (right / len(names) if names else 1.0) - (0.001 if made.failed else 0.0)


def _alike(expected: Expected, matched: Mapping[str, StudentCall]) -> list[str]:
    """The reference's calls that the student made, whatever the form of its arguments."""
    alike: list[str] = []
    outputs = {o.call: o for o in expected.told.observations}
    for call in expected.told.calls:
        made = matched.get(call.id)
        if made is None:
            continue
        gave = outputs[call.id]
        read = call.id not in expected.changed and not made.changed
        same_output = read and (made.output, made.failed) == (gave.output, gave.failed)
        same_call = _wrong_argument(expected, call, made, matched) is None and (gave.failed or not made.failed)
        if same_output or same_call:
            alike.append(call.id)
    return alike


def _wrong_argument(
    expected: Expected, call: FunctionCall, made: StudentCall, matched: Mapping[str, StudentCall]
) -> str | None:
    """The first argument that means something else than the reference's, or is too many or missing."""
    given = made.arguments or {}
    properties = expected.functions[call.function].properties
    for name in dict.fromkeys([*call.arguments, *given]):
        default = properties.get(name, {}).get("default")
        right = call.arguments.get(name, default)
        value = given.get(name, default)
        if not same_value(right, value) and not same_value(_own_output(expected, call, name, matched), value):
            return name
    return None


def _own_output(expected: Expected, call: FunctionCall, name: str, matched: Mapping[str, StudentCall]) -> Any:
    """The value that the reference takes from an output, taken from what the student's own call gave."""
    right = call.arguments.get(name)
    origin = next((o for o in call.origins if o.parameter == name), None)
    if origin is None or origin.call is None or origin.path is None:
        return right
    made = matched.get(origin.call) or expected.own.get(origin.call)
    try:
        return right if made is None else lookup(made.output, origin.path)
    except (LookupError, ValueError):
        return right


def _fault(
    expected: Expected,
    played: Played,
    made: Sequence[StudentCall],
    matched: Mapping[str, StudentCall],
    alike: Sequence[str],
) -> TurnFault | None:
    named = None if _other_way(expected, played, made, alike) else _named(expected, played, made, matched, alike)
    if not played.ended:
        error = named.error if named is not None else None
        return TurnFault(kind="no_end", error=error, evidence=f"{played.moves} moves, and no message to the user")
    if named is not None:
        kind = _kind(expected, played, named, matched, alike)
        detail = "ask" if kind == "history_value" and named.error == "long_dependency" and not made else ""
        return TurnFault(kind=kind, error=named.error, evidence=named.evidence, detail=detail)
    if expected.empty:
        return None
    # Its arguments are right as far as the reference goes; what it adds leads somewhere else.
    off = next((c for c in expected.told.calls if c.id in matched and c.id not in alike), None)
    if off is not None and not _other_way(expected, played, made, alike):
        name = _wrong_argument(expected, off, matched[off.id], matched)
        value = (matched[off.id].arguments or {}).get(name or "")
        what = f"{off.function}.{name} is {value!r}" if name else f"{off.function} fails"
        return TurnFault(kind="wrong_value", evidence=what)
    if played.state != expected.state:
        right = {matched[one].id for one in alike}
        extra = next((call for call in made if call.changed and call.id not in right), None)
        if extra is not None:
            return TurnFault(kind="harmful_call", evidence=f"also calls {extra.function}, which changes the state")
    return None


def _other_way(expected: Expected, played: Played, made: Sequence[StudentCall], alike: Sequence[str]) -> bool:
    """Whether the state is the reference's, and every output that was asked for was seen."""
    if expected.empty or played.state != expected.state:
        return False
    roles = {step.id: step.role for step in expected.turn.steps}
    outputs = {o.call: o for o in expected.told.observations}
    return all(
        call.id in alike
        or call.id in expected.changed
        or roles.get(call.step) == "insert_backward"
        or any((one.output, one.failed) == (outputs[call.id].output, outputs[call.id].failed) for one in made)
        for call in expected.told.calls
    )


def _named(
    expected: Expected,
    played: Played,
    made: Sequence[StudentCall],
    matched: Mapping[str, StudentCall],
    alike: Sequence[str],
) -> NamedError | None:
    """The error of the paper's five, by the same rule by which pairs are checked."""
    stand_ins = []
    for call in expected.told.calls:
        other = matched.get(call.id)
        if call.id in alike or _unneeded(expected, call, matched, alike):
            stand_ins.append(call)
        elif other is not None:
            stand_ins.append(call.model_copy(update={"arguments": other.arguments, "origins": ()}))
    taken = {one.id for one in matched.values()}
    extra = [
        FunctionCall(id=c.id, step="", function=c.function or "", arguments=c.arguments or {})
        for c in made
        if c.id not in taken
    ]
    candidate = DialogueTurn(id=expected.turn.id, user=expected.told.user, calls=(*stand_ins, *extra))
    return name_call_error(expected.turn, expected.told, candidate, played.text, expected.earlier)


def _unneeded(expected: Expected, call: FunctionCall, matched: Mapping[str, StudentCall], alike: Sequence[str]) -> bool:
    """Whether a lookup was left out whose value the student had from elsewhere."""
    role = next((step.role for step in expected.turn.steps if step.id == call.step), None)
    users = [one.id for one in expected.told.calls if any(call.id in _calls_of(o) for o in one.origins)]
    return call.id not in matched and role == "insert_backward" and bool(users) and all(one in alike for one in users)


def _kind(
    expected: Expected,
    played: Played,
    named: NamedError,
    matched: Mapping[str, StudentCall],
    alike: Sequence[str],
) -> MistakeKind:
    if expected.empty:
        return "needless_call"
    lost = next(
        call for call in expected.told.calls if call.id not in alike and not _unneeded(expected, call, matched, alike)
    )
    if lost.id in matched:
        wrong = _wrong_argument(expected, lost, matched[lost.id], matched)
        given = [o for o in lost.origins if o.parameter.partition(".")[0] == wrong]
        return "history_value" if any(_from_history(expected, o) for o in given) else "wrong_value"
    if any(not call.executed for call in played.calls):
        return "malformed_call"
    if played.text.rstrip().endswith("?") and any(_from_history(expected, o) for o in lost.origins):
        return "history_value"
    return "missing_call"


def _from_history(expected: Expected, origin: Origin) -> bool:
    """Whether a value stood in an earlier turn: in an output, or in the user's words."""
    here = expected.turn.id
    if any(expected.earlier.get(call) != here for call in _calls_of(origin)):
        return True
    return origin.source in ("said", "known") and origin.turn is not None and origin.turn != here


def _calls_of(origin: Origin) -> list[str]:
    return ([origin.call] if origin.call else []) + [one for part in origin.inputs for one in _calls_of(part)]
