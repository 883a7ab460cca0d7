"""Whatever is wrong: one line that says what and what to do, exit 1, and everything as it was before."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from commands import COMMAND, Done, environment, invoked, magnet
from run_fixture import RUN, FinishedRun

from magnet_kg.pipeline.rows import RunLock


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which the command is given in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run_home(home: Path, finished_run: FinishedRun) -> Path:
    """A folder with a finished run and its graph."""
    finished_run.copied(home / "quick")
    finished_run.copied_graph(home / "graph")
    return home


def refused(done: Done, *said: str) -> None:
    """The command has failed as it should, and says all of this in its one line."""
    assert done.code == 1, done
    assert done.complaint.endswith("."), done.complaint
    for part in said:
        assert part in done.complaint, done.complaint


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Recipes


def test_an_unknown_recipe_names_those_that_there_are(home: Path) -> None:
    refused(invoked("run", "quik", "--out", "quick"), "no recipe called quik", "paper, quick", ".yaml")
    refused(invoked("run", "quik.yaml", "--out", "quick"), "quik.yaml", "no such recipe file", "paper, quick")
    assert not list(home.iterdir())


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ("name: mine\nsft: {single: 3}\nseeds: 4\n", ("mine.yaml:3", "unknown key seeds", "seed,")),
        ("name: mine\nsft: {single: 3}\npaths:\n  steps: 5\n  stepz: 4\n", ("mine.yaml:5", "paths.stepz", "steps,")),
        ("name: mine\nsft:\n  single: 3\n  multi: 4\n", ("mine.yaml:4", "unknown key sft.multi", "multi_turn")),
        ("name: mine\nsft: {single: 3}\nseed: soon\n", ("mine.yaml:3", "seed", "integer")),
        ("name: mine\nsft:\n  single: -3\n", ("mine.yaml:3", "sft.single", "greater than or equal to 0")),
        ("name: mine\nsft: {single: 3}\npaths: {merge: 2}\n", ("mine.yaml:3", "paths.merge", "less than or equal")),
        ("sft: {single: 3}\n", ("mine.yaml:1", "name", "required")),
        ("name: mine\nseed: 3\n", ("mine.yaml:1", "at least one row", "sft:", "preference:")),
        ("name: mine\nsft: {single: 3\n", ("mine.yaml:", "not YAML")),
        ("- name\n- mine\n", ("mine.yaml:1", "recipe")),
        ("", ("mine.yaml:1", "recipe")),
    ],
)  # fmt: skip
def test_a_wrong_recipe_is_told_with_its_line(home: Path, recipe: str, said: tuple[str, ...]) -> None:
    (home / "mine.yaml").write_text(recipe)
    refused(invoked("run", "mine.yaml", "--out", "mine"), *said)
    assert [path.name for path in home.iterdir()] == ["mine.yaml"]


def test_a_recipe_in_another_encoding_is_told(home: Path) -> None:
    (home / "mine.yaml").write_bytes("name: Müller\nsft: {single: 3}\n".encode("latin-1"))
    refused(invoked("run", "mine.yaml", "--out", "mine"), "mine.yaml", "UTF-8")


def test_fewer_rows_than_kinds_says_how_many_are_needed(home: Path) -> None:
    refused(invoked("run", "quick", "--rows", "9", "--out", "quick"), "9 rows", "10 kinds", "at least 10 rows")
    assert not list(home.iterdir())


# Graphs


def test_a_server_that_does_not_answer(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        uri = f"bolt://127.0.0.1:{probe.getsockname()[1]}"
        done = invoked("run", "quick", "--rows", "20", "--out", "quick", "--graph", uri, env={"NEO4J_PASSWORD": "x"})
    refused(done, uri, "no Neo4j server answers", "magnet-kg db up", "ladybug:")
    assert not list(home.iterdir())


def test_a_wrong_password_is_told_and_not_shown(home: Path, neo4j_uri: str) -> None:
    env = {"NEO4J_PASSWORD": "this-is-wrong", "NEO4J_USERNAME": os.environ.get("NEO4J_USERNAME") or "neo4j"}
    done = invoked("run", "quick", "--rows", "20", "--out", "quick", "--graph", neo4j_uri, env=env)
    refused(done, neo4j_uri, "refuses this user and password", "NEO4J_PASSWORD")
    assert "this-is-wrong" not in done.err
    assert not list(home.iterdir())


def test_a_missing_password(home: Path) -> None:
    env = {"MAGNET_KG_HOME": str(home / "elsewhere")}
    refused(invoked("walk", "--graph", "neo4j://graph.example.org", env=env), "graph.example.org", "Set NEO4J_PASSWORD")


HOLDER = """
import sys
from magnet_kg.graph import open_graph
with open_graph("ladybug:graph"):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("command", [("graph", "build", "--graph", "ladybug:graph"), RUN])
def test_a_graph_that_another_process_writes_to(run_home: Path, command: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=run_home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        before = contents(run_home)
        done = magnet(*command, cwd=run_home)
        after = contents(run_home)
        other.communicate(b"")
    refused(done, "/graph:", f"process {other.pid} is writing", f"kill {other.pid}")
    assert after == before


@pytest.mark.parametrize("command", [("graph", "build"), ("graph", "stats"), ("walk",)])
def test_a_file_that_is_no_graph_is_left_alone(home: Path, command: tuple[str, ...]) -> None:
    (home / "letters.txt").write_text("Dear Ann,\n" * 1000)
    refused(invoked(*command, "--graph", "ladybug:letters.txt"), "letters.txt", "not a ladybug database")
    assert contents(home) == {"letters.txt": b"Dear Ann,\n" * 1000}


@pytest.mark.parametrize(
    "command", [("graph", "stats"), ("graph", "edges", "find_contact"), ("walk",), ("catalog", "list")]
)
def test_a_graph_that_is_not_there_yet(home: Path, command: tuple[str, ...]) -> None:
    refused(invoked(*command), "no graph is there yet", "magnet-kg graph build")
    assert not list(home.iterdir())


def test_a_place_that_is_none(home: Path) -> None:
    refused(invoked("walk", "--graph", "http://ann:secret@host"), "no place for a graph", "ladybug:<file>", "bolt://")
    assert "secret" not in invoked("walk", "--graph", "http://ann:secret@host").err
    assert not list(home.iterdir())


# Catalogs

GOOD = '{"name": "get_rate", "description": "A rate.", "parameters": {"type": "object", "properties": {}}}'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"name": "get_', ("not JSON",)),
        ('["get_rate"]', ("a function is an object with a name",)),
        ('{"name": "get_tax", "params": {}}', ("unknown key params", "parameters")),
        ('{"name": "get_tax", "parameters": {"type": "string"}}', ("parameters", "object")),
        ('{"name": "get_tax", "description": ["A tax."]}', ("description",)),
    ],
)
def test_a_broken_line_of_a_catalog_changes_nothing(run_home: Path, line: str, said: tuple[str, ...]) -> None:
    (run_home / "mine.jsonl").write_text(f"{GOOD}\n\n{line}\n")
    before = contents(run_home)
    refused(invoked("graph", "build", "mine.jsonl", "--graph", "ladybug:graph"), "mine.jsonl:3", *said)
    assert contents(run_home) == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mine.jsonl", f"{GOOD}\n{GOOD}\n", "mine/get_rate occurs twice"),
        ("mine.jsonl", "\n", "empty"),
        ("mine.pdf", "x", "no loader reads this"),
        ("other.jsonl", None, "no such file"),
    ],
)
def test_a_catalog_that_cannot_be_taken(home: Path, name: str, content: str | None, said: str) -> None:
    if content is not None:
        (home / name).write_text(content)
    refused(invoked("graph", "build", name, "--graph", "ladybug:graph"), name, said)
    assert not (home / "graph").exists()


