"""Where a value stands in somebody's words, and in which form the words say it (`wording.forms`).

Nobody's word is taken for it: words count only where reading them back gives the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from magnet_kg.domain.context import Context
from magnet_kg.wording import forms, paths
from magnet_kg.wording.calendar import parse_clock, parse_iso
from magnet_kg.wording.forms import Lexicon
from magnet_kg.wording.written import is_whole

# The longest ways to say a day with a time, or where something is, in words.
_LONGEST = 11
_LONGEST_PATH = 16
_WORD = re.compile(r"[$€£¥₹₩]?\w+(?:['’]\w+)*")
_PATH = re.compile(r"[^\s/]+/[^\s/]+(?:/[^\s/]+/[^\s/]+)*")


@dataclass(frozen=True)
class Span:
    """Words in a text, by their characters, and the form in which they are read."""

    start: int
    end: int
    form: str


def forms_of(value: Any) -> tuple[str, ...]:
    """The forms in which a value can be said, the plainest first; none of a list, an object or nothing."""
    if isinstance(value, bool):
        return ("choice",)
    if isinstance(value, int | float):
        return ("choice", "duration", "number")
    if not isinstance(value, str) or not value:
        return ()
    moment = parse_iso(value)
    if moment is not None:
        return ("verbatim", "moment" if isinstance(moment, datetime) else "day")
    if parse_clock(value) is not None:
        return ("verbatim", "time")
    path = (paths.form_of(value),) if _PATH.fullmatch(value) else ()
    return ("verbatim", "choice", "currency", *path)


def form_of(words: str, value: Any, context: Context, lexicon: Lexicon) -> str | None:
    """The form in which these words, and no others, say the value; None where they do not."""
    for form in forms_of(value):
        meant = forms.read(words, form, context, lexicon)
        if meant is not None and forms.same(meant, value):
            return form
    return None


def find_value(text: str, value: Any, context: Context, lexicon: Lexicon) -> Span | None:
    """The words of a text that say a value, or None.

    A part of longer words that say something else ("Friday" of "last Friday") says nothing.
    """
    for form in forms_of(value):
        for start, end in _places(text, value, form, context, lexicon):
            return Span(start, end, form)
    return None


def find_words(text: str, words: str, besides: frozenset[tuple[int, int]] = frozenset()) -> tuple[int, int] | None:
    """Where words stand in a text, cut out of no longer word or number; in a free place where there is one."""
    found = list(_occurrences(text, words))
    free = [place for place in found if place not in besides]
    return next(iter(free or found), None)


@lru_cache(maxsize=4096)
def read_all(text: str, form: str, context: Context) -> tuple[tuple[int, int, Any], ...]:
    """All words of a text that can be read in a form, with what they mean; none within longer ones."""
    found: list[tuple[int, int, Any]] = []
    for start, end in _windows(text, _LONGEST):
        inside = any(first <= start and end <= last for first, last, _ in found)
        meant = None if inside else forms.read(text[start:end], form, context)
        if meant is not None:
            found.append((start, end, meant))
    return tuple(sorted(found))


def _places(text: str, value: Any, form: str, context: Context, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    if form == "verbatim":
        yield from _occurrences(text, str(value))
    elif form == "choice":
        yield from _chosen(text, value, lexicon)
    elif form.startswith("path:"):
        # The shortest words that name each part.
        windows = sorted(_windows(text, _LONGEST_PATH), key=lambda one: one[1] - one[0])
        yield from (one for one in windows if paths.read_path(text[one[0] : one[1]], form) == value)
    else:
        for start, end, meant in read_all(text, form, context):
            if forms.same(meant, value):
                yield _trimmed(text, start, end, value, form, context)


def _trimmed(text: str, start: int, end: int, value: Any, form: str, context: Context) -> tuple[int, int]:
    """A day without "on", and a number without the word after it ("40 for" reads as "40 eur" does)."""
    if form != "number":
        return start + 3 * text[start:end].lower().startswith("on "), end
    inner = [one for one in _windows(text, _LONGEST) if start <= one[0] and one[1] <= end]
    reading = [one for one in inner if forms.same(forms.read(text[one[0] : one[1]], form, context), value)]
    return min(reading, key=lambda one: one[1] - one[0], default=(start, end))


def _chosen(text: str, value: Any, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    taken: list[tuple[int, int]] = []
    for words in sorted(lexicon, key=len, reverse=True):
        for start, end in _occurrences(text.lower(), words):
            if any(first <= start and end <= last for first, last in taken):
                continue
            taken.append((start, end))
            if forms.same(lexicon[words], value) and type(lexicon[words]) is type(value):
                yield start, end


def _occurrences(text: str, words: str) -> Iterator[tuple[int, int]]:
    at = text.find(words) if words else -1
    while at >= 0:
        if is_whole(text, at, at + len(words)):
            yield at, at + len(words)
        at = text.find(words, at + 1)


@lru_cache(maxsize=1024)
def _windows(text: str, longest: int) -> tuple[tuple[int, int], ...]:
    """Every stretch of so many words at most, the longest first."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found = []
    for count in range(longest, 0, -1):
        for first, last in zip(words, words[count - 1 :], strict=False):
            end = last[1] + (text[last[1] : last[1] + 1] == "%")
            # "tomorrow's" is tomorrow and something of it.
            ends = {end, last[0] + len(re.split(r"['’]", text[last[0] : last[1]])[0])}
            found += [(first[0], one) for one in sorted(ends, reverse=True) if is_whole(text, first[0], one)]
    return tuple(found)
