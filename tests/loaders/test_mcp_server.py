"""MCP servers as catalogs: their tools, and what a user reads when a server is no good."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path

import pytest
from http_notes import notes_over_http

from magnet_kg.catalog.read import find_loaders, read_catalog
from magnet_kg.domain.errors import MagnetError

SERVER = Path(__file__).parents[1] / "notes_server.py"
COMMAND = shlex.join([sys.executable, str(SERVER)])
BAD = shlex.join([sys.executable, str(SERVER.with_name("bad_server.py"))])


def test_tools_come_with_their_schemas() -> None:
    catalog = read_catalog(COMMAND, "mcp")
    functions = {function.name: function for function in catalog.functions}
    assert catalog.name == "notes"
    assert set(functions) == {"add_note", "list_notes", "delete_note", "where", "echo", "hang", "die"}
    add = functions["add_note"]
    assert add.id == "notes/add_note"
    assert add.description == "Keep a note under a title."
    assert add.required == ("title", "text")
    assert add.returns is not None
    assert set(add.returns["properties"]) == {"title", "text"}
    assert (add.executor, add.version, add.source) == ("mcp", "1.2.0", f"mcp:{COMMAND}")
    assert functions["where"].returns is None


def test_tools_are_read_over_http() -> None:
    with notes_over_http() as url:
        catalog = read_catalog(url, "mcp", name="shelf", only=["*_note"])
    assert [function.id for function in catalog.functions] == ["shelf/add_note", "shelf/delete_note"]


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("npx -y @modelcontextprotocol/server-filesystem {scratch}", "filesystem"),
        ("npx -y @modelcontextprotocol/server-memory@2026.8.31", "memory"),
        ("uvx mcp-server-git", "git"),
        ("python -m my.weather", "my_weather"),
        ("https://example.com/mcp", "example_com"),
    ],
)
def test_a_catalog_is_called_like_the_server(location: str, name: str) -> None:
    loader = find_loaders()["mcp"]
    assert loader.catalog_name(location) == name
    assert not loader.fits(location), "a server is run only where the user says so"


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("--die", "the server ended; it printed: the shelf is broken"),
        ("--hang", "the server did not answer within 3 seconds; it printed: just a moment"),
        ("--rubbish", "the server did not answer within 3 seconds; it printed: Welcome to the shelf!"),
    ],
)
def test_a_server_that_is_no_good_is_told_in_time(how: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGNET_KG_MCP_TIMEOUT", "3")
    began = time.monotonic()
    with pytest.raises(MagnetError) as error:
        read_catalog(f"{BAD} {how}", "mcp")
    assert error.value.what.startswith(told)
    assert error.value.where == f"{BAD} {how}"
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("no-such-command-here --flag", "there is no command no-such-command-here"),
        ("python 'unbalanced", "not a command line"),
        ("", "there is no command"),
        ("http://127.0.0.1:9/mcp", "the server cannot be used"),
    ],
)
def test_what_cannot_be_started_is_told(location: str, told: str) -> None:
    with pytest.raises(MagnetError, match=told):
        read_catalog(location, "mcp", name="x")


@pytest.mark.parametrize("limit", ["soon", "0", "-3", "inf"])
def test_a_wrong_time_limit_is_told(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGNET_KG_MCP_TIMEOUT", limit)
    with pytest.raises(MagnetError, match="Give a number of seconds"):
        read_catalog(COMMAND, "mcp")


def test_nothing_of_a_command_reaches_a_shell(tmp_path: Path) -> None:
    with pytest.raises(MagnetError):
        read_catalog(f"{BAD} --die ; touch {tmp_path}/made", "mcp")
    assert not (tmp_path / "made").exists()
