"""Tell an output of which nothing but its shape is known: what an assistant would pick, in a sentence or two."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from magnet_kg.domain.values import scalars
from magnet_kg.wording import calendar, forms
from magnet_kg.wording.numbers import write_count, write_list, write_number

_NOISE = re.compile(
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
_ABOUT = ("id", "arn", "url", "uri", "identifier", "accession", "number", "code")
_LONG = 110


def tell(result: Any, noun: str, many: str, style: int = 0) -> str:
    """What an output says, in a sentence or two.

    Args:
        result: the output of a call.
        noun: what it is about, one of it ("bucket").
        many: the same for several ("buckets").
        style: one of a few ways to put it.
    """
    running = _operation(result)
    if running is not None:
        name, done = running
        finished = ("is done", "has finished", "is complete", "is done by now")
        running_on = ("is still running", "hasn't finished yet", "isn't done yet", "is still in progress")
        return f"{('The operation', 'Operation')[style % 2]} {name} {(finished if done else running_on)[style % 4]}."
    found = _listed(result)
    if found is not None:
        rest, items = found
        return _tell_list(items, noun, many, style, rest)
    fields = _fields(result)
    if not fields:
        return (
            f"There is nothing to show for that {noun}.",
            f"That came back empty: no {noun} details.",
            f"No details came back for the {noun}.",
            "Nothing came back for that.",
        )[style % 4]
    return _tell_fields(fields, noun, style)


def tell_more(result: Any, style: int = 0, given: Mapping[str, Any] | None = None) -> str:
    """What else is worth saying of a change that was made: " Its status is active."; "" where there is nothing.

    Args:
        result: the output of the call.
        style: one of a few ways to put it.
        given: the arguments of the call, which are not repeated.
    """
    running = _operation(result)
    if running is not None:
        state = "done" if running[1] else "still in progress"
        return f" ({running[0]}, {state})" if style % 3 == 1 else f" The operation {running[0]} is {state}."
    known = {str(one) for one in scalars(dict(given or {}))}
    fields = [
        (label, value) for label, value in _fields(result) if not isinstance(value, bool) and str(value) not in known
    ]
    fields = [one for one in fields if one[0].split()[-1] not in ("message", "code", "error") and len(str(one[1])) < 70]
    if not fields:
        return ""
    wanted = sorted(fields, key=lambda one: _rank(one[0]))[:2]
    if style % 3 == 1:
        return f" ({'; '.join(_note(label, value) for label, value in wanted)})"
    said = [_clause(label, value, "its" if style % 3 == 0 else "the") for label, value in wanted]
    text = write_list(said, 4)
    return f" {text[0].upper()}{text[1:]}."


def _operation(result: Any) -> tuple[str, bool] | None:
    """A long-running operation: its name, and whether it is done; None for anything else."""
    if (
        not isinstance(result, Mapping)
        or not isinstance(result.get("done"), bool)
        or not isinstance(result.get("name"), str)
    ):
        return None
    return (brief(result["name"]), result["done"]) if "response" in result or "metadata" in result else None


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


def _listed(result: Any) -> tuple[dict[str, Any], list[Any]] | None:
    """The list that an output is about, and what stands beside it; None where it is about one thing."""
    if isinstance(result, list):
        return {}, result
    if not isinstance(result, Mapping):
        return None
    lists = {
        key: value for key, value in result.items() if isinstance(value, list) and not _NOISE.fullmatch(_plain(key))
    }
    if lists:
        scalars_beside = [
            key
            for key, value in result.items()
            if not isinstance(value, list | dict) and not _NOISE.fullmatch(_plain(key)) and value is not None
        ]
        # A thing with many fields of its own that also has tags is no list of tags.
        if len(scalars_beside) <= 3:
            key = max(
                lists, key=lambda one: (bool(lists[one]), isinstance((lists[one] or [0])[0], dict), len(lists[one]))
            )
            return {name: value for name, value in result.items() if name != key}, lists[key]
        return None
    inner = [value for key, value in result.items() if isinstance(value, dict) and not _NOISE.fullmatch(_plain(key))]
    if (
        len(inner) == 1
        and len([1 for key, v in result.items() if not isinstance(v, dict) and not _NOISE.fullmatch(_plain(key))]) <= 2
    ):
        below = _listed(inner[0])
        return below if below is not None and below[1] else None
    return None


def _tell_list(items: Sequence[Any], noun: str, many: str, style: int, rest: Mapping[str, Any]) -> str:
    if not items:
        return (
            f"There are no {many}.",
            f"I found no {many}.",
            f"No {many} came back.",
            f"That list is empty: there are no {many}.",
        )[style % 4]
    count = write_count(len(items), noun, many)
    told = [_item(item, style) for item in items]
    told = [one for one in told if one]
    if not told:
        return f"There {'is' if len(items) == 1 else 'are'} {count}."
    shown = told[:4]
    left = len(items) - len(shown)
    names = write_list(shown, 4) if left <= 0 else f"{', '.join(shown)} and {write_number(left)} more"
    if len(items) == 1:
        return (
            f"There is one: {names}.",
            f"I found one {noun}: {names}.",
            f"Just one came back, {names}.",
            f"Only one {noun}: {names}.",
        )[style % 4]
    return (
        f"There are {count}: {names}.",
        f"I found {count}: {names}.",
        f"{count[0].upper() + count[1:]} came back: {names}.",
        f"Here {'is' if len(items) == 1 else 'are'} the {many}: {names}.",
    )[style % 4]


def _item(item: Any, style: int) -> str:
    """One element of a list: its name, and at times one thing about it."""
    if isinstance(item, list):
        return ""
    if not isinstance(item, Mapping):
        return _cut(forms.write_plain(item))
    fields = _fields(item)
    if not fields:
        return ""
    name = min(fields, key=lambda one: _name_rank(one[0]))
    own = {_label(key) for key, value in item.items() if not isinstance(value, dict | list | bool)}
    more = [
        one
        for one in fields
        if one is not name
        and one[0] in own
        and len(str(one[1])) < 40
        and _rank(one[0]) < 16
        and len(one[0].split()) < 3
    ]
    text = brief(name[1]) if isinstance(name[1], str) else f"{name[0]} {_value(*name)}"
    if more and style % 2 == 0:
        label, value = min(more, key=lambda one: _rank(one[0]))
        happened = _happened(label, value)
        if happened is not None:
            return f"{_cut(text)} ({happened})"
        plain = label.split()[-1] in (
            "status",
            "state",
            "type",
            "region",
            "location",
            "city",
            "description",
            "summary",
            "language",
        )
        told = _value(label, value) if plain and not isinstance(value, bool) else f"{label} {_value(label, value)}"
        return f"{_cut(text)} ({told})"
    return _cut(text)


def _tell_fields(fields: Sequence[tuple[str, Any]], noun: str, style: int) -> str:
    ordered = sorted(fields, key=lambda one: _rank(one[0]))
    named = min(fields, key=lambda one: _name_rank(one[0]))
    named_at = named if _name_rank(named[0]) < 20 and isinstance(named[1], str) else None
    rest = [one for one in ordered if one is not named_at][:3]
    said = [_clause(label, value) for label, value in rest]
    if named_at is not None and rest:
        name = brief(named_at[1])
        return (
            f"The {noun} is {name}; {_and(said)}.",
            f"It's {name}; {_and(said)}.",
            f"Here is {name}: {'; '.join(_note(label, value) for label, value in rest)}.",
            f"I found {name}; {_and(said)}.",
        )[style % 4]
    if not rest:
        rest, said = [named], [_clause(*named)]
    return (
        f"{_and(said)[0].upper()}{_and(said)[1:]}.",
        f"Here is what I found: {'; '.join(_note(label, value) for label, value in rest)}.",
        f"I see that {_and(said)}.",
        f"It says that {_and(said)}.",
    )[style % 4]


def _and(said: Sequence[str]) -> str:
    return write_list(list(said), 4)


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


def _happened(label: str, value: Any) -> str | None:
    """ "created on Friday, 27 November": what a field with a moment says, where its name is that of an event."""
    if not isinstance(value, str) or calendar.parse_iso(value) is None:
        return None
    return next((f"{done} on {_value(label, value)}" for begin, done in _HAPPENED if label.startswith(begin)), None)


def _clause(label: str, value: Any, article: str = "the") -> str:
    happened = _happened(label, value)
    if happened is not None:
        return f"it was {happened}"
    last = label.split()[-1]
    many = (isinstance(value, list) and len(value) > 1) or (
        last.endswith("s") and not last.endswith(("ss", "us", "is", "ics"))
    )
    label = re.sub(r" (?:at|on)$", " time", label)
    return f"{article} {label} {'are' if many else 'is'} {_value(label, value)}"


def _note(label: str, value: Any) -> str:
    return _happened(label, value) or f"{label} {_value(label, value)}"


def _value(label: str, value: Any) -> str:
    if isinstance(value, list):
        return write_list([_cut(forms.write_plain(one)) for one in value], 3) if value else "empty"
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
        return _cut(brief(value))
    return forms.write_plain(value)


def _cut(text: str) -> str:
    """A text, as far as it is told: whole sentences or words of long ones."""
    if len(text) <= _LONG:
        return text.rstrip(".") if text.count(".") == 1 and " " in text else text
    return f"{text[:_LONG].rsplit(' ', 1)[0].rstrip(' ,;:.')}…" if " " in text[:_LONG] else text


def _fields(result: Any, depth: int = 0) -> list[tuple[str, Any]]:
    """Each field that says something, with its label in words; those of inner objects where there are few."""
    if not isinstance(result, Mapping):
        return [] if result is None or isinstance(result, list) else [("result", result)]
    found: list[tuple[str, Any]] = []
    for key, value in result.items():
        if value is None or value == "" or _NOISE.fullmatch(_plain(key)):
            continue
        if isinstance(value, Mapping):
            if depth < 3 and len(found) < 8:
                found += _fields(value, depth + 1)
        elif isinstance(value, list):
            if value and all(isinstance(one, str | int | float) for one in value):
                found.append((_label(key), value))
        elif not (isinstance(value, str) and len(value) > 400):
            found.append((_label(key), value))
    telling = [
        one for one in found if not isinstance(one[1], bool) and one[0] not in ("done", "message", "code", "error")
    ]
    found = telling if telling and depth == 0 else found
    # A label with a digit would claim a number that stands in no value.
    found = [one for one in found if not re.search(r"\d", one[0])]
    labels = set()
    return [one for one in found if one[0] not in labels and not labels.add(one[0])]  # type: ignore[func-returns-value]


def _label(key: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", key)
    return " ".join(re.split(r"[\W_]+", spaced.lower())).strip() or "value"


def _plain(key: str) -> str:
    return re.sub(r"[\W_]", "", key)


def _name_rank(label: str) -> int:
    if label in _NAMES:
        return _NAMES.index(label)
    last = label.split()[-1]
    if last in ("name", "title"):
        return 10
    return 30 + _ABOUT.index(last) if last in _ABOUT else 60


def _rank(label: str) -> int:
    last = label.split()[-1]
    if last in _TELLING:
        return _TELLING.index(last)
    if last in ("time", "at", "on"):
        return 15
    if last in _ABOUT:
        return 25
    return 18 if last not in _NAMES else 10
