"""Plausible values for a response schema: what a field of this name and type would hold.

Everything is drawn from the generator that is given, so that the same generator gives the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from magnet_kg.catalog.concepts import words
from magnet_kg.execution.world import cities
from magnet_kg.execution.world import words as word_list

DEEPEST = 4
MOST_FIELDS = 14
# Bookkeeping of protocols, which says nothing to anybody.
_NOISE = frozenset(("token", "etag", "cursor", "marker", "metadata", "checksum", "fingerprint", "nonce", "crc"))
# What is said of a call that failed, which none of those answered here has.
_FAILURES = frozenset(
    "error errors failure failures error_code error_message error_reason failure_message failure_reason failed_entries "
    "failed_items failed_records unprocessed_items unprocessed_keys unprocessed_entries".split()
)
_STATES = ("active", "enabled", "available", "running", "pending", "completed")
Words = tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """What values are drawn against: the moment, what a thing of this kind is called, and whether it is just made."""

    now: datetime
    noun: Words
    new: bool = False


def field_words(name: str, noun: Words) -> Words:
    """What a field says of a thing, without the thing's own name: `bucketName` of a bucket is its name."""
    own = words(name)
    if noun and own[: len(noun)] == noun:
        return own[len(noun) :] or ("name",)
    if noun and own == noun[-len(own) :]:
        return ("name",)
    return own


def is_noise(name: str) -> bool:
    """Whether a field is bookkeeping: page tokens, etags, request ids."""
    own = words(name)
    return own[-1] in _NOISE or own in (("request", "id"), ("kind",), ("self", "link")) or "pagination" in own


def make_value(
    schema: Mapping[str, Any], name: str, known: Mapping[Words, Any], setting: Setting, rng: Random, depth: int = 0
) -> Any:
    """A value for a schema.

    Args:
        schema: a JSON Schema, or a part of one.
        name: of the field that it is for.
        known: what is known of the thing already, by `field_words`; fields that fit take it over.
        setting: see `Setting`.
        rng: all randomness.
        depth: how deep the field stands.
    """
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return _fitting(known, name, setting, schema) or rng.choice(list(schema["enum"]))
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            chosen = next((o for o in schema[key] if o.get("type") != "null"), schema[key][0])
            return make_value(
                {**{k: v for k, v in schema.items() if k != key}, **chosen}, name, known, setting, rng, depth
            )
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    if kind == "object" or "properties" in schema:
        return make_object(schema, known, setting, rng, depth)
    if kind == "array":
        if depth >= DEEPEST:
            return []
        items = schema.get("items") or {"type": "string"}
        return [make_value(items, name, {}, setting, rng, depth + 1) for _ in range(rng.randint(1, 3))]
    echoed = _fitting(known, name, setting, schema)
    return _scalar(str(kind or "string"), schema, name, setting, rng) if echoed is None else echoed


def make_object(
    schema: Mapping[str, Any], known: Mapping[Words, Any], setting: Setting, rng: Random, depth: int = 0
) -> dict[str, Any]:
    """An object with its required fields, and the first of the others; bookkeeping and failures are left out."""
    made: dict[str, Any] = {}
    required = set(schema.get("required", ()))
    for name, child in schema.get("properties", {}).items():
        if name not in required and (is_noise(name) or len(made) >= MOST_FIELDS or "_".join(words(name)) in _FAILURES):
            continue
        if name not in required and depth >= DEEPEST and child.get("type") in ("object", "array"):
            continue
        made[name] = make_value(child, name, known, setting, rng, depth + 1)
    if not schema.get("properties") and isinstance(schema.get("additionalProperties"), dict) and depth < DEEPEST:
        made[rng.choice(_names())] = make_value(schema["additionalProperties"], "value", {}, setting, rng, depth + 1)
    return made


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value has a schema's type, as far as scalars and lists go."""
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    is_of = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }
    allowed = schema.get("enum")
    return any(is_of.get(kind, False) for kind in kinds) and (not allowed or value in allowed)


def _fitting(known: Mapping[Words, Any], name: str, setting: Setting, schema: Mapping[str, Any]) -> Any:
    value = known.get(field_words(name, setting.noun))
    return value if value is not None and fits(value, schema) else None


def _scalar(kind: str, schema: Mapping[str, Any], name: str, setting: Setting, rng: Random) -> Any:
    own = words(name)
    if kind == "boolean":
        return rng.random() < 0.7
    if kind in ("integer", "number"):
        return _number(kind, schema, own, rng)
    return _text(schema, own, setting, rng)


