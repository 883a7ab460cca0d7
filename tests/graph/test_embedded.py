"""The graph in a file: who may open it, what happens to it when a process dies, what is said when it will not
open."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from graph_toys import function

from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import GraphStore, open_graph
from magnet_kg.graph.functions import load_functions, save_functions

HOLDER = """
import sys
from magnet_kg.graph import open_graph
store = open_graph(sys.argv[1])
number = 0
print("open", flush=True)
while sys.stdin.readline():
    store.write("create_concepts", [{"id": f"c{number}"}])
    number += 1
    print(number, flush=True)
"""


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"ladybug:{tmp_path / 'graph.ladybug'}"


@contextmanager
def holder(uri: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the graph open; it writes a concept for each line that it gets."""
    command = [sys.executable, "-c", HOLDER, uri]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[str]) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


def concepts(store: GraphStore) -> int:
    return int({row["what"]: row["number"] for row in store.run("count_nodes")}.get("concepts", 0))


def test_who_else_writes_is_named(uri: str) -> None:
    with (
        holder(uri) as process,
        pytest.raises(MagnetError, match=rf"process {process.pid} .*kill {process.pid}"),
    ):
        open_graph(uri)
    with open_graph(uri) as store:
        assert concepts(store) == 0


def test_one_may_read_while_another_process_writes(uri: str) -> None:
    with holder(uri) as process:
        for _ in range(30):
            tell(process)
            with open_graph(uri, read_only=True) as store:
                assert 0 <= concepts(store) <= 30
        tell(process)


def test_what_was_written_outlives_a_process_that_is_killed(uri: str) -> None:
    with holder(uri) as process:
        written = [tell(process) for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert written[-1] == "5\n"
    with open_graph(uri) as store:
        assert concepts(store) == 5


def test_a_graph_opened_for_reading_can_be_opened_for_writing_beside(uri: str) -> None:
    open_graph(uri).close()
    with open_graph(uri, read_only=True) as reader:
        with open_graph(uri) as writer:
            save_functions(writer, [function("a")], [])
            assert list(load_functions(reader)) == ["toys/a"]
        assert list(load_functions(reader)) == ["toys/a"]


def test_a_file_is_let_go_of_with_its_last_store(uri: str) -> None:
    with open_graph(uri), open_graph(uri):
        pass
    with holder(uri) as process:
        assert tell(process) == "1\n"


def _use_inherited(store: GraphStore, answer: multiprocessing.SimpleQueue[str]) -> None:
    try:
        store.run("list_runs")
    except MagnetError as error:
        answer.put(str(error))
    store.close()


def test_a_store_does_not_follow_into_a_forked_process(uri: str) -> None:
    fork = multiprocessing.get_context("fork")
    answer = fork.SimpleQueue()
    with open_graph(uri) as store:
        child = fork.Process(target=_use_inherited, args=(store, answer))
        child.start()
        child.join()
        assert "another process" in answer.get()
        save_functions(store, [function("a")], [])
        assert list(load_functions(store)) == ["toys/a"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("folder", "this is a folder"),
        ("text.txt", "not a ladybug database"),
        ("missing/graph.ladybug", "mkdir -p"),
        ("", "the file is missing"),
    ],
)
def test_a_place_that_will_not_do_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("Dear diary, " * 1000)
    with pytest.raises(MagnetError, match=words):
        open_graph(f"ladybug:{place}")


def test_reading_where_there_is_no_graph_is_told(uri: str, tmp_path: Path) -> None:
    with pytest.raises(MagnetError, match="graph build"):
        open_graph(uri, read_only=True)
    (tmp_path / "graph.ladybug").touch()
    with open_graph(uri, read_only=True) as store, pytest.raises(MagnetError, match="graph build"):
        load_functions(store)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anywhere, so the answer is given in its place.
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(MagnetError, match="cannot be written to"):
        open_graph(f"ladybug:{tmp_path / 'graph.ladybug'}")


FILLER = """
import resource, signal, sys
from magnet_kg.domain.errors import MagnetError
from magnet_kg.graph import open_graph
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
saved = 0
try:
    with open_graph(sys.argv[1]) as store:
        while True:
            store.write("create_concepts", [{"id": f"{saved + number} {'x' * 200}"} for number in range(500)])
            saved += 500
except MagnetError as error:
    print(saved)
    sys.exit(str(error))
"""


def test_a_disk_that_is_full_is_told_and_costs_nothing_that_was_saved(uri: str) -> None:
    command = [sys.executable, "-c", FILLER, uri]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    with open_graph(uri) as store:
        assert concepts(store) == int(done.stdout) > 0
        store.write("create_concepts", [{"id": "there is room again"}])
    with open_graph(uri, read_only=True) as store:
        assert concepts(store) == int(done.stdout) + 1
