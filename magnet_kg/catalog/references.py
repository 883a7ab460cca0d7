"""`$ref`: where a reference of a document leads, in it or in a file beside it, never over the network."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from magnet_kg.catalog.documents import Document, read_document
from magnet_kg.domain.errors import MagnetError


class SchemaError(Exception):
    """What is wrong in a schema, and where: `file` and the JSON pointer `at`.

    Args:
        what: a sentence without a full stop.
        do: what the user can do about it.
        text: what stands there, to find its line.
    """

    def __init__(self, what: str, *, do: str | None = None, text: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.do = do
        self.text = text
        self.file: Path | None = None
        self.at: list[str] = []

    def inside(self, *keys: str) -> SchemaError:
        """The same error, told from one level further up; nothing is added once the file is known."""
        if self.file is None:
            self.at[:0] = keys
        return self

    def found_in(self, target: Target) -> SchemaError:
        """The same error, whose pointer begins where a reference led to."""
        if self.file is None:
            self.at[:0] = target.keys
            self.file = target.file
        return self

    @property
    def pointer(self) -> str:
        """The JSON pointer of its place."""
        return "#/" + "/".join(key.replace("~", "~0").replace("/", "~1") for key in self.at)


@dataclass(frozen=True)
class Target:
    """What a reference leads to: a value, the file that it stands in, and the keys that lead to it."""

    value: Any
    file: Path
    keys: tuple[str, ...]


class References:
    """Follows the references of one document, and of the files in its folder and below that it names.

    Args:
        document: where references begin.
        files: whether other files may be read; a schema that came over the wire names none.

    Attributes:
        root: the document's own file.
    """

    def __init__(self, document: Document, *, files: bool = True) -> None:
        self.root = Path(normpath(document.path))
        self._documents = {self.root: document}
        self._folder = self.root.parent.resolve()
        self._files = files

    def follow(self, reference: Any, file: Path) -> Target:
        """Where a reference in a file leads.

        Raises:
            SchemaError: it leads nowhere, out of the folder, or to the network.
        """
        if not isinstance(reference, str):
            raise SchemaError("a $ref is a text")
        place, _, pointer = reference.partition("#")
        there = file if not place else self._beside(place, file, reference)
        keys = tuple(unquote(key).replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:])
        value = self.document(there).data
        for key in keys:
            if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            elif isinstance(value, dict) and key in value:
                value = value[key]
            else:
                raise self._nowhere(reference)
        if pointer and not pointer.startswith("/"):
            raise self._nowhere(reference)
        return Target(value, there, keys)

    def document(self, file: Path) -> Document:
        """A document that was named before."""
        return self._documents[file]

    def _beside(self, place: str, file: Path, reference: str) -> Path:
        if urlsplit(place).scheme or place.startswith("//"):
            raise SchemaError(
                f"$ref {reference} leads to the network, which is never asked",
                do="Save it beside the document, and refer to the file",
                text=reference,
            )
        # One file has one path, or a type that contains itself over two files would never end.
        there = Path(normpath(file.parent / unquote(place)))
        inside = there.resolve()
        if not self._files or not inside.is_relative_to(self._folder):
            raise SchemaError(
                f"$ref {reference} leads out of the folder of the document",
                do="Copy what it refers to beside the document",
                text=reference,
            )
        if there not in self._documents:
            try:
                self._documents[there] = read_document(inside)
            except MagnetError as error:
                raise SchemaError(
                    f"$ref {reference}: {error.what} ({error.where})", do=error.do, text=reference
                ) from error
        return there

    @staticmethod
    def _nowhere(reference: str) -> SchemaError:
        return SchemaError(f"$ref {reference} leads nowhere", do="Correct the reference", text=reference)
