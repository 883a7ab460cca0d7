"""What must not stand in anybody's words: identifiers of functions, inserted functions, internal ids, hints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.catalog.words import words
from magnet_kg.domain.function import Function
from magnet_kg.domain.values import leaves

_TOKEN = re.compile(r"\w+")
_ODD = re.compile(r"\W")
_LETTER_AND_DIGIT = re.compile(r"[A-Za-z].*\d|\d.*[A-Za-z]")
_HINT = re.compile(
    r"\b(?:hint|reference (?:call|answer|solution)s?|ground truth|as (?:instructed|hinted)|"
    r"according to the (?:hint|plan)|the (?:correct|expected) (?:call|function)s?)\b",
    re.IGNORECASE,
)
_OF_FUNCTION: dict[str, frozenset[str]] = {}


def mentions_hint(text: str) -> bool:
    """Whether a message speaks of what only its writer was told."""
    return _HINT.search(text) is not None


def identifiers_of(functions: Iterable[Function]) -> frozenset[str]:
    """The functions' names and their parameters', where nobody writes them by accident."""
    return frozenset().union(*(_identifiers(function) for function in functions))


def _identifiers(function: Function) -> frozenset[str]:
    key = function.content_hash
    if key not in _OF_FUNCTION:
        _OF_FUNCTION[key] = frozenset(n for n in (function.name, *function.properties) if _is_identifier(n))
    return _OF_FUNCTION[key]


def _is_identifier(name: str) -> bool:
    """A name that nobody writes by accident: underscore, digit or camel case. "city" is a word."""
    return bool(re.search(r"[_\d]", name) or re.search(r"[a-z][A-Z]", name))


def identifier_in(text: str, names: frozenset[str]) -> str | None:
    """The first of these names that stands in a text as a word of its own."""
    for name in names.intersection(_TOKEN.findall(text)) | {one for one in names if _ODD.search(one)}:
        if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
            return name
    return None


def describes(text: str, function: Function) -> bool:
    """Whether the words of a function's name stand together in a text: "find contact", "convert the currency"."""
    named = words(function.name)
    spoken = words(text)
    width = len(named) + 1
    return len(named) > 1 and any(
        set(named) <= set(spoken[at : at + width]) and spoken[at] == named[0] for at in range(len(spoken))
    )


def internal_ids(function: Function, output: Any) -> set[str]:
    """Values of an output that no person would know: ids that the graph knows as ids, but for `printed_ids`."""
    ids = {r.path for r in concepts_of(function).returns if r.concept.split()[-1] == "id"}
    found = {value for path, value in _texts(output) if re.sub(r"\.\d+(?=\.|$)", "[]", path) in ids and len(value) > 3}
    return found - printed_ids(output)


def printed_ids(output: Any) -> set[str]:
    """Numbers of flights, trains and the like ("IC 416"): they stand on tickets and timetables.

    Whoever has the ticket, or was told, knows them; whoever has only had them looked up does not.
    """
    return {
        value
        for path, value in _texts(output)
        if words(path.split(".")[-1])[-1:] == ("number",) and len(value) > 3 and _LETTER_AND_DIGIT.search(value)
    }


def _texts(output: Any) -> Iterator[tuple[str, str]]:
    return ((path, value) for path, value in leaves(output) if isinstance(value, str))
