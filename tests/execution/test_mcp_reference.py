"""The reference servers of the protocol's authors: files, and a graph of what is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mcp_servers import call, executor, reference_server

from magnet_kg.execution.mcp import McpExecutor
from magnet_kg.execution.mcp_scratch import seed_files


@pytest.fixture(scope="module")
def files() -> Iterator[McpExecutor]:
    made = executor("filesystem", command=f"{reference_server('filesystem')} {{scratch}}", state="files")
    yield made
    made.close()


@pytest.fixture(scope="module")
def memory() -> Iterator[McpExecutor]:
    command, env = reference_server("memory"), {"MEMORY_FILE_PATH": "{scratch}/memory.jsonl"}
    made = executor("memory", command=command, env=env, state="files")
    yield made
    made.close()


def test_files_are_those_of_the_world(files: McpExecutor) -> None:
    session = files.open(1)
    assert len(files.functions) == 14
    allowed = call(session, "filesystem/list_allowed_directories").output["content"]
    assert allowed.splitlines()[1:] == ["/workspace"]
    for name, text in seed_files(1).items():
        assert call(session, "filesystem/read_text_file", path=f"/workspace/{name}").output == {"content": text}
    other = call(files.open(2), "filesystem/read_text_file", path="/workspace/guests.md")
    assert other.output != {"content": seed_files(1)["guests.md"]}


def test_what_is_written_is_read_moved_and_put_back(files: McpExecutor) -> None:
    session = files.open(3)
    saved = session.snapshot()
    call(session, "filesystem/create_directory", path="/workspace/letters")
    written = call(session, "filesystem/write_file", path="/workspace/draft.txt", content="Dear all,\nhello\n")
    assert "/workspace/draft.txt" in written.output["content"]
    edits = [{"oldText": "hello", "newText": "good morning"}]
    assert "good morning" in str(call(session, "filesystem/edit_file", path="/workspace/draft.txt", edits=edits).output)
    moved = {"source": "/workspace/draft.txt", "destination": "/workspace/letters/all.txt"}
    assert not call(session, "filesystem/move_file", **moved).failed
    found = call(session, "filesystem/search_files", path="/workspace", pattern="**/all.txt")
    assert found.output == {"content": "/workspace/letters/all.txt"}
    session.restore(saved)
    listed = call(session, "filesystem/list_directory", path="/workspace").output["content"]
    assert "letters" not in listed
    assert "todo.txt" in listed


def test_nothing_outside_the_folder_is_within_reach(files: McpExecutor) -> None:
    for path in ("/etc/passwd", "/workspace/../etc/passwd"):
        assert call(files.open(4), "filesystem/read_text_file", path=path).failed


def test_what_is_remembered_is_found_and_forgotten_with_the_session(memory: McpExecutor) -> None:
    session = memory.open(1)
    assert len(memory.functions) == 9
    assert all(function.returns for function in memory.functions.values())
    ann = {"name": "Ann", "entityType": "person", "observations": ["sings"]}
    assert call(session, "memory/create_entities", entities=[ann]).output == {"entities": [ann]}
    found = call(session, "memory/search_nodes", query="sings").output
    assert [entity["name"] for entity in found["entities"]] == ["Ann"]
    assert call(memory.open(1), "memory/read_graph").output == {"entities": [], "relations": []}
