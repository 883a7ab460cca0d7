"""Reads the query files of `cypher/` and knows what each of them needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from magnet_kg.graph.store import Dialect

# Strings and quoted names are kept, comments are dropped; a `//` inside a string is no comment.
_TOKEN = re.compile(
    r"""(?P<kept>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)|//[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")
_UNWOUND = re.compile(r"\bUNWIND\s+\$([A-Za-z_]\w*)", re.IGNORECASE)
_COPY = re.compile(r"^COPY\s+\w+\s*(?:\((?P<columns>[^)]*)\))?\s*FROM\s+\$rows$", re.IGNORECASE)
_WRITING = re.compile(r"\b(?:CREATE|MERGE|SET|DELETE|REMOVE|COPY)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """One statement with what a caller must know about it.

    `copied` are the columns of ladybug's bulk load (`COPY table(columns) FROM $rows`), None for anything
    else. Its rows carry `source` and `target` besides, where the table holds edges.
    """

    name: str
    text: str
    parameters: frozenset[str]
    unwound: frozenset[str]
    writes: bool
    copied: tuple[str, ...] | None = None

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse a call whose parameters are not exactly those that the text names.

        ladybug takes a missing parameter for null and answers with no rows; the mistake must not pass
        silently.
        """
        missing = sorted(self.parameters - given.keys())
        unknown = sorted(given.keys() - self.parameters)
        if missing or unknown:
            raise TypeError(f"query {self.name}: parameters missing {missing}, unknown {unknown}")

    def unwinds_nothing(self, given: Mapping[str, Any]) -> bool:
        """Whether a list that the query unwinds is empty; ladybug cannot type an empty list."""
        return any(not given[name] for name in self.unwound)


def parse(name: str, source: str) -> Query:
    """A query from the text of its file."""
    text = _without_comments(source).strip()
    code = _TOKEN.sub(" ", text).strip()
    copy = _COPY.match(code)
    return Query(
        name=name,
        text=text,
        parameters=frozenset(_PARAMETER.findall(code)),
        unwound=frozenset(_UNWOUND.findall(code)),
        writes=_WRITING.search(code) is not None,
        copied=tuple(re.findall(r"\w+", copy["columns"] or "")) if copy else None,
    )


@cache
def load_query(name: str, dialect: Dialect) -> Query:
    """The query of that name: the dialect's own file where there is one, else the shared one."""
    folder = resources.files("magnet_kg.cypher")
    for file in (folder / dialect / f"{name}.cypher", folder / f"{name}.cypher"):
        if file.is_file():
            return parse(name, file.read_text(encoding="utf-8"))
    raise LookupError(f"no query named {name!r} for {dialect}")


@cache
def load_shared(name: str) -> Query | None:
    """The query of that name that serves both engines, where there is one beside a dialect's own."""
    file = resources.files("magnet_kg.cypher") / f"{name}.cypher"
    return parse(name, file.read_text(encoding="utf-8")) if file.is_file() else None


def load_schema(dialect: Dialect) -> list[str]:
    """The statements that make the schema, in order."""
    file = resources.files("magnet_kg.cypher") / f"schema.{dialect}.cypher"
    statements = _without_comments(file.read_text(encoding="utf-8")).split(";")
    return [statement.strip() for statement in statements if statement.strip()]


def _without_comments(source: str) -> str:
    return _TOKEN.sub(lambda match: match["kept"] or "", source)
