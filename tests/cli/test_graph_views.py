"""`magnet-kg graph show`, `path` and `stats`, as a person uses them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from commands import invoked
from graph_toys import feeds, function
from neo4j_browser import BrowserWindow

from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.verdicts import save_verdicts

HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> & \"more\""
SEARCH = function("search_flights", description=HOSTILE, category=HOSTILE)
BOOK, PAY, REFUND, ALONE = (function(name, catalog="shop") for name in ("reserve_flight", "pay", "refund", "alone"))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> str:
    uri = f"ladybug:{tmp_path_factory.mktemp('graph') / 'graph'}"
    with open_graph(uri) as store:
        save_functions(store, [SEARCH, BOOK, PAY, REFUND, ALONE], [])
        save_verdicts(store, [feeds(SEARCH, BOOK, rationale=HOSTILE), feeds(BOOK, PAY), feeds(PAY, REFUND)])
    return uri


def test_a_function_is_shown_with_what_feeds_it_and_what_it_feeds(graph: str) -> None:
    text = invoked("graph", "show", "reserve_flight", "--graph", graph).out
    fed_by, feeding = text.partition("\nfeeds\n")[::2]
    assert re.search(r"fed by\n  toys/search_flights   \[output is partial input \(0\.9\): rows\[\]\.id → id", fed_by)
    assert "toys/pay" in feeding
    assert "refund" not in text
    further = invoked("graph", "show", "reserve_flight", "--hops", "2", "--graph", graph).out
    assert "toys/pay → toys/refund" in further.partition("further on")[2]
    cut = invoked("graph", "show", "reserve_flight", "--limit", "1", "--graph", graph).out
    assert "1 edges more: --limit" in cut
    data = json.loads(invoked("graph", "show", "reserve_flight", "--json", "--graph", graph).out)
    assert {edge["target"] for edge in data["edges"]} == {"toys/reserve_flight", "toys/pay"}


def test_the_page_works_offline_and_texts_of_the_graph_are_only_shown(
    chromium: None, graph: str, tmp_path: Path
) -> None:
    """The window reaches nothing outside: what the page needs is in it. A catalog's text runs nothing."""
    page = tmp_path / "page.html"
    done = invoked("graph", "show", "reserve_flight", "--html", page, "--hops", "2", "--graph", graph)
    assert done.out == f"{page}: 4 functions, 3 edges\n"
    with BrowserWindow(page.as_uri()) as window:
        canvas = window.find("canvas")
        assert canvas.size["width"] > 300
        assert canvas.size["height"] > 300
        assert window.driver.execute_script("return window.hacked") is None
        data = window.driver.execute_script("return document.getElementById('neo4j-viz-data').textContent")
        assert HOSTILE in json.dumps(json.loads(data), ensure_ascii=False).replace('\\"', '"')
        loaded = window.driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
        assert [each for each in loaded if not each.startswith(("data:", "blob:"))] == []


def test_a_picture_without_its_extra_says_what_to_install(
    graph: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "neo4j_viz", None)
    done = invoked("graph", "show", "reserve_flight", "--html", tmp_path / "page.html", "--graph", graph)
    assert done.code == 1
    assert "pip install 'magnet-kg[notebook]'" in done.complaint
    assert not (tmp_path / "page.html").exists()


def test_a_page_that_cannot_be_written_is_told(graph: str, tmp_path: Path) -> None:
    done = invoked("graph", "show", "reserve_flight", "--html", tmp_path / "no" / "page.html", "--graph", graph)
    assert done.code == 1
    assert str(tmp_path / "no" / "page.html") in done.complaint


def test_the_way_from_one_function_to_another_tells_what_feeds_what(graph: str) -> None:
    text = invoked("graph", "path", "search_flights", "toys/refund", "--graph", graph).out
    assert [line.split()[0] for line in text.splitlines()] == [
        "way", "toys/search_flights", "toys/reserve_flight", "toys/pay", "toys/refund",
    ]  # fmt: skip
    assert text.count("rows[].id → id, owner → people[]") == 3
    data = json.loads(invoked("graph", "path", "search_flights", "refund", "--json", "--graph", graph).out)
    assert [step["function"] for step in data[0]] == [line.split()[0] for line in text.splitlines()][1:]
    chart = invoked("graph", "path", "search_flights", "refund", "--mermaid", "--graph", graph).out
    assert chart.startswith("flowchart LR\n")
    assert chart.count("-->") == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("refund", "search_flights"), "no way of at most 4 edges leads from toys/refund to toys/search_flights"),
        (("search_flights", "refund", "--hops", "2"), "Allow more with --hops"),
        (("pay", "pay"), "Name two functions"),
        (("pay", "refnd"), "Perhaps toys/refund"),
    ],
)
def test_where_there_is_no_way_that_is_told(graph: str, arguments: tuple[str, ...], said: str) -> None:
    done = invoked("graph", "path", *arguments, "--graph", graph)
    assert done.code == 1
    assert said in done.complaint


def test_stats_show_how_edges_spread(graph: str) -> None:
    text = invoked("graph", "stats", "--graph", graph).out
    assert re.search(r"^components +1$", text, re.MULTILINE)
    assert re.search(r"^largest component +4$", text, re.MULTILINE)
    assert re.search(r"^  2-3 +2 ", text, re.MULTILINE)
    assert re.search(r"^  shop +3 of 4 \(75\.0 %\)$", text, re.MULTILINE)
    assert re.search(r"^  \(no name\) +1 of 1 \(100\.0 %\)$", text, re.MULTILINE)
    data = json.loads(invoked("graph", "stats", "--json", "--graph", graph).out)
    assert data["share_with_edge"] == 0.8
    assert data["degrees"] == {"0": 1, "1": 2, "2-3": 2}
