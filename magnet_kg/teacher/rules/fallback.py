"""Phrases for functions that nobody wrote phrases for, made from name, description and schema."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random

from magnet_kg.catalog.concepts import stated_fact
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.entries import Made
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.unknown.asks import phrases_for
from magnet_kg.teacher.rules.unknown.clauses import Clause, clause_of
from magnet_kg.teacher.rules.unknown.naming import is_plural, spoken
from magnet_kg.teacher.rules.unknown.optional import changes, chosen_options
from magnet_kg.teacher.rules.unknown.parameters import is_unsaid, spoken_parameter
from magnet_kg.teacher.rules.unknown.placing import place
from magnet_kg.teacher.rules.unknown.sorts import make_value
from magnet_kg.teacher.rules.unknown.soundness import reads_well
from magnet_kg.teacher.rules.unknown.spoken import Spoken

MOST_REQUIRED = 4
# Words of descriptions that say: nobody should, or can, ask for this.
_NOT_ASKED = re.compile(
    r"^\W*(?:deprecated|reserved|internal|do not use|not implemented|this is documentation for|end of support|note)\b|"
    r"\b(?:is deprecated|has been deprecated|no longer (?:supported|available)|for internal use|deprecated\.)",
    re.IGNORECASE,
)
_OPAQUE_SORTS = frozenset(["uuid", "opaque", "id", "arn", "hash", "account"])


def make_phrases(function: Function) -> FunctionPhrases:
    """Ways to ask for a function, to answer questions about it and to report its result.

    A required parameter for which nobody could say a value has no words; such a function can be asked for only where
    something else supplies the value.
    """
    return _made(_Key(function))


def askable(function: Function) -> bool:
    """Whether a person can ask for a function in one message.

    All required values can be said in words, not too many and not only numbers of systems; what a change changes can
    be said; and the definition tells what the function does.
    """
    return _askable(_Key(function))


def sayable(function: Function) -> bool:
    """Whether every required value can be said in words, however the request may sound."""
    clause = clause_of(function) or _plain_clause(function)
    for name in function.required:
        if name not in function.properties or is_unsaid(name):
            return False
        if _is_stated(function, name):
            continue
        one = spoken_parameter(function, name, clause)
        if one is None or not _can_draw(one.made):
            return False
    return True


class _Key:
    """A function as a key of a cache: what it is called and what it is."""

    __slots__ = ("function", "key")

    def __init__(self, function: Function) -> None:
        self.function = function
        self.key = (function.id, function.content_hash)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


@lru_cache(maxsize=65536)
def _made(key: _Key) -> FunctionPhrases:
    function = key.function
    clause = clause_of(function) or _plain_clause(function)
    required = [
        one
        for name in function.required
        if name in function.properties and not _is_stated(function, name)
        for one in [spoken_parameter(function, name, clause)]
        if one is not None
    ]
    said = {one.name for one in required}
    silent = [n for n in function.required if n not in said and not _is_stated(function, n)]
    return phrases_for(function, clause, place(clause, required, chosen_options(function, clause, required), silent))


@lru_cache(maxsize=131072)
def _askable(key: _Key) -> bool:
    function = key.function
    if len(function.required) > MOST_REQUIRED or _NOT_ASKED.search(function.description[:400]):
        return False
    if any(name not in function.properties or is_unsaid(name) for name in function.required):
        return False
    clause = clause_of(function)
    if clause is None:
        return False
    said: list[Spoken] = []
    for name in function.required:
        if _is_stated(function, name):
            continue
        one = spoken_parameter(function, name, clause)
        if one is None:
            return False
        said.append(one)
    if sum(one.made.sort in _OPAQUE_SORTS for one in said) > 2 or sum(one.made.sort == "arn" for one in said) > 1:
        return False
    if not said and not _clear_alone(clause):
        return False
    if clause.kind == "create" and not said and not chosen_options(function, clause, said):
        return False
    if not all(_can_draw(one.made) for one in said):
        return False
    options = chosen_options(function, clause, said)
    if clause.kind == "update" and not any(changes(one) for one in said) and not options:
        return False  # what shall be changed, and to what?
    return reads_well(place(clause, said, options), clause)


def _is_stated(function: Function, name: str) -> bool:
    """Whether the system message states the value; only names that may say so are worth working out concepts for."""
    return re.search(r"currency|zone", name, re.IGNORECASE) is not None and stated_fact(function, name) is not None


def _clear_alone(clause: Clause) -> bool:
    """Whether a request without any value says what it is about: "the instances" do, "a queue" does not."""
    if clause.kind in ("delete", "update"):
        return False
    if re.search(r"\b(?:specified|given|particular|provided|requested|certain)\b", clause.about):
        return clause.kind in ("look", "search") and is_plural(re.split(r" (?:for|in|of|from|on)\b", clause.about)[0])
    return clause.kind == "create" or not re.search(r"\b(?:an?|one|another|single|this)\b", clause.about)


def _can_draw(made: Made) -> bool:
    """Whether some text of its sort fits the schema."""
    if made.fields:
        return all(_can_draw(field) for field in made.fields.values())
    if made.of is not None or made.options or made.tags is not None or not made.limits:
        return True
    return make_value(made.sort, made.limits, made.label, Random(0)) is not None


def _plain_clause(function: Function) -> Clause:
    """For names and descriptions without any verb."""
    words = spoken(function.name)
    return Clause("use", words, "act", words, False)
