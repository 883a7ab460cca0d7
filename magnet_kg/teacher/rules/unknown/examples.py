"""Values that a schema itself names: closed sets, examples, and what its description says "such as" of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.naming import name_parts

MOST_CHOICES = 24
_LONGEST = 48
_VALID = re.compile(
    r"(?:valid|allowed|possible|supported|permitted|accepted|available) (?:values?|options?|types?|formats?)(?: "
    r"are| is| include)?:?\s+(?P<list>[^.;]{3,240})|one of:\s+(?P<one>(?:['\"`]?[\w-]+['\"`]?(?:, | or |, or | "
    r"\| ))+['\"`]?[\w-]+['\"`]?)",
    re.IGNORECASE,
)  # fmt: skip
_LEADS_TO_EXAMPLES = re.compile(r"e\.g\.?,?|for example|examples?:?|such as|like|i\.e\.", re.IGNORECASE)
_QUOTED = re.compile(r"['\"`‘“]([^'\"`’”]{1,60})['\"`’”]")
_UNSET = re.compile(
    r"(?:^|_)(?:unspecified|unknown|unrecognized|undefined|invalid|none|null|default|unset"
    r"|unknown_to_sdk_version)(?:$|_)",
    re.IGNORECASE,
)


def choices_of(schema: Mapping[str, Any], name: str) -> dict[Any, list[str]]:
    """The values of a closed set with the words for each; empty where the set is open."""
    listed = schema.get("enum")
    if not isinstance(listed, list):
        listed = _valid_values(str(schema.get("description", ""))) if not schema.get("examples") else []
    languages = data().lexicons["language"]
    if sum(value in languages for value in listed if isinstance(value, str)) > 3:
        return {value: languages[value] for value in listed if value in languages}
    texts = [value for value in listed if isinstance(value, str) and value and not _UNSET.search(value)]
    own = tuple(part.lower() for part in name_parts(name))
    shared = max(_shared_words(texts), len(own) if all(_words(text)[: len(own)] == own for text in texts) else 0)
    chosen: dict[Any, list[str]] = {}
    taken: set[str] = set()
    for value in texts[:MOST_CHOICES]:
        words = _said(value, shared)
        if words.lower() in taken or len(words) > _LONGEST:
            continue
        taken.add(words.lower())
        chosen[value] = [words]
    return chosen if len(chosen) > 1 or (chosen and schema.get("enum")) else {}


def _said(value: str, shared: int) -> str:
    """A value as people say it: "on demand" for ON_DEMAND; what is a name of its own as it is (t3.micro)."""
    if re.search(r"[./:@+ ]|\d", value) or len(value) <= 3:
        return value
    parts = name_parts(value)
    if value.isupper() or "_" in value or re.search(r"[a-z][A-Z]", value):
        return " ".join(parts[shared:] or parts)
    return value if "-" in value or value.islower() else value.lower() if value.istitle() else value


def _words(value: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in name_parts(value))


def _shared_words(values: list[str]) -> int:
    """How many first words all values share: the VIEW of VIEW_BASIC and VIEW_FULL says nothing."""
    split = [name_parts(value) for value in values]
    if len(split) < 2:
        return 0
    shared = 0
    for column in zip(*split, strict=False):
        if len(set(column)) > 1:
            break
        shared += 1
    return min(shared, min(len(parts) for parts in split) - 1)


def _valid_values(description: str) -> list[str]:
    """What a description lists as the valid values: "Valid values: all | owned | shared"."""
    found = _VALID.search(description)
    if found is None:
        return []
    text = found["list"] or found["one"]
    quoted = _QUOTED.findall(text)
    words = quoted or [word.strip(" '\"`") for word in re.split(r"\s*\|\s*|, (?:or |and )?| or | and ", text)]
    words = [word for word in words if word]
    return words if 2 <= len(words) <= 12 and all(re.fullmatch(r"[\w.+:-]{2,40}", word) for word in words) else []


def examples_of(function: Function, name: str, schema: Mapping[str, Any]) -> list[Any]:
    """Values that the schema gives as examples, or that its description names as such."""
    given = schema.get("examples")
    found = (
        [v for v in given if isinstance(v, str | int | float) and not isinstance(v, bool)]
        if isinstance(given, list)
        else []
    )
    if "example" in schema and isinstance(schema["example"], str | int | float):
        found.append(schema["example"])
    found += [value for value in _told(str(schema.get("description", ""))) if value not in found]
    kept = [
        v
        for v in found
        if not isinstance(v, str) or (0 < len(v) <= _LONGEST and "\n" not in v and "{" not in v and v == v.strip())
    ]
    if schema.get("type") in ("integer", "number"):
        return [v for v in kept if not isinstance(v, str)]
    return list(dict.fromkeys(v for v in kept if isinstance(v, str) or "string" not in str(schema.get("type"))))


def _told(description: str) -> list[str]:
    """What stands in quotes after "e.g.", "for example" or "such as"."""
    lead = _LEADS_TO_EXAMPLES.search(description)
    if lead is None:
        return []
    after = description[lead.end() : lead.end() + 260]
    found = []
    for match in _QUOTED.finditer(after):
        # An apostrophe is no quotation mark.
        if re.search(r"\w$", after[: match.start()]) or (match[1][:2] == "s "):
            continue
        found.append(match[1].strip())
    return [one for one in found if one and one.lower() not in ("true", "false", "null", "none")]