# A full disk


ROW_FILES = ("paths", "dialogues", "trajectories", "preferences", "rejected", "accepted")


@pytest.mark.parametrize(
    ("finished", "full"),
    [
        (0, "paths.jsonl"),
        (1, "dialogues.jsonl"),
        (2, "preferences.jsonl"),
        (4, "rejected.jsonl"),
        (5, "accepted.jsonl"),
        (6, "export/.sft.jsonl.partial"),
        (6, "export/.preference.parquet.partial"),
        (6, "export/.README.md.partial"),
        (6, ".report.json.partial"),
    ],
)
def test_a_full_disk_costs_nothing_that_was_made(
    run_home: Path, finished_run: FinishedRun, finished: int, full: str
) -> None:
    """One file after the other lies on a device that is always full."""
    run = run_home / "quick"
    for path in run.rglob("*"):
        if path.is_file() and path.stem not in ("recipe", *ROW_FILES[:finished]):
            path.unlink()
    before = contents(run)
    (run / full).symlink_to("/dev/full")
    refused(invoked(*RUN, "--workers", "1"), "quick", "the disk is full", "give the same command")
    (run / full).unlink(missing_ok=True)
    after = contents(run)
    assert not [name for name in after if name.endswith((".partial", ".lock"))]
    assert all(after[name].startswith(content) for name, content in before.items())
    assert invoked(*RUN, "--workers", "1").code == 0
    assert contents(run) == contents(finished_run.folder)


