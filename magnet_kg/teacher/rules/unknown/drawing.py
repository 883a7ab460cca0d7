"""Draw a value, with its words, for a parameter of which only the schema is known."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from random import Random

from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.values import composed
from magnet_kg.teacher.rules.entries import ChoiceOf, Dated, Made, Range, When
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.sorts import make_value
from magnet_kg.wording import paths
from magnet_kg.wording.numbers import write_number

# Draws for each element of a list, whose elements all differ.
_DRAWS = 8

Inner = Callable[[ChoiceOf | Range | When | Dated], Awaitable[Said]]


async def draw_made(spec: Made, rng: Random, inner: Inner, label: int | None = None) -> Said:
    """A value and its words.

    Args:
        spec: what the schema lets us say.
        rng: the turn's randomness.
        inner: draws a choice, a number or a time.
        label: which of the ways to write around the value; drawn where it is None.

    Raises:
        Untranslatable: no text fits the schema.
    """
    if spec.fields:
        # Whoever writes "width: 41 cm" does not go on with "depth of 29 cm".
        same = rng.randrange(6)
        named = [(f".{path}", await draw_made(field, rng, inner, same)) for path, field in spec.fields.items()]
        return _whole(
            list(zip((path for path, _ in named), _joined([one for _, one in named]), strict=True)), spec, rng
        )
    if spec.tags is not None:
        return _whole(_tags(spec.tags, rng), spec, rng)
    if spec.many is None:
        around = spec.around if label is None else [spec.around[label % len(spec.around)]]
        return _worded(await _one(spec, rng, inner), around, rng)
    drawn: list[Said] = []
    count = rng.randint(*spec.many)
    style = rng.choice(_LISTS) if spec.listed and count > 1 and spec.of is not None else _LISTS[0]
    for _ in range(_DRAWS * count):
        one = await _one(spec, rng, inner)
        if all(one.value != other.value for other in drawn):
            drawn.append(one)
        if len(drawn) == count:
            break
    whole = _whole([(f".{index}", one) for index, one in enumerate(_joined(drawn, style[1]))], spec, rng)
    return replace(whole, before=whole.before + style[0], after=style[2] + whole.after)


# What people say before a thing of a list ("vacuum the hall and the kitchen"), and nobody calls with.
_ARTICLE = re.compile(r"(?:the|an?) ")
# How a list of numbers may be written, others have their "and": what stands before it, before its last element, and
# after it.
_LISTS = (("", " and ", ""), ("", ", ", ""), ("[", ", ", "]"))


def _joined(parts: list[Said], final: str = " and ") -> list[Said]:
    """The parts with what connects them: "a, b and c"."""
    last = len(parts) - 1
    joins = ["" if not at else final if at == last else ", " for at in range(len(parts))]
    return [replace(part, before=join + part.before) for join, part in zip(joins, parts, strict=True)]


async def _one(spec: Made, rng: Random, inner: Inner) -> Said:
    if spec.of is not None:
        said = await inner(spec.of)
        # What is said as it is needs no lexicon to be read back.
        return replace(said, form="verbatim") if said.form == "choice" and said.text == said.value else said
    if spec.options:
        value = rng.choice(spec.options)
        if isinstance(value, str):
            article = _ARTICLE.match(value) if spec.listed else None
            before = article[0] if article else ""
            return Said(value[len(before) :], value[len(before) :], "verbatim", before=before)
        # Ids and years are no amounts: nobody separates their thousands.
        return Said(value, str(value) if isinstance(value, int) else write_number(value), "number")
    text = make_value(spec.sort, spec.limits, spec.label, rng)
    if text is None:
        raise Untranslatable(f"no {spec.label or spec.sort} fits the schema")
    if spec.sort.startswith("resource"):
        words = paths.say_path(text, rng, inside=spec.sort == "resource_in")
        form = paths.form_of(text)
        return Said(text, words if paths.read_path(words, form) == text else text, form)
    if spec.limits.get("type") in ("integer", "number"):
        return Said(int(text), text, "number")
    return Said(text, text, "verbatim")


def _worded(said: Said, around: Sequence[tuple[str, str]], rng: Random) -> Said:
    before, after = rng.choice(around)
    return replace(said, before=before + said.before, after=said.after + after)


def _whole(parts: list[tuple[str, Said]], spec: Made, rng: Random) -> Said:
    """A list or an object of parts, whose paths are told below the parameter."""
    values = composed({path[1:]: part.value for path, part in parts})
    placed = tuple((f"{spec.parameter}{path}", part) for path, part in parts)
    whole = Said(values, ", ".join(part.text for _, part in parts), "verbatim", parts=placed)
    return _worded(whole, spec.around_many if spec.many is not None and len(parts) > 1 else spec.around, rng)


def _tags(kind: str, rng: Random) -> list[tuple[str, Said]]:
    keys = rng.sample(data().pools["key"], rng.choice((1, 1, 2)))
    made: list[tuple[str, Said]] = []
    for index, key in enumerate(keys):
        join = " and " if index else ""
        value = rng.choice(_TAG_VALUES.get(key) or data().pools["subject"])
        between = rng.choice(("=", " = ", ": "))
        if kind == "map":
            # The key is no value of its own: it is said, and stands in the path.
            made.append((f".{key}", Said(value, value, "verbatim", before=f"{join}{key}{between}")))
            continue
        first, second = kind.split(":")
        made.append((f".{index}.{first}", Said(key, key, "verbatim", before=join, after=between)))
        made.append((f".{index}.{second}", Said(value, value, "verbatim")))
    return made


_TAG_VALUES = {
    "environment": ["prod", "staging", "dev", "test"],
    "stage": ["prod", "staging", "dev", "beta"],
    "owner": ["jdoe", "mlopez", "akumar", "rpatel", "ewong", "lmoreau"],
    "team": ["payments", "platform", "growth", "data", "mobile", "search", "billing", "security"],
    "created-by": ["jdoe", "mlopez", "akumar", "nivanova", "zali"],
    "tier": ["gold", "silver", "free", "premium", "internal"],
    "backup": ["daily", "weekly", "none"],
    "schedule": ["office-hours", "always-on", "weekdays"],
    "region": ["emea", "apac", "nordics", "iberia"],
    "retention": ["30d", "90d", "1y"],
}
