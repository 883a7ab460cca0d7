"""What a value is, named from what any catalog has: names, parents, types, formats and descriptions.

`contactId`, `contacts[].id` and `contact_id` are all "contact id"; `from_account_id` is "account id"; `origin`,
described as "code of the airport to leave from", is "airport code".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from magnet_kg.domain.concept import ConceptUse, Returns, Takes
from magnet_kg.domain.function import Function

DEEPEST = 3
MOST_OUTPUTS = 40

# Words that say which of several a value is, not what it is.
_ROLES = frozenset(
    [
        "from",
        "to",
        "source",
        "target",
        "origin",
        "destination",
        "start",
        "end",
        "new",
        "old",
        "first",
        "second",
        "other",
        "current",
        "next",
        "previous",
        "given",
        "my",
        "default",
        "departure",
        "arrival",
        "sender",
        "recipient",
        "primary",
        "main",
    ]
)
# Of a place it does not matter whose it is: a restaurant's city is a city like any other.
_PLACES = frozenset(["city", "country"])
# First words of functions that look something up and change nothing.
_LOOKS = frozenset(("find get list search look lookup check view read show fetch query describe browse track").split())
# Words that say nothing without their owner: `name` of what?
_BARE = frozenset(
    [
        "id",
        "ids",
        "name",
        "title",
        "status",
        "description",
        "type",
        "code",
        "number",
        "key",
        "value",
        "label",
        "text",
        "note",
        "notes",
        "url",
    ]
)
# A value of these no person could say: it identifies a thing only inside of a system.
_OPAQUE = frozenset(["id", "code", "token", "key", "uuid", "guid", "reference", "hash", "identifier", "sku", "slug"])
_TRANSFORMS = frozenset(
    [
        "convert",
        "translate",
        "transform",
        "express",
        "split",
        "format",
        "round",
        "change_unit",
        "calculate",
        "compute",
        "add",
    ]
)
_MONEY = frozenset(
    [
        "amount",
        "price",
        "cost",
        "fare",
        "fee",
        "balance",
        "total",
        "rate",
        "refund",
        "payment",
        "charge",
        "spent",
    ]
)
# Units that make a number something else, whatever else its name says: a total in megabytes is nothing to pay.
_OTHER_UNITS = frozenset(
    "mb gb tb kb byte percent percentage count kcal calorie bpm kmh mph kwh watt volt ml liter litre".split()
)
# Units that say one thing in another size: grams are no kilograms until they have been converted.
_SIZES = {
    **dict.fromkeys(("kg", "kilogram"), "kilogram"),
    **dict.fromkeys(("gram", "g"), "gram"),
    **dict.fromkeys(("pound", "lb"), "pound"),
    **dict.fromkeys(("ounce", "oz"), "ounce"),
    **dict.fromkeys(("km", "kilometer", "kilometre"), "kilometer"),
    **dict.fromkeys(("meter", "metre"), "meter"),
    "mile": "mile",
    "celsius": "celsius",
    "fahrenheit": "fahrenheit",
    "minute": "minute",
    "hour": "hour",
    "second": "second",
    "day": "day",
}
_DESCRIBED = re.compile(
    r"\b(?P<kind>id|identifier|code|token|key|symbol)s? of (?:the |a |an |your |this )?(?P<owner>[a-z]+)",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"\b(?P<owner>[a-z]+) (?P<kind>id|identifier|code|token|symbol)\b", re.IGNORECASE)
_NOT_OWNERS = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "its",
        "your",
        "iso",
        "iata",
        "unique",
        "short",
        "same",
        "whose",
        "any",
    ]
)


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """A name split into lower-case words: `flightId`, `flight_id` and `flight-ids` all give flight, id.

    There is at least one: what has no letters and no digits is a "value".
    """
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return tuple(singular(word) for word in re.split(r"[\W_]+", spaced.lower()) if word) or ("value",)


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of a regular English plural; other words as they are."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word == "ids" or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))):
        return word[:-1]
    return word


def concepts_of(function: Function) -> ConceptUse:
    """The concepts that a function takes and returns; outputs deeper than 3 or beyond 40 are left out.

    A quantity that a transformer takes has a second concept for what is measured ("quantity money"), which every output
    that measures it has too: prices, fees and balances all meet the amount that a conversion asks for.
    """
    key = (function.id, function.content_hash)
    if key not in _NAMED:
        _NAMED[key] = _name_concepts(function)
    return _NAMED[key]


# A function is asked for its concepts again and again while paths are made; they depend on its content alone.
_NAMED: dict[tuple[str, str], ConceptUse] = {}


def _name_concepts(function: Function) -> ConceptUse:
    required = set(function.required)
    takes = tuple(
        Takes(
            parameter=path,
            concept=_concept(path, schema, function),
            type=_type(schema),
            required=name in required,
        )
        for name in sorted(function.properties)
        for path, schema in _leaves(name, function.properties[name], 1)
    )
    outputs = [
        Returns(path=path, concept=_concept(path, schema, function), type=_type(schema))
        for name, child in sorted((function.returns or {}).get("properties", {}).items())
        for path, schema in _leaves(name, child, 1)
    ]
    outputs = outputs[:MOST_OUTPUTS]
    if is_transformer(function):
        takes += tuple(
            Takes(parameter=name, concept=f"quantity {kind}", type=_type(schema), required=name in required)
            for name, schema in sorted(function.properties.items())
            if (kind := quantity_of(name, schema)) is not None
        )
    outputs += [
        Returns(path=path, concept=f"quantity {kind}", type=_type(schema))
        for path, schema in leaf_schemas(function.returns or {})
        if path in {r.path for r in outputs} and (kind := quantity_of(path, schema)) is not None
    ]
    return ConceptUse(function=function.id, takes=takes, returns=tuple(outputs))


def is_sayable(function: Function, parameter: str) -> bool:
    """Whether a person could say a value for this parameter: not an id, a code or a token, unless from a closed set."""
    name = parameter.removesuffix("[]")
    if function.properties.get(name, {}).get("enum"):
        return True
    named = (t.concept for t in concepts_of(function).takes if t.parameter.removesuffix("[]") == name)
    return next(named, "value").split()[-1] not in _OPAQUE


def stated_fact(function: Function, parameter: str) -> str | None:
    """Which fact of the system message a required parameter asks for ("currency", "time_zone"), or None."""
    if parameter not in function.required:
        return None
    concept = next((t.concept for t in concepts_of(function).takes if t.parameter == parameter), "")
    return {"currency": "currency", "time zone": "time_zone"}.get(concept)


def leaf_schemas(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each scalar of an object schema with its binding path."""
    for name, child in sorted(schema.get("properties", {}).items()):
        yield from _leaves(name, child, 1)


