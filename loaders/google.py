"""The methods of Google's APIs, from the discovery documents in `google-api-python-client`; nothing is called.

    magnet-kg catalog add google --only gmail --only 'calendar.events.*'
    magnet-kg catalog add path/to/documents --format google

One version of each API is read: the preferred one where it is the highest stable one, else the stable one with the
most methods (a higher version is often a small supplement, and the package's index of preferred ones is years old).
A function is called like its method (`gmail_users_messages_list`), and its API is its category. The body of a request
is merged into the parameters; deprecated methods are kept, and their description says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from magnet_kg.loaders.google_schemas import Schemas, references

from magnet_kg.catalog.normalize import LONGEST_NAME, MALFORMED, brief, fit_name, hashed_name, in_words
from magnet_kg.catalog.resolver import INPUTS, OUTPUTS, in_cycles
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import JsonObject

_DESCRIPTION = 600
_THROWN = re.compile(r"\s*List of thrown errors:.*", re.DOTALL)
_AGAIN = "Install google-api-python-client again, or leave it out with --skip-bad"
# `directory_v1` of `admin`, `v1beta1`, `v1p1beta1`, `v2.1`, `v1management`; not `alpha`, `preview`.
_VERSION = re.compile(
    r"(?P<part>[a-z]+?)?_?v(?P<major>\d+)(?:\.(?P<minor>\d+))?(?P<unstable>(?:p\d+)?(?:alpha|beta)\d*)?"
)


@dataclass(frozen=True)
class _Document:
    """A discovery document by its name: one version of an API, or of a part of an API."""

    file: Path

    @property
    def api(self) -> str:
        return self.file.name.split(".")[0]

    @property
    def version(self) -> str:
        return self.file.name.removesuffix(".json").partition(".")[2]

    @property
    def part(self) -> str:
        """What it is the version of, where an API has several documents for different things: `admin`'s directory."""
        found = _VERSION.match(self.version)
        return (found and found["part"]) or ""

    @property
    def rank(self) -> tuple[bool, int, int, str]:
        """A stable one is above others, then the higher number is."""
        found = _VERSION.match(self.version)
        if found is None:
            return False, 0, 0, ""
        return found["unstable"] is None, int(found["major"]), int(found["minor"] or 0), found["unstable"] or ""


class GoogleLoader:
    """Reads the catalog `google`; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the name."""
        return location == "google"

    def catalog_name(self, location: str) -> str:
        """`google`."""
        return "google"

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """All methods, API by API; only the documents of APIs that may hold what is wanted are read."""
        folder = _installed() if source.location == "google" else _folder(source)
        documents = sorted(map(_Document, folder.glob("*.*.json")), key=lambda one: (one.api, one.part, one.file.name))
        preferred = _preferred(folder / "index.json")
        wanted = _wanted({one.api for one in documents}, source)
        for _, versions in groupby(documents, key=lambda one: (one.api, one.part)):
            candidates = [one for one in versions if one.api in wanted]
            if candidates:
                yield from _functions(candidates, preferred, source)


def _folder(source: Source) -> Path:
    if not source.path.is_dir():
        what = "this is neither the catalog of the installed google-api-python-client nor a folder of documents"
        raise MagnetError(what, where=source.location, do='Say "google", or give a folder of discovery documents')
    return source.path


def _installed() -> Path:
    spec = find_spec("googleapiclient")
    if spec is None or spec.origin is None:
        raise MagnetError(
            "the package google-api-python-client is not installed", do="pip install 'magnet-kg[catalogs]'"
        )
    return Path(spec.origin).parent / "discovery_cache" / "documents"


def _preferred(index: Path) -> frozenset[tuple[str, str]]:
    if not index.is_file():
        return frozenset()
    items = orjson.loads(index.read_bytes())["items"]
    return frozenset((item["name"], item["version"]) for item in items if item.get("preferred"))


def _wanted(apis: set[str], source: Source) -> set[str]:
    """The APIs that may hold what is asked for; all, where a pattern begins as no API does.

    Methods of a few begin with another name: `directory.users.list` is a method of `admin`.
    """
    if not source.only:
        return apis
    found = {
        pattern: {api for api in apis if replace(source, only=(pattern,)).may_want(api)} for pattern in source.only
    }
    return apis if not all(found.values()) else set().union(*found.values())


