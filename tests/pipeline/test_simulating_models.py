"""Rows over functions that nothing can run, with outputs made up by a model: marked, kept, and checked without it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from library_desk import RECIPE, TOOLS
from model_server import ModelServer, Question, Reply, by_task, serving

import magnet_kg
from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.execution.simulator import SimulatorExecutor
from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import save_functions
from magnet_kg.pipeline.recipe import parse_recipe
from magnet_kg.teacher.llm.tasks.simulate import SimulateAnswer

MODEL = "teachers: {simulate: {kind: llm, model: 'openai:desk', base_url: '%s', temperature: 0}}\n"


class Desk:
    """A model that knows the catalog: it answers as the simulator does."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.by_name = {function.name: one for one, function in functions.items()}
        self.executor = SimulatorExecutor(functions)

    def __call__(self, question: Question) -> Reply:
        lines = question.text.splitlines()
        call = orjson.loads(lines[lines.index('<data name="call">') + 1])
        work = self.executor.open(7).call(self.by_name[call["function"]], call["arguments"])
        with ThreadPoolExecutor() as beside_the_server_loop:
            outcome = beside_the_server_loop.submit(asyncio.run, work).result()
        assert not outcome.failed
        output = orjson.dumps(outcome.output).decode()
        return Reply.of(SimulateAnswer(succeeded=True, output=output, error_code="", error_message=""))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "desk.jsonl").write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in TOOLS))
    with open_graph(f"ladybug:{folder / 'graph'}") as store:
        save_functions(
            store, functions_of(folder).values(), [concepts_of(one) for one in functions_of(folder).values()]
        )
    return folder


def functions_of(folder: Path) -> dict[str, Function]:
    return {one.id: one for one in read_catalog(str(folder / "desk.jsonl")).functions}


def made(home: Path, name: str, server: ModelServer) -> dict[str, Any]:
    recipe = parse_recipe(RECIPE + MODEL % server.openai, "desk.yaml")
    return magnet_kg.run(recipe, home / name, graph=f"ladybug:{home / 'graph'}")


def test_rows_say_which_model_made_up_what_they_show_and_are_made_once(home: Path) -> None:
    with serving(by_task({"simulate": Desk(functions_of(home))})) as server:
        made(home, "run", server)
        asked = server.counts.requests["simulate"]
        assert asked > 0
        made(home, "run", server)
        assert server.counts.requests["simulate"] == asked, "a finished run is paid for once"
    rows = [row for row in magnet_kg.rows(home / "run") if isinstance(row, Trajectory)]
    called = [row for row in rows if row.calls]
    assert len(called) >= 8
    for row in called:
        assert row.executors == ("model",)
        assert row.simulated
        assert not row.replays
        assert row.writers["simulate"].startswith("openai:desk@")
        assert row.writers["translate"].startswith("rules@")
    assert all("simulate" not in row.writers for row in rows if not row.calls)
    assert magnet_kg.check(home / "run") == {}, "rows are checked where there is no model"


def test_a_row_whose_output_the_model_does_not_give_is_rejected_with_the_reason(home: Path) -> None:
    nonsense = Reply.of(SimulateAnswer(succeeded=True, output="[1]", error_code="", error_message=""))
    with serving(by_task({"simulate": nonsense})) as server:
        made(home, "nonsense", server)
    assert not any(row.calls for row in magnet_kg.rows(home / "nonsense") if isinstance(row, Trajectory))
    rejected = [orjson.loads(line) for line in (home / "nonsense" / "rejected.jsonl").open("rb")]
    assert sum("the answer has faults" in orjson.dumps(one).decode() for one in rejected) >= 14
