"""necessary: without an inserted call the asked-for result cannot be had."""

from __future__ import annotations

from typing import Any

from magnet_kg.domain.dialogue import FunctionCall, Origin
from magnet_kg.domain.path import Step
from magnet_kg.domain.values import leaves, lookup
from magnet_kg.validation.failure import Evidence, Failure, Reading
from magnet_kg.wording.written import shows

CHECK = "necessary"


def check_necessary(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of inserted calls whose result nobody needs, or that could be had without them."""
    failures = []
    steps = {(turn.id, step.id): step for turn in reading.trajectory.turns for step in turn.steps}
    for call in reading.trajectory.calls:
        step = steps.get((reading.turn_of_call.get(call.id, ""), call.step))
        if step is None or step.function != call.function:
            failures.append(
                Failure(check=CHECK, reason="a call that nothing asked for", detail=f"{call.id} {call.function}")
            )
            continue
        if step.role == "walk" or reading.outputs[call.id].failed:
            continue
        reason = _backward(reading, call) if step.role == "insert_backward" else _forward(reading, call, step)
        if reason:
            failures.append(Failure(check=CHECK, reason=reason, detail=f"{call.id} {call.function}"))
    return failures + _questions(reading)


def _questions(reading: Reading) -> list[Failure]:
    """An assistant that asks for a value which it had, or could have looked up."""
    failures = []
    empty = {turn.id: turn.missing for turn in reading.trajectory.turns if turn.missing is not None}
    for turn in reading.trajectory.turns:
        missing = empty.get(turn.completes or "")
        if missing is None or missing.parameter is None:
            continue
        for call in reading.trajectory.calls:
            given = [o for o in call.origins if o.parameter.split(".")[0] == missing.parameter]
            if call.step == missing.step and not any(o.turn == turn.id for o in given):
                failures.append(Failure(check=CHECK, reason="a question for what was there", detail=call.id))
    return failures


def _backward(reading: Reading, call: FunctionCall) -> str | None:
    uses = [
        (later, origin)
        for later in reading.trajectory.calls
        for origin in later.origins
        for part in (origin, *origin.inputs)
        if part.call == call.id
    ]
    if not uses:
        return "nothing uses what the lookup returned"
    for later, origin in uses:
        value = _value(later, origin)
        if not _known_before(reading, call, value):
            return None
    return "what the lookup returned was known before"


def _known_before(reading: Reading, call: FunctionCall, value: Any) -> bool:
    """Whether a value stood in a message or an output before the lookup, or in the system message."""
    at = reading.order[call.id]
    text = str(value)
    for message in reading.trajectory.messages[:at]:
        if message.role in ("system", "user") and text in message.content:
            return True
    return any(any(leaf == value for _, leaf in leaves(output)) for _, output in reading.before(call.id))


def _forward(reading: Reading, call: FunctionCall, step: Step) -> str | None:
    if not any(part.call for origin in call.origins for part in (origin, *origin.inputs)):
        return "an inserted call that uses no output"
    turn = reading.turn_of_call[call.id]
    answer = next(
        (
            m.content
            for m in reading.trajectory.messages[::-1]
            if m.role == "assistant" and m.turn == turn and m.content
        ),
        "",
    )
    # What it was called with is no result: converting dollars into dollars gives nothing.
    given = [leaf for _, leaf in leaves(call.arguments)]
    own = [leaf for _, leaf in leaves(reading.outputs[call.id].output) if leaf not in given]
    shown = any(shows(answer, leaf) for leaf in own)
    return None if shown else "the answer does not give what was inserted for"


def _value(call: FunctionCall, origin: Origin) -> Any:
    try:
        return lookup(call.arguments, origin.parameter)
    except LookupError:
        return None
