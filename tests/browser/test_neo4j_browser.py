"""Neo4j Browser, as a person meets it: it opens, connects, looks as it should, and a saved query shows its result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graph_toys import feeds, function, rejected, use
from neo4j_browser import BrowserWindow

from magnet_kg.graph import open_graph
from magnet_kg.graph.browser import browser_files
from magnet_kg.graph.functions import save_functions
from magnet_kg.graph.server import ServerInfo
from magnet_kg.graph.verdicts import save_verdicts

SEARCH, BOOK, CANCEL, TUNE = (function(name) for name in ("search_flights", "reserve_flight", "cancel_booking", "tune"))
REASON = 'tuning needs no <b>flight</b> & no "seat"'


@pytest.fixture
def window(chromium: None, empty_managed_server: ServerInfo) -> Iterator[BrowserWindow]:
    """Browser, connected to a small graph."""
    info = empty_managed_server
    with open_graph(info.uri) as store:
        uses = [use(SEARCH, returns=("flight id",)), use(BOOK, takes=("flight id",), returns=("booking id",))]
        save_functions(store, [SEARCH, BOOK, CANCEL, TUNE], [*uses, use(CANCEL, takes=("booking id",))])
        save_verdicts(store, [feeds(SEARCH, BOOK), feeds(BOOK, CANCEL), rejected(BOOK, TUNE, REASON)])
    with BrowserWindow(f"{info.http_url}/browser/") as window:
        window.connect(info.user, info.password_file.read_text().strip())
        yield window


def test_the_guide_opens_by_itself_and_its_lines_run(window: BrowserWindow) -> None:
    guide = window.find("[data-testid=guidesDrawer]")
    window.wait_for(guide, "The graph of functions")
    window.find("pre.runnable", guide).click()
    window.until(lambda: ":style http" in window.find("#monaco-main-editor").text)
    style = window.run()
    window.wait_for(style, "node.Function")
    window.find("[data-testid=guideNextSlide]").click()
    window.wait_for(guide, ":param function")
    window.run(":param function => 'reserve_flight'")
    neighbourhood = window.find("[data-testid=guidesDrawer]").find_elements("css selector", "pre.runnable")[1]
    neighbourhood.click()
    window.until(lambda: "MATCH" in window.find("#monaco-main-editor").text)
    picture = window.run()
    window.until(lambda: {"search_flights", "reserve_flight", "cancel_booking"} <= set(picture.text.split()))
    fills = {circle.get_attribute("fill") for circle in picture.find_elements("css selector", "circle.b-outline")}
    assert fills == {"#1F6FB2"}, "the style is not loaded"


def test_saved_queries_are_imported_and_show_pictures_and_tables(window: BrowserWindow) -> None:
    window.drop("style.grass", browser_files()["style.grass"])
    window.drop("queries.zip", browser_files()["queries.zip"])
    window.open_queries("magnet-kg")
    window.run(":params {from: 'search_flights', to: 'cancel_booking'}")
    ways = window.run_saved("How do I get from A to B")
    window.until(lambda: {"search_flights", "reserve_flight", "cancel_booking"} <= set(ways.text.split()))
    window.run(":params {from: 'reserve_flight', to: 'toys/tune'}")
    verdicts = window.run_saved("Why is there no edge")
    window.wait_for(verdicts, REASON)
    assert "the pair was not among the candidates" in verdicts.text
