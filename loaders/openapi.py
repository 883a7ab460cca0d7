"""OpenAPI 3.0 and 3.1, JSON or YAML: each operation is a function.

Its parameters are those of the path, the query, the headers and the body in one object; what it returns is the schema
of its successful response. Tags become categories. References lead within the document or to files beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from magnet_kg.loaders.openapi_operation import Operation
from pydantic import ValidationError

from magnet_kg.catalog.documents import Document, occurs, read_document
from magnet_kg.catalog.normalize import fit_name, plain_text
from magnet_kg.catalog.references import References, SchemaError
from magnet_kg.catalog.schemas import PlainSchemas
from magnet_kg.catalog.source import Source
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.fault import Fault
from magnet_kg.domain.function import Function
from magnet_kg.domain.record import JsonObject

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_JSON_MARK = re.compile(rb'"(?:openapi|swagger)"\s*:\s*"[23]\.')
_MARK = re.compile(_JSON_MARK.pattern + rb"""|^["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\.""", re.MULTILINE)


class OpenAPILoader:
    """Reads OpenAPI documents; see `Loader`."""

    def fits(self, location: str) -> bool:
        """By the suffix and the word `openapi` with its version."""
        path = Path(location)
        if path.suffix not in (".json", ".yaml", ".yml") or not path.is_file():
            return False
        return occurs(_JSON_MARK if path.suffix == ".json" else _MARK, path)

    def catalog_name(self, location: str) -> str:
        """The file's name."""
        return Path(location).stem

    def load(self, source: Source) -> Iterator[Function | Fault]:
        """The operations of a document, in its order."""
        document = read_document(source.path)
        _check(document)
        yield from _Reader(document, source).functions()


def _check(document: Document) -> None:
    """Refuse what is no OpenAPI 3."""
    data, where = document.data, str(document.path)
    if isinstance(data, dict) and "swagger" in data:
        raise MagnetError(
            "this is Swagger 2.0", where=where,
            do="Convert it to OpenAPI 3, as `npx swagger2openapi` and editor.swagger.io do, and add what comes out",
        )  # fmt: skip
    version = str(data.get("openapi", "")) if isinstance(data, dict) else ""
    if not version.startswith("3."):
        what = f"OpenAPI {version} is not read" if version else "this is no OpenAPI document: it has no key openapi"
        raise MagnetError(what, where=where, do="Give one of OpenAPI 3.0 or 3.1")
    if not isinstance(data.get("paths", {}), dict):
        raise MagnetError("paths are an object", where=where, do="See the OpenAPI specification")


class _Reader:
    """Makes the functions of one document."""

    def __init__(self, document: Document, source: Source) -> None:
        info = document.data.get("info")
        info = info if isinstance(info, dict) else {}
        licence = info.get("license")
        self._document = document
        self._source = source
        self._references = References(document)
        self._given = PlainSchemas(self._references, "given")
        self._returned = PlainSchemas(self._references, "returned")
        self._licence = _licence(licence) if isinstance(licence, dict) else None
        self._version = str(info["version"]) if info.get("version") is not None else None

    def functions(self) -> Iterator[Function | Fault]:
        """Each operation, or what is wrong with it."""
        for path, item in self._document.data.get("paths", {}).items():
            try:
                file, item = self._item(item)
            except SchemaError as error:
                yield self._fault(error.inside("paths", path))
                continue
            for method in _METHODS:
                if method in item:
                    yield from self._function(Operation(method, path, item[method], item, file))

    def _item(self, item: Any) -> tuple[Path, JsonObject]:
        file = self._references.root
        if isinstance(item, dict) and "$ref" in item:
            target = self._references.follow(item["$ref"], file)
            file, item = target.file, target.value
        if not isinstance(item, dict):
            raise SchemaError("a path is an object with its methods")
        return file, item

    def _function(self, operation: Operation) -> Iterator[Function | Fault]:
        original = operation.original_name
        name = fit_name(operation.readable_name)
        if not isinstance(operation.data, dict):
            yield self._fault(SchemaError("an operation is an object").inside(*operation.keys), name)
            return
        category = operation.tag or self._source.catalog
        if not self._source.asks_for(name, category, original):
            return
        try:
            parameters = operation.parameters(self._references, self._given)
            returns = operation.returns(self._references, self._returned)
        except SchemaError as error:
            yield self._fault(error.inside(*operation.keys), name)
            return
        try:
            yield Function(
                id=f"{self._source.catalog}/{name}",
                name=name,
                category=category,
                toolkit=category,
                description=operation.description,
                parameters=parameters,
                returns=returns,
                source=f"openapi:{self._source.path.name}",
                catalog=self._source.catalog,
                original_name=original if original != name else None,
                licence=self._licence,
                version=self._version,
            )
        except ValidationError as error:
            first = error.errors()[0]
            yield self._fault(SchemaError(first["msg"]).inside(*operation.keys), name)

    def _fault(self, error: SchemaError, function: str | None = None) -> Fault:
        file = error.file or self._references.root
        return Fault(
            what=f"{error.what} (at {error.pointer})",
            file=str(file),
            line=self._references.document(file).line_of(error.at, error.text),
            function=function,
            do=error.do,
        )


def _licence(licence: JsonObject) -> str | None:
    """The SPDX identifier, which OpenAPI 3.1 has, or the licence's name."""
    named = licence.get("identifier") or licence.get("name")
    return plain_text(str(named)) if named else None
