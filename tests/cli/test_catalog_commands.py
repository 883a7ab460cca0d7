"""`magnet-kg catalog`: a source is added, compared, listed and taken out, and nothing is written that is not said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Done, invoked

DESK = Path(__file__).parents[1] / "loaders" / "library" / "desk.yaml"
GRAPH = ("--graph", "ladybug:graph")
TOOLS: list[dict[str, Any]] = [{"name": f"do_{n}", "description": f"Do {n}."} for n in range(4)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which the command is given in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ok(*arguments: str | Path) -> Done:
    done = invoked(*arguments, *GRAPH)
    assert done.code == 0, done.err
    return done


def told(*arguments: str | Path) -> Any:
    return json.loads(ok(*arguments, "--json").out)


def tools(folder: Path, *kept: dict[str, Any]) -> Path:
    (folder / "mine.json").write_text(json.dumps(list(kept)))
    return folder / "mine.json"


def test_an_api_is_added_and_the_next_command_is_told(home: Path) -> None:
    done = ok("catalog", "add", DESK)
    assert "desk: 7 new, 0 changed, 0 unchanged functions" in done.out
    assert done.out.endswith("Next: magnet-kg graph build --graph ladybug:graph\n")
    again = ok("catalog", "add", DESK)
    assert "0 new, 0 changed, 7 unchanged" in again.out
    assert "Next" not in again.out


def test_what_is_added_is_listed_and_shown(home: Path) -> None:
    ok("catalog", "add", DESK)
    ok("catalog", "add", tools(home, *TOOLS))
    listed = {one["name"]: one for one in told("catalog", "list")}
    assert {name: one["functions"] for name, one in listed.items()} == {"desk": 7, "mine": 4}
    assert (listed["desk"]["format"], listed["desk"]["licences"], listed["desk"]["versions"]) == (
        "openapi", ["MIT"], ["2027.3"],
    )  # fmt: skip
    text = ok("catalog", "list").out
    assert "7 functions  from openapi:desk.yaml, version 2027.3, licence MIT" in text
    assert [one["id"] for one in told("catalog", "list", "mine")] == [f"mine/do_{n}" for n in range(4)]
    assert "Loans  (Loans, 4 functions)" in ok("catalog", "list", "desk").out
    shown = ok("catalog", "show", "shelves_list").out
    assert "in the source shelves.list" in shown
    assert "items[].shelf_id" in shown


def test_a_dry_run_writes_nothing(home: Path) -> None:
    done = ok("catalog", "add", DESK, "--dry-run")
    assert "7 new" in done.out
    assert "Nothing was written." in done.out
    assert not list(home.iterdir())
    ok("catalog", "add", DESK, "--only", "Loans")
    assert "3 new, 0 changed, 4 unchanged" in ok("catalog", "add", DESK, "--dry-run").out
    assert len(told("catalog", "list", "desk")) == 4


def test_a_difference_has_all_four_parts(home: Path) -> None:
    ok("catalog", "add", tools(home, *TOOLS[:3]))
    source = tools(home, TOOLS[0], TOOLS[1] | {"description": "Else."}, TOOLS[3])
    done = ok("catalog", "diff", source)
    assert done.out.splitlines()[:3] == ["+ mine/do_3", "~ mine/do_1", "- mine/do_2"]
    assert "1 new, 1 changed, 1 removed, 1 unchanged" in done.out
    assert told("catalog", "diff", source, "--only", "do_3")["removed"] == []
    assert len(told("catalog", "list", "mine")) == 3


def test_what_is_gone_is_told_and_taken_out_on_request(home: Path) -> None:
    ok("catalog", "add", tools(home, *TOOLS))
    source = tools(home, *TOOLS[1:])
    done = ok("catalog", "add", source)
    assert "1 no longer in the source; --prune takes them out:\n  mine/do_0\n" in done.out
    assert len(told("catalog", "list", "mine")) == 4
    assert "1 would be taken out" in ok("catalog", "add", source, "--prune", "--dry-run").out
    assert told("catalog", "add", source, "--prune")["removed"] == 1
    assert len(told("catalog", "list", "mine")) == 3


def test_a_catalog_is_taken_out_by_its_name(home: Path) -> None:
    ok("catalog", "add", DESK, "--name", "library")
    assert "library: 7 functions taken out" in ok("catalog", "remove", "library").out
    done = invoked("catalog", "remove", "library", *GRAPH)
    assert (done.code, "no catalog library" in done.complaint) == (1, True)


def test_a_bad_function_keeps_the_whole_source_out_until_the_user_skips_it(home: Path) -> None:
    source = tools(home, *TOOLS, {"name": "bad", "parameters": 3}, {"name": "worse", "description": "x" * 30_000})
    done = invoked("catalog", "add", source, *GRAPH)
    assert done.code == 1
    assert f"{source}:1: bad: parameters" in done.complaint
    assert "1 more: `magnet-kg catalog add" in done.complaint
    assert not (home / "graph").exists()
    done = ok("catalog", "add", source, "--skip-bad")
    assert "4 new" in done.out
    assert "2 skipped:" in done.out
    assert "worse: a description of 30 kB" in done.out
    found = told("catalog", "diff", source, "--skip-bad")
    assert [one["function"] for one in found["skipped"]] == ["bad", "worse"]


def test_a_table_s_columns_are_mapped(home: Path) -> None:
    (home / "t.csv").write_text("tool,what\nfind_park,Find a park.\n")
    ok("catalog", "add", "t.csv", "--columns", "name=tool,description=what")
    assert told("catalog", "show", "find_park")["description"] == "Find a park."
    done = invoked("catalog", "add", "t.csv", "--columns", "tool", *GRAPH)
    assert done.code == 2
    assert "name=tool_name" in done.err


def test_code_is_run_only_where_its_format_is_named(home: Path) -> None:
    (home / "mine.py").write_text("open('ran', 'w').close()\ndef wash(plate: str): 'Wash a plate.'\n")
    done = invoked("catalog", "add", "mine.py", *GRAPH)
    assert (done.code, "no loader reads this" in done.complaint) == (1, True)
    assert not (home / "ran").exists()
    assert "1 new" in ok("catalog", "add", "mine.py", "--format", "python").out
    assert (home / "ran").exists()
