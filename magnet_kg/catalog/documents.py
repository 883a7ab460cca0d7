"""Documents of other people, JSON or YAML: read without running anything and without growing beyond their size."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from re import Pattern, escape
from re import compile as compile_form
from typing import Any

import orjson
import yaml

from magnet_kg.domain.errors import MagnetError

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml: ten times slower, and the same
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

LARGEST = 100_000_000
# An alias stands for a copy: a document may become this many times larger by its aliases, not more.
_GROWTH = 10
_SMALL = 100_000


@dataclass(frozen=True)
class Document:
    """A document as plain JSON values (keys are strings), with its text to find lines in."""

    path: Path
    data: Any
    text: bytes = b""

    def line_of(self, keys: Iterable[str], text: str | None = None) -> int:
        """The line of what these keys lead to, and of a text in it: sought key after key, so as good as always right.

        What is not found is passed over; numbers, the places in lists, are not looked for.
        """
        start = end = 0
        for key in keys:
            form = compile_form(rb"(?<![\w-])[\"']?" + escape(key.encode()) + rb"[\"']?\s*:")
            if not key.isdecimal() and (found := form.search(self.text, end)) is not None:
                start, end = found.span()
        start = max(start, self.text.find(text.encode(), end)) if text else start
        return self.text.count(b"\n", 0, start) + 1

    def line_after(self, *texts: str) -> int | None:
        """The line of the last of these texts, each sought behind the one before; None where one does not occur."""
        start = end = 0
        for one in texts:
            start = self.text.find(one.encode(), end)
            if start < 0:
                return None
            end = start + len(one.encode())
        return self.text.count(b"\n", 0, start) + 1


def read_document(path: Path) -> Document:
    """The document in a file: JSON, or YAML where it is no JSON and not called so.

    Raises:
        MagnetError: there is no such file, it is too large for YAML, or it is neither JSON nor YAML; with the line.
    """
    if not path.is_file():
        raise no_file(path)
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if path.suffix == ".json" or text.lstrip()[:1] in (b"{", b"["):
        try:
            return Document(path, orjson.loads(text), text)
        except orjson.JSONDecodeError as error:
            if path.suffix not in (".yaml", ".yml"):
                raise MagnetError(
                    f"not JSON: {error.msg} (column {error.colno})",
                    where=f"{path}:{error.lineno}",
                    do="Correct the file",
                ) from error
    return Document(path, _read_yaml(text, path), text)


def occurs(form: Pattern[bytes], path: Path) -> bool:
    """Whether a pattern occurs in a file; told without reading more of it than up to there."""
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        return form.search(text) is not None


def no_file(path: Path) -> MagnetError:
    """What is wrong with a path at which no file is."""
    what = "this is a folder" if path.is_dir() else "there is no such file"
    return MagnetError(what, where=str(path), do="Give the path of a catalog")


def _read_yaml(text: bytes, path: Path) -> Any:
    if len(text) > LARGEST:
        raise MagnetError(
            f"{len(text) // 1_000_000} MB are too much for YAML", where=str(path), do="Give the document as JSON"
        )
    try:
        loader = _Yaml(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _check_growth(node, path)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")
        where = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        raise MagnetError(f"not YAML: {what}", where=where, do="Correct the file") from error
    except RecursionError as error:
        raise MagnetError("it is nested too deeply", where=str(path), do="Flatten it") from error
    except ValueError as error:
        raise MagnetError(f"not YAML: {error}", where=str(path), do="Correct the file") from error


def _check_growth(root: yaml.Node, path: Path) -> None:
    """Refuse aliases that contain themselves, and those that make a small file a huge document."""
    sizes: dict[int, int] = {}
    entered: set[int] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        key = id(node)
        if key in sizes:
            stack.pop()
            continue
        children = _children(node)
        if key not in entered:
            entered.add(key)
            waiting = [child for child in children if id(child) not in sizes]
            if any(id(child) in entered for child in waiting):
                raise _alias(node, path, "an alias contains itself")
            stack += waiting
            if waiting:
                continue
        stack.pop()
        sizes[key] = 1 + sum(sizes[id(child)] for child in children)
    if sizes[id(root)] > _SMALL + _GROWTH * len(sizes):
        raise _alias(root, path, "its aliases make it far larger than it is")


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _alias(node: yaml.Node, path: Path, what: str) -> MagnetError:
    return MagnetError(what, where=f"{path}:{node.start_mark.line + 1}", do="Write it without aliases (`*name`)")


class _Yaml(_SafeLoader):
    """YAML as JSON knows it: `no`, `on`, 012 and dates are texts; keys are texts, `200:` too."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    yaml_constructors = {
        tag: construct
        for tag, construct in _SafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in {"map", "seq", "str", "int", "float", "bool", "null"}
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        self.flatten_mapping(node)
        read: dict[Hashable, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is a text", key.start_mark)
            read[key.value] = self.construct_object(value, deep=deep)
        return read


for _tag, _form, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("merge", r"^<<$", "<"),
):
    _Yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", compile_form(_form), list(_first))
