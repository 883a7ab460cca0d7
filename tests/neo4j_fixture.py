"""Graphs for tests: an empty one on either engine, and one real Neo4j for the whole session.

Neo4j is the server that NEO4J_URI names (its database must be empty: tests wipe it), else a container where
Docker answers, else the managed server on free ports. Where there is no Java or no Maven for it, the tests that need
one are left out (`left_out`); a server that does not start fails them. Workers of pytest-xdist share one server, one at
a time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest
from left_out import leave_out
from neo4j_browser import find_chromium

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.host import find_java
from magnet_kg.graph.jars import jars_folder, locked
from magnet_kg.graph.server import ManagedServer, ServerInfo

_SHARED = "MAGNET_KG_TEST_SHARED"


def pytest_configure(config: pytest.Config) -> None:
    # The environment is how the workers of xdist learn of the folder they share.
    if not hasattr(config, "workerinput"):
        os.environ[_SHARED] = tempfile.mkdtemp(prefix="magnet-kg-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared = _shared()
        ManagedServer(shared / "neo4j").down()
        shutil.rmtree(shared, ignore_errors=True)


@pytest.fixture(scope="session")
def neo4j_uri() -> Iterator[str]:
    """A running Neo4j; NEO4J_PASSWORD is set for it. Other tests' graphs may be in it: see empty_neo4j."""
    with pytest.MonkeyPatch.context() as patch:
        if given := os.environ.get("NEO4J_URI"):
            with locked(_shared() / "test.lock"), open_graph(given) as store:
                if store.run("count_nodes"):
                    pytest.exit(f"NEO4J_URI: the database at {store.uri} is not empty, and tests would wipe it", 2)
            yield given
        elif _docker_answers():
            from testcontainers.neo4j import Neo4jContainer

            with Neo4jContainer("neo4j:5.26-community", username="neo4j", password="only-for-tests") as container:
                patch.setenv("NEO4J_PASSWORD", container.password)
                yield container.get_connection_url()
        else:
            info = managed()
            patch.setenv("NEO4J_PASSWORD", info.password_file.read_text())
            yield info.uri


@pytest.fixture
def empty_neo4j(neo4j_uri: str) -> Iterator[str]:
    """A Neo4j with an empty database, this test's alone."""
    with locked(_shared() / "test.lock"):
        _wipe(neo4j_uri)
        yield neo4j_uri
        _wipe(neo4j_uri)


@pytest.fixture
def empty_managed_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerInfo]:
    """The managed server, whatever else there is, with an empty database, this test's alone."""
    info = managed()
    monkeypatch.setenv("NEO4J_PASSWORD", info.password_file.read_text())
    for foreign in ("NEO4J_USERNAME", "NEO4J_DATABASE"):
        monkeypatch.delenv(foreign, raising=False)
    with locked(_shared() / "test.lock"):
        _wipe(info.uri)
        yield info
        _wipe(info.uri)


@pytest.fixture(params=["ladybug", "neo4j"])
def graph_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty graph is: the test runs once on each engine."""
    if request.param == "ladybug":
        return f"ladybug:{tmp_path / 'graph.ladybug'}"
    uri: str = request.getfixturevalue("empty_neo4j")
    return uri


@pytest.fixture
def graph_store(graph_uri: str) -> Iterator[GraphStore]:
    """An empty graph, opened for writing, on each engine."""
    with open_graph(graph_uri) as store:
        yield store


def left_out_where_none_can_run() -> None:
    """Leave the test out where this machine cannot run a Neo4j of its own."""
    try:
        find_java()
    except MagnetError as error:
        leave_out("Neo4j", str(error))
    if not jars_folder().is_dir() and shutil.which("mvn") is None:
        leave_out("Neo4j", "Maven, which fetches the Neo4j server, is not installed")


@pytest.fixture(scope="session")
def chromium() -> None:
    """A Chromium to open pages with; the test is left out where there is none."""
    if find_chromium() is None:
        leave_out("Chromium", "chromium and chromedriver are not installed (tests/browser/install.sh)")


def managed() -> ServerInfo:
    """The managed server, started if need be."""
    left_out_where_none_can_run()
    return ManagedServer(_shared() / "neo4j").up(0, 0)


def _shared() -> Path:
    return Path(os.environ[_SHARED])


def _docker_answers() -> bool:
    try:
        import docker.errors

        import docker
    except ImportError:
        return False
    try:
        return bool(docker.from_env(timeout=5).ping())
    except (docker.errors.DockerException, OSError):
        return False


def _wipe(uri: str) -> None:
    """Empty the database, constraints stay. As many nodes at a time as one transaction surely holds."""
    user = os.environ.get("NEO4J_USERNAME") or "neo4j"
    with neo4j.GraphDatabase.driver(uri, auth=(user, os.environ["NEO4J_PASSWORD"])) as driver:
        wipe = "MATCH (n) WITH n LIMIT 500 DETACH DELETE n RETURN count(*) AS deleted"
        while driver.execute_query(wipe, database_=os.environ.get("NEO4J_DATABASE")).records[0]["deleted"]:
            pass
