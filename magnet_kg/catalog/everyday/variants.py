"""The dresses of a family: names, order, types and descriptions differ, what is done and asked for stays the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from magnet_kg.catalog.everyday.families import Family, Parameter, families, texts_of
from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import JsonObject
from magnet_kg.wording.calendar import ISO, LAYOUTS, Layout

CATALOG = "everyday"
DRESSES = 5
_COMPUTES = ("calculate", "compute", "determine", "get")
# Verbs of families that do something; the others find or compute.
ACTS = frozenset(
    (
        "add appeal apply assign book change create export fill insert issue limit log make open order plan print "
        "program record register rename report reserve restore schedule send set update watch"
    ).split()
)
_LISTS = frozenset("compare find list search suggest".split())
# How often a function wants dates in another layout than ISO's.
_OTHER_LAYOUT = 0.4
# How often a choice is described as any text.
_OPEN = 0.45
# Pools whose texts have several forms: one of them as an example would contradict the others.
_SEVERAL_FORMS = frozenset(["place", "time"])
# Now and then nothing: a rate in percent is described as one, so that a number without a word is a fraction.
_AS_FRACTION = (
    "",
    ", as a decimal (0.05 for 5%)",
    ", as a decimal",
    ", from 0 to 1",
    " (0.05 for 5%)",
    ", as a fraction",
)
# How often a description shows one of the values.
_SHOWN, _SHOWN_OF_CODED = 0.37, 0.85
_LOOKS = ("get", "find", "fetch", "search", "show")
# How units are written in descriptions.
UNIT_NAMES = {
    "kg": "kilograms", "g": "grams", "lb": "pounds", "m": "meters", "cm": "centimeters", "km": "kilometers",
    "mm": "millimeters", "ft": "feet", "miles": "miles", "m/s": "meters per second", "km/h": "kilometers per hour",
    "mph": "miles per hour", "s": "seconds", "min": "minutes", "hours": "hours", "days": "days", "years": "years",
    "months": "months", "weeks": "weeks", "N": "newtons", "J": "joules", "W": "watts", "kW": "kilowatts", "V": "volts",
    "A": "amperes", "ohms": "ohms", "K": "kelvin", "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "Pa": "pascals",
    "kPa": "kilopascals", "atm": "atmospheres", "L": "liters", "mL": "milliliters", "mol": "moles", "Hz": "hertz",
    "degrees": "degrees", "m²": "square meters", "m³": "cubic meters", "kWh": "kilowatt hours", "GB": "gigabytes",
    "Mbps": "megabits per second", "C": "coulombs", "T": "teslas", "kcal": "kilocalories", "mg": "milligrams",
    "nm": "nanometers", "light-years": "light-years", "acres": "acres", "cups": "cups",
    "kg/m³": "kilograms per cubic meter",
    "m/s²": "meters per second squared", "N/m": "newtons per meter", "liters per 100 km": "liters per 100 km",
    "°": "degrees", "bpm": "beats per minute", "dB": "decibels", "inches": "inches", "sq ft": "square feet",
}  # fmt: skip


@dataclass(frozen=True)
class Dressed:
    """A function of a family, what its parameters are called, by their keys in requests, and how it wants dates."""

    function: Function
    family: Family
    names: Mapping[str, str]
    layout: Layout

    def parameter(self, name: str) -> Parameter:
        """The family's parameter behind a name."""
        key = next(key for key, own in self.names.items() if own == name)
        return next(one for one in self.family.parameters if one.key == key)


@cache
def dressed() -> Mapping[str, Dressed]:
    """Every function of the catalog, by id."""
    found: dict[str, Dressed] = {}
    for family in families().values():
        for number in range(DRESSES):
            one = _dressed(family, number)
            found.setdefault(one.function.id, one)
    return found


