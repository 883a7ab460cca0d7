"""The notebook: every cell runs on a real Neo4j as it stands, and its three questions are answered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from magnet_kg.dependency.judging import build_graph
from magnet_kg.graph import open_graph
from magnet_kg.pipeline.workbench import WorkbenchSettings, open_workbench

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "explore_the_graph.ipynb"
# As much of the toolkits as the questions are about: the whole takes longer to load than to look at.
USED = ("banking", "contacts", "flights")


@pytest.fixture
def filled(empty_neo4j: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The functions of some toolkits in Neo4j, where the notebook finds them."""
    bench = open_workbench(WorkbenchSettings())
    functions = [each for each in bench.executor.functions.values() if each.toolkit in USED]
    with open_graph(empty_neo4j) as store:
        build_graph(store, functions, bench.teacher)
    monkeypatch.setenv("MAGNET_KG_GRAPH", empty_neo4j)
    return empty_neo4j


def test_the_notebook_runs_and_answers_its_questions(filled: str, tmp_path: Path) -> None:
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    said = {number: shown(cell) for number, cell in enumerate(notebook.cells)}
    unlock, booking, connect, py2neo = (said[answer_after(notebook, words)] for words in (
        "Which functions unlock most", "What does booking a flight need", "Which concepts connect", "With py2neo",
    ))  # fmt: skip
    assert "flights/change_flight" in unlock
    assert "flights/search_flights flights[].flight_id" in booking
    assert "banking/list_cards cards[].card_id" in booking
    assert "contact id" in connect
    assert "travel" in py2neo
    assert "not in Neo4j" not in py2neo
    assert any("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))


def test_what_is_committed_shows_its_results_and_no_place_on_a_machine() -> None:
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1)), "it was run from top to bottom"
    assert all(output.output_type != "error" for cell in notebook.cells for output in cell.get("outputs", []))
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert str(Path.home()) + os.sep not in text
    assert len(text) < 200_000


def answer_after(notebook: Any, words: str) -> int:
    """The cell that answers the question of a heading."""
    return 1 + next(number for number, cell in enumerate(notebook.cells) if words in cell.source)


def shown(cell: Any) -> str:
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", []))
