"""faithful summary: what an assistant says comes from outputs or from the user, and what was asked for is answered."""

from __future__ import annotations

from magnet_kg.catalog.concepts import is_lookup
from magnet_kg.validation.failure import Evidence, Failure, Reading
from magnet_kg.wording.claims import Known, asks, declines, shows_something, unsupported

CHECK = "summary"


def check_summary(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of claims without support, and of requests without an answer."""
    failures = []
    known = Known()
    functions = evidence.functions
    for one in {
        *reading.trajectory.tools,
        *(f for fs in reading.trajectory.tools_added.values() for f in fs),
    }:
        known.add_definition(functions[one].content_hash, functions[one].description, str(functions[one].parameters))
    for message in reading.trajectory.messages:
        if message.role == "tool" and message.call in reading.outputs:
            known.add_value(reading.outputs[message.call].output)
        elif message.role in ("system", "user"):
            known.add_text(message.content)
        elif message.role == "assistant" and message.content:
            failures += [
                Failure(
                    check=CHECK,
                    reason="the answer says what nothing supports",
                    detail=f"{message.turn}: {claim}",
                )
                for claim in unsupported(message.content, known)
            ]
            known.add_text(message.content)
        for call in message.calls:
            # What it was called with was said, or stands in an earlier output: `grounded` sees to that.
            known.add_value(call.arguments)
    return failures + _unanswered(reading, evidence)


def _unanswered(reading: Reading, evidence: Evidence) -> list[Failure]:
    failures = []
    answers = {m.turn or "": m.content for m in reading.trajectory.messages if m.role == "assistant" and m.content}
    for turn in reading.trajectory.turns:
        says = asks if turn.missing is not None and turn.missing.kind == "miss_params" else declines
        if turn.missing is not None and answers.get(turn.id, "").strip() and not says(answers[turn.id]):
            failures.append(Failure(check=CHECK, reason="the answer does not say what is missing", detail=turn.id))
    steps = {s.id: s for turn in reading.trajectory.turns for s in turn.steps}
    made = {call.step for call in reading.trajectory.calls}
    failures += [
        Failure(check=CHECK, reason="what was asked for was never done", detail=s) for s in steps if s not in made
    ]
    for call in reading.trajectory.calls:
        step = steps.get(call.step)
        if step is None or step.role == "insert_backward":
            continue
        answer = answers.get(reading.turn_of_call[call.id], "")
        output = reading.outputs[call.id].output
        lookup = is_lookup(evidence.functions[call.function])
        if not shows_something(answer, output, call.arguments.values(), lookup=lookup):
            failures.append(Failure(check=CHECK, reason="what was asked for is not answered", detail=call.id))
    return failures
