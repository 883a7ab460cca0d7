"""One operation of an OpenAPI document: its name, its parameters in one object, and what it returns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magnet_kg.catalog.normalize import plain_text
from magnet_kg.catalog.references import References, SchemaError
from magnet_kg.catalog.schemas import PlainSchemas, as_object, as_returns, fit_parameter
from magnet_kg.domain.record import JsonObject

# Headers that say who asks, or how it is said; a model has nothing to do with them.
_OTHER_HEADERS = frozenset(
    "accept accept-encoding accept-language api-key authorization connection content-length content-type cookie host"
    " proxy-authorization user-agent x-api-key x-auth-token x-csrf-token".split()
)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Operation:
    """A method on a path, as the document has it.

    Attributes:
        method: in small letters.
        path: with its templates.
        data: the operation.
        item: the path's own object: parameters of all its operations.
        file: where the item stands.
    """

    method: str
    path: str
    data: Any
    item: JsonObject
    file: Path

    @property
    def keys(self) -> tuple[str, ...]:
        """What leads to it in the document."""
        return ("paths", self.path, self.method)

    @property
    def original_name(self) -> str:
        """The operationId, or the method with the path where there is none."""
        return self._id or f"{self.method.upper()} {self.path}"

    @property
    def readable_name(self) -> str:
        """The operationId, or what the method does with the path: `get_loans_by_id`."""
        return self._id or f"{self.method}_" + re.sub(r"\{([^{}]*)\}", r"by_\1", self.path).strip("/")

    @property
    def tag(self) -> str | None:
        """The first tag."""
        tags = self.data.get("tags")
        return (plain_text(str(tags[0])) or None) if isinstance(tags, list) and tags else None

    @property
    def description(self) -> str:
        """The summary and the description, without markup; the summary once."""
        summary, told = (plain_text(str(self.data.get(key) or "")) for key in ("summary", "description"))
        if told.lower().startswith(summary.rstrip(".").lower()):
            return told or summary
        return f"{summary.rstrip('.')}. {told}" if told else summary

    def parameters(self, references: References, schemas: PlainSchemas) -> JsonObject:
        """Path, query, header and body parameters as one object; the body under `body` where names clash.

        Raises:
            SchemaError: a parameter or the body cannot be read.
        """
        properties: JsonObject = {}
        required: list[str] = []
        for given in self._given(references).values():
            name, schema = fit_parameter(given.name, given.schema(schemas))
            if name in properties:  # `id` of the path and `id` of the query
                name = f"{given.place}_{name}"
            properties[name] = schema
            if given.required:
                required.append(name)
        self._add_body(properties, required, references, schemas)
        return {"type": "object", "properties": properties} | ({"required": required} if required else {})

    def returns(self, references: References, schemas: PlainSchemas) -> JsonObject | None:
        """The schema of the first successful response that has one, as an object; None where none has.

        Raises:
            SchemaError: a response cannot be read.
        """
        responses = self.data.get("responses")
        if not isinstance(responses, dict):
            return None
        for status in sorted((str(key) for key in responses if str(key).upper().startswith("2")), key=str.upper):
            response, file = _followed(responses[status], self.file, references, ("responses", status))
            found = _content(response)
            if found is None:
                continue
            media, schema = found
            keys = ("responses", status, "content", media, "schema")
            return as_returns(as_object(_plain(schemas, schema, file, keys)))
        return None

    @property
    def _id(self) -> str:
        named = self.data.get("operationId") if isinstance(self.data, dict) else None
        return named.strip() if isinstance(named, str) else ""

    def _given(self, references: References) -> dict[tuple[str, str], _Given]:
        """The parameters by place and name; an operation's own count before its path's."""
        found: dict[tuple[str, str], _Given] = {}
        secret = _secrets(references)
        for owner, at in ((self.item, ()), (self.data, ())):
            listed = owner.get("parameters")
            for number, one in enumerate(listed if isinstance(listed, list) else []):
                keys = (*at, "parameters", str(number))
                data, file = _followed(one, self.file, references, keys)
                name, place = data.get("name"), data.get("in")
                if not isinstance(name, str) or not name or place not in ("path", "query", "header", "cookie"):
                    raise SchemaError("a parameter has a name and a place (in: path, query, header)").inside(*keys)
                if place == "cookie" or (place, name.lower()) in secret:
                    continue
                if place == "header" and name.lower() in _OTHER_HEADERS:
                    continue
                found[place, name] = _Given(name, place, data, file, keys)
        return found

    def _add_body(
        self, properties: JsonObject, required: list[str], references: References, schemas: PlainSchemas
    ) -> None:
        if "requestBody" not in self.data:
            return
        body, file = _followed(self.data["requestBody"], self.file, references, ("requestBody",))
        found = _content(body)
        if found is None:
            return
        media, schema = found
        plain = as_object(_plain(schemas, schema, file, ("requestBody", "content", media, "schema")))
        own = plain.get("properties")
        must = body.get("required") is True
        fields = [(name, *fit_parameter(name, one)) for name, one in (own or {}).items()]
        names = [name for _, name, _ in fields]
        if fields and not properties.keys() & set(names) and len(set(names)) == len(names):
            properties |= {name: one for _, name, one in fields}
            fit = {key: name for key, name, _ in fields}
            required += [fit[key] for key in plain.get("required", []) if must]
        elif own is None or own or plain.get("additionalProperties"):
            name = "body" if "body" not in properties else "request_body"
            text = plain.get("description") or plain_text(str(body.get("description") or ""))
            properties[name] = {**plain, **({"description": text} if text else {})}
            required += [name] * must


@dataclass(frozen=True)
class _Given:
    """A parameter of the path, the query or a header."""

    name: str
    place: str
    data: JsonObject
    file: Path
    keys: tuple[str, ...]

    @property
    def required(self) -> bool:
        return self.place == "path" or self.data.get("required") is True

    def schema(self, schemas: PlainSchemas) -> JsonObject:
        """The parameter's schema with its own description and example."""
        found = _content(self.data)
        keys = ("content", found[0], "schema") if found else ("schema",)
        plain = _plain(schemas, found[1] if found else self.data.get("schema", {}), self.file, (*self.keys, *keys))
        text = plain_text(str(self.data.get("description") or ""))
        own: JsonObject = {"description": text} if text else {}
        if "example" in self.data and "examples" not in plain and isinstance(self.data["example"], str | int | float):
            own["examples"] = [self.data["example"]]
        return {**plain, **own}


