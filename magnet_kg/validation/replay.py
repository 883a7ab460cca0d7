"""replay: the calls, made again from the same initial world, give the same outputs and the same final state."""

from __future__ import annotations

from magnet_kg.validation.failure import Evidence, Failure, Reading

CHECK = "replay"


async def check_replay(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of outputs or of the final state that come out differently; none of a row that says it cannot replay."""
    trajectory = reading.trajectory
    unknown = [call.function for call in trajectory.calls if call.function not in evidence.executor.functions]
    if unknown:
        return [Failure(check=CHECK, reason="a function can no longer be executed", detail=unknown[0])]
    if trajectory.replays != all(evidence.executor.replays(call.function) for call in trajectory.calls):
        return [Failure(check=CHECK, reason="what the row says of replaying is not so")]
    ran = {evidence.executor.runner(call.function) for call in trajectory.calls}
    if set(trajectory.executors) != ran:
        return [
            Failure(check=CHECK, reason="what ran the calls is not what the row says", detail=", ".join(sorted(ran)))
        ]
    if not trajectory.replays:
        return []
    session = evidence.executor.open(trajectory.world)
    if session.context != trajectory.context:
        return [Failure(check=CHECK, reason="the world's context differs")]
    for call in trajectory.calls:
        outcome = await session.call(call.function, call.arguments)
        observation = reading.outputs.get(call.id)
        if observation is None or observation.output != outcome.output or observation.failed != outcome.failed:
            return [Failure(check=CHECK, reason="an output differs", detail=call.id)]
    if session.digest() != trajectory.state:
        return [Failure(check=CHECK, reason="the final state differs")]
    return []
