"""The five errors of a turn (METHOD.md §6), as far as code can decide them by comparing with the reference."""

from __future__ import annotations

from collections.abc import Mapping

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Origin
from magnet_kg.domain.path import PathTurn
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.domain.values import lookup


def name_call_error(
    turn: PathTurn,
    reference: DialogueTurn,
    candidate: DialogueTurn,
    answer: str,
    earlier_calls: Mapping[str, str],
) -> NamedError | None:
    """The error in a candidate turn's calls, or None where they are the reference's.

    A wrong summary does not show in calls: a teacher names it (`Teacher.name_error`).

    Args:
        turn: the turn of the path, for what was inserted and what is missing.
        reference: the turn as it should have gone.
        candidate: the turn as it went.
        answer: the candidate's final message.
        earlier_calls: the turn of every call of the reference dialogue, by call id.
    """

    def found(error: str, evidence: str) -> NamedError:
        return NamedError.model_validate({"turn": turn.id, "error": error, "evidence": evidence})

    if turn.missing is not None or not turn.steps:
        if candidate.calls:
            why = "where something is missing" if turn.missing is not None else "where nothing needs a call"
            return found("miss_func_or_params", f"calls {candidate.calls[0].function} {why}")
        return None
    roles = {step.id: step.role for step in turn.steps}
    made = {call.step: call for call in candidate.calls}
    for call in reference.calls:
        other = made.get(call.step)
        if other is None and roles.get(call.step, "").startswith("insert") and call.step not in _lookups(turn):
            return found("nested_missing", f"does not call {call.function}")
        if (
            other is None
            and not candidate.calls
            and answer.rstrip().endswith("?")
            and _from_earlier(call, turn, earlier_calls)
        ):
            return found("long_dependency", "asks again for what an earlier turn has given")
        if other is None:
            return found("short_dependency", f"does not call {call.function}, whose output is needed")
        wrong = _wrong_argument(call, other)
        if wrong is not None:
            same_turn = any(earlier_calls.get(one) == turn.id for one in _calls_of(wrong))
            kind = "short_dependency" if same_turn else "long_dependency"
            if not _calls_of(wrong):
                kind = "miss_func_or_params"
            return found(kind, f"{other.function}.{wrong.parameter} is {_argument(other, wrong.parameter)!r}")
    return None


def _lookups(turn: PathTurn) -> set[str]:
    """Steps inserted backward: leaving one out shows in the call that needed it."""
    return {step.id for step in turn.steps if step.role == "insert_backward"}


def _from_earlier(call: FunctionCall, turn: PathTurn, earlier_calls: Mapping[str, str]) -> bool:
    return any(earlier_calls.get(one) != turn.id for origin in call.origins for one in _calls_of(origin))


def _wrong_argument(reference: FunctionCall, candidate: FunctionCall) -> Origin | None:
    for origin in reference.origins:
        if _argument(reference, origin.parameter) != _argument(candidate, origin.parameter):
            return origin
    return None


def _argument(call: FunctionCall, path: str) -> object:
    try:
        return lookup(call.arguments, path)
    except (LookupError, ValueError):
        return None


def _calls_of(origin: Origin) -> list[str]:
    return ([origin.call] if origin.call else []) + [one for part in origin.inputs for one in _calls_of(part)]
