"""Parameters that take a number: limits, amounts with their units, numbers that are ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.entries import Made, Range
from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.examples import examples_of
from magnet_kg.teacher.rules.unknown.naming import is_plural, name_parts, plural, with_article
from magnet_kg.teacher.rules.unknown.spoken import Spoken, around_thing, limits_of, type_of

_UNITS = {
    "seconds": "seconds",
    "second": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "minutes": "minutes",
    "minute": "minutes",
    "hours": "hours",
    "hour": "hours",
    "days": "days",
    "day": "days",
    "months": "months",
    "weeks": "weeks",
    "years": "years",
    "mebibytes": "MiB",
    "gibibytes": "GiB",
    "megabytes": "MB",
    "gigabytes": "GB",
    "gb": "GB",
    "gib": "GiB",
    "mb": "MB",
    "mib": "MiB",
    "kb": "KB",
    "tb": "TB",
    "percent": "%",
    "percentage": "%",
    "milliseconds": "ms",
    "millis": "ms",
    "ms": "ms",
    "km": "km",
    "miles": "miles",
    "kg": "kg",
    "celsius": "°C",
    "kelvin": "K",
    "mbps": "Mbps",
    "iops": "IOPS",
    "kbps": "kbps",
    "meters": "m",
    "degrees": "degrees",
    "daltons": "Da",
    "ppm": "ppm",
}
_LIMITS = frozenset(
    (
        "limit maxresults maxitems pagesize max_results topk topn rows size count perpage numresults maxrecords "
        "top_k top_n"
    ).split()
)


def number_parameter(
    name: str, schema: Mapping[str, Any], noun: str, function: Function, clause: Clause
) -> Spoken | None:
    """A parameter that takes a number, in words, or None where nobody would say one."""
    parts = [part.lower() for part in name_parts(name)]
    whole = type_of(schema) == "integer"
    options = tuple(
        v for v in examples_of(function, name, schema) if isinstance(v, int | float) and not isinstance(v, bool)
    )
    plain = "".join(parts)
    low, high = schema.get("minimum"), schema.get("maximum")
    if plain in _LIMITS or (parts[0] == "max" and parts[-1] in ("results", "items", "records", "entries", "count")):
        top = min(int(high or 50), 100)
        bottom = max(int(low or 1), min(5, top))
        top = max(top, bottom)
        span = Range(kind="number", between=(bottom, top), step=5 if bottom % 5 == 0 and top % 5 == 0 else 1)
        words = (
            (", at most ", " results"),
            (", no more than ", ""),
            (", ", " at most"),
            (", the first ", " will do"),
            (" (up to ", ")"),
        )
        if clause.kind not in ("look", "search"):
            return None
        return Spoken(name, Made(kind="made", of=span, around=words, share=0.3), "limit", noun)
    if parts[-1] in ("id", "uid", "number") and options:
        return Spoken(
            name, Made(kind="made", options=options, label=noun, around=around_thing(noun, named=False)), "thing", noun
        )
    if parts[-1] in ("id", "uid", "number"):
        made = Made(
            kind="made",
            sort="number",
            limits={"type": "integer", **limits_of(schema)},
            label=noun,
            around=around_thing(noun, named=False),
        )
        return Spoken(name, made, "thing", noun)
    unit = next((_UNITS[part] for part in reversed(parts) if part in _UNITS), None) or _unit_told(
        str(schema.get("description", ""))
    )
    label = " ".join(
        part
        for part in name_parts(name)
        if part.lower() not in _UNITS
        and part.lower() not in ("in", "max", "min", "maximum", "minimum", "number", "num", "of")
    )
    if options and not (low is not None and high is not None):
        made = Made(kind="made", options=options, around=_around_amount(label, unit, parts))
        return Spoken(name, made, "amount", noun)
    lowest, highest, step = _span(low, high, unit, whole, plain)
    made = Made(
        kind="made",
        of=Range(kind="number", between=(lowest, highest), step=step),
        around=_around_amount(label, unit, parts),
    )
    return Spoken(name, made, "amount", noun)


def _unit_told(description: str) -> str | None:
    found = re.search(
        r"\bin (seconds|minutes|hours|days|GiB|GB|MiB|MB|milliseconds|percent|kilometers|meters|Daltons|ppm)\b",
        description,
    )
    return (
        {"percent": "%", "milliseconds": "ms", "kilometers": "km", "meters": "m", "Daltons": "Da"}.get(
            found[1], found[1]
        )
        if found
        else None
    )


def _around_amount(label: str, unit: str | None, parts: list[str]) -> tuple[tuple[str, str], ...]:
    after = "" if unit is None else unit if unit in ("%", "°C") else f" {unit}"
    if after == "%":
        after = ""  # "5 %" is one text with its unit; the number stands alone
        label = label or "percentage"
    if parts[0] in ("max", "maximum"):
        return (
            ((f" a maximum {label} of ", after), (f" {label} of at most ", after)) if label else ((" at most ", after),)
        )
    if parts[0] in ("min", "minimum"):
        return (
            ((f" a minimum {label} of ", after), (f" {label} of at least ", after))
            if label
            else ((" at least ", after),)
        )
    if parts[:2] == ["number", "of"] or parts[:1] == ["num"]:
        return ((" ", f" {plural(label)}"),)
    if not label or label == unit:
        return ((" ", after),)
    named = label if is_plural(label) else f"{with_article(label)}"
    return ((f" {named} of ", after), (f" {label} ", after))


def _span(low: Any, high: Any, unit: str | None, whole: bool, plain: str) -> tuple[float, float, float]:
    """Lowest and highest number that people say, and the step between them."""
    usual: tuple[float, float, float] = {
        "seconds": (10, 300, 5),
        "minutes": (5, 120, 5),
        "hours": (1, 48, 1),
        "days": (1, 90, 1),
        "GB": (10, 500, 10),
        "GiB": (10, 500, 10),
        "MB": (64, 2048, 64),
        "MiB": (64, 2048, 64),
        "%": (5, 95, 5),
        "ms": (50, 2000, 50),
        "years": (1, 10, 1),
        "months": (1, 24, 1),
    }.get(unit or "", (1, 40, 1))
    if "port" in plain:
        usual = (1024, 49151, 1)
    if "year" in plain:
        usual = (2015, 2026, 1)
    if "latitude" in plain or plain == "lat":
        usual = (-60, 70, 0.25)
    if "longitude" in plain or plain in ("lon", "lng"):
        usual = (-170, 170, 0.25)
    bottom = max(usual[0], float(low)) if isinstance(low, int | float) else usual[0]
    top = min(usual[1], float(high)) if isinstance(high, int | float) else usual[1]
    if isinstance(low, int | float) and float(low) > usual[1]:
        bottom, top = float(low), float(low) * 2 if high is None else min(float(high), float(low) * 2)
    if top < bottom:
        bottom = top = float(high if isinstance(high, int | float) else bottom)
    if top < bottom:
        top = bottom
    step: float = usual[2]
    if not whole and top - bottom <= 2:
        step = 0.05
    return bottom, top, step if step <= top - bottom or step < 1 else 1