def _functions(
    versions: list[_Document], preferred: frozenset[tuple[str, str]], source: Source
) -> Iterator[Function | Fault]:
    models: dict[_Document, Mapping[str, Any]] = {}
    counts: dict[_Document, int] = {}
    for document in versions:
        if len(versions) > 1 and not document.rank[0] and any(other.rank[0] for other in versions):
            continue
        try:
            model = orjson.loads(document.file.read_bytes())
            counts[document] = sum(1 for _ in _methods(model))
            models[document] = model
        except (OSError, *MALFORMED) as error:
            yield Fault(what=f"not a discovery document: {error!r}", file=str(document.file), do=_AGAIN)
    if not models:
        return
    highest = max(models, key=lambda one: one.rank)
    if (highest.api, highest.version) not in preferred:
        highest = max(models, key=lambda one: (counts[one], one.rank))
    yield from _of_document(highest, models[highest], source)


def _of_document(document: _Document, model: Mapping[str, Any], source: Source) -> Iterator[Function | Fault]:
    definitions = model.get("schemas", {})
    try:
        cyclic = in_cycles({name: list(references(schema)) for name, schema in definitions.items()})
    except MALFORMED as error:
        yield Fault(what=f"not a discovery document: {error!r}", file=str(document.file), do=_AGAIN)
        return
    inputs, outputs = Schemas(definitions, cyclic, INPUTS, True), Schemas(definitions, cyclic, OUTPUTS, False)
    for method in _methods(model):
        try:
            name = _name(document, method["id"])
            if not source.asks_for(name, document.api, method["id"]):
                continue
            yield Function(
                id=f"{source.catalog}/{name}",
                name=name,
                category=document.api,
                toolkit=document.api,
                description=_description(method),
                parameters=_parameters(method, inputs),
                returns=outputs.of_object(method.get("response")),
                source=f"google:{document.api}.{document.version}",
                catalog=source.catalog,
                original_name=method["id"],
                licence="Apache-2.0",
                version=model.get("revision"),
            )
        except MALFORMED as error:
            what = f"not a description of a method: {error!r}"
            yield Fault(what=what, file=str(document.file), function=_id_of(method), do=_AGAIN)


def _id_of(method: Any) -> str | None:
    return str(method["id"]) if isinstance(method, dict) and "id" in method else None


def _name(document: _Document, id: str) -> str:
    """The API and as much of the end of a method's id as there is room for: its end says what is done to what.

    A few ids begin with another name than their API's, or with that of a part of it.
    """
    parts = [part for part in (document.part, *id.split(".")[1:]) if part]
    name = "_".join([document.api, *parts])
    if len(name) <= LONGEST_NAME:
        return fit_name(name)
    while len(parts) > 1 and len(name) > LONGEST_NAME - 9:
        parts = parts[1:]
        name = "_".join([document.api, *parts])
    return hashed_name(fit_name(name), id)


def _methods(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from resource.get("methods", {}).values()
    for below in resource.get("resources", {}).values():
        yield from _methods(below)


def _description(method: Mapping[str, Any]) -> str:
    summary = brief(_THROWN.sub("", method.get("description") or ""), _DESCRIPTION)
    if not summary:
        resource, verb = method["id"].split(".")[-2:]
        summary = f"{in_words(verb)} {in_words(resource)}.".capitalize()
    if method.get("deprecated") and "deprecated" not in summary.lower():
        summary += " Deprecated."
    return summary


def _parameters(method: Mapping[str, Any], schemas: Schemas) -> JsonObject:
    """The parameters of path and query, in the order in which they are required, and the properties of the body."""
    own = method.get("parameters", {})
    order = method.get("parameterOrder", [])
    body = schemas.of_object(method.get("request"))
    properties: JsonObject = {}
    required: list[str] = []
    for name in [*order, *(name for name in own if name not in order)]:
        stated = own[name]
        # As the Python client calls them: `currentDocument.exists` is `currentDocument_exists`.
        name = re.sub(r"\W", "_", name)
        if stated.get("deprecated") and not stated.get("required"):
            continue
        properties[name] = schemas.parameter(stated)
        if stated.get("required"):
            required.append(name)
    for name, schema in body["properties"].items():
        if name not in properties:
            properties[name] = schema
    if method["httpMethod"] != "PATCH":
        # A change names what it changes; only what is made new must have all of it.
        asked = schemas.required_in_body(method)
        required += [name for name in asked if name in properties and name not in required]
    schema = {"type": "object", "properties": properties}
    return schema | {"required": required} if required else schema