def _followed(value: Any, file: Path, references: References, keys: tuple[str, ...]) -> tuple[JsonObject, Path]:
    """A parameter, body or response, where it is only referred to too."""
    for _ in range(8):
        if not isinstance(value, dict):
            raise SchemaError("this is an object").inside(*keys)
        if "$ref" not in value:
            return value, file
        try:
            target = references.follow(value["$ref"], file)
        except SchemaError as error:
            raise error.inside(*keys) from None
        value, file = target.value, target.file
    raise SchemaError("it refers to itself").inside(*keys)


def _plain(schemas: PlainSchemas, schema: Any, file: Path, keys: tuple[str, ...]) -> JsonObject:
    try:
        return schemas.plain(schema, file)
    except SchemaError as error:
        raise error.inside(*keys) from None


def _content(owner: JsonObject) -> tuple[str, Any] | None:
    """The media type and schema of a body or response: JSON before forms before anything else."""
    content = owner.get("content")
    if not isinstance(content, dict):
        return None
    kinds = {media: one["schema"] for media, one in content.items() if isinstance(one, dict) and "schema" in one}
    media = min(kinds, key=_rank, default=None)
    return None if media is None else (media, kinds[media])


def _rank(media: str) -> tuple[int, str]:
    kind = media.partition(";")[0].strip().lower()
    ranks = ["application/json", *_FORMS]
    if kind in ranks:
        return ranks.index(kind) * 2, media
    return (1 if kind.endswith("+json") else 8), media


def _secrets(references: References) -> set[tuple[str, str]]:
    """Place and name of the keys by which callers say who they are."""
    try:
        schemes = references.follow("#/components/securitySchemes", references.root).value
    except SchemaError:
        return set()
    return set(_keys(schemes)) if isinstance(schemes, dict) else set()


def _keys(schemes: JsonObject) -> Iterator[tuple[str, str]]:
    for scheme in schemes.values():
        if isinstance(scheme, dict) and scheme.get("type") == "apiKey":
            yield str(scheme.get("in")), str(scheme.get("name")).lower()