def test_a_limit_on_the_size_of_files_is_told_as_well(home: Path, finished_run: FinishedRun) -> None:
    """It meets the graph first; in a process of its own, as the limit stays."""
    arguments, limit = [*COMMAND, *RUN, "--workers", "1"], 1_000_000
    done = subprocess.run(
        arguments,
        env=environment(), capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    refused(Done(done.returncode, done.stdout, done.stderr), "limit on the size of files")
    assert magnet(*RUN, "--workers", "1", cwd=home).code == 0
    assert contents(home / "quick") == contents(finished_run.folder)


# Folders of runs


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("run", "quick", "--rows", "130"), "sft.single changed from 35 to 38"),
        (("run", "quick", "--rows", "120", "--seed", "2"), "seed changed from 1 to 2"),
        (("run", "paper", "--rows", "120"), "name changed from quick to paper"),
        (("run", "mine.yaml", "--rows", "120"), "paths.steps changed from 7 to 5"),
    ],
)
def test_a_folder_that_holds_another_run(run_home: Path, changed: tuple[str, ...], said: str) -> None:
    recipe = (Path(__file__).parents[2] / "magnet_kg" / "recipes" / "quick.yaml").read_text()
    (run_home / "mine.yaml").write_text(f"{recipe}paths:\n  steps: 5\n")
    before = contents(run_home)
    refused(invoked(*changed, "--out", "quick", "--graph", "ladybug:graph"), "quick", said, "--out")
    assert contents(run_home) == before


def test_a_folder_whose_recipe_is_gone_or_damaged(run_home: Path) -> None:
    recipe = run_home / "quick" / "recipe.yaml"
    recipe.write_text("a: [\n")
    refused(invoked(*RUN), "recipe.yaml", "--out")
    recipe.unlink()
    before = contents(run_home)
    refused(invoked(*RUN), "rows but no recipe.yaml", "--out")
    assert contents(run_home) == before


def test_a_folder_that_another_run_is_writing(run_home: Path) -> None:
    before = contents(run_home)
    with RunLock(run_home / "quick"):
        refused(invoked(*RUN), "another run is writing here", "--out")
    assert contents(run_home) == before


def test_a_place_where_no_folder_can_be(home: Path) -> None:
    (home / "quick").write_text("a file")
    assert invoked(*RUN).code == 2
    refused(invoked("run", "quick", "--rows", "20", "--out", "quick/deeper"), "quick", "not a directory")
    assert contents(home) == {"quick": b"a file"}


# Exports

