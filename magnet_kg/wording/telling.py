"""Tell an output of which nothing but its shape is known: what an assistant would pick, in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from magnet_kg.domain.values import scalars
from magnet_kg.wording import forms
from magnet_kg.wording.fields import (
    NOISE,
    brief,
    clause,
    cut,
    fields_of,
    happened,
    label_of,
    name_rank,
    note,
    plain,
    rank,
    written,
)
from magnet_kg.wording.numbers import write_count, write_list, write_number


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
        state = (finished if done else running_on)[style % 4]
        message = _message(result)
        if message and done:
            state = f"{('failed', 'has failed')[style % 2]}: {message}"
        elif message:
            state = f"{state} ({message})"
        return f"{('The operation', 'Operation')[style % 2]} {name} {state}."
    found = _listed(result)
    if found is not None:
        rest, items = found
        return _tell_list(items, noun, many, style, rest)
    fields = fields_of(result)
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
        (label, value) for label, value in fields_of(result) if not isinstance(value, bool) and str(value) not in known
    ]
    fields = [one for one in fields if one[0].split()[-1] not in ("message", "code", "error") and len(str(one[1])) < 70]
    if not fields:
        listed = _listed(result)
        names = [name for item in (listed[1] if listed is not None else ()) if (name := _item(item, 1))][:3]
        if not names:
            return ""
        return f" ({write_list(names)})" if style % 3 == 1 else f" It gave {write_list(names)}."
    wanted = sorted(fields, key=lambda one: rank(one[0]))[:2]
    if style % 3 == 1:
        return f" ({'; '.join(note(label, value) for label, value in wanted)})"
    said = [clause(label, value, "its" if style % 3 == 0 else "the") for label, value in wanted]
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


def _message(result: Mapping[str, Any]) -> str:
    error = result.get("error")
    message = error.get("message") if isinstance(error, Mapping) else None
    return message.rstrip(".") if isinstance(message, str) else ""


def _listed(result: Any) -> tuple[dict[str, Any], list[Any]] | None:
    """The list that an output is about, and what stands beside it; None where it is about one thing."""
    if isinstance(result, list):
        return {}, result
    if not isinstance(result, Mapping):
        return None
    lists = {key: value for key, value in result.items() if isinstance(value, list) and not NOISE.fullmatch(plain(key))}
    if lists:
        scalars_beside = [
            key
            for key, value in result.items()
            if not isinstance(value, list | dict) and not NOISE.fullmatch(plain(key)) and value is not None
        ]
        # A thing with many fields of its own that also has tags is no list of tags.
        if len(scalars_beside) <= 3:
            key = max(
                lists, key=lambda one: (bool(lists[one]), isinstance((lists[one] or [0])[0], dict), len(lists[one]))
            )
            return {name: value for name, value in result.items() if name != key}, lists[key]
        return None
    inner = [value for key, value in result.items() if isinstance(value, dict) and not NOISE.fullmatch(plain(key))]
    if (
        len(inner) == 1
        and len([1 for key, v in result.items() if not isinstance(v, dict) and not NOISE.fullmatch(plain(key))]) <= 2
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
        beside = [clause(*one) for one in fields_of(rest)[:2]]
        return f"There {'is' if len(items) == 1 else 'are'} {count}{': ' if beside else ''}{_and(beside)}."
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
        return cut(forms.write_plain(item))
    fields = fields_of(item)
    if not fields:
        return ""
    name = min(fields, key=lambda one: name_rank(one[0]))
    own = {label_of(key) for key, value in item.items() if not isinstance(value, dict | list | bool)}
    more = [
        one
        for one in fields
        if one is not name and one[0] in own and len(str(one[1])) < 40 and rank(one[0]) < 16 and len(one[0].split()) < 3
    ]
    text = brief(name[1]) if isinstance(name[1], str) else f"{name[0]} {written(*name)}"
    if more and style % 2 == 0:
        label, value = min(more, key=lambda one: rank(one[0]))
        event = happened(label, value)
        if event is not None:
            return f"{cut(text)} ({event})"
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
        told = written(label, value) if plain and not isinstance(value, bool) else f"{label} {written(label, value)}"
        return f"{cut(text)} ({told})"
    return cut(text)


def _tell_fields(fields: Sequence[tuple[str, Any]], noun: str, style: int) -> str:
    ordered = sorted(fields, key=lambda one: rank(one[0]))
    named = min(fields, key=lambda one: name_rank(one[0]))
    named_at = named if name_rank(named[0]) < 20 and isinstance(named[1], str) else None
    rest = [one for one in ordered if one is not named_at][:3]
    said = [clause(label, value) for label, value in rest]
    if named_at is not None and rest:
        name = brief(named_at[1])
        return (
            f"The {noun} is {name}; {_and(said)}.",
            f"It's {name}; {_and(said)}.",
            f"Here is {name}: {'; '.join(note(label, value) for label, value in rest)}.",
            f"I found {name}; {_and(said)}.",
        )[style % 4]
    if not rest:
        rest, said = [named], [clause(*named)]
    return (
        f"{_and(said)[0].upper()}{_and(said)[1:]}.",
        f"This is what came back: {_and(said)}.",
        f"I see that {_and(said)}.",
        f"It says that {_and(said)}.",
    )[style % 4]


def _and(said: Sequence[str]) -> str:
    return write_list(list(said), 4)
