"""The Jinja2 environment in which an assistant's reports are written, with filters for values."""

from __future__ import annotations

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
        **{form: _when(form) for form in ("date", "day", "day_of_year", "time", "moment")},
    )
    return made


@lru_cache(maxsize=16384)
def compiled(source: str) -> jinja2.Template:
    """A template, compiled once: compiling takes a hundred times as long as rendering."""
    return environment().from_string(source)


def possessive(text: str) -> str:
    """ "Joey" → "Joey's", "the Harpers" → "the Harpers'"."""
    return f"{text}'" if text.endswith("s") and len(text) > 3 and text[-2] != "s" else f"{text}'s"


def _when(form: str) -> Any:
    return lambda value: forms.write(value, form)
