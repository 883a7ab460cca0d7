"""Where a person's values come from: drawn from phrases or, for functions without any, from the schema alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from magnet_kg.catalog.concepts import words as name_words
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.values import spread
from magnet_kg.execution.session import Session
from magnet_kg.execution.world import cities
from magnet_kg.execution.world import words as word_list
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.grammar import joined, parse
from magnet_kg.teacher.rules.phrases import (
    ChoiceOf,
    CityOf,
    CurrencyOf,
    Dated,
    Known,
    Made,
    Range,
    Simple,
    TextOf,
    Value,
    When,
    WordOf,
)
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.unknown.drawing import draw_made
from magnet_kg.wording import forms
from magnet_kg.wording.calendar import ISO, write_layout
from magnet_kg.wording.currencies import CURRENCIES
from magnet_kg.wording.numbers import longer_units, say_longer, say_quantity, with_unit


async def draw(spec: Value, scene: Scene, chosen: Mapping[str, Any], used: set[str], rng: Random) -> Said:
    """A value and its words.

    Args:
        spec: the entry under `values` in the phrases.
        scene: gives the world that the person knows.
        chosen: the other arguments of the same call that are settled already.
        used: texts said before for the same parameter; something else is drawn where that is possible.
        rng: the turn's randomness.

    Raises:
        Untranslatable: this person knows no such thing.
    """
    for _ in range(4):
        said = await _draw_once(spec, scene, chosen, rng)
        # Nobody flies from Oslo to Oslo; that two things are both switched on is no coincidence.
        few = isinstance(spec, ChoiceOf) and len(spec.of) < _SEVERAL
        twice = not few and isinstance(said.value, str) and said.value in chosen.values()
        if said.text not in used and not twice:
            break
    return said


def draw_from_schema(function: Function, parameter: str, scene: Scene, rng: Random) -> Said:
    """A value for a parameter of a function without phrases, from what its schema says.

    Raises:
        Untranslatable: the schema does not tell what a person would say.
    """
    schema = function.properties[parameter]
    kind, form = schema.get("type"), schema.get("format")
    if schema.get("enum"):
        value = rng.choice([option for option in schema["enum"] if option is not None])
        return Said(value, str(value), "verbatim" if isinstance(value, str) else "number")
    if schema.get("examples"):
        value = rng.choice(schema["examples"])
        return Said(value, str(value), "verbatim" if isinstance(value, str) else "number")
    if form == "date":
        return _spoken((scene.context.now.date() + timedelta(days=rng.randrange(1, 30))).isoformat(), "day", scene, rng)
    if form == "date-time":
        moment = datetime.combine(
            scene.context.now.date() + timedelta(days=rng.randrange(1, 14)), time(rng.randrange(9, 19))
        )
        return _spoken(moment.isoformat(), "moment", scene, rng)
    if kind in ("integer", "number"):
        low = int(schema.get("minimum", 1))
        high = int(schema.get("maximum", low + 20))
        return _spoken(rng.randint(low, max(low, high)), "number", scene, rng)
    named = name_words(parameter)
    if kind == "string" and named[-1] in ("city", "place", "location"):
        name = rng.choice(sorted(cities()))
        return Said(name, name, "verbatim")
    if kind == "string" and named[-1] == "name":
        name = f"{rng.choice(word_list('first_names'))} {rng.choice(word_list('last_names'))}"
        return Said(name, name, "verbatim")
    raise Untranslatable(f"no words for {function.name}.{parameter}")


def lexicon_of(spec: Value | None) -> dict[str, Any]:
    """Words → value for a parameter with a closed set of values."""
    if isinstance(spec, Made):
        if spec.fields:
            return {words: value for field in spec.fields.values() for words, value in lexicon_of(field).items()}
        spec = spec.of
    return {w.lower(): v for v, words in spec.of.items() for w in words} if isinstance(spec, ChoiceOf) else {}


async def look(session: Session, function: str, arguments: Mapping[str, Any]) -> Any:
    """What this person could see by looking; the world stays as it was.

    Raises:
        Untranslatable: there is nothing to see.
    """
    before = session.snapshot()
    outcome = await session.call(function, arguments)
    session.restore(before)
    if outcome.failed:
        raise Untranslatable(f"nothing known: {outcome.error_code}")
    return outcome.output


async def _draw_once(spec: Value, scene: Scene, chosen: Mapping[str, Any], rng: Random) -> Said:
    match spec:
        case Known():
            return await _known(spec, scene, rng)
        case Made():
            return await draw_made(spec, rng, lambda inner: _draw_once(inner, scene, chosen, rng))
        case ChoiceOf():
            value = rng.choice(list(spec.of))
            return Said(value, rng.choice(spec.of[value]), "choice")
        case Range():
            count = int((spec.between[1] - spec.between[0]) / spec.step)
            if spec.time and rng.random() < _IN_LONGER:
                longer = [n for at in range(count + 1) if longer_units(n := _number(spec, at), spec.time)]
                if longer:
                    number = rng.choice(longer)
                    return Said(number, say_longer(number, spec.time, rng), f"longer:{spec.time}")
            number = _number(spec, rng.randint(0, count))
            if spec.units:
                unit = rng.choice(spec.units)
                text = with_unit(number, unit) if spec.digits else say_quantity(number, unit, rng)
                return Said(number, text, "quantity")
            return _spoken(number, spec.kind, scene, rng)
        case Dated():
            first, last = date(spec.years[0], 1, 1), date(spec.years[1], 12, 28)
            if spec.ahead is not None:
                today = scene.context.now.date()
                first, last = (today + timedelta(days=days) for days in spec.ahead)
            day = first + timedelta(days=rng.randrange((last - first).days))
            said = _spoken(day.isoformat(), "date", scene, rng)
            if spec.layout == ISO:
                return said
            return Said(write_layout(day, spec.layout), said.text, f"date:{spec.layout}")
        case When():
            return _when(spec, scene, chosen, rng)
        case TextOf():
            text = joined(parse(rng.choice(spec.of)).render({}, rng))
            return Said(text, text, "verbatim")
        case WordOf():
            word = rng.choice(word_list(spec.list))
            return Said(word, word, "verbatim")
        case CityOf():
            home = cities().get(scene.context.home_city)
            options = [
                c.name
                for c in cities().values()
                if (c.airports or not spec.airport) and not (spec.abroad and home and c.country == home.country)
            ]
            name = rng.choice(sorted(options))
            return Said(name, name, "verbatim")
        case CurrencyOf():
            code = rng.choice([c for c in CURRENCIES if c != spec.besides and c not in chosen.values()])
            return _spoken(code, "currency", scene, rng)
        case Simple():
            text = _phone(rng) if spec.kind == "phone" else _email(rng)
            return Said(text, text, "verbatim")


async def _known(spec: Known, scene: Scene, rng: Random) -> Said:
    # Names of toolkits' functions are unique, and they come first: what catalogs hold is not gone through.
    source = next((i for i in scene.functions if i.endswith(f"/{spec.source}")), spec.source)
    output = await look(scene.session, source, spec.arguments)
    found = [f.value for f in spread(output, spec.field)]
    if not found:
        raise Untranslatable(f"nothing known: {spec.source} is empty")
    value = str(rng.choice(found))
    if spec.form == "name" and rng.random() < 0.6:
        value = value.split()[0]
    return Said(value, value, "verbatim", "known")


def _when(spec: When, scene: Scene, chosen: Mapping[str, Any], rng: Random) -> Said:
    base = scene.context.now.date()
    if spec.after is not None:
        if spec.after not in chosen:
            raise Untranslatable(f"{spec.after} is not settled yet")
        base = date.fromisoformat(str(chosen[spec.after])[:10])
    day = base + timedelta(days=rng.randint(*spec.within))
    low, high = (_minutes(text) for text in spec.between)
    minutes = low + spec.step * rng.randint(0, (high - low) // spec.step)
    hour = time(minutes // 60, minutes % 60)
    value = {
        "day": day.isoformat(),
        "time": f"{hour:%H:%M}",
        "moment": datetime.combine(day, hour).isoformat(),
    }[spec.kind]
    return _spoken(value, spec.kind, scene, rng)


def _spoken(value: Any, form: str, scene: Scene, rng: Random) -> Said:
    return Said(value, forms.say(value, form, scene.context, rng), form)


def _number(spec: Range, at: int) -> float:
    drawn = round(spec.between[0] + spec.step * at, 6 if spec.units or spec.kind == "share" else 2)
    return int(drawn) if drawn == int(drawn) and not spec.decimal else drawn


# How often a length of time is one that is said in a longer unit.
_IN_LONGER = 0.25
# Of two values, two arguments of one call may well have the same; of more, "from gas mark to gas mark" is odd.
_SEVERAL = 3


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _phone(rng: Random) -> str:
    return f"{rng.randrange(201, 990)}-555-{rng.randrange(100, 200):04d}"


def _email(rng: Random) -> str:
    return f"{rng.choice(word_list('first_names'))}.{rng.choice(word_list('last_names'))}@example.org".lower()
