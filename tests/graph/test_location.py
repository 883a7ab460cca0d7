"""Where a graph is found, and what is said where it cannot be."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import open_graph
from magnet_kg.graph.host import free_port

VARIABLES = ("MAGNET_KG_GRAPH", "NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing in the environment, a folder of one's own, and no managed server."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MAGNET_KG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where something listens and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_graph_is_a_file_here_unless_something_else_is_said(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with open_graph() as store:
        assert (store.uri, store.dialect) == ("ladybug:magnet-kg.ladybug", "ladybug")
    assert (tmp_path / "magnet-kg.ladybug").exists()


def test_the_argument_goes_before_the_environment(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("NEO4J_URI", f"bolt://127.0.0.1:{free_port(0, 0, '')}")
    bare.setenv("MAGNET_KG_GRAPH", "ladybug:from-environment.ladybug")
    with open_graph() as store:
        assert store.uri == "ladybug:from-environment.ladybug"
    with open_graph(f"ladybug:{tmp_path / 'given.ladybug'}") as store:
        assert store.uri == f"ladybug:{tmp_path / 'given.ladybug'}"


def test_a_server_is_found_by_the_usual_variables(bare: pytest.MonkeyPatch) -> None:
    uri = f"bolt://127.0.0.1:{free_port(0, 0, '')}"
    bare.setenv("NEO4J_URI", uri)
    bare.setenv("NEO4J_PASSWORD", "hidden-word")
    with pytest.raises(MagnetError, match="no Neo4j server answers") as caught:
        open_graph()
    assert caught.value.where == uri


def test_a_home_folder_may_be_written_as_a_tilde(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare.setenv("HOME", str(tmp_path))
    with open_graph("ladybug:~/mine.ladybug"):
        assert (tmp_path / "mine.ladybug").exists()


@pytest.mark.parametrize("uri", ["postgres://host/db", "graph.ladybug", "http://localhost:7474", "neo4j:host"])
def test_an_unknown_kind_of_graph_is_told_with_the_known_ones(bare: pytest.MonkeyPatch, uri: str) -> None:
    with pytest.raises(MagnetError, match=r"ladybug:<file>.*neo4j://"):
        open_graph(uri)


@pytest.mark.parametrize("uri", ["bolt://", "bolt://:7687", "bolt://host:port", "neo4j://user:hidden-word@"])
def test_an_address_that_is_none_is_told(bare: pytest.MonkeyPatch, uri: str) -> None:
    with pytest.raises(MagnetError, match="no address of a server") as caught:
        open_graph(uri)
    assert "hidden-word" not in str(caught.value)


def test_credentials_of_an_address_are_never_shown(bare: pytest.MonkeyPatch) -> None:
    port = free_port(0, 0, "")
    for uri in (
        f"bolt://someone:hidden-word@127.0.0.1:{port}",
        f"bolt://x:hidden/word@127.0.0.1:{port}",
        "ftp://a:hidden@b",
    ):
        with pytest.raises(MagnetError) as caught:
            open_graph(uri)
        assert "hidden" not in str(caught.value)


def test_a_missing_password_is_told(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(MagnetError, match="Set NEO4J_PASSWORD"):
        open_graph("neo4j://db.example.org")


def test_a_server_that_never_answers_is_given_up(bare: pytest.MonkeyPatch, silent_port: int) -> None:
    bare.setenv("NEO4J_PASSWORD", "hidden-word")
    with pytest.raises(MagnetError, match="no Neo4j server answers"):
        open_graph(f"bolt://127.0.0.1:{silent_port}")


def test_a_server_that_does_not_encrypt_is_told_from_one_that_is_not_there(
    neo4j_uri: str,
) -> None:
    with pytest.raises(MagnetError, match="without encryption wants bolt://"):
        open_graph(neo4j_uri.replace("bolt://", "bolt+s://"))


def test_a_wrong_password_is_told_and_not_shown(neo4j_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "hidden-word")
    with pytest.raises(MagnetError, match="NEO4J_PASSWORD") as caught:
        open_graph(neo4j_uri)
    assert "hidden-word" not in str(caught.value)


def test_credentials_may_stand_in_the_address(empty_neo4j: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user, password = os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ["NEO4J_PASSWORD"]
    monkeypatch.setenv("NEO4J_PASSWORD", "not-this-one")
    with open_graph(empty_neo4j.replace("://", f"://{user}:{password}@")) as store:
        assert store.uri == empty_neo4j


def test_a_database_that_is_not_there_is_told(empty_neo4j: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_DATABASE", "nowhere")
    with pytest.raises(MagnetError, match="'nowhere'"):
        open_graph(empty_neo4j)


def test_nothing_is_printed_and_nothing_logged_by_a_server(empty_neo4j: str, capfd: pytest.CaptureFixture[str]) -> None:
    with open_graph(empty_neo4j) as store:
        store.run("list_runs")
        store.run("load_functions", executor="")
    assert capfd.readouterr() == ("", "")
