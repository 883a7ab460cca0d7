"""MCP servers as executors: a session is alone with its server, and is put back by making its calls again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from http_notes import notes_over_http
from mcp_servers import NOTES, call, executor
from until import wait_until

from magnet_kg.execution.mcp import McpExecutor
from magnet_kg.execution.mcp_scratch import WORKSPACE

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def notes() -> Iterator[McpExecutor]:
    """A server that keeps its notes in a file."""
    made = executor("notes", command=NOTES, state="files")
    yield made
    made.close()


@pytest.fixture(scope="module")
def in_memory() -> Iterator[McpExecutor]:
    """A server that has to be started anew for each session; two may run at once."""
    made = executor("notes", command=f"{NOTES} --in-memory", processes=2)
    yield made
    made.close()


def children() -> set[int]:
    """The servers of notes that this process runs, itself or through others: other tests have theirs beside them."""
    return {server for server in servers() if os.getpid() in ancestors(server)}


def servers() -> set[int]:
    """The processes on this machine that run a server of notes."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            alive = state_and_parent(int(process.name))[0] != "Z"
        except OSError:
            continue
        if b"notes_server.py" in command and alive:
            found.add(int(process.name))
    return found


def ancestors(process: int) -> set[int]:
    found: set[int] = set()
    with suppress(OSError):
        while process > 1:
            process = int(state_and_parent(process)[1])
            found.add(process)
    return found


def state_and_parent(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]


def wait_until_gone(processes: set[int]) -> None:
    wait_until(lambda: not processes & servers(), "the servers end", 10)


def test_what_a_tool_returns_is_the_output(notes: McpExecutor) -> None:
    session = notes.open(1)
    assert call(session, "notes/add_note", title="a", text="eggs").output == {"title": "a", "text": "eggs"}
    assert call(session, "notes/list_notes").output == {"notes": [{"title": "a", "text": "eggs"}]}
    assert call(session, "notes/where").output["folder"] == WORKSPACE
    failed = call(session, "notes/delete_note", title="zz")
    assert failed.failed
    assert "There is no note zz." in failed.output["error"]["message"]


def test_wrong_arguments_are_refused_and_change_nothing(notes: McpExecutor) -> None:
    session = notes.open(1)
    before = session.digest()
    for wrong in ({}, {"title": 3, "text": "x"}, {"title": "a", "text": "b", "colour": "red"}):
        assert call(session, "notes/add_note", **wrong).error_code == "invalid_argument"
    assert session.digest() == before
    with pytest.raises(KeyError):
        call(session, "notes/burn_note")


def test_sessions_do_not_see_one_another(notes: McpExecutor, in_memory: McpExecutor) -> None:
    apart(notes)
    apart(in_memory)


def apart(notes: McpExecutor) -> None:
    one, other = notes.open(2), notes.open(2)
    call(one, "notes/add_note", title="mine", text="eggs")
    assert call(other, "notes/list_notes").output == {"notes": []}
    assert call(one, "notes/list_notes").output != {"notes": []}
    assert one.digest() != other.digest()


def test_more_sessions_than_servers(in_memory: McpExecutor) -> None:
    """A server that was taken for another session is begun anew, and the calls are made again."""
    sessions = [in_memory.open(n) for n in range(3)]
    for n, session in enumerate(sessions):
        call(session, "notes/add_note", title=f"note {n}", text="")
    found = call(sessions[0], "notes/list_notes").output["notes"]
    assert [note["title"] for note in found] == ["note 0"]


def test_a_snapshot_brings_a_server_back(notes: McpExecutor, in_memory: McpExecutor) -> None:
    brought_back(notes)
    brought_back(in_memory)


def brought_back(notes: McpExecutor) -> None:
    session = notes.open(3)
    call(session, "notes/add_note", title="kept", text="1")
    saved, digest = session.snapshot(), session.digest()
    first = call(session, "notes/add_note", title="rehearsed", text="2")
    call(session, "notes/delete_note", title="kept")
    session.restore(saved)
    assert session.digest() == digest
    assert len(call(session, "notes/list_notes").output["notes"]) == 1
    assert call(session, "notes/add_note", title="rehearsed", text="2") == first
    assert len(call(session, "notes/list_notes").output["notes"]) == 2
    assert notes.open(3).digest() != digest


