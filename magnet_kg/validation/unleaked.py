"""unleaked: no identifier and no hint in anybody's words; what is inserted is neither named nor described."""

from __future__ import annotations

from magnet_kg.catalog.leaks import describes, identifier_in, identifiers_of, internal_ids, mentions_hint
from magnet_kg.domain.function import Function
from magnet_kg.validation.failure import Evidence, Failure, Reading

CHECK = "unleaked"


def check_unleaked(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of identifiers, internal ids, inserted functions and hints in messages."""
    failures = []
    trajectory = reading.trajectory
    offered = {*trajectory.tools, *(f for added in trajectory.tools_added.values() for f in added)}
    offered |= {call.function for call in trajectory.calls}
    identifiers = identifiers_of(evidence.functions[one] for one in offered)
    inserted: dict[str, list[Function]] = {}
    for turn in trajectory.turns:
        for step in (*turn.steps, *turn.wanted):
            if step.role != "walk":
                inserted.setdefault(turn.id, []).append(evidence.functions[step.function])
    ids = _internal_ids(reading, evidence)
    for turn_id in reading.user_messages:
        text = reading.own_words(turn_id)
        found = identifier_in(text, identifiers)
        if found is not None:
            failures.append(Failure(check=CHECK, reason="an identifier in the user's words", detail=found))
        for function in inserted.get(turn_id, []):
            if describes(text, function):
                failures.append(Failure(check=CHECK, reason="an inserted function is named", detail=function.name))
        for value in sorted(ids):
            if value in text:
                failures.append(Failure(check=CHECK, reason="an internal id in the user's words", detail=value))
    for message in trajectory.messages:
        if message.role == "assistant" and mentions_hint(message.content):
            failures.append(Failure(check=CHECK, reason="a hint is mentioned", detail=message.content[:80]))
    return failures


def _internal_ids(reading: Reading, evidence: Evidence) -> set[str]:
    """Values of outputs that no person would know: ids that the graph knows as ids.

    What a person gave a call themself ("stop instance i-0f3a") they know, whatever an output repeats of it.
    """
    given = {o.text for call in reading.trajectory.calls for o in call.origins if o.source == "said" and o.text}
    found: set[str] = set()
    for observation in reading.outputs.values():
        found |= internal_ids(evidence.functions[reading.calls[observation.call].function], observation.output)
    return {value for value in found if not any(value in text for text in given)}
