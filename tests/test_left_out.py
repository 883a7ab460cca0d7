"""Whoever runs the tests learns what was not tried, and is not told that all is well where something is broken."""

from __future__ import annotations

from pathlib import Path

import neo4j_fixture
import pytest

from magnet_kg.domain.errors import MagnetError

pytest_plugins = ["pytester"]
TESTS = """
import mcp_servers, neo4j_fixture

def test_a_reference_server():
    mcp_servers.reference_server("memory")

def test_a_graph():
    neo4j_fixture.left_out_where_none_can_run()
"""


def test_the_last_lines_say_what_was_left_out_and_why(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("PATH", str(pytester.path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    pytester.makepyfile(TESTS)
    told = pytester.runpytest_subprocess("-p", "left_out", "-p", "no:cacheprovider")
    told.assert_outcomes(skipped=2)
    *_, graph, servers, _ = told.outlines
    assert graph.startswith("1 tests on Neo4j were left out: Java, which runs the Neo4j server, is not installed")
    assert servers == "1 tests with MCP's reference servers were left out: node and npm are not installed"


def test_a_server_that_does_not_start_fails_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    neo4j_fixture.left_out_where_none_can_run()
    (tmp_path / "shared").write_text("no folder")
    monkeypatch.setenv("MAGNET_KG_TEST_SHARED", str(tmp_path / "shared"))
    with pytest.raises(MagnetError, match="cannot be written to"):
        neo4j_fixture.managed()