READING = [("check",), ("show", "1"), ("export",), ("export", "--to", "parquet")]


def _reading(command: tuple[str, ...], folder: str) -> tuple[str, ...]:
    return (command[0], folder, *command[1:])


@pytest.mark.parametrize("command", READING)
def test_no_export_is_there(home: Path, command: tuple[str, ...]) -> None:
    refused(invoked(*_reading(command, "quick")), "quick", "there is no export here", "finished run")
    assert not list(home.iterdir())


@pytest.mark.parametrize("command", READING[:3])
def test_an_export_that_cannot_be_read(run_home: Path, command: tuple[str, ...]) -> None:
    (run_home / "quick" / "export" / "sft.jsonl").unlink()
    (run_home / "quick" / "export" / "sft.jsonl").mkdir()
    refused(invoked(*_reading(command, "quick")), "sft.jsonl", "is a directory")


@pytest.mark.parametrize("command", [("show", "4"), ("export",), ("export", "--format", "openai")])
@pytest.mark.parametrize("damaged", ['{"id": "single-00', "[1, 2]", '{"id": "single-00002.0"}'])
def test_a_damaged_line_is_told_with_its_number(run_home: Path, command: tuple[str, ...], damaged: str) -> None:
    sft = run_home / "quick" / "export" / "sft.jsonl"
    invoked("export", "quick")
    before = contents(run_home / "quick" / "export" / "trl")
    lines = sft.read_text().splitlines()
    sft.write_text("\n".join([*lines[:3], damaged, *lines[4:]]) + "\n")
    refused(invoked(*_reading(command, "quick")), "sft.jsonl:4")
    assert contents(run_home / "quick" / "export" / "trl") == before
    assert not list(run_home.rglob("*.partial"))


def test_check_tells_a_damaged_line_and_a_row_that_is_none(run_home: Path) -> None:
    sft = run_home / "quick" / "export" / "sft.jsonl"
    whole = sft.read_text()
    sft.write_text(whole + '{"id": "single-00')
    refused(invoked("check", "quick"), f"sft.jsonl:{len(whole.splitlines()) + 1}", "not JSON")
    sft.write_text(whole + '{"id": "single-00002.0"}\n')
    done = invoked("check", "quick")
    assert done.code == 1
    assert f"sft.jsonl:{len(whole.splitlines()) + 1} single-00002.0: form: the row cannot be read" in done.out


def test_a_row_that_is_not_there(run_home: Path) -> None:
    refused(invoked("show", "quick", "multi_turn-99999"), "quick", "no row multi_turn-99999", "first field")


def test_openai_takes_json_lines_only(run_home: Path) -> None:
    refused(invoked("export", "quick", "--format", "openai", "--to", "parquet"), "JSON lines only", "--to jsonl")
    assert not (run_home / "quick" / "export" / "openai").exists()


# The command line


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "quick"),
        ("run", "quick", "--out", "quick", "--workers", "0"),
        ("run", "quick", "--out", "quick", "--seed", "-1"),
        ("run", "quick", "--out", "quick", "--depth", "3"),
        ("walk", "--steps", "none"),
        ("export", "quick", "--to", "csv"),
        ("graph", "grow"),
        ("show", "quick"),
        ("dance",),
    ],
)
def test_a_wrong_usage_is_told_as_such(home: Path, arguments: tuple[str, ...]) -> None:
    done = invoked(*arguments)
    assert done.code == 2
    assert "Usage: magnet-kg" in done.err
    assert "Traceback" not in done.err
    assert not list(home.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [("catalog", "list", "toolkits"), ("show", "quick", "multi_turn-00003", "--full"), ("walk", "--count", "2000")],
)
def test_whoever_stops_reading_sees_no_traceback(run_home: Path, arguments: tuple[str, ...]) -> None:
    graph = () if arguments[0] == "show" else ("--graph", "ladybug:graph")
    with subprocess.Popen(
        [*COMMAND, *arguments, *graph],
        cwd=run_home, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
