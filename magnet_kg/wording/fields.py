"""The fields of an output of which nothing but its shape is known: which ones say something, and how they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from magnet_kg.wording import calendar, forms
from magnet_kg.wording.numbers import write_list

NOISE = re.compile(
    r".*(?:token|etag|cursor|marker|checksum|fingerprint|nonce|crc\d*c?|requestid|responsemetadata|signature"
    r"|revisionid)|"
    r"retryattempts|httpheaders|kind|hash|md5|sha\d*|schema|links?|selflink|nextlink|href|previous|next|offset"
    r"|hostid|ownerid",
    re.IGNORECASE,
)
_NAMES = (
    "name",
    "title",
    "display name",
    "label",
    "subject",
    "username",
    "email",
    "symbol",
    "full name",
    "text",
    "query",
    "key",
)
_TELLING = (
    "status",
    "state",
    "type",
    "count",
    "total",
    "size",
    "version",
    "score",
    "value",
    "price",
    "amount",
    "region",
    "location",
    "city",
    "language",
    "owner",
    "description",
    "summary",
    "date",
)
ABOUT = ("id", "arn", "url", "uri", "identifier", "accession", "number", "code")
_LONG = 110


# What happened when, by how the field's name begins.
_HAPPENED = (
    ("creat", "created"),
    ("last", "last changed"),
    ("updat", "last changed"),
    ("modif", "last changed"),
    ("chang", "last changed"),
    ("start", "started"),
    ("launch", "launched"),
    ("publish", "published"),
    ("submi", "submitted"),
    ("complet", "completed"),
    ("deploy", "deployed"),
    ("regist", "registered"),
    ("add", "added"),
    ("activat", "activated"),
    ("upload", "uploaded"),
)


def happened(label: str, value: Any) -> str | None:
    """ "created on Friday, 27 November": what a field with a moment says, where its name is that of an event."""
    if not isinstance(value, str) or calendar.parse_iso(value) is None:
        return None
    return next((f"{done} on {written(label, value)}" for begin, done in _HAPPENED if label.startswith(begin)), None)


def clause(label: str, value: Any, article: str = "the") -> str:
    """A field as a clause: "the status is active", "it was created on Friday, 27 November"."""
    if isinstance(value, bool) and label.startswith("is "):
        return f"it is {'' if value else 'not '}{label[3:]}"
    event = happened(label, value)
    if event is not None:
        return f"it was {event}"
    last = label.split()[-1]
    many = (isinstance(value, list) and len(value) > 1) or (
        last.endswith("s") and not last.endswith(("ss", "us", "is", "ics"))
    )
    label = re.sub(r" (?:at|on)$", " time", label)
    return f"{article} {label} {'are' if many else 'is'} {written(label, value)}"


def note(label: str, value: Any) -> str:
    """A field as a note: "status active"."""
    return happened(label, value) or f"{label} {written(label, value)}"


def written(label: str, value: Any) -> str:
    """A value as it is written after its label."""
    if isinstance(value, list):
        return write_list([cut(forms.write_plain(one)) for one in value], 3) if value else "empty"
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and label.split()[-1] in ("id", "number", "year", "port", "identifier", "code")
    ):
        return str(value)
    if isinstance(value, str):
        if calendar.parse_iso(value) is not None:
            moment = calendar.parse_iso(value)
            return forms.write(value, "moment" if isinstance(moment, datetime) else "date")
        return cut(brief(value))
    return forms.write_plain(value)


def cut(text: str) -> str:
    """A text, as far as it is told: whole sentences or words of long ones."""
    if len(text) <= _LONG:
        return text.rstrip(".") if text.count(".") == 1 and " " in text else text
    return f"{text[:_LONG].rsplit(' ', 1)[0].rstrip(' ,;:.')}…" if " " in text[:_LONG] else text


def fields_of(result: Any, depth: int = 0) -> list[tuple[str, Any]]:
    """Each field that says something, with its label in words; those of inner objects where there are few."""
    if not isinstance(result, Mapping):
        return [] if result is None or isinstance(result, list) else [("result", result)]
    found: list[tuple[str, Any]] = []
    for key, value in result.items():
        if value is None or value == "" or NOISE.fullmatch(plain(key)):
            continue
        if isinstance(value, Mapping):
            if depth < 3 and len(found) < 8:
                found += fields_of(value, depth + 1)
        elif isinstance(value, list):
            if value and all(isinstance(one, str | int | float) for one in value):
                found.append((label_of(key), value))
        elif not (isinstance(value, str) and len(value) > 400):
            found.append((label_of(key), value))
    telling = [
        one for one in found if not isinstance(one[1], bool) and one[0] not in ("done", "message", "code", "error")
    ]
    found = telling if telling and depth == 0 else found
    # A label with a digit would claim a number that stands in no value.
    found = [one for one in found if not re.search(r"\d", one[0])]
    labels = set()
    return [one for one in found if one[0] not in labels and not labels.add(one[0])]  # type: ignore[func-returns-value]


def label_of(key: str) -> str:
    """The name of a field in lower-case words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", key)
    return " ".join(re.split(r"[\W_]+", spaced.lower())).strip() or "value"


def plain(key: str) -> str:
    """The name of a field without marks between its words."""
    return re.sub(r"[\W_]", "", key)


def name_rank(label: str) -> int:
    """How far a field is from being what a thing is called; the lowest is its name."""
    if label in _NAMES:
        return _NAMES.index(label)
    last = label.split()[-1]
    if last in ("name", "title"):
        return 10
    return 30 + ABOUT.index(last) if last in ABOUT else 60


def rank(label: str) -> int:
    """How little a field says; the lowest says most."""
    last = label.split()[-1]
    if last in _TELLING:
        return _TELLING.index(last)
    if last in ("time", "at", "on"):
        return 15
    if last in ABOUT:
        return 25
    return 18 if last not in _NAMES else 10


def brief(value: Any) -> str:
    """An argument as it is named again: the last part of a path, a list in a sentence."""
    if isinstance(value, Mapping):
        parts = [brief(one) for one in value.values()]
        if set(value) in ({"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"}):
            return "=".join(parts)
        return write_list(parts, 4)
    if isinstance(value, list):
        return write_list([brief(one) for one in value], 4)
    text = forms.write_plain(value) if not isinstance(value, int) or isinstance(value, bool) else str(value)
    if re.fullmatch(r"(?:[a-z][A-Za-z]+/[^/\s]+)(?:/[a-z][A-Za-z]+/[^/\s]+)*", text):
        return text.rsplit("/", 1)[1]
    return text
