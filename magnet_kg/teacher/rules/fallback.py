"""Phrases for functions that nobody wrote phrases for, made from name, description and schema."""

from __future__ import annotations

import re
from functools import lru_cache

from magnet_kg.catalog.concepts import words as name_words
from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.phrases import FunctionPhrases

_THIRD_PERSON = re.compile(r"^([A-Za-z]+?)(es|s) ", re.IGNORECASE)


@lru_cache(maxsize=65536)
def make_phrases(function: Function) -> FunctionPhrases:
    """One plain way to ask and to report; the description's first clause, with each required value named."""
    clause = _imperative(function)
    required = [f"{' '.join(name_words(name))} {{{name}}}" for name in function.required]
    ask = clause + (" with " + " and ".join(required) if required else "")
    return FunctionPhrases(
        ability=clause,
        imperative=[ask, f"{ask}(| please)"],
        report=[_REPORT],
    )


# Scalars by their names; lists by their length.
_REPORT = (
    "Here is what came back: "
    "{% for key, value in result.items() %}{% if value is not mapping %}"
    "{{ key | replace('_', ' ') }} {% if value is string or value is number %}{{ value }}{% else %}"
    "{{ value | length }} in all{% endif %}{{ '; ' if not loop.last }}{% endif %}{% endfor %}."
)


def _imperative(function: Function) -> str:
    first = re.split(r"(?<=[a-z0-9)])[.;:](?:\s|$)", function.description.strip(), maxsplit=1)[0].strip()
    if not first:
        return " ".join(name_words(function.name))
    verb = _THIRD_PERSON.match(first)
    if verb and first.split()[0].lower() not in ("this", "is", "access", "process", "address"):
        stem = verb[1] + ("e" if verb[2] == "es" and verb[1][-1:] in "vgcz" else "")
        first = f"{stem} {first[verb.end() :]}"
    return first[0].lower() + first[1:]
