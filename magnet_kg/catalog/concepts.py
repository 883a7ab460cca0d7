"""What a value is, named from what any catalog has: names, parents, types, patterns and descriptions.

`contactId`, `contacts[].id` and `contact_id` are all "contact id"; `from_account_id` is "account id"; `origin`,
described as "code of the airport to leave from", is "airport code"; a `name` of the form `projects/*/topics/*` is
a "topic resource name".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from magnet_kg.catalog.quantities import is_transformer, quantity_of, unit_of
from magnet_kg.catalog.resources import RESOURCE_NAME, is_operation, resource_of
from magnet_kg.catalog.words import LOOKS, OPAQUE, object_of, singular, verb_of, words
from magnet_kg.domain.concept import ConceptUse, Returns, Takes
from magnet_kg.domain.function import Function

__all__ = [
    "DEEPEST",
    "MOST_INPUTS",
    "MOST_OUTPUTS",
    "NAMING",
    "concepts_of",
    "is_lookup",
    "is_sayable",
    "is_transformer",
    "leaf_schemas",
    "quantity_of",
    "shared_words",
    "singular",
    "stated_fact",
    "unit_of",
    "words",
]

# Changes whenever these rules may name a value otherwise: the graph names the concepts of all functions anew then.
NAMING = "3"
DEEPEST = 3
MOST_OUTPUTS = 40
MOST_INPUTS = 40
# A result with more values than this is not gone through to its end.
_MOST_LEAVES = 400

# Words that say which of several a value is, not what it is.
_ROLES = frozenset(
    """
    from to source target origin destination start end new old first second other current next previous given my
    default departure arrival sender recipient primary main
    """.split()
)
# Of a place it does not matter whose it is: a restaurant's city is a city like any other.
_PLACES = frozenset(["city", "country"])
# Words that say nothing without their owner: `name` of what?
_BARE = frozenset(
    "id name title status description type code number key value label text note url arn identifier state".split()
)
# Words around what an object holds, which say nothing of what it is.
_WRAPPERS = frozenset(
    """
    data detail detailed description entry info information list metadata output payload record response result set
    summary
    """.split()
)
_CONTAINERS = _WRAPPERS | {"item", "content", "resource", "body", "value", "element", "member", "object"}
# Where a listing goes on, or a request is told from the same one sent twice: values of one call, not of a thing.
_OF_ONE_CALL = frozenset(
    """
    next_token nexttoken page_token next_page_token marker next_marker continuation_token next_continuation_token
    pagination_token cursor next_cursor starting_token sync_token next_sync_token client_token client_request_token
    idempotency_token request_id response_metadata creator_request_id caller_reference retry_attempt
    """.split()
)
_PAGE = frozenset(["token", "marker", "cursor"])
_KINDS = r"id|identifier|code|token|key|symbol|arn"
_DESCRIBED = re.compile(
    rf"\b(?P<kind>{_KINDS})s? of (?:the |a |an |your |this )?(?P<owner>[a-z]+)",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"\b(?P<owner>[a-z]+) (?P<kind>id|identifier|code|token|symbol|arn)\b", re.IGNORECASE)
_NAME_OF = re.compile(r"\b(?:(?P<kind>name|id|identifier) of (?:the |a |an |your |this )?)(?P<owner>[a-z]+)", re.I)
_NOT_OWNERS = frozenset(
    "the a an this that its your iso iata unique short same whose any resource and or of for one".split()
)


def concepts_of(function: Function) -> ConceptUse:
    """The concepts that a function takes and returns; outputs deeper than 3 or beyond 40 are left out, inputs too.

    A quantity that a transformer takes has a second concept for what is measured ("quantity money"), which every output
    that measures it has too: prices, fees and balances all meet the amount that a conversion asks for. The number of a
    thing that has no id of its own is that thing's id too (`flight_number` of a flight).
    """
    key = (function.id, function.content_hash)
    if key not in _NAMED:
        if len(_NAMED) >= _KEPT:
            _NAMED.clear()
        _NAMED[key] = _name_concepts(function)
    return _NAMED[key]


# A function is asked for its concepts again and again while paths are made; they depend on its content alone.
_NAMED: dict[tuple[str, str], ConceptUse] = {}
_KEPT = 8192


def _name_concepts(function: Function) -> ConceptUse:
    required = set(function.required)
    naming = _Naming(function)
    properties = function.properties
    inputs = ((path, schema) for name in sorted(properties) for path, schema in _leaves(name, properties[name], 1))
    takes = [
        Takes(parameter=path, concept=naming.parameter(path, schema), type=_type(schema), required=needed)
        for path, schema, needed in _foremost_inputs(inputs, required)
    ]
    returns = function.returns or {}
    kept = _foremost_outputs([one for one in islice(leaf_schemas(returns), _MOST_LEAVES) if not _of_one_call(*one)])
    results = [
        Returns(path=path, concept=naming.concept(path, schema, returns), type=_type(schema)) for path, schema in kept
    ]
    known = {t.concept for t in takes} | {r.concept for r in results}
    takes += [
        t.model_copy(update={"concept": other}) for t in takes if (other := naming.id_by_number(t.parameter, t, known))
    ]
    results += [
        r.model_copy(update={"concept": other}) for r in results if (other := naming.id_by_number(r.path, r, known))
    ]
    results += naming.own_operations(results)
    if is_transformer(function):
        takes += [
            Takes(parameter=name, concept=f"quantity {kind}", type=_type(schema), required=name in required)
            for name, schema in sorted(properties.items())
            if (kind := quantity_of(name, schema)) is not None
        ]
    results += [
        Returns(path=path, concept=f"quantity {kind}", type=_type(schema))
        for path, schema in kept
        if (kind := quantity_of(path, schema)) is not None
    ]
    return ConceptUse(function=function.id, takes=tuple(takes), returns=tuple(results))


def is_sayable(function: Function, parameter: str) -> bool:
    """Whether a person could say a value for this parameter: not an id, a code or a token, unless from a closed set."""
    name = parameter.removesuffix("[]")
    schema = function.properties.get(name, {})
    if schema.get("enum"):
        return True
    named = (t.concept for t in concepts_of(function).takes if t.parameter.removesuffix("[]") == name)
    # One of too many has no concept in the graph, and is what it is all the same.
    concept = next(named, None) or _Naming(function).parameter(name, schema)
    return concept.split()[-1] not in OPAQUE and not concept.endswith(RESOURCE_NAME)


def stated_fact(function: Function, parameter: str) -> str | None:
    """Which fact of the system message a required parameter asks for ("currency", "time_zone"), or None."""
    if parameter not in function.required:
        return None
    concept = next((t.concept for t in concepts_of(function).takes if t.parameter == parameter), "")
    return {"currency": "currency", "time zone": "time_zone"}.get(concept)


def is_lookup(function: Function) -> bool:
    """Whether a function, by its name, looks something up and changes nothing."""
    return verb_of(function.name, function.toolkit) in LOOKS


def quantity_at(function: Function, output: str) -> str | None:
    """What kind of quantity an output is (see `quantity_of`), or None."""
    named = (one.concept for one in concepts_of(function).returns if one.path == output)
    return next((one.removeprefix("quantity ") for one in named if one.startswith("quantity ")), None)


def leaf_schemas(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each scalar of an object schema with its binding path."""
    for name, child in sorted(schema.get("properties", {}).items()):
        yield from _leaves(name, child, 1)


