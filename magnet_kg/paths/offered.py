"""Which functions a dialogue is offered, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from magnet_kg.catalog.concepts import concepts_of, is_lookup, shared_words, words
from magnet_kg.domain.function import Function
from magnet_kg.paths.draft import Draft

# Among so many a nearest one is sought; categories of clouds have thousands.
_COMPARED = 60


def needed_by(draft: Draft) -> list[str]:
    """The functions that a row needs, those that are missing included, in the order of use."""
    return list(dict.fromkeys(step.function for turn in draft.turns for step in (*turn.steps, *turn.wanted)))


def at_most(most: int | None, tools: Sequence[str], needed: Sequence[str]) -> list[str]:
    """So many of the functions, the first ones, with all that are needed; in their order. None for all."""
    if most is None:
        return list(tools)
    others = [one for one in tools if one not in needed][: max(0, most - len(needed))]
    return [one for one in tools if one in needed or one in others]


def needed_first(tools: Sequence[str], needed: Sequence[str] = ()) -> list[str]:
    """The same functions: what is needed first, in the order of use, then the others by id."""
    return [one for one in needed if one in tools] + sorted(one for one in tools if one not in needed)


def can_replace(candidate: Function, wanted: Function) -> bool:
    """Whether a function could serve a request that was meant for another: it gives most of what that one gives."""
    ours = {r.concept for r in concepts_of(candidate).returns}
    theirs = {r.concept for r in concepts_of(wanted).returns}
    same_object = bool(set(words(candidate.name)[1:]) & set(words(wanted.name)[1:]))
    both_read = is_lookup(candidate) and is_lookup(wanted)
    return both_read and (same_object or len(ours & theirs) >= max(1, len(theirs)) * 0.5)


def nearest_first(options: Sequence[str], wanted: Function, functions: Mapping[str, Function]) -> list[str]:
    """The first of the options, sorted by how many words their names and descriptions share with a function's."""
    return sorted(options[:_COMPARED], key=lambda one: -len(shared_words(wanted, functions[one])))
