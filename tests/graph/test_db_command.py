"""`magnet-kg db`: a person starts a server, uses it, stops it, and finds everything again."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from graph_toys import feeds, function
from neo4j_fixture import left_out_where_none_can_run

from magnet_kg.cli.db import db
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import open_graph
from magnet_kg.graph.functions import load_functions, save_functions
from magnet_kg.graph.host import command_line
from magnet_kg.graph.server import ManagedServer, ServerInfo
from magnet_kg.graph.verdicts import list_verdicts, save_verdicts


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagedServer]:
    """The server of a home of one's own, stopped in the end."""
    left_out_where_none_can_run()
    monkeypatch.setenv("MAGNET_KG_HOME", str(tmp_path / "a home"))
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    server = ManagedServer()
    yield server
    server.down()


def start() -> str:
    """`db up` as a process of its own, over before anything else happens."""
    command = [sys.executable, "-c", "from magnet_kg.cli.db import db; db()"]
    command += ["up", "--bolt-port", "0", "--http-port", "0"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def call(*arguments: str) -> Result:
    return CliRunner().invoke(db, arguments)


def info_of(server: ManagedServer) -> ServerInfo:
    info = server.status()
    assert info is not None
    return info


def test_a_server_outlives_its_command_keeps_its_data_and_is_found_again(server: ManagedServer) -> None:
    source, target = function("source"), function("target")
    said = start()
    info = info_of(server)
    password = info.password_file.read_text()
    for words in (
        info.uri,
        f"{info.http_url}/browser/",
        "neo4j",
        "export NEO4J_PASSWORD",
        str(info.password_file),
    ):
        assert words in said
    assert password not in said
    assert password not in " ".join(command_line(info.pid))

    with open_graph(info.uri) as store:
        save_functions(store, [source, target], [])
        save_verdicts(store, [feeds(source, target)])
    with urllib.request.urlopen(f"{info.http_url}/browser/", timeout=10) as page:
        assert page.status == 200

    assert call("status").exit_code == 0
    assert info.uri in call("up").output
    assert info_of(server) == info
    with pytest.raises(MagnetError, match="runs already"):
        server.up(bolt_port=1)

    assert "has stopped" in call("down").output
    assert call("status").exit_code == 1
    assert "not running" in call("down").output
    with pytest.raises(MagnetError, match="no Neo4j server answers"):
        open_graph(info.uri.replace("bolt://", f"bolt://neo4j:{password}@"))

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(info.uri.rpartition(":")[2])))
        other.listen()
        assert isinstance(call("up").exception, MagnetError)

    assert call("up").exit_code == 0
    again = info_of(server)
    assert (again.uri, again.http_url) == (info.uri, info.http_url)
    with open_graph(again.uri) as store:
        assert load_functions(store) == {source.id: source, target.id: target}
        assert list_verdicts(store, source.id) == [feeds(source, target)]


@pytest.mark.parametrize("command", ["up", "down", "status"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    said = call(command, "--help")
    assert said.exit_code == 0
    assert f"magnet-kg db {command}" in said.output