def _dressed(family: Family, number: int) -> Dressed:
    rng = derived_rng(1, CATALOG, family.name, str(number))
    taken = [one for one in family.parameters if not one.optional or rng.random() < 0.7]
    if rng.random() < 0.3 or (number % 2 and any(p.kind == "object" for p in taken)):
        required, optional = [p for p in taken if not p.optional], [p for p in taken if p.optional]
        rng.shuffle(required)
        taken = required + optional
    camel = number == DRESSES - 1 and rng.random() < 0.5
    names: dict[str, str] = {}
    for one in taken:
        name = rng.choice(one.names)
        names[one.key] = _camel(name) if camel else name
    names = {key: name if list(names.values()).count(name) == 1 else key for key, name in names.items()}
    layout = _layout(family, number)
    style = _Style(rng.random() < 0.6, rng.choice(("in {}", "({})", ", in {}", "in {} ({short})")), layout, rng)
    properties = {names[one.key]: _schema(one, style) for one in taken}
    name = _function_name(family, number, rng)
    function = Function(
        id=f"{CATALOG}/{_camel(name) if camel else name}",
        name=_camel(name) if camel else name,
        category=family.category,
        toolkit=family.category,
        description=_description(family, rng),
        parameters={
            "type": "object",
            "properties": properties,
            "required": [names[one.key] for one in taken if not one.optional],
        },
        returns=_returned(family),
        source=f"everyday:{family.category}",
        catalog=CATALOG,
        original_name=family.name,
        licence="Apache-2.0",
    )
    return Dressed(function, family, names, layout)


@dataclass(frozen=True)
class _Style:
    """How a dress describes parameters."""

    whole: bool
    unit: str
    layout: Layout
    rng: Random


def _layout(family: Family, number: int) -> Layout:
    """How the function wants its dates: mostly as ISO has them, else as its description says."""
    rng = derived_rng(1, CATALOG, family.name, str(number), "layout")
    return rng.choice([one for one in LAYOUTS if one != ISO]) if rng.random() < _OTHER_LAYOUT else ISO


def _function_name(family: Family, number: int, rng: Random) -> str:
    name, verb = family.name, family.does.split()[0].lower()
    if number == 0:
        return name
    plain = name.removeprefix(f"{verb}_").removesuffix(f"_{verb}")
    verbs: tuple[str, ...] = (verb,)
    if verb in _COMPUTES or verb in _LOOKS:
        verbs = _LOOKS if family.returns == "text" else _COMPUTES
    ways = (
        f"{verbs[number % len(verbs)]}_{plain}", f"{family.category}_{plain}", f"{plain}_{rng.choice(_ENDINGS)}",
        f"{rng.choice(verbs)}_{family.category}_{plain}",
    )  # fmt: skip
    way = ways[(number - 1) % len(ways)][:64]
    return f"{way}_{family.category}" if way in _ELSEWHERE else way


# What benchmarks call functions of theirs; none of ours is called so.
_ELSEWHERE = frozenset(["team_info"])
_ENDINGS = ("tool", "service", "function", "api", "info", "helper")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _description(family: Family, rng: Random) -> str:
    verb, _, rest = family.does.partition(" ")
    third = f"{verb}{'es' if verb.endswith(('s', 'ch', 'sh', 'x')) else 's'}"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        third = f"{verb[:-1]}ies"
    return rng.choice(
        (f"{verb} {rest}.", f"{third} {rest}.", f"{verb} {rest}.", f"This function {third.lower()} {rest}.")
    )


def _returned(family: Family) -> JsonObject:
    """What can be told without knowing anything: a number, yes or no, that it is done, or how much was found."""
    verb = family.does.split()[0].lower()
    name, kind = "result", _KINDS.get(family.returns)
    if kind is None and verb in ACTS:
        name, kind = "status", {"type": "string", "enum": ["done", "confirmed", "accepted"]}
    elif kind is None and verb in _LISTS:
        name, kind = "entry_count", {"type": "integer"}
    elif kind is None:
        name, kind = "status", {"type": "string", "enum": ["ready", "complete"]}
    return {"type": "object", "properties": {name: kind}, "required": [name]}


_KINDS: dict[str, JsonObject] = {
    "number": {"type": "number"},
    "count": {"type": "integer"},
    "bool": {"type": "boolean"},
}


