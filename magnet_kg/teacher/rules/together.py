"""Several calls of one function in one message: what they have in common is said once, what differs may be a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

from magnet_kg.teacher.rules.grammar import Piece, joined, parse
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.plan import Meaning, SlotFill, StepPlan, Together, Words
from magnet_kg.teacher.rules.refer import slots_of
from magnet_kg.teacher.rules.said import Said

# How often what differs is a list; else how often one value differs that a fragment changes ("and what if the radius
# were 5 cm?"), and how often all that is shared is what need not be said.
_LISTED, _CHANGED, _SHARED = 0.4, 0.3, 0.5
# Two lists of two values make four calls: which value of each list a call has.
_GRID = ((0, 0), (0, 1), (1, 0), (1, 1))
# A list does not follow an article or a verb in the singular ("a plumber and roofer", "is 7 and 9 prime"), nor stand
# before one ("how long 5 and 7 takes"), nor within quotes, nor beside another value in a list; it is not what one thing
# has ("a salary of 5 and 7", "it draws 5 and 7", "plus 5 and 7") or what is to be done ("remind me to
# call her and write to him").
_NOT_BEFORE = re.compile(
    r"(?:^|[\s(|])(?:an?|any|no|another|one|is|was|does|has|each|every|this|that|and|or|between|plus) $|[,}] $|[\"'“‘]$"
    r"|\ban? (?:[\w'-]+ ){1,3}(?:of|with) $|\b(?:it|that|which|who) \w+s $"
    r"|\b(?:me|forget|remember|need|want|have|got|going|namely) to $",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"\(?(?:can|could|would|will|may|are you able)\b", re.IGNORECASE)
# What is spoken of as one thing afterwards.
_ONE = re.compile(r"\b(?:it|its|the (?:reaction|result))\b", re.IGNORECASE)
_NOT_AFTER = re.compile(
    r"^(?: (?:is|was|does|has|takes|costs|needs|gets|weighs|comes|makes|and|or|through|until|till)\b"
    r"|,? ?(?:and |or )?\{|['’]s\b|[\w-])"
)


def choose_together(first: StepPlan, calls: int, rng: Random) -> Together:
    """Settle after the first of so many calls what the others of the same function have in common with it."""
    if not all(isinstance(source, Said) for source in first.sources.values()):
        return Together()
    said = {name: source for name, source in first.sources.items() if isinstance(source, Said)}
    if not said.keys().isdisjoint(first.phrases.own):
        return Together()
    able = [name for name, source in said.items() if name in first.function.required and _is_one(source)]
    lists: list[tuple[str, ...]] = [(name,) for name in able if _can_list(first, (name,))]
    grids: list[tuple[str, ...]] = [
        pair
        for pair in permutations(able if calls == len(_GRID) else (), 2)
        # Of numbers nobody could say whether each goes with each.
        if any(isinstance(said[name].value, str) for name in pair) and _can_list(first, pair)
    ]
    kinds = [kind for kind in (lists, grids) if kind]
    if kinds and rng.random() < _LISTED:
        varied = rng.choice(rng.choice(kinds))
        return Together(frozenset(said.keys() - set(varied)), varied)
    changed = [name for name in able if _can_change(first.phrases, name)] if len(said) > 1 else []
    if changed and rng.random() < _CHANGED:
        return Together(frozenset(said.keys() - {rng.choice(changed)}))
    optional = frozenset(said.keys() - set(first.function.required))
    return Together(optional) if optional and rng.random() < _SHARED else Together()


def in_common(together: Together, steps: Sequence[StepPlan]) -> dict[str, Said]:
    """What the next call has in common with those before it."""
    found = {name: steps[0].sources[name] for name in sorted(together.shared)}
    for place, name in enumerate(together.varied if len(together.varied) == 2 else ()):
        value = _GRID[len(steps)][place]
        alike = [step for step, cell in zip(steps, _GRID, strict=False) if cell[place] == value]
        if alike:
            found[name] = alike[0].sources[name]
    return {name: source for name, source in found.items() if isinstance(source, Said)}


def ways_to_list(phrases: FunctionPhrases, names: Sequence[str]) -> dict[str, list[str]]:
    """The ways to ask, by their form, that have places for lists of all of these; all ways for none.

    Each with each of two lists is asked for in questions: things are done once, also where somebody asks whether that
    could be.
    """
    if not set(names).isdisjoint(phrases.alone):
        return {}
    grid = len(names) == 2
    return {
        form: [
            source
            for source in sources
            if not (grid and (form != "question" or _REQUEST.match(source)))
            and all(listable(source, name) for name in names)
        ]
        for form, sources in phrases.ways.items()
    }


def listable(source: str, name: str) -> bool:
    """Whether a phrase's place for a value can hold several: "weather in {city}" can, "is {number} prime" cannot."""
    before, found, after = source.partition(f"{{{name}}}")
    if not found or "both" in source or re.search(rf"\{{{re.escape(name)}[:}}]", before + after):
        return False
    return not _NOT_BEFORE.search(before) and not _NOT_AFTER.search(after) and not _ONE.search(after)


def listed_slots(steps: Sequence[StepPlan], rng: Random) -> dict[str, SlotFill]:
    """The slots of the first call, each with the values of all calls: one where they are the same, else a list."""

    def listed(name: str) -> SlotFill:
        alike: list[list[StepPlan]] = []
        for step in steps:
            same = next((some for some in alike if some[0].arguments[name] == step.arguments[name]), None)
            if same is None:
                alike.append([step])
            else:
                same.append(step)

        def words(form: str | None) -> Words:
            values = [
                _also(slots_of(first, rng)[name](form), [step.step.id for step in others]) for first, *others in alike
            ]
            *some, last = values
            # What holds commas itself ("Cork, Ireland") is set apart by something else.
            apart = len(some) > 1 and any("," in joined(one) for one in values)
            comma, final = ("; ", "; and ") if apart else (", ", " and ")
            made: Words = []
            for at, one in enumerate(some):
                made += [Piece(comma), *one] if at else one
            return [*made, Piece(final), *last] if some else last

        return words

    return {name: listed(name) for name in slots_of(steps[0], rng)}


def said_for(sentence: Words, first: str, shared: frozenset[str], others: Sequence[str]) -> Words:
    """The sentence in which what is shared means the same for other calls, too."""

    def holds(piece: Piece[Meaning]) -> bool:
        meaning = piece.meaning
        return meaning is not None and meaning.step == first and meaning.parameter.partition(".")[0] in shared

    return [_also([piece], others)[0] if holds(piece) else piece for piece in sentence]


def _also(words: Words, others: Sequence[str]) -> Words:
    return [
        piece if piece.meaning is None else Piece(piece.text, replace(piece.meaning, also=tuple(others)))
        for piece in words
    ]


def _is_one(source: Said) -> bool:
    return not source.parts and not isinstance(source.value, bool)


def _can_change(phrases: FunctionPhrases, name: str) -> bool:
    """Whether a fragment asks for the same once more with this value changed."""
    return any(parse(source).needed == {name} for source in phrases.follow_up)


def _can_list(step: StepPlan, names: Sequence[str]) -> bool:
    return any(ways_to_list(step.phrases, names).values())
