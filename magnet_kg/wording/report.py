"""The Jinja2 environment in which an assistant's reports are written, with filters for values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

import jinja2

from magnet_kg.wording import fields, forms, numbers, telling


@cache
def environment() -> jinja2.Environment:
    """Templates with undefined names as errors and the filters that the toolkits' README lists."""
    made = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, cache_size=4000)  # plain text
    made.filters.update(
        money=lambda value, currency="USD": numbers.write_money(float(value), currency),
        number=lambda value: numbers.write_number(float(value)),
        percent=lambda value: numbers.write_percent(float(value)),
        duration=lambda value: numbers.write_duration(float(value)),
        count=lambda value, one, many=None: numbers.write_count(value, one, many),
        listed=lambda items, most=6: numbers.write_list([str(item) for item in items], most),
        poss=possessive,
        plain=forms.write_plain,
        told=telling.tell,
        told_more=telling.tell_more,
        brief=fields.brief,
        **{form: _when(form) for form in ("date", "day", "day_of_year", "each_year", "time", "moment")},
    )
    return made


def render(source: str, values: Mapping[str, Any], today: date | None = None) -> str:
    """A template's text with these values.

    Dates that would be taken for those of another year, seen from today, get their year.

    Compiling takes a hundred times as long as rendering. Reports of many functions differ in their words alone, so
    that words become values, and what is left is compiled once for all of them.
    """
    frame, words = _frame(source)
    return _compiled(frame).render({**values, **words, _TODAY: today})


# Outputs and words have no such name.
_TODAY = "today_"
_EXPRESSION = re.compile(r"(\{\{[^{}]*\}\})")
_WORDS = re.compile(r'"([^"\\]*)"')


@lru_cache(maxsize=16384)
def _frame(source: str) -> tuple[str, Mapping[str, str]]:
    """A template without its words, and the words by the names that stand in their places."""
    parts = [part for part in _EXPRESSION.split(source) if part]
    if any(mark in part for part in parts if not part.startswith("{{") for mark in ("{{", "{%", "{#")):
        return source, {}
    words: dict[str, str] = {}

    def named(text: str) -> str:
        name = f"word{len(words)}_"
        words[name] = text
        return name

    return "".join(
        _WORDS.sub(lambda match: named(match[1]), part) if part.startswith("{{") else f"{{{{ {named(part)} }}}}"
        for part in parts
    ), words


@lru_cache(maxsize=4096)
def _compiled(source: str) -> jinja2.Template:
    return environment().from_string(source)


def possessive(text: str) -> str:
    """ "Joey" → "Joey's", "the Harpers" → "the Harpers'"."""
    return f"{text}'" if text.endswith("s") and len(text) > 3 and text[-2] != "s" else f"{text}'s"


def _when(form: str) -> Any:
    @jinja2.pass_context
    def written(context: jinja2.runtime.Context, value: Any) -> str:
        return forms.write(value, form, context.get(_TODAY))

    return written