def _schema(one: Parameter, style: _Style) -> JsonObject:
    # A choice whose values are what people say may be any text, as definitions in the wild have it.
    is_open = one.kind in ("enum", "enums") and _said_as_is(one) and style.rng.random() < _OPEN
    schema = _type(one, style, is_open=is_open)
    described = one.meaning[0].upper() + one.meaning[1:] if style.whole else one.meaning
    unit = UNIT_NAMES.get(one.unit)
    if unit is not None and not _named(one.unit, described) and unit not in described.lower():
        way = style.unit if unit != one.unit else style.unit.replace(" ({short})", "")
        described = f"{described} {way.format(unit, short=one.unit)}".replace(" ,", ",")
    if one.kind in ("pct",):
        described += " in percent" if "percent" not in described else ""
    if one.kind == "share":
        described += style.rng.choice(_AS_FRACTION)
    if one.kind == "date":
        described += style.rng.choice((" ({})", " in the format {}", ", as {}")).format(style.layout)
    if one.kind in ("pool", "text") and one.pool not in _SEVERAL_FORMS and style.rng.random() < _SHOWN:
        described += _example(texts_of(one), style.rng)
    # Without one, nobody could tell the form.
    if one.kind == "coded" and style.rng.random() < _SHOWN_OF_CODED:
        described += _example(list(one.options or ()), style.rng)
    if is_open:
        some = style.rng.sample([str(value) for value in one.options or ()], 2)
        described += style.rng.choice(("", "", f", e.g. {some[0]}", f", such as {some[0]} or {some[1]}"))
    elif one.kind in ("enum", "enums") and "enum" not in schema.get("items", schema):
        described += f", one of: {', '.join(map(str, one.options or ()))}"
    if one.default is not None and style.rng.random() < 0.75:
        # In the schema, in the description, or in both.
        where = style.rng.choice(("schema", "description", "both"))
        if where != "description":
            schema["default"] = one.default
        if where != "schema":
            described += (
                f"{'.' if style.whole else ';'} {'Default is' if style.whole else 'default'} {_written(one.default)}"
            )
    return {**schema, "description": described + ("." if style.whole else "")}


def _said_as_is(one: Parameter) -> bool:
    """Whether people say each value as the call has it."""
    return all(words == (value,) for value, words in (one.options or {}).items())


def _example(texts: Sequence[str], rng: Random) -> str:
    """One of the values: it shows the form, and is seldom the one to call with."""
    text = rng.choice(texts)
    ways = (f", e.g. {text}", f" (e.g. {text})", f", such as {text}", f", for example '{text}'")
    return rng.choice(ways) if len(text) <= 30 else ""


def _named(unit: str, described: str) -> bool:
    """Whether a unit stands in a description as a word: the "g" of "weight" is none."""
    return re.search(rf"(?<![^\W\d_]){re.escape(unit)}(?![^\W\d_])", described, re.IGNORECASE) is not None


def _written(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _type(one: Parameter, style: _Style, *, is_open: bool = False) -> JsonObject:
    """The schema without its description; that of a choice that `is_open` does not tell what can be chosen."""
    match one.kind:
        case "int":
            return {"type": "integer"}
        case "num" | "money" | "pct" | "share":
            return {"type": "number"}
        case "bool":
            return {"type": "boolean"}
        case "enum":
            return _choice(one, style, is_open)
        case "enums":
            return {"type": "array", "items": _choice(one, style, is_open)}
        case "nums":
            return {"type": "array", "items": {"type": "number"}}
        case "ints":
            return {"type": "array", "items": {"type": "integer"}}
        case "pools":
            return {"type": "array", "items": {"type": "string"}}
        case "object":
            inner = {field.key: _schema(field, style) for field in one.fields}
            return {"type": "object", "properties": inner, "required": list(inner)}
        case _:
            return {"type": "string"}


def _choice(one: Parameter, style: _Style, is_open: bool) -> JsonObject:
    kind = "integer" if all(isinstance(value, int) for value in one.options or ()) else "string"
    told = not is_open and style.rng.random() < 0.6
    return {"type": kind} | ({"enum": list(one.options or ())} if told else {})


def words_of_unit(unit: str) -> tuple[str, ...]:
    """What may stand after a number for its unit, spaces included."""
    if not unit:
        return ("",)
    named = UNIT_NAMES.get(unit, unit)
    if unit in ("%", "°C", "°F", "°"):
        return (unit, f" {unit}", f" {named}")
    # A symbol may be glued to its number, a word is not.
    short = (f" {unit}", unit) if named != unit and len(unit) <= 4 else (f" {unit}",)
    return (*short, f" {unit}", f" {named}")
