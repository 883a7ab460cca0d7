"""Rows over a catalog without phrases that nothing can execute: made, marked, and checked like any other."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from library_desk import RECIPE, TOOLS

import magnet_kg
from magnet_kg.catalog.concepts import concepts_of
from magnet_kg.catalog.read import read_catalog
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import load_functions, save_functions
from magnet_kg.pipeline.pools import add_catalogs
from magnet_kg.pipeline.recipe import Recipe, parse_recipe


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    file = folder / "desk.jsonl"
    file.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in TOOLS))
    catalog = read_catalog(str(file))
    with open_graph(f"ladybug:{folder / 'graph'}") as store:
        save_functions(store, catalog.functions, [concepts_of(one) for one in catalog.functions])
    return folder


def recipe() -> Recipe:
    return parse_recipe(RECIPE, "desk.yaml")


def made(home: Path, name: str, workers: int = 1) -> Path:
    magnet_kg.run(recipe(), home / name, workers=workers, graph=f"ladybug:{home / 'graph'}")
    return home / name


@pytest.fixture(scope="module")
def run(home: Path) -> Path:
    return made(home, "one")


def test_every_row_is_made_of_the_catalog_and_says_that_it_is_simulated(run: Path) -> None:
    rows = [orjson.loads(line) for line in (run / "export" / "sft.jsonl").open("rb")]
    assert len(rows) >= 8
    for row, record in zip(rows, magnet_kg.rows(run), strict=True):
        assert isinstance(record, Trajectory)
        assert row["id"].startswith("desk-")
        assert {call.function.split("/")[0] for call in record.calls} <= {"desk"}
        assert row["simulated"] is record.simulated is bool(record.calls)
        assert record.replays


def test_every_row_holds_when_it_is_checked_without_the_graph(run: Path) -> None:
    assert magnet_kg.check(run) == {}


def test_an_output_that_was_changed_is_found(run: Path, tmp_path: Path) -> None:
    rows = [orjson.loads(line) for line in (run / "export" / "sft.jsonl").open("rb")]
    row = next(one for one in rows if any(message["role"] == "tool" for message in one["messages"]))
    message = next(message for message in row["messages"] if message["role"] == "tool")
    message["content"] = orjson.dumps({"never": "returned"}).decode()
    (tmp_path / "sft.jsonl").write_bytes(orjson.dumps(row) + b"\n")
    (tmp_path / "functions.jsonl").write_bytes((run / "export" / "functions.jsonl").read_bytes())
    (failures,) = magnet_kg.check(tmp_path).values()
    assert "replay: an output differs" in {f"{one.check}: {one.reason}" for one in failures}


def test_two_workers_write_the_same_bytes(home: Path, run: Path) -> None:
    other = made(home, "two", workers=2)
    for name in ("sft.jsonl", "functions.jsonl"):
        assert (other / "export" / name).read_bytes() == (run / "export" / name).read_bytes()


def test_a_run_that_lost_its_end_goes_on_to_the_same(home: Path, run: Path) -> None:
    cut = made(home, "cut")
    for name in ("functions", "paths", "dialogues", "accepted"):
        path = cut / f"{name}.jsonl"
        path.write_bytes(path.read_bytes()[:-700])
    made(home, "cut")
    assert (cut / "export" / "sft.jsonl").read_bytes() == (run / "export" / "sft.jsonl").read_bytes()


def test_the_graph_knows_which_functions_the_rows_used(home: Path, run: Path) -> None:
    with open_graph(f"ladybug:{home / 'graph'}", read_only=True) as store:
        held = load_functions(store)
        assert all(held[f"desk/{one['name']}"].executor is None for one in TOOLS)
        assert store.run("list_runs")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\npools: {a: {catalogs: [nowhere], sft: {single: 1}}}", "no catalog nowhere"),
        ("name: x\npools: {a: {catalogs: [desk], executors: [aws], sft: {single: 1}}}", "aws can run none"),
        ("name: x\npools: {Pair: {catalogs: [desk], sft: {single: 1}}}", "no name for a pool"),
        ("name: x\npools: {a: {catalogs: [desk], executor: aws}}", "unknown key pools.a.executor"),
    ],
)
def test_a_pool_that_cannot_be_is_refused_with_what_to_do(home: Path, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(MagnetError, match=says):
        magnet_kg.run(parse_recipe(text, "x.yaml"), tmp_path / "run", graph=f"ladybug:{home / 'graph'}")


def test_the_catalog_of_the_package_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its phrases are those of the package: a graph that keeps last year's functions would be asked for others."""
    current = read_catalog("everyday", "everyday").functions
    older = current[0].model_copy(update={"description": "What it was called before.", "parameters": {}})
    gone = current[1].model_copy(update={"id": "everyday/gone_by_now", "name": "gone_by_now"})
    wanted = parse_recipe(
        "name: e\npools: {e: {catalogs: [everyday], executors: [simulator], sft: {single: 1}}}", "e.yaml"
    )
    with open_graph(f"ladybug:{tmp_path / 'graph'}") as store:
        save_functions(store, [older, gone], [concepts_of(older), concepts_of(gone)])
        add_catalogs(store, wanted)
        assert load_functions(store) == {one.id: one for one in current}