class _Naming:
    """Names the values of one function."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self.noun = object_of(function.name, function.toolkit)
        # Where a function is called with the names of resources, a bare `name` in its result is one, too.
        self._resources = [one for schema in function.properties.values() if (one := resource_of(schema))]

    def parameter(self, path: str, schema: Mapping[str, Any]) -> str:
        """What a parameter asks for; one of the call itself is what its name says."""
        if not _of_one_call(path, schema):
            return self.concept(path, schema, self._function.parameters)
        said = words(_last_name(path))
        return "page token" if said[-1] in _PAGE and said[0] != "client" else " ".join(said)

    def concept(self, path: str, schema: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
        """What a value is.

        Args:
            path: where it stands.
            schema: its own.
            whole: the schema of the object in which the path begins.
        """
        names = path.replace("[]", "").split(".")
        resource = resource_of(schema)
        if resource is not None:
            return f"{resource} {RESOURCE_NAME}"
        own = [word for word in words(names[-1]) if word not in _ROLES]
        if own[-1:] == ["identifier"]:
            own[-1] = "id"
        if own[-1:] and own[-1] in _PLACES:
            return own[-1]
        if own == ["name"] and len(words(names[-1])) > 1:
            own = list(words(names[-1]))  # a first name is no contact's name
        description = str(schema.get("description", ""))
        if not own or own == ["code"] or (own in (["id"], ["arn"]) and len(names) == 1):
            described = _from_description(description)
            if described:
                return described
            own = own or list(words(names[-1]))
        if len(own) == 1 and own[0] in _BARE:
            owner = self._owner(path, names, whole)
            if own == ["name"] and self._resources and whole is not self._function.parameters:
                own = RESOURCE_NAME.split()
            return " ".join([*owner[-2:], *own])
        if len(own) == 1 and len(names) == 1:
            return _called_by_name(own[0], description) or own[0]
        return " ".join(own)

    def id_by_number(self, path: str, value: Takes | Returns, known: Collection[str]) -> str | None:
        """The id that a number is too: a flight's own number, where nothing here has the id of a flight."""
        owner, _, last = value.concept.rpartition(" ")
        if last != "number" or not owner or f"{owner} id" in known:
            return None
        about = {word for name in path.replace("[]", "").split(".")[:-1] for word in words(name)} | set(self.noun)
        return f"{owner} id" if set(owner.split()) <= about else None

    def own_operations(self, results: Sequence[Returns]) -> list[Returns]:
        """Operations once more, as those of the thing that the function is called with."""
        own = next((one.removesuffix(" operation") for one in self._resources), None)
        if own is None or own == "operation":
            return []
        named = f"{own} operation {RESOURCE_NAME}"
        plain = f"operation {RESOURCE_NAME}"
        return [one.model_copy(update={"concept": named}) for one in results if one.concept == plain]

    def _owner(self, path: str, names: Sequence[str], whole: Mapping[str, Any]) -> Sequence[str]:
        """Whose name or id it is: the object's that holds it, else that of the function's noun."""
        holder = _holder(path, whole)
        if is_operation(holder):
            return ("operation",)
        above = next((owner for name in reversed(names[:-1]) if (owner := _object_word(name))), self.noun)
        beside = _owner_beside(path, holder)
        if beside and (len(names) == 1 or set(beside) & set(above) or set(beside) & set(self.noun)):
            return beside
        return above


