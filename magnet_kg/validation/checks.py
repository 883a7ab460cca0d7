"""All checks of METHOD.md §10 in one place, for a run and for `magnet-kg check` alike."""

from __future__ import annotations

from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.validation.failure import Evidence, Failure, Reading
from magnet_kg.validation.form import check_form
from magnet_kg.validation.grounded import NO_ORIGIN, check_grounded
from magnet_kg.validation.necessary import check_necessary
from magnet_kg.validation.replay import check_replay
from magnet_kg.validation.schema import check_proof, check_schema
from magnet_kg.validation.summary import check_summary
from magnet_kg.validation.unleaked import check_unleaked
from magnet_kg.validation.wrong import check_wrong

_CONTENT = (check_grounded, check_unleaked, check_necessary, check_summary)


async def check_trajectory(trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    """Every failure of a row, in the order of the checks; `distinct` needs the other rows and is asked apart."""
    failures, proven = _check_shape(trajectory, evidence)
    if proven:
        reading = Reading(trajectory)
        failures += [failure for check in _CONTENT for failure in check(reading, evidence)]
        failures += await check_replay(reading, evidence)
    return failures


async def check_pair(pair: PreferencePair, evidence: Evidence) -> list[Failure]:
    """Failures of a pair: the chosen side must pass everything, the rejected side be wrong exactly as it says.

    A wrong side is wrong in what its label names; it is no garbled row, leaks nothing and was executed like any other.
    """
    failures = await check_trajectory(pair.chosen, evidence)
    faults, proven = _check_shape(pair.rejected, evidence)
    if proven:
        reading = Reading(pair.rejected)
        faults += [*check_unleaked(reading, evidence), *await check_replay(reading, evidence)]
        faults += _ungrounded_elsewhere(pair, reading, evidence)
    failures += [f.model_copy(update={"reason": f"rejected side: {f.reason}"}) for f in faults]
    return failures + check_wrong(pair, evidence) if proven else failures


def _ungrounded_elsewhere(pair: PreferencePair, reading: Reading, evidence: Evidence) -> list[Failure]:
    """Values of the rejected side that are wrong without being the error that the label names.

    In the labelled turn a wrong value has no origin; an origin that is given must hold there too.
    """
    labelled = {error.turn for error in pair.errors}
    in_turn = {call for call, turn in reading.turn_of_call.items() if turn in labelled}
    return [
        failure
        for failure in check_grounded(reading, evidence)
        if failure.reason != NO_ORIGIN or failure.detail.split(".")[0] not in in_turn
    ]


def _check_shape(trajectory: Trajectory, evidence: Evidence) -> tuple[list[Failure], bool]:
    """Failures of a row's form, and whether it shows what it proves: if not, nothing can be said of its content."""
    unknown = _unknown_functions(trajectory, evidence)
    if unknown:
        return unknown, False
    reading = Reading(trajectory)
    unproven = check_proof(reading, evidence)
    return [*check_form(reading, evidence), *check_schema(reading, evidence), *unproven], not unproven


def _unknown_functions(trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    named = {*trajectory.tools, *(f for fs in trajectory.tools_added.values() for f in fs)}
    named |= {call.function for call in trajectory.calls}
    named |= {step.function for turn in trajectory.turns for step in (*turn.steps, *turn.wanted)}
    return [
        Failure(check="schema", reason="call of an unknown function", detail=one)
        for one in sorted(named)
        if one not in evidence.functions
    ]
