"""unleaked: no identifier and no hint in anybody's words; what is inserted is neither named nor described."""

from __future__ import annotations

import re

from magnet_kg.catalog.concepts import concepts_of, words
from magnet_kg.domain.function import Function
from magnet_kg.domain.values import leaves
from magnet_kg.validation.failure import Evidence, Failure, Reading

CHECK = "unleaked"

_TOKEN = re.compile(r"\w+")
_ODD = re.compile(r"\W")
_HINT = re.compile(
    r"\b(?:hint|reference (?:call|answer|solution)s?|ground truth|as (?:instructed|hinted)|"
    r"according to the (?:hint|plan)|the (?:correct|expected) (?:call|function)s?)\b",
    re.IGNORECASE,
)


def check_unleaked(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of identifiers, internal ids, inserted functions and hints in messages."""
    failures = []
    trajectory = reading.trajectory
    offered = {*trajectory.tools, *(f for added in trajectory.tools_added.values() for f in added)}
    offered |= {call.function for call in trajectory.calls}
    identifiers = frozenset().union(*(_identifiers(evidence.functions[one]) for one in offered))
    inserted: dict[str, list[Function]] = {}
    for turn in trajectory.turns:
        for step in (*turn.steps, *turn.wanted):
            if step.role != "walk":
                inserted.setdefault(turn.id, []).append(evidence.functions[step.function])
    ids = _internal_ids(reading, evidence)
    for turn_id in reading.user_messages:
        text = reading.own_words(turn_id)
        found = _identifier_in(text, identifiers)
        if found is not None:
            failures.append(Failure(check=CHECK, reason="an identifier in the user's words", detail=found))
        for function in inserted.get(turn_id, []):
            if _describes(text, function):
                failures.append(Failure(check=CHECK, reason="an inserted function is named", detail=function.name))
        for value in ids:
            if value in text:
                failures.append(Failure(check=CHECK, reason="an internal id in the user's words", detail=value))
    for message in trajectory.messages:
        if message.role == "assistant" and _HINT.search(message.content):
            failures.append(Failure(check=CHECK, reason="a hint is mentioned", detail=message.content[:80]))
    return failures


_OF_FUNCTION: dict[str, frozenset[str]] = {}


def _identifiers(function: Function) -> frozenset[str]:
    """The function's name and its parameters', where nobody writes them by accident."""
    key = function.content_hash
    if key not in _OF_FUNCTION:
        _OF_FUNCTION[key] = frozenset(n for n in (function.name, *function.properties) if _is_identifier(n))
    return _OF_FUNCTION[key]


def _is_identifier(name: str) -> bool:
    """A name that nobody writes by accident: underscore, digit or camel case. "city" is a word."""
    return bool(re.search(r"[_\d]", name) or re.search(r"[a-z][A-Z]", name))


def _identifier_in(text: str, names: frozenset[str]) -> str | None:
    """The first of these names that stands in a text as a word of its own."""
    for name in names.intersection(_TOKEN.findall(text)) | {one for one in names if _ODD.search(one)}:
        if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
            return name
    return None


def _describes(text: str, function: Function) -> bool:
    """Whether the words of a function's name stand together in a text: "find contact", "convert the currency"."""
    named = words(function.name)
    spoken = words(text)
    width = len(named) + 1
    return len(named) > 1 and any(
        set(named) <= set(spoken[at : at + width]) and spoken[at] == named[0] for at in range(len(spoken))
    )


def _internal_ids(reading: Reading, evidence: Evidence) -> set[str]:
    """Values of outputs that no person would know: ids that the graph knows as ids.

    What a person gave a call themself ("stop instance i-0f3a") they know, whatever an output repeats of it.
    """
    given = {o.text for call in reading.trajectory.calls for o in call.origins if o.source == "said" and o.text}
    found = set()
    for observation in reading.outputs.values():
        function = evidence.functions[reading.calls[observation.call].function]
        opaque = {r.path for r in concepts_of(function).returns if r.concept.split()[-1] == "id"}
        for path, value in leaves(observation.output):
            if re.sub(r"\.\d+(?=\.|$)", "[]", path) in opaque and isinstance(value, str) and len(value) > 3:
                found.add(value)
    return {value for value in found if not any(value in text for text in given)}
