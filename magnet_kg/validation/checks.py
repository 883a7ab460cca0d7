"""All checks of METHOD.md §10 in one place, for a run and for `magnet-kg check` alike."""

from __future__ import annotations

from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.validation.failure import Evidence, Failure, Reading
from magnet_kg.validation.form import check_form
from magnet_kg.validation.grounded import check_grounded
from magnet_kg.validation.necessary import check_necessary
from magnet_kg.validation.replay import check_replay
from magnet_kg.validation.schema import check_schema
from magnet_kg.validation.summary import check_summary
from magnet_kg.validation.unleaked import check_unleaked
from magnet_kg.validation.wrong import check_wrong

_CHECKS = (check_form, check_schema, check_grounded, check_unleaked, check_necessary, check_summary)


async def check_trajectory(trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    """Every failure of a row, in the order of the checks; `distinct` needs the other rows and is asked apart."""
    reading = Reading(trajectory)
    missing = _unknown_functions(trajectory, evidence)
    if missing:
        return missing
    failures = [failure for check in _CHECKS for failure in check(reading, evidence)]
    return failures + await check_replay(reading, evidence)


async def check_pair(pair: PreferencePair, evidence: Evidence) -> list[Failure]:
    """Failures of a pair: the chosen side must pass everything, the rejected side be wrong exactly as it says."""
    failures = await check_trajectory(pair.chosen, evidence)
    reading = Reading(pair.rejected)
    failures += [f.model_copy(update={"reason": f"rejected side: {f.reason}"}) for f in check_schema(reading, evidence)]
    failures += [
        f.model_copy(update={"reason": f"rejected side: {f.reason}"}) for f in await check_replay(reading, evidence)
    ]
    return failures + check_wrong(pair, evidence)


def _unknown_functions(trajectory: Trajectory, evidence: Evidence) -> list[Failure]:
    named = {*trajectory.tools, *(f for fs in trajectory.tools_added.values() for f in fs)}
    named |= {call.function for call in trajectory.calls}
    named |= {step.function for turn in trajectory.turns for step in (*turn.steps, *turn.wanted)}
    return [
        Failure(check="schema", reason="call of an unknown function", detail=one)
        for one in sorted(named - evidence.functions.keys())
    ]
