"""Phrases for functions that nobody wrote phrases for, made from name, description and schema."""

from __future__ import annotations

import re

from magnet_kg.catalog.concepts import words as name_words
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.phrases import FunctionPhrases

_MADE: dict[tuple[str, str], FunctionPhrases] = {}
# What the small grammar of phrases would take for its own; a description means nothing by it.
_MARKS = str.maketrans("", "", "{}()[]|")
_NO_VERBS = ("this", "is", "has", "access", "process", "address", "status", "analysis", "bus", "gas")


def make_phrases(function: Function) -> FunctionPhrases:
    """One plain way to ask and to report; the description's first clause, with each required value named."""
    key = (function.id, function.content_hash)
    if key not in _MADE:
        clause = _imperative(function)
        required = [f"{' '.join(name_words(name))} {{{name}}}" for name in function.required]
        ask = clause + (" with " + " and ".join(required) if required else "")
        _MADE[key] = FunctionPhrases(ability=clause, imperative=[ask, f"{ask}(| please)"], report=[_REPORT])
    return _MADE[key]


# Scalars by their names; lists by their length.
_REPORT = (
    "Here is what came back: "
    "{% for key, value in result.items() if value is not mapping and value is not none %}"
    "{{ key | replace('_', ' ') }} "
    "{% if value is sequence and value is not string %}{{ value | length or 'none' }} in all"
    "{% else %}{{ value | plain }}{% endif %}"
    "{{ '; ' if not loop.last }}{% endfor %}."
)


def _imperative(function: Function) -> str:
    first = re.split(r"(?<=[a-z0-9)])[.;:](?:\s|$)", function.description.strip(), maxsplit=1)[0]
    told = " ".join(first.translate(_MARKS).split())
    if not told:
        return " ".join(name_words(function.name))
    verb, _, rest = told.partition(" ")
    return f"{verb if verb[1:2].isupper() else _bare(verb[0].lower() + verb[1:])} {rest}".strip()


def _bare(verb: str) -> str:
    """The bare form of a verb in the third person ("Searches", "creates", "applies"); other words as they are."""
    if verb in _NO_VERBS or not re.fullmatch(r"[a-z]{2,}s", verb) or verb.endswith("ss"):
        return verb
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if verb.endswith(("sses", "shes", "tches", "rches", "nches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1]
