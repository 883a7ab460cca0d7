"""schema: every call validates against its function's JSON Schema; every call has its result, ids matching.

The messages are what a model learns from, the row's calls and outputs what is proven: both must be the same.
"""

from __future__ import annotations

from itertools import zip_longest

import orjson

from magnet_kg.catalog.arguments import argument_fault
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.validation.failure import Evidence, Failure, Reading

CHECK = "schema"


def check_schema(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of the calls' arguments and of the pairing of calls with results."""
    failures = []
    names = {evidence.functions[one].name: evidence.functions[one] for one in _named(reading.trajectory)}
    seen: set[str] = set()
    pending: list[str] = []
    for message in reading.trajectory.messages:
        if message.role == "tool":
            if not pending or message.call != pending.pop(0):
                failures.append(Failure(check=CHECK, reason="result without its call", detail=str(message.call)))
            continue
        if pending:
            failures.append(Failure(check=CHECK, reason="call without its result", detail=pending[0]))
            pending = []
        for call in message.calls:
            if call.id in seen:
                failures.append(Failure(check=CHECK, reason="call id used twice", detail=call.id))
            seen.add(call.id)
            pending.append(call.id)
            function = names.get(call.name)
            if function is None:
                failures.append(Failure(check=CHECK, reason="call of an unknown function", detail=call.name))
                continue
            fault = argument_fault(function, call.arguments)
            if fault is not None:
                failures.append(
                    Failure(
                        check=CHECK,
                        reason="arguments do not fit the schema",
                        detail=f"{call.id}: {fault}",
                    )
                )
    if pending:
        failures.append(Failure(check=CHECK, reason="call without its result", detail=pending[0]))
    return failures


def check_proof(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of what is shown against what is proven: the same calls, each with what it gave, and no others.

    The other checks look at the proven calls; where the messages show others they would say nothing of them.
    """
    trajectory = reading.trajectory
    shown = [(call.id, call.name, call.arguments) for message in trajectory.messages for call in message.calls]
    made = [(call.id, evidence.functions[call.function].name, call.arguments) for call in trajectory.calls]
    failures = []
    if shown != made:
        other = next((a or b for a, b in zip_longest(shown, made) if a != b), None)
        detail = other[0] if other else ""
        failures.append(Failure(check=CHECK, reason="the messages show other calls than were made", detail=detail))
    if [call.id for call in trajectory.calls] != [observation.call for observation in trajectory.observations]:
        failures.append(Failure(check=CHECK, reason="the calls and what they gave do not pair up"))
    names = {identifier: name for identifier, name, _ in made}
    for message in trajectory.messages:
        if message.role == "tool" and message.call in reading.outputs:
            gave = reading.outputs[message.call].output
            if message.name != names.get(message.call) or not _tells(message.content, gave):
                reason = "a message shows another result than the call gave"
                failures.append(Failure(check=CHECK, reason=reason, detail=message.call))
    return failures


def _tells(content: str, output: object) -> bool:
    try:
        return bool(orjson.loads(content) == output)
    except orjson.JSONDecodeError:
        return False


def _named(trajectory: Trajectory) -> set[str]:
    """The functions that a row knows of: what it offers and what it calls."""
    added = {function for functions in trajectory.tools_added.values() for function in functions}
    return {*trajectory.tools, *added, *(call.function for call in trajectory.calls)}
