"""Several calls of one function in one message: what they have in common is said once, what differs may be a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from magnet_kg.teacher.rules.grammar import Piece
from magnet_kg.teacher.rules.plan import SlotFill, StepPlan, Together, Words
from magnet_kg.teacher.rules.refer import slots_of
from magnet_kg.teacher.rules.said import Said

# How often the calls of a message differ in one value alone, and how often they share what need not be said.
_LISTED, _SHARED = 0.4, 0.5
# A list does not follow an article or a verb in the singular ("a plumber and roofer", "is 7 and 9 prime"), nor stand
# before one ("how long 5 and 7 takes"), nor beside another value in a list.
_NOT_BEFORE = re.compile(
    r"(?:^|[\s(|])(?:an?|one|is|was|does|has|each|every|this|that|and|or|between) $|[,}] $", re.IGNORECASE
)
_NOT_AFTER = re.compile(
    r"^(?: (?:is|was|does|has|takes|costs|needs|gets|weighs|comes|makes|and|or)\b|,? ?(?:and |or )?\{|['’]s\b|[\w-])"
)


def choose_together(first: StepPlan, rng: Random) -> Together:
    """Settle after the first call what the others of the same function have in common with it."""
    if not all(isinstance(source, Said) for source in first.sources.values()):
        return Together()
    said = {name: source for name, source in first.sources.items() if isinstance(source, Said)}
    listed = [
        name
        for name, source in said.items()
        if name in first.function.required and _is_one(source) and any(_ways_to_list(first, name))
    ]
    if listed and rng.random() < _LISTED:
        varied = rng.choice(listed)
        return Together(frozenset(said.keys() - {varied}), varied)
    optional = frozenset(said.keys() - set(first.function.required))
    return Together(optional) if optional and rng.random() < _SHARED else Together()


def listable(source: str, name: str) -> bool:
    """Whether a phrase's place for a value can hold several: "weather in {city}" can, "is {number} prime" cannot."""
    before, found, after = source.partition(f"{{{name}}}")
    if not found or re.search(rf"\{{{re.escape(name)}[:}}]", before + after):
        return False
    return not _NOT_BEFORE.search(before) and not _NOT_AFTER.search(after)


def listed_slots(steps: Sequence[StepPlan], varied: str, rng: Random) -> dict[str, SlotFill]:
    """The slots of the first call, with the values of all calls where they differ."""
    slots = [slots_of(step, rng) for step in steps]

    def several(form: str | None) -> Words:
        *some, last = (one[varied](form) for one in slots)
        words: Words = list(some[0])
        for more in some[1:]:
            words += [Piece(", "), *more]
        return [*words, Piece(" and "), *last]

    return {**slots[0], varied: several}


def said_for(sentence: Words, first: str, shared: frozenset[str], others: Iterable[str]) -> Words:
    """The sentence in which what is shared means the same for other calls, too."""
    also = tuple(others)
    return [
        Piece(piece.text, replace(piece.meaning, also=also))
        if piece.meaning is not None
        and piece.meaning.step == first
        and piece.meaning.parameter.partition(".")[0] in shared
        else piece
        for piece in sentence
    ]


def _is_one(source: Said) -> bool:
    return not source.parts and not isinstance(source.value, bool)


def _ways_to_list(step: StepPlan, name: str) -> Iterable[bool]:
    return (listable(source, name) for sources in step.phrases.ways.values() for source in sources)
