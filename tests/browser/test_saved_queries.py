"""The saved queries for Neo4j Browser: each runs on a real Neo4j, and answers the question of its title."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import neo4j
import pytest
from commands import invoked
from graph_toys import feeds, function, path, rejected, use

from magnet_kg.graph import open_graph
from magnet_kg.graph.browser import browser_files, saved_queries
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.provenance import save_run
from magnet_kg.graph.queries import load_schema, parse
from magnet_kg.graph.verdicts import save_verdicts

A, B, C, D = (function(name, catalog="toys", description=f"It does {name}.") for name in "abcd")
ALONE = function("alone", id="other/alone", catalog="other")
QUERIES = saved_queries()


class Asked:
    """Runs a saved query as Browser does."""

    def __init__(self, driver: neo4j.Driver) -> None:
        self._driver = driver

    def __call__(self, name: str, **parameters: str) -> list[neo4j.Record]:
        text = QUERIES[name]
        parse(name, text).check(parameters)
        return self._driver.execute_query(text, parameters, database_=os.environ.get("NEO4J_DATABASE")).records


@pytest.fixture
def ask(empty_neo4j: str) -> Iterator[Asked]:
    """A graph A → B → C, A → D refused, all but D in a run; and one function of another catalog."""
    with open_graph(empty_neo4j) as store:
        uses = [use(A, returns=("flight id",)), use(B, takes=("flight id",)), use(C, takes=("seat",))]
        save_functions(store, [A, B, C, D, ALONE], uses)
        save_verdicts(store, [feeds(A, B), feeds(B, C, confidence=0.5), rejected(A, D, "nothing of it fits")])
        save_run(store, "r", "h", 1, [path("late", (B,), (A, C)), path("early", (A,), (B, C)), path("both", (A, B))])
    user = os.environ.get("NEO4J_USERNAME") or "neo4j"
    with neo4j.GraphDatabase.driver(empty_neo4j, auth=(user, os.environ["NEO4J_PASSWORD"])) as driver:
        yield Asked(driver)


def names(value: Any) -> Any:
    """What a person reads: a node's id, a relationship's two ends, a path's nodes."""
    if isinstance(value, neo4j.graph.Node):
        return value["id"].rpartition("/")[2]
    if isinstance(value, neo4j.graph.Relationship):
        return f"{names(value.start_node)}{value.type}{names(value.end_node)}"
    if isinstance(value, neo4j.graph.Path):
        return [names(node) for node in value.nodes]
    return value


def column(records: list[neo4j.Record], key: str) -> list[Any]:
    return [names(record[key]) for record in records]


@pytest.mark.parametrize("named", ["b", "toys/b"])
def test_the_neighbourhood_of_a_function(ask: Asked, named: str) -> None:
    found = ask("neighbourhood", function=named)
    assert set(column(found, "e")) == {"aFEEDSb", "bFEEDSc"}
    assert set(column(found, "other")) == {"a", "c"}


def test_how_to_get_from_one_to_another(ask: Asked) -> None:
    assert column(ask("from_a_to_b", **{"from": "a", "to": "toys/c"}), "way") == [["a", "b", "c"]]
    assert ask("from_a_to_b", **{"from": "c", "to": "a"}) == []


def test_what_a_function_unlocks_and_by_which_values(ask: Asked) -> None:
    found = ask("unlocks", function="a")
    assert column(found, "value") == [["a", "flight id", "b"]]
    assert column(found, "e") == [None]
    assert column(ask("unlocks", function="b"), "e") == ["bFEEDSc"], "an edge without a concept is one too"


def test_hubs_come_in_order(ask: Asked) -> None:
    found = ask("hubs")
    assert column(found, "function")[0] == "toys/b"
    assert (found[0]["fed_by"], found[0]["feeds"]) == (1, 1)


def test_functions_that_nothing_feeds(ask: Asked) -> None:
    assert column(ask("fed_by_nothing"), "function") == ["other/alone", "toys/a", "toys/d"]


def test_why_there_is_no_edge(ask: Asked) -> None:
    there, back = ask("why_no_edge", **{"from": "a", "to": "d"})
    assert (there["verdict"], there["reason"], there["judge"]) == ("rejected", "nothing of it fits", "rules@1")
    assert (back["source"], back["verdict"]) == ("toys/d", "not judged")
    assert ask("why_no_edge", **{"from": "a", "to": "b"})[0]["verdict"].startswith("there is one")


def test_which_rows_of_a_run_used_an_edge(ask: Asked) -> None:
    found = ask("rows_of_an_edge", run="r", **{"from": "a", "to": "b"})
    assert [(row["row"], row["turn_of_source"], row["turn_of_target"]) for row in found] == [
        ("both", 1, 1),
        ("early", 1, 2),
    ]
    assert ask("rows_of_an_edge", run="s", **{"from": "a", "to": "b"}) == []


def test_functions_of_a_catalog_that_were_never_used(ask: Asked) -> None:
    assert column(ask("never_used", catalog="toys"), "function") == ["toys/d"]
    assert column(ask("never_used", catalog="other"), "function") == ["other/alone"]


def test_the_path_behind_a_row(ask: Asked) -> None:
    found = ask("path_of_a_row", run="r", row="early")
    assert set(column(found, "f")) == {"a", "b", "c"}
    assert {e for e in column(found, "e") if e} == {"aFEEDSb", "bFEEDSc"}


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_has_a_title_and_says_which_parameters_to_set(name: str) -> None:
    title, *rest = QUERIES[name].splitlines()
    assert re.match(r"// [A-Z]", title), "Browser shows the first line as the query's name"
    lines = [line for line in rest if re.match(r"// :params? ", line)]
    explained = set(re.findall(r"(\w+)(?: =>|:) '", lines[0])) if lines else set()
    assert explained == parse(name, QUERIES[name]).parameters
    assert not parse(name, QUERIES[name]).writes


def test_the_archive_has_all_queries_in_one_folder_and_is_the_same_every_time() -> None:
    content = browser_files()["queries.zip"]
    assert browser_files()["queries.zip"] == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry: archive.read(entry).decode() for entry in archive.namelist()} == {
            f"magnet-kg/{name}.cypher": text for name, text in QUERIES.items()
        }


def test_the_guide_shows_every_query_as_it_is() -> None:
    guide = browser_files("http://127.0.0.1:4321")["guide.html"].decode()
    blocks = Blocks()
    blocks.feed(guide)
    assert {text.strip() for text in QUERIES.values()} <= set(blocks.found)
    assert ":style http://127.0.0.1:4321/browser/magnet-kg/style.grass" in blocks.found
    assert "7474" not in guide
    assert not re.search(r"{\w+}", guide), "a query that does not exist"


def test_everything_in_the_graph_has_a_style() -> None:
    style = browser_files()["style.grass"].decode()
    schema = "\n".join(load_schema("ladybug"))
    tables = set(re.findall(r"(NODE|REL) TABLE (?:IF NOT EXISTS )?(\w+)", schema))
    assert len(tables) >= 10
    for kind, table in tables:
        assert f"{'node' if kind == 'NODE' else 'relationship'}.{table} {{" in style


def test_the_files_can_be_had_for_a_server_of_another_kind(tmp_path: Path) -> None:
    done = invoked("db", "browser", "--files", tmp_path / "for browser")
    assert done.code == 0, done.err
    assert {file.name: file.read_bytes() for file in (tmp_path / "for browser").iterdir()} == browser_files()
    assert str(tmp_path / "for browser" / "style.grass") in done.out


class Blocks(HTMLParser):
    """The texts that can be clicked in a guide, as Browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