def _object_word(name: str) -> Sequence[str]:
    """What an object is, by its property's name, without the words around it: `clusterSummaryList` is a cluster."""
    said = words(name)
    if all(word in _CONTAINERS for word in said):
        return ()
    kept = [word for word in said if word not in _WRAPPERS]
    return tuple(kept)


def _holder(path: str, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    node = whole
    for name in path.split(".")[:-1]:
        child = node.get("properties", {}).get(name.removesuffix("[]"), {})
        while name.endswith("[]"):
            child, name = child.get("items", {}), name[:-2]
        node = child
    return node


def _owner_beside(path: str, holder: Mapping[str, Any]) -> Sequence[str]:
    """What the object that holds a value is, told by the one id in it: a `name` beside a `contact_id`."""
    properties = holder.get("properties", {})
    own_ids = [name for name in properties if words(name)[-1] == "id" and len(words(name)) > 1]
    return words(own_ids[0])[:-1] if len(own_ids) == 1 and path.split(".")[-1] in properties else ()


def _from_description(description: str) -> str | None:
    for pattern in (_DESCRIBED, _COMPOUND):
        for match in pattern.finditer(description):
            owner = singular(match["owner"].lower())
            if owner not in _NOT_OWNERS:
                kind = "id" if match["kind"].lower() == "identifier" else match["kind"].lower()
                return f"{owner} {kind}"
    return None


def _called_by_name(word: str, description: str) -> str | None:
    """What a thing is called by: `bucket`, described as "the name of the bucket", is a bucket's name."""
    match = _NAME_OF.search(description[:80])
    if match and singular(match["owner"].lower()) == word:
        return f"{word} {'name' if match['kind'].lower() == 'name' else 'id'}"
    return None


def _of_one_call(path: str, schema: Mapping[str, Any]) -> bool:
    above, _, last = path.rpartition(".")
    kind = _kind_of_call(last.replace("[]", ""))
    if kind == "page":
        return "page" in str(schema.get("description", "")).lower()
    return kind == "call" or "ResponseMetadata" in above


@lru_cache(maxsize=65536)
def _kind_of_call(name: str) -> str | None:
    said = words(name)
    if "_".join(said) in _OF_ONE_CALL:
        return "call"
    return "page" if said[-1] in _PAGE else None


def _foremost_inputs(
    inputs: Iterable[tuple[str, Mapping[str, Any]]], required: Collection[str]
) -> list[tuple[str, Mapping[str, Any], bool]]:
    """At most 40: what is required first, and what lies at the top."""
    told = [(path, schema, path.partition(".")[0].replace("[]", "") in required) for path, schema in inputs]
    if len(told) <= MOST_INPUTS:
        return told
    ranked = sorted(told, key=lambda one: (not one[2], one[0].count("."), one[0]))[:MOST_INPUTS]
    return sorted(ranked, key=lambda one: one[0])


def _foremost_outputs(outputs: list[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Mapping[str, Any]]]:
    """At most 40: what identifies something first, and what lies at the top."""
    if len(outputs) <= MOST_OUTPUTS:
        return outputs
    ranked = sorted(outputs, key=lambda one: (not _identifies(_last_name(one[0])), one[0].count("."), one[0]))
    return sorted(ranked[:MOST_OUTPUTS], key=lambda one: one[0])


@lru_cache(maxsize=65536)
def _identifies(name: str) -> bool:
    return words(name)[-1] in OPAQUE or words(name)[-1] == "name"


def _last_name(path: str) -> str:
    return path.rpartition(".")[2].replace("[]", "")


def _leaves(path: str, schema: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if schema.get("type") == "array":
        yield from _leaves(f"{path}[]", schema.get("items", {}), depth)
    elif schema.get("properties") and depth < DEEPEST:
        for name, child in sorted(schema["properties"].items()):
            yield from _leaves(f"{path}.{name}", child, depth + 1)
    elif not schema.get("properties"):
        yield path, schema


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "any")
    if kind == "any" and "anyOf" in schema:
        kind = next((o.get("type", "any") for o in schema["anyOf"] if o.get("type") != "null"), "any")
    form = schema.get("format")
    return f"{kind}:{form}" if form else str(kind)


# Words that say nothing of what a function is about: those that most descriptions have.
_COMMON = frozenset(
    "a an the of for to in on by from with and or this that its function get find calculate compute estimate list "
    "name new one per show tell what whether when which user given how much many".split()
)


def shared_words(one: Function, other: Function) -> set[str]:
    """What the names and descriptions of both functions have in common, words that all have left aside."""
    mine, theirs = ({*words(f.name), *words(f.description)} for f in (one, other))
    return (mine & theirs) - _COMMON
