"""unleaked: no identifier and no hint in anybody's words; what is inserted is neither named nor described."""

from __future__ import annotations

from magnet_kg.catalog.leaks import describes, identifier_in, identifiers_of, internal_ids, mentions_hint, printed_ids
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
    given = {o.text for call in trajectory.calls for o in call.origins if o.source == "said" and o.text}
    # What a person gave a call themself ("stop instance i-0f3a") they know, whatever an output repeats of it.
    ids, untold = _internal_ids(reading, evidence), _untold(reading)
    for turn_id in reading.user_messages:
        text = reading.own_words(turn_id)
        found = identifier_in(text, identifiers)
        if found is not None:
            failures.append(Failure(check=CHECK, reason="an identifier in the user's words", detail=found))
        for function in inserted.get(turn_id, []):
            if describes(text, function):
                failures.append(Failure(check=CHECK, reason="an inserted function is named", detail=function.name))
        for value in sorted(ids | untold[turn_id]):
            if value in text and not any(value in one for one in given):
                failures.append(Failure(check=CHECK, reason="an internal id in the user's words", detail=value))
    for message in trajectory.messages:
        if message.role == "assistant" and mentions_hint(message.content):
            failures.append(Failure(check=CHECK, reason="a hint is mentioned", detail=message.content[:80]))
    return failures


def _internal_ids(reading: Reading, evidence: Evidence) -> set[str]:
    """Values of outputs that no person would know: ids that the graph knows as ids."""
    found: set[str] = set()
    for call, observation in reading.outputs.items():
        function = evidence.functions[reading.calls[call].function]
        found |= internal_ids(function, observation.output)
    return found


def _untold(reading: Reading) -> dict[str, set[str]]:
    """By turn, the numbers of trains and the like that were looked up before it, and that nobody has spoken of."""
    untold: dict[str, set[str]] = {}
    looked_up: set[str] = set()
    spoken = ""
    for message in reading.trajectory.messages:
        if message.role == "user" and message.turn is not None:
            untold[message.turn] = {value for value in looked_up if value not in spoken}
        if message.role == "tool" and message.call in reading.outputs:
            looked_up |= printed_ids(reading.outputs[message.call].output)
        else:
            spoken += f"\n{message.content}"
    return untold
