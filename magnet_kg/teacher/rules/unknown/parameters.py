"""What a person would say for a parameter: which sort of value, what it names, and the words around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.entries import ChoiceOf, Made, When
from magnet_kg.teacher.rules.unknown.amounts import number_parameter
from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.examples import choices_of
from magnet_kg.teacher.rules.unknown.naming import name_parts, plural, singular
from magnet_kg.teacher.rules.unknown.spoken import Role, Spoken, path_collections, type_of
from magnet_kg.teacher.rules.unknown.texts import text_parameter

# The last words of a name that say how a thing is named, not what it is.
NAMING = frozenset(
    "id ids name names arn arns identifier identifiers uuid guid ref reference uri url number key code slug accession "
    "path symbol resourcename".split()
)
_OF = re.compile(
    r"(?:names?|ids?|identifiers?|arns?|\(arns?\)|uris?|urls?|uuids?|keys?|number|accession|symbol)s?\)?,? "
    r"(?:\((?:ARN|ID)s?\) )?(?:of|for) (?:the|an?|your|this|each|one or more)?\s*"
    r"(?:(?:specified|new|existing|given|particular|specific|parent|requested|associated|amazon|aws) "
    r")*(?P<of>(?:[A-Za-z][\w-]* ){0,3}?[A-Za-z][\w-]*?)"
    r"(?= (?:to|that|whose|for|in|from|you|with|is|are|of|where|on|which|and|or|must|being|containing|associated"
    r"|used|by|within|resource|as|under|at|does|can|has)\b|[.,;:(]|$)",
    re.IGNORECASE,
)  # fmt: skip
_PAST = frozenset("get list describe search find retrieve query count look check compute report analyze".split())


def spoken_parameter(function: Function, name: str, clause: Clause) -> Spoken | None:
    """A parameter in words, or None where nobody could say a value for it."""
    schema = function.properties[name]
    return _spoken(function, name, schema, clause, deep=True)


def is_unsaid(name: str) -> bool:
    """Whether nobody ever mentions such a parameter: page tokens, dry runs, request ids."""
    plain = re.sub(r"[\W_]", "", name).lower()
    return (
        plain in data().unsaid
        or plain.endswith(("token", "etag", "nonce"))
        or plain.startswith(("dryrun", "clientrequest", "$"))
    )


def _spoken(function: Function, name: str, schema: Mapping[str, Any], clause: Clause, *, deep: bool) -> Spoken | None:
    kind = type_of(schema)
    if "." in name:
        return None
    if kind == "array":
        return _list(function, name, schema, clause)
    if kind == "object":
        return _object(function, name, schema, clause) if deep else None
    noun = noun_of(function, name, schema, clause)
    choices = choices_of(schema, name)
    if choices:
        return Spoken(name, _choice(name, noun, choices), "choice", noun)
    if kind == "boolean":
        return _flag(name)
    if kind in ("integer", "number"):
        return number_parameter(name, schema, noun, function, clause)
    if kind not in ("string", ""):
        return None
    when = _when(name, schema, clause)
    if when is not None:
        return when
    return text_parameter(function, name, schema, noun, clause)


def noun_of(function: Function, name: str, schema: Mapping[str, Any], clause: Clause) -> str:
    """What a parameter names: "instance" of InstanceId, and of an `id` what its description or the clause says."""
    parts = list(name_parts(name))
    while len(parts) > 1 and parts[-1].lower() in NAMING:
        parts.pop()
    collection = path_noun(schema)
    if collection:
        return collection
    if parts and parts[0].lower() in ("source", "target", "destination", "new", "parent", "current") and len(parts) > 1:
        parts = parts[1:] if parts[0].lower() not in ("source", "target") else parts
    if len(parts) == 1 and parts[0].lower() == "resource":
        return "resource"
    if parts and not (len(parts) == 1 and parts[0].lower() in NAMING | {"resource", "parent", "value", "body"}):
        return singular(" ".join(parts))
    found = _OF.search(str(schema.get("description", ""))[:300])
    if found and len(found["of"].split()) <= 4:
        words = found["of"].strip()
        noun = " ".join(name_parts(words)) if re.search(r"[a-z][A-Z]", words) else words
        if noun.lower() not in ("resource", "object", "entity", "item", "request", "the"):
            return singular(noun if noun[:2].isupper() else noun[0].lower() + noun[1:])
    return clause.noun or singular(" ".join(parts))


def path_noun(schema: Mapping[str, Any]) -> str:
    """The last collection of a resource path: "key ring" of `^projects/[^/]+/locations/[^/]+/keyRings/[^/]+$`."""
    collections = path_collections(schema)
    return singular(" ".join(name_parts(collections[-1]))) if collections else ""


def _choice(name: str, noun: str, choices: Mapping[Any, list[str]]) -> Made:
    return Made(kind="made", parameter=name, of=ChoiceOf(kind="choice", of=dict(choices)), label=noun)


def _flag(name: str) -> Spoken | None:
    """What is switched on by being mentioned: "including deleted ones", "recursively"."""
    parts = [part.lower() if len(part) > 4 else part for part in name_parts(name)]
    first, rest = parts[0].lower(), " ".join(parts[1:])
    words: list[str] | None = None
    if first in ("include", "with", "return", "show") and rest and len(parts) <= 4:
        what = (
            f"{rest} ones"
            if rest in ("deleted", "hidden", "disabled", "inactive", "archived", "expired", "deprecated")
            else rest
        )
        words = [f"including {what}", f"{what} included", f"with {what}"]
    elif first == "exclude" and rest and len(parts) <= 4:
        words = [f"without {rest}", f"excluding {rest}"]
    elif parts[-1].lower() == "only" and len(parts) > 1:
        words = [f"only {' '.join(parts[:-1])} ones", f"{' '.join(parts[:-1])} ones only"]
    elif first == "only" and rest:
        words = [f"only {rest} ones"]
    elif name.lower() in ("recursive", "recurse"):
        words = ["recursively", "with everything below"]
    elif first == "force" and len(parts) <= 2:
        words = ["by force", "even if that has to be forced"]
    if words is None:
        return None
    return Spoken(name, Made(kind="made", of=ChoiceOf(kind="choice", of={True: words}), share=0.3), "flag", rest)


def _when(name: str, schema: Mapping[str, Any], clause: Clause) -> Spoken | None:
    parts = [part.lower() for part in name_parts(name)]
    form = schema.get("format")
    described = str(schema.get("description", ""))
    if form not in ("date", "date-time", "google-datetime") and not re.search(
        r"YYYY-MM-DD(?!T)|ISO 8601 date\b", described
    ):
        return None
    kind: Literal["day", "moment"] = (
        "day" if form == "date" or (form not in ("date-time", "google-datetime")) else "moment"
    )
    if form == "google-datetime":
        return None  # needs a zone, which nobody says
    start = any(
        part in ("start", "from", "after", "begin", "since", "min", "earliest", "starting", "beginning")
        for part in parts
    )
    end = any(
        part
        in (
            "end",
            "to",
            "before",
            "until",
            "max",
            "latest",
            "ending",
            "till",
            "expiry",
            "expiration",
            "expires",
            "expire",
        )
        for part in parts
    )
    past = clause.verb in _PAST or clause.kind in ("look", "search", "compute")
    within = (
        ((-14, -5) if start else (-4, 0) if end else (-20, -1))
        if past
        else ((1, 10) if start else (11, 40) if end else (1, 30))
    )
    words: tuple[str, ...] = (
        (" from ", " since ", " starting ")
        if start
        else (" until ", " through ", " up to ")
        if end
        else (" for ", " dated ")
    )
    if not past and not start and not end:
        words = (" for ",)
    when = When(kind=kind, within=within, step=15 if kind == "moment" else 30)
    role: Role = "start" if start else "end" if end else "when"
    return Spoken(
        name, Made(kind="made", of=when, around=tuple((word, "") for word in words), share=0.35), role, " ".join(parts)
    )


def _list(function: Function, name: str, schema: Mapping[str, Any], clause: Clause) -> Spoken | None:
    items = schema.get("items") or {}
    if not isinstance(items, Mapping):
        return None
    if type_of(items) == "object":
        fields = items.get("properties") or {}
        pair = next(
            (p for p in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")) if set(p) == set(fields)), None
        )
        if pair is None:
            return None
        return Spoken(name, Made(kind="made", parameter=name, tags=":".join(pair), around=(("", ""),)), "tags", "tag")
    described = {**items, "description": items.get("description") or schema.get("description", "")}
    if schema.get("examples") and not items.get("examples"):
        described["examples"] = [one for example in schema["examples"] if isinstance(example, list) for one in example]
    one = _spoken(function, singular(name) if name[-1:] in "sS" else name, described, clause, deep=False)
    if one is None or one.role in ("flag", "limit", "amount", "start", "end", "when"):
        return None
    most = min(3, int(schema.get("maxItems", 3)), len(one.made.of.of) if isinstance(one.made.of, ChoiceOf) else 3)
    least = max(1, int(schema.get("minItems", 1)))
    if most < least:
        return None
    many = plural(one.noun) if one.noun else ""
    pairs = ((f"{many} ", ""), (f"the {many} ", "")) if many else (("", ""),)
    made = one.made.model_copy(update={"parameter": name, "many": (least, most), "around_many": pairs})
    return Spoken(name, made, one.role, one.noun)


def _object(function: Function, name: str, schema: Mapping[str, Any], clause: Clause) -> Spoken | None:
    """A small object: what it requires, or the one or two fields that people would mention."""
    values = schema.get("additionalProperties")
    if (
        name.lower() in ("tags", "labels")
        and isinstance(values, Mapping)
        and type_of(values) == "string"
        and not schema.get("properties")
    ):
        return Spoken(name, Made(kind="made", parameter=name, tags="map"), "tags", "tag")
    fields = schema.get("properties") or {}
    required = [one for one in schema.get("required", []) if one in fields]
    if len(required) > 2 or not fields or (not required and len(fields) > 2):
        return None
    made: dict[str, Made] = {}
    for field in required or list(fields)[:1]:
        one = _spoken(function, field, fields[field], clause, deep=False)
        if one is None or one.role in ("tags",) or one.made.many is not None:
            return None
        around = one.made.around
        if one.role not in ("amount", "start", "end", "when", "limit", "flag"):
            label = " ".join(name_parts(field))
            around = ((f"{label} ", ""),)
        made[field] = one.made.model_copy(
            update={"around": tuple((before.lstrip(), after) for before, after in around)}
        )
    noun = singular(" ".join(name_parts(name)))
    return Spoken(name, Made(kind="made", parameter=name, fields=made), "text", noun)
