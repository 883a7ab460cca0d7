"""The server without Docker, as far as it goes without one: what is missing is told, what is stale is seen
through."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph.jars import jars_folder, neo4j_jars
from magnet_kg.graph.server import ManagedServer, managed_password

JAVA = """#!/bin/sh
case "$*" in
  -version) echo 'openjdk version "17.0.9" 2023-10-17' >&2 ;;
  *AdminTool*) exit 0 ;;
  *) echo "the heap is on fire"; exit 3 ;;
esac
"""
OLD_JAVA = """#!/bin/sh
echo 'java version "1.8.0_292"' >&2
"""
MAVEN = """#!/bin/sh
echo called >> "$CALLS"
for argument in "$@"; do
  case "$argument" in -DoutputDirectory=*) mkdir -p "${argument#*=}" && touch "${argument#*=}/server.jar" ;;
  esac
done
"""
BROKEN_MAVEN = """#!/bin/sh
echo "[ERROR] Could not transfer artifact: Unknown host"
exit 1
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but what a test puts into this folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "mkdir", "touch"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("MAGNET_KG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MAGNET_KG_HOME", str(tmp_path / "home"))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def test_a_missing_java_is_told(programs: Path) -> None:
    with pytest.raises(MagnetError, match=r"Java.*not installed.*openjdk"):
        ManagedServer().up(0, 0)


def test_a_java_that_is_too_old_is_told(programs: Path) -> None:
    put(programs, "java", OLD_JAVA)
    with pytest.raises(MagnetError, match="too old"):
        ManagedServer().up(0, 0)


def test_a_missing_maven_is_told(programs: Path) -> None:
    put(programs, "java", JAVA)
    with pytest.raises(MagnetError, match=r"Maven.*not installed.*compose"):
        ManagedServer().up(0, 0)


def test_a_download_that_fails_is_told_and_can_be_repeated(programs: Path) -> None:
    put(programs, "mvn", BROKEN_MAVEN)
    with pytest.raises(MagnetError, match="Unknown host"):
        neo4j_jars()
    assert not jars_folder().exists()
    put(programs, "mvn", MAVEN)
    assert [file.name for file in neo4j_jars().iterdir()] == ["server.jar"]


def test_jars_are_fetched_once_however_many_ask(programs: Path, tmp_path: Path) -> None:
    put(programs, "mvn", MAVEN)
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: neo4j_jars(), range(8)))
    assert folders == {jars_folder()}
    assert (tmp_path / "calls").read_text() == "called\n"


def test_a_server_that_does_not_start_shows_the_end_of_its_log(programs: Path) -> None:
    put(programs, "java", JAVA)
    put(programs, "mvn", MAVEN)
    with pytest.raises(MagnetError, match="the heap is on fire"):
        ManagedServer().up(0, 0)
    assert ManagedServer().status() is None


def test_a_password_is_kept_from_others(programs: Path) -> None:
    put(programs, "java", JAVA)
    put(programs, "mvn", MAVEN)
    server = ManagedServer()
    with pytest.raises(MagnetError):
        server.up(0, 0)
    assert server.password_file.stat().st_mode & 0o777 == 0o600
    assert len(server.password_file.read_text()) >= 24


def test_data_whose_password_is_lost_is_not_touched(programs: Path) -> None:
    put(programs, "java", JAVA)
    put(programs, "mvn", MAVEN)
    server = ManagedServer()
    (server.home / "data" / "databases").mkdir(parents=True)
    with pytest.raises(MagnetError, match="its password is not") as caught:
        server.up(0, 0)
    assert caught.value.where == str(server.password_file)


def test_a_port_that_is_taken_is_told(programs: Path) -> None:
    put(programs, "java", JAVA)
    put(programs, "mvn", MAVEN)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(MagnetError, match=rf"port {port}.*--bolt-port"):
            ManagedServer().up(port, 0)
        with pytest.raises(MagnetError, match=rf"port {port}.*--http-port"):
            ManagedServer().up(0, port)


def test_another_process_with_the_number_of_a_server_that_died_is_left_alone(programs: Path) -> None:
    server = ManagedServer()
    server.home.mkdir(parents=True)
    (server.home / "server.json").write_text(f'{{"pid": {os.getpid()}, "bolt_port": 7687, "http_port": 7474}}')
    assert server.status() is None
    assert server.down() is False
    assert managed_password("localhost", 7687) is None


def test_a_file_about_the_server_that_cannot_be_read_counts_as_none(programs: Path) -> None:
    server = ManagedServer()
    server.home.mkdir(parents=True)
    (server.home / "server.json").write_text('{"pid": ')
    assert server.status() is None
    assert server.down() is False


def test_a_home_that_cannot_be_made_is_told(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MagnetError, match="cannot be written to"):
        ManagedServer(tmp_path / "file" / "home").up(0, 0)
