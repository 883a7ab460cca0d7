"""Query files: what each needs is known before it is sent, and none lies around unused."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

import magnet_kg.graph
from magnet_kg.graph.queries import load_query, parse

FOLDER = Path(str(resources.files("magnet_kg.cypher")))
# Those for people in Neo4j Browser (browser/) follow no rules of ours.
FILES = [file for file in FOLDER.rglob("*.cypher") if "browser" not in file.relative_to(FOLDER).parts]
NAMES = sorted({file.stem for file in FILES if not file.stem.startswith("schema")})


def test_parameters_are_those_of_the_code_not_of_comments_and_texts() -> None:
    query = parse(
        "example",
        "// about $comments\nMATCH (f {url: 'http://$no', x: $yes}) /* $nor */ RETURN \"$this\" AS t",
    )
    assert query.parameters == {"yes"}
    assert "http://$no" in query.text
    assert "comments" not in query.text
    assert not query.writes


def test_a_query_that_writes_is_known_as_one() -> None:
    assert parse("example", "MATCH (f) SET f.a = 1").writes
    assert not parse("example", "MATCH (f) WHERE f.name = 'DELETE' RETURN f.setting AS set_of").writes


def test_columns_of_a_bulk_load_are_known() -> None:
    assert parse("example", "COPY Steps(turn, role) FROM $rows").copied == ("turn", "role")
    assert parse("example", "COPY Edges FROM $rows").copied == ()
    assert parse("example", "UNWIND $rows AS row CREATE (:A {id: row.id})").copied is None


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_have_the_query_with_the_same_parameters(name: str) -> None:
    queries = [load_query(name, "neo4j"), load_query(name, "ladybug")]
    assert queries[0].parameters == queries[1].parameters
    assert queries[0].writes == queries[1].writes


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_used(name: str) -> None:
    folder = Path(str(magnet_kg.graph.__file__)).parent
    sources = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    assert re.search(rf'"{name}"', sources)