def quantity_of(path: str, schema: Mapping[str, Any]) -> str | None:
    """What kind of quantity a value is: money, distance, temperature, weight, duration, moment, date; or None."""
    name = set(words(path.rsplit(".", 1)[-1].removesuffix("[]")))
    text = set(words(str(schema.get("description", ""))))
    if schema.get("format") == "date-time":
        return "moment"
    if schema.get("format") == "date":
        return "date"
    if schema.get("type") not in ("number", "integer") or name & _OTHER_UNITS:
        return None
    for kind, marks in (
        ("distance", {"distance", "km", "kilometer", "kilometre", "mile"}),
        ("temperature", {"temperature", "celsius", "fahrenheit"}),
        ("weight", {"weight", "kg", "kilogram", "gram", "pound"}),
        ("duration", {"duration", "minute"}),
    ):
        if name & marks:
            return kind
    if schema.get("type") == "number" and name & _MONEY and not text & {"rate", "percent"}:
        return "money"
    return None


def unit_of(path: str) -> str | None:
    """The unit in which a quantity is given, where its name says so: `distance_km`, `weightGrams`."""
    named = words(path.rsplit(".", 1)[-1].removesuffix("[]"))
    return next((_SIZES[word] for word in reversed(named) if word in _SIZES), None)


def is_lookup(function: Function) -> bool:
    """Whether a function, by its name, looks something up and changes nothing."""
    return words(function.name)[:1] != () and words(function.name)[0] in _LOOKS


def is_transformer(function: Function) -> bool:
    """Whether a function only gives what it is given in another form: a conversion, a split, a calculation.

    What needs an id acts on a thing, whatever its name begins with (`add_to_cart`, `split_booking`).
    """
    named = words(function.name)
    return named[0] in _TRANSFORMS and not any(words(name)[-1] in _OPAQUE for name in function.required)


def _leaves(path: str, schema: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if schema.get("type") == "array":
        yield from _leaves(f"{path}[]", schema.get("items", {}), depth)
    elif schema.get("properties") and depth < DEEPEST:
        for name, child in sorted(schema["properties"].items()):
            yield from _leaves(f"{path}.{name}", child, depth + 1)
    elif not schema.get("properties"):
        yield path, schema


def _concept(path: str, schema: Mapping[str, Any], function: Function) -> str:
    names = path.replace("[]", "").split(".")
    own = [word for word in words(names[-1]) if word not in _ROLES]
    if own[-1:] and own[-1] in _PLACES:
        return own[-1]
    if own == ["name"] and len(words(names[-1])) > 1:
        own = list(words(names[-1]))  # a first name is no contact's name
    description = str(schema.get("description", ""))
    if not own or (own[-1:] == ["code"] and len(own) == 1):
        described = _from_description(description)
        if described:
            return described
        own = own or list(words(names[-1]))
    if len(own) == 1 and own[0] in _BARE:
        owner = _owner_beside(path, function) or (words(names[-2]) if len(names) > 1 else _object_of(function))
        return " ".join([*owner[-2:], *own])
    return " ".join(own)


def _owner_beside(path: str, function: Function) -> Sequence[str]:
    """What the object that holds a value is, told by the one id in it: a `name` beside a `contact_id`."""
    node: Mapping[str, Any] = function.returns or {}
    for name in path.split(".")[:-1]:
        child = node.get("properties", {}).get(name.removesuffix("[]"), {})
        node = child.get("items", {}) if name.endswith("[]") else child
    own_ids = [name for name in node.get("properties", {}) if words(name)[-1:] == ("id",) and len(words(name)) > 1]
    return words(own_ids[0])[:-1] if len(own_ids) == 1 and path.split(".")[-1] in node["properties"] else ()


def _from_description(description: str) -> str | None:
    for pattern in (_DESCRIBED, _COMPOUND):
        for match in pattern.finditer(description):
            owner = singular(match["owner"].lower())
            if owner not in _NOT_OWNERS:
                kind = "id" if match["kind"].lower() == "identifier" else match["kind"].lower()
                return f"{owner} {kind}"
    return None


def _object_of(function: Function) -> Sequence[str]:
    """The noun of a function's name: `get_contact_details` → contact, detail."""
    return words(function.name)[1:] or words(function.name)


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "any")
    if kind == "any" and "anyOf" in schema:
        kind = next((o.get("type", "any") for o in schema["anyOf"] if o.get("type") != "null"), "any")
    form = schema.get("format")
    return f"{kind}:{form}" if form else str(kind)
