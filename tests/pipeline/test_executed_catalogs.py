"""Rows from AWS and from an MCP server come out of a run like any other: executed, traced, and verified again."""

from __future__ import annotations

from pathlib import Path

import pytest
from mcp_servers import reference_server

import magnet_kg
from magnet_kg.catalog.read import read_catalog
from magnet_kg.dependency.judging import add_functions
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.graph import open_graph
from magnet_kg.pipeline.recipe import parse_recipe

AWS = """
name: cloud
seed: 4
worlds: 3
pools:
  cloud: {catalogs: [aws], executors: [aws], sft: {single: 8, multiple: 2, multi_turn: 2}}
"""
FILES = """
name: files
seed: 4
worlds: 4
pools:
  files: {executors: [mcp], sft: {single: 6}}
"""


def made(recipe: str, out: Path, **options: object) -> list[Trajectory]:
    magnet_kg.run(parse_recipe(recipe, "test.yaml"), out, graph=f"ladybug:{out.parent / 'graph'}", **options)  # type: ignore[arg-type]
    found = list(magnet_kg.rows(out))
    assert all(isinstance(row, Trajectory) for row in found)
    return [row for row in found if isinstance(row, Trajectory)]


def test_rows_of_aws_are_executed_on_moto_and_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sk-not-to-be-seen")
    catalog = read_catalog("aws", only=["s3", "sqs", "dynamodb", "logs"])
    with open_graph(f"ladybug:{tmp_path / 'graph'}") as store:
        add_functions(store, catalog.functions)
    rows = made(AWS, tmp_path / "run")
    assert len(rows) >= 8
    assert {row.kind for row in rows} >= {"single", "multiple"}
    for row in rows:
        assert row.executors == ("aws",)
        assert row.replays
        assert not row.simulated
    assert sum(not seen.failed for row in rows for seen in row.observations) >= 8
    assert magnet_kg.check(tmp_path / "run") == {}
    written = b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert b"sk-not-to-be-seen" not in written


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A run over the reference server of files, and the server."""
    servers = {"files": f"{reference_server('filesystem')} {{scratch}}"}
    out = tmp_path_factory.mktemp("files") / "run"
    assert made(FILES, out, servers=servers)
    return out, servers


def test_rows_of_an_mcp_server_are_executed_on_it_and_hold(files: tuple[Path, dict[str, str]]) -> None:
    run, servers = files
    rows = [row for row in magnet_kg.rows(run) if isinstance(row, Trajectory)]
    for row in rows:
        assert {call.function.partition("/")[0] for call in row.calls} == {"files"}
        assert row.executors == ("mcp",)
        assert row.replays
    assert any("/workspace" in str(call.arguments) for row in rows for call in row.calls)
    assert magnet_kg.check(run, servers=servers) == {}


def test_a_server_that_nobody_names_is_not_started(files: tuple[Path, dict[str, str]]) -> None:
    failures = magnet_kg.check(files[0])
    assert failures
    assert {one.reason for found in failures.values() for one in found} >= {"call of an unknown function"}