def test_a_row_replays_in_another_session(notes: McpExecutor) -> None:
    outcomes, digests = [], []
    for _ in range(2):
        session = notes.open(4)
        made = [call(session, "notes/add_note", title="a", text="1"), call(session, "notes/where")]
        made.append(call(session, "notes/echo", path=f"{WORKSPACE}/notes.json"))
        outcomes.append(made)
        digests.append(session.digest())
    assert outcomes[0] == outcomes[1]
    assert digests[0] == digests[1]
    assert notes.replays("notes/add_note")


def test_paths_are_of_the_workspace(notes: McpExecutor) -> None:
    """The folder has another name each time; neither the model nor the row ever sees it."""
    session = notes.open(5)
    assert call(session, "notes/echo", path=WORKSPACE).output == f"{WORKSPACE} is there"
    assert call(session, "notes/echo", path="/workspaces").output == "/workspaces is nowhere"


@pytest.mark.parametrize(("tool", "code"), [("hang", "timeout"), ("die", "server_gone")])
def test_a_call_that_hangs_or_kills_is_an_outcome(
    notes: McpExecutor, tool: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.close()
    before, session = children(), notes.open(6)
    call(session, "notes/add_note", title="before", text="1")
    digest, running = session.digest(), children() - before
    assert len(running) == 1
    monkeypatch.setenv("MAGNET_KG_MCP_TIMEOUT", "1")
    assert call(session, f"notes/{tool}").error_code == code
    monkeypatch.delenv("MAGNET_KG_MCP_TIMEOUT")
    assert session.digest() == digest
    assert len(call(session, "notes/list_notes").output["notes"]) == 1, "a new server, with what was kept before"
    wait_until_gone(running)


def test_a_server_behind_an_address_is_not_claimed_to_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with notes_over_http() as url:
        made = executor("notes", url=url)
        assert not made.replays("notes/add_note")
        assert call(made.open(1), "notes/echo", path="/nowhere/at/all").output == "/nowhere/at/all is nowhere"
        session = made.open(1)
        call(session, "notes/add_note", title="there", text="")
        saved = session.snapshot()
        call(session, "notes/delete_note", title="there")
        session.restore(saved)
        left = call(session, "notes/list_notes").output
        assert left == {"notes": []}, "what was done is done, and nothing is repeated"
        made.close()
    assert not executor("notes", command=NOTES, resettable=False).replays("notes/add_note")


def test_servers_are_gone_when_the_executor_is() -> None:
    before = children()
    made = executor("notes", command=NOTES, state="files")
    call(made.open(1), "notes/list_notes")
    ours = children() - before
    assert ours
    made.close()
    wait_until_gone(ours)
    call(made.open(1), "notes/list_notes")
    ours = children() - before
    assert ours, "it starts again when it is needed"
    del made
    wait_until_gone(ours)


@pytest.mark.parametrize("how", [None, signal.SIGINT, signal.SIGKILL])
def test_no_server_outlives_its_process(how: signal.Signals | None) -> None:
    """A run that ends, is interrupted or is killed leaves nothing behind, not even a server that hears nothing."""
    script = f"""
import sys
sys.path.insert(0, {str(HERE)!r})
from mcp_servers import NOTES, call
from magnet_kg.domain.function import Function
from magnet_kg.execution.mcp import McpExecutor, ServerSettings
functions = {{}}
for name in ("list_notes", "hang"):
    about = dict(category="notes", toolkit="notes", description="", source="mcp", catalog="notes")
    functions[name] = Function(id=name, name=name, parameters={{"type": "object"}}, **about)
session = McpExecutor(functions, {{"notes": ServerSettings(command=NOTES, state="files")}}).open(1)
call(session, "list_notes")
print("ready", flush=True)
if {how is not None}:
    call(session, "hang")
"""
    before = children()
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    ours = children() - before
    assert ours
    if how is not None:
        os.kill(process.pid, how)
    process.wait(timeout=30)
    process.stdout.close()
    wait_until_gone(ours)
