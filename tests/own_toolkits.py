"""What tests of a user's own toolkits share: a folder with one that works, and the means to break it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from commands import invoked

Fault = dict[str, Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which the command is given in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def games(home: Path) -> Path:
    """The folder that `toolkit new` makes."""
    assert invoked("toolkit", "new", "games").code == 0
    return home / "games"


def changed(path: Path, changes: Mapping[str, str]) -> dict[str, int]:
    """Change a file; the line of each change, by what was written there."""
    text = path.read_text()
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text)
    return {new: text[: text.index(new)].count("\n") + 1 for new in changes.values() if new}


def line(path: Path, part: str) -> int:
    return next(number for number, one in enumerate(path.read_text().splitlines(), 1) if part in one)


def report(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    done = invoked("toolkit", "check", *arguments, "--json")
    (one,) = json.loads(done.out)
    return done.code, one


def told(faults: list[Fault], what: str, file: Path, at: int, function: str | None) -> None:
    """One fault says this of this place."""
    found = [fault for fault in faults if what in fault["what"]]
    assert found, f"nothing says “{what}” among {[fault['what'] for fault in faults]}"
    assert (Path(found[0]["file"]), found[0]["line"], found[0]["function"]) == (file, at, function), found[0]
