"""`magnet-kg walk` with wishes, and as a chart."""

from __future__ import annotations

import html
import json
import re
from itertools import pairwise
from typing import Any

import pytest
from commands import Done, invoked
from hypothesis import given, settings
from hypothesis import strategies as st
from run_fixture import FinishedRun

from magnet_kg.cli.mermaid import flowchart, label
from magnet_kg.domain.dependency import Binding
from magnet_kg.paths.steps import WalkStep


@pytest.fixture(scope="module")
def graph(finished_run: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> str:
    return finished_run.copied_graph(tmp_path_factory.mktemp("graph") / "graph")


def walked(graph: str, *options: str) -> list[list[str]]:
    done = invoked("walk", "--graph", graph, "--json", "--count", "10", *options)
    assert done.code == 0, done.err
    walks: list[list[dict[str, Any]]] = json.loads(done.out)
    return [[step["function"] for step in walk] for walk in walks]


def test_walks_pass_through_a_function(graph: str) -> None:
    walks = walked(graph, "--through", "reserve_flight")
    assert all("flights/reserve_flight" in walk for walk in walks)
    places = [walk.index("flights/reserve_flight") for walk in walks]
    assert min(places) < max(places), "something comes before it, and something after"


def test_walks_from_a_function_through_another(graph: str) -> None:
    for walk in walked(graph, "--from", "find_contact", "--through", "reserve_flight"):
        assert walk[0] == "contacts/find_contact"
        assert "flights/reserve_flight" in walk


def test_walks_avoid_functions(graph: str) -> None:
    avoid = ("list_flight_bookings", "flights/search_flights", "find_cheapest_days")
    options = [word for each in avoid for word in ("--avoid", each)]
    for walk in walked(graph, "--through", "reserve_flight", *options):
        assert not {one.rpartition("/")[2] for one in walk} & {each.rpartition("/")[2] for each in avoid}


def test_walks_stay_within_a_category(graph: str) -> None:
    listed = json.loads(invoked("catalog", "list", "toolkits", "--graph", graph, "--json").out)
    members = {each["id"] for each in listed if each["category"] == "travel"}
    walks = walked(graph, "--category", "travel")
    assert {function for walk in walks for function in walk} <= members
    assert any(len(walk) > 3 for walk in walks)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--category", "trvel"), "no category trvel. Perhaps travel"),
        (("--from", "find_contact", "--avoid", "find_contact"), "to be avoided"),
        (("--from", "find_contact", "--category", "travel"), "not of the category travel"),
        (("--from", "find_contact", "--through", "reserve_flight", "--steps", "2"), "Allow more --steps"),
        (("--through", "reserv_flight"), "no function reserv_flight. Perhaps flights/reserve_flight"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(graph: str, options: tuple[str, ...], said: str) -> None:
    done = invoked("walk", "--graph", graph, *options)
    assert done.code == 1
    assert said in done.complaint


def test_a_chart_shows_the_same_walks(graph: str) -> None:
    options = ("walk", "--graph", graph, "--from", "find_contact", "--count", "3")
    walks = json.loads(invoked(*options, "--json").out)
    boxes, arrows = read(invoked(*options, "--mermaid").out)
    assert list(boxes.values()) == [step["function"] for walk in walks for step in walk]
    shown = [(boxes[a], boxes[b]) for a, _, b in arrows]
    assert shown == [(a["function"], b["function"]) for walk in walks for a, b in pairwise(walk)]
    texts = [text for _, text, _ in arrows]
    for walk in walks:
        for step in walk[1:]:
            assert any(f"{b['output']} → {b['parameter']}" in text for text in texts for b in step["bindings"])
    assert said_once(invoked(*options, "--json", "--mermaid"))


def said_once(done: Done) -> bool:
    return done.code == 2 and "exclude one another" in done.err


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 3))
def test_no_text_breaks_a_chart(name: str, output: str, walks: int) -> None:
    """Names in catalogs are data: what looks like Mermaid or HTML is shown, and does nothing."""
    walk = [
        WalkStep(function=name),
        WalkStep(function="b", kind="output_is_input", bindings=(Binding(output=output, parameter="p"),)),
    ]
    boxes, arrows = read(flowchart([walk] * walks))
    assert len(boxes) == 2 * walks
    assert boxes["w1s1"] == shown(name)
    assert arrows[0] == ("w1s1", shown(f"{output} → p"), "w1s2")


def test_what_means_something_to_mermaid_is_escaped() -> None:
    assert label('a"b#c<d>`e`|_f_ g_h') == "a#34;b#35;c#60;d#62;#96;e#96;#124;#95;f#95; g_h"


def read(chart: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The boxes and arrows of a flowchart; every line must be one of the few statements that are used."""
    first, *lines = chart.strip("\n").split("\n")
    assert first == "flowchart LR"
    boxes: dict[str, str] = {}
    arrows: list[tuple[str, str, str]] = []
    depth = 0
    text = r'"((?:[^"\\`|<>&]|<br/>)*)"'
    for line in (line.strip(" ") for line in lines):
        if line == "end":
            depth -= 1
        elif re.fullmatch(rf"subgraph w\d+\[{text}\]", line):
            depth += 1
        elif found := re.fullmatch(rf"(w\d+s\d+)\[{text}\]", line):
            boxes[found[1]] = decoded(found[2])
        else:
            arrow = re.fullmatch(rf"(w\d+s\d+) -->\|{text}\| (w\d+s\d+)", line)
            assert arrow, line
            assert {arrow[1], arrow[3]} <= boxes.keys()
            arrows.append((arrow[1], decoded(arrow[2]), arrow[3]))
    assert depth == 0
    return boxes, arrows


def decoded(text: str) -> str:
    assert not re.search(r"#(?!\d+;)", text)
    return html.unescape(re.sub(r"#(\d+);", r"&#\1;", text))


def shown(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)
