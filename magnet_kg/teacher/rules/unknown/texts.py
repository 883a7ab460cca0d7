"""Which sort of text a parameter takes, from its name, format and description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from magnet_kg.domain.function import Function
from magnet_kg.teacher.rules.entries import ChoiceOf, Made
from magnet_kg.teacher.rules.unknown.clauses import Clause
from magnet_kg.teacher.rules.unknown.data import data
from magnet_kg.teacher.rules.unknown.examples import examples_of
from magnet_kg.teacher.rules.unknown.naming import name_parts
from magnet_kg.teacher.rules.unknown.sorts import fits
from magnet_kg.teacher.rules.unknown.spoken import Role, Spoken, around_thing, path_collections

# What nobody types into a message: whole documents, secrets, blobs.
_UNSAYABLE = frozenset(
    "policy document template definition script statement body content payload certificate password secret token "
    "credential credentials "
    "configuration config spec json xml yaml blob data base64 signature expression sql code assertion chain "
    "manifest schema html "
    "pem publickey privatekey encoded hmac jwt nonce csr config metadata parameters arguments settings input "
    "output attributes "
    "filter filters clause conditions condition formula mask fingerprint challenge cookie authorization "
    "passphrase".split()
)
_CLOSED = {
    "region": "region",
    "language": "language",
    "language code": "language",
    "locale": "locale",
    "country": "country",
    "country code": "country",
}
_BIOLOGY = re.compile(
    r"gene|protein|drug|disease|compound|chembl|pubmed|clinical|variant|pathway|species|genom|molecul|cell"
    r"|patholog|medic|biolog|chemical",
    re.IGNORECASE,
)
_QUERY_SORTS = frozenset(["pool:topic"])


def sort_of(function: Function, name: str, schema: Mapping[str, Any], noun: str) -> str | None:
    """The sort of text (`sorts.py`), "closed:<lexicon>", or None where nobody could say such a value."""
    if "contentEncoding" in schema or schema.get("format") in ("byte", "binary", "password"):
        return None
    if schema.get("format") in ("email", "uri", "uuid", "hostname", "ipv4"):
        return {"email": "email", "uri": "url", "uuid": "uuid", "hostname": "host", "ipv4": "ip"}[str(schema["format"])]
    parts = list(name_parts(name))
    if [part.lower() for part in parts[:2]] == ["full", "resource"]:
        return None
    for width in (3, 2, 1):
        last = " ".join(parts[-width:])
        if last in _CLOSED:
            found = _CLOSED[last]
            if found == "region":
                return "closed:google_region" if function.catalog == "google" else "closed:aws_region"
            return f"closed:{found}" if _takes_codes(schema, found) else None
        if len(parts) >= width and (sort := data().sort_of(last)) is not None:
            return _fitting(sort, function, schema)
    last = parts[-1].lower()
    if parts[0].lower() in ("zone", "location") and len(parts) == 1:
        if function.catalog == "google":
            return "google_zone" if parts[0].lower() == "zone" else "google_region"
        return "city" if parts[0].lower() == "location" else None
    if last in _UNSAYABLE:
        return None
    described = str(schema.get("description", "")).lower()[:300]
    if last in ("arn", "arns"):
        return "arn"
    if last == "name":
        return "pool:title" if re.search(r"\bdisplay name|human[- ]readable", described) else "slug"
    if last in (
        "id",
        "ids",
        "identifier",
        "guid",
        "identifiers",
        "number",
        "ref",
        "reference",
        "key",
        "code",
        "accession",
    ):
        if re.match(r"the (?:unique )?(?:amazon resource name|arn)\b", described) and " id" not in described[:40]:
            return "arn"
        if function.catalog == "tooluniverse":
            return None  # an id of which no example is known
        if "email" in described[:120]:
            return "email"
        if last == "identifier" and re.search(r"\bname\b", described[:160]):
            return "slug"
        if last in ("key", "code", "reference", "ref"):
            return None
        return (
            "opaque"
            if function.catalog == "google" and schema.get("format") is None and "number" not in described
            else ("number" if schema.get("format") in ("int64", "uint64") else "id")
        )
    if re.search(r"\bname of (?:the|an?)\b", described) or described.startswith(("the name", "name of", "name for")):
        return "slug"
    if re.search(r"\b(?:identifier|id) of (?:the|an?)\b", described):
        return "id" if function.catalog != "google" else "opaque"
    return None


def _fitting(sort: str, function: Function, schema: Mapping[str, Any]) -> str | None:
    """The sort as it fits where the function is from: what biologists search for are genes and diseases."""
    if sort == "url" and function.catalog == "aws" and "arn" in str(schema.get("description", "")).lower()[:60]:
        return "arn"
    if sort in _QUERY_SORTS and _BIOLOGY.search(function.description):
        text = f"{schema.get('description', '')} {function.description}".lower()
        marks = (
            ("gene", "gene"),
            ("drug", "drug"),
            ("protein", "protein"),
            ("compound", "chemical"),
            ("chemical", "chemical"),
            ("pathway", "pathway"),
            ("phenotype", "phenotype"),
            ("species", "species"),
        )
        found = [(text.find(mark), pool) for mark, pool in marks if mark in text]
        return f"pool:{min(found)[1]}" if found and "disease" not in text else "pool:disease"
    if sort == "title":
        return "pool:title"
    return sort


def _takes_codes(schema: Mapping[str, Any], lexicon: str) -> bool:
    """Whether codes ("en", "US") are what is asked for."""
    limit = int(schema.get("maxLength", 99))
    described = str(schema.get("description", ""))
    if lexicon == "country":
        return limit == 2 or bool(
            re.search(r"two-letter|ISO[ -]3166|alpha-2|'US'|\"US\"|country code", described, re.IGNORECASE)
        )
    if lexicon == "language":
        return bool(re.search(r"ISO[ -]639|BCP[ -]?47|'en'|\"en\"|\ben\b|language code", described, re.IGNORECASE))
    return True


def text_parameter(
    function: Function, name: str, schema: Mapping[str, Any], noun: str, clause: Clause
) -> Spoken | None:
    """A parameter that takes a text, in words."""
    limits = {key: schema[key] for key in ("pattern", "minLength", "maxLength") if key in schema}
    collections = path_collections(schema)
    if collections:
        made = Made(kind="made", parameter=name, sort="resource", label="/".join(collections), limits=limits)
        return Spoken(name, made, "thing", noun)
    me = re.search(r"special value\s+[`'\"]?me\b", str(schema.get("description", "")))
    if me:
        whose = (
            f"my {data().services.get(function.toolkit, 'account')}"
            if function.toolkit in data().services
            else "my account"
        )
        of = ChoiceOf(kind="choice", of={"me": [whose, "my account", "my own account"]})
        return Spoken(name, Made(kind="made", of=of), "place", "account")
    options = tuple(str(one) for one in examples_of(function, name, schema) if fits(str(one), schema))
    sort = sort_of(function, name, schema, noun)
    closed = sort[7:] if sort is not None and sort.startswith("closed:") else None
    if closed is not None:
        of = ChoiceOf(kind="choice", of=dict(data().lexicons[closed]))
        return Spoken(name, Made(kind="made", of=of, around=(("", ""),)), "place", noun)
    if options and (
        sort is None
        or function.catalog == "tooluniverse"
        or not sort.startswith(("slug", "id", "uuid", "arn", "account", "pool:sentence"))
    ):
        pool = (
            tuple(data().pools[sort[5:]])
            if sort is not None and sort.startswith("pool:") and len(options) < 4 and sort[5:] in _WIDE
            else ()
        )
        plain = (sort is not None and (sort[5:] in _WIDE or sort in ("city", "email", "url"))) or noun in _PLAIN_NOUNS
        around = (("", ""),) if plain or not noun else ((f"{noun} ", ""),)
        made = Made(
            kind="made", options=tuple(dict.fromkeys((*options, *pool))), label=noun, limits=limits, around=around
        )
        return _placed(Spoken(name, made, "thing", noun), sort, clause)
    if sort is None or (sort == "pool:topic" and function.catalog == "tooluniverse"):
        return None
    if sort in ("given", "family"):
        sort = "person_given" if sort == "given" else "person_family"
    label = f"{function.toolkit}|{noun}" if sort == "arn" else noun
    made = Made(kind="made", sort=sort, label=label, limits=limits, around=around_thing(noun, named=sort in _NAMED))
    return _placed(Spoken(name, made, "thing", noun), sort, clause)


_PLAIN_NOUNS = frozenset(
    "query keyword search term organism species tissue country city gene drug disease location text name".split()
)
# Pools that may stand in for one another's examples: any gene is as good as the one in the description.
_WIDE = frozenset(
    "gene drug disease protein chemical uniprot pdb rsid smiles pubmed study species phenotype pathway "
    "tissue topic".split()
)
_NAMED = frozenset(["slug", "bucket", "project", "pool:table", "pool:user", "pool:company", "pool:title"])


def _changed(label: str) -> tuple[tuple[str, str], ...]:
    return (
        (f" with the {label} “", "”"),
        (f" and set the {label} to “", "”"),
        (f" so that the {label} is “", "”"),
        (f": the {label} should be “", "”"),
    )


def _placed(spoken: Spoken, sort: str | None, clause: Clause) -> Spoken:
    """The parameter with its role, and the words around its values that go with it."""
    name = [part.lower() for part in name_parts(spoken.name)]
    role: Role = spoken.role
    around = spoken.made.around
    if sort in ("pool:topic",) or name[-1] in ("query", "keyword", "keywords", "search", "term", "q"):
        role, around = "query", (("", ""),)
    elif sort in ("pool:sentence", "pool:message", "pool:reason", "pool:title"):
        role = "text"
        label = " ".join(part.lower() for part in name_parts(spoken.name)) if len(name) < 4 else name[-1]
        around = (
            _changed(label)
            if clause.kind == "update"
            else {
                "pool:sentence": (
                    (f" with the {name[-1]} “", "”"),
                    (f" with {'notes' if name[-1] == 'notes' else 'the ' + name[-1]}: ", ""),
                ),
                "pool:message": ((" saying “", "”"), (": ", "")),
                "pool:reason": ((", reason: ", ""), (" because: ", "")),
                "pool:title": ((" titled “", "”"), (" called “", "”"), (" with the title ", "")),
            }[sort]
        )
    elif sort in ("email", "pool:user", "person", "person_given", "person_family"):
        role = "person"
        label = " ".join(name_parts(spoken.name))
        around = (
            ((f"{spoken.noun} ", ""), ("", ""))
            if sort == "pool:user"
            else ((f" with the {label} ", ""),)
            if sort.startswith("person_")
            else (("", ""),)
        )
    elif sort in ("city", "zone", "google_zone", "google_region"):
        role, around = "place", (("", ""),)
    elif sort is not None and (sort in ("url", "phone", "ip", "cidr", "arn", "path") or sort[5:] in _WIDE):
        noun = spoken.noun
        around = (
            ((f"{noun} ", ""),)
            if sort == "arn" and noun not in ("", "resource")
            else (("", ""), (f"{noun} ", ""))
            if sort in ("ip", "cidr", "path")
            else (("", ""),)
        )
    made = spoken.made.model_copy(update={"around": around})
    return Spoken(spoken.name, made, role, spoken.noun, spoken.new)