def _number(kind: str, schema: Mapping[str, Any], own: Words, rng: Random) -> float | int:
    low = schema.get("minimum", 0)
    high = schema.get("maximum")
    for marks, usual in (
        ({"percent", "percentage", "progress"}, 100), ({"port"}, 9000), ({"year"}, 2026),
        ({"size", "byte"}, 50_000_000),
        ({"count", "number", "total", "limit", "capacity", "replica"}, 40), ({"second", "timeout", "ttl"}, 3600),
        ({"latitude"}, 60), ({"longitude"}, 120), ({"score", "confidence", "probability", "ratio"}, 1),
    ):  # fmt: skip
        if marks & set(own):
            high = usual if high is None else min(high, usual)
            low = 2015 if "year" in own else low
            break
    top = high if high is not None else low + 500
    top = max(low, min(top, low + 100_000_000))
    return rng.randint(int(low), int(top)) if kind == "integer" else round(rng.uniform(low, top), 2)


def _text(schema: Mapping[str, Any], own: Words, setting: Setting, rng: Random) -> str:
    examples = schema.get("examples")
    if isinstance(examples, list) and examples and isinstance(examples[0], str):
        return str(rng.choice(examples))
    last = own[-1]
    form = schema.get("format", "")
    if "date-time" in form or last in ("at", "timestamp", "time"):
        return _moment(own, setting, rng).isoformat(timespec="seconds")
    if form == "date" or last == "date":
        return _moment(own, setting, rng).date().isoformat()
    noun = "-".join(setting.noun) or "item"
    hexed = f"{rng.getrandbits(40):010x}"
    made: dict[str, Callable[[], str]] = {
        "id": lambda: f"{noun[:12]}-{hexed}",
        "identifier": lambda: f"{noun[:12]}-{hexed}",
        "uuid": lambda: f"{hexed[:8]}-{hexed[2:6]}-4{hexed[:3]}-a{hexed[3:6]}-{hexed}01",
        "arn": lambda: f"arn:aws:{noun}:eu-west-1:123456789012:{noun}/{hexed}",
        "email": lambda: f"{_person(rng).replace(' ', '.')}@example.com".lower(),
        "url": lambda: f"https://example.com/{noun}/{hexed}",
        "uri": lambda: f"https://example.com/{noun}/{hexed}",
        "endpoint": lambda: f"{hexed}.example.com",
        "region": lambda: rng.choice(("eu-west-1", "eu-central-1", "us-east-1", "us-west-2")),
        "zone": lambda: rng.choice(("eu-west-1a", "us-east-1b")),
        "status": lambda: rng.choice(_STATES),
        "state": lambda: rng.choice(_STATES),
        "version": lambda: f"{rng.randint(1, 4)}.{rng.randint(0, 12)}.{rng.randint(0, 9)}",
        "city": lambda: rng.choice(sorted(cities())),
        "country": lambda: cities()[rng.choice(sorted(cities()))].country,
        "currency": lambda: rng.choice(("EUR", "USD", "GBP")),
        "language": lambda: rng.choice(("en", "de", "fr")),
        "owner": lambda: _person(rng),
        "ip": lambda: f"10.0.{rng.randint(0, 255)}.{rng.randint(2, 254)}",
        "address": lambda: f"10.0.{rng.randint(0, 255)}.{rng.randint(2, 254)}",
    }  # fmt: skip
    if last in made:
        return made[last]()
    if last in ("description", "summary", "message", "text", "comment", "note"):
        return f"{rng.choice(_names()).replace('-', ' ').capitalize()} {' '.join(setting.noun)}".strip()
    return str(rng.choice(_names()))


def _moment(own: Words, setting: Setting, rng: Random) -> datetime:
    """When something happened: a thing was made before it was changed, and what ends has not ended yet."""
    if own[0].startswith(("expir", "end", "valid", "due", "next", "until")):
        return setting.now + timedelta(minutes=rng.randint(600, 200_000))
    made = own[0].startswith(("creat", "regist", "launch", "start", "publish", "birth"))
    if setting.new or own[0].startswith("delet"):
        return setting.now
    return setting.now - timedelta(minutes=rng.randint(100_000, 400_000) if made else rng.randint(30, 90_000))


@cache
def _names() -> tuple[str, ...]:
    text = files("magnet_kg.execution").joinpath("data", "thing_names.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def _person(rng: Random) -> str:
    return f"{rng.choice(word_list('first_names'))} {rng.choice(word_list('last_names'))}"
