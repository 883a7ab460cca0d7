"""Teachers on the command line: what is wrong is told before anything is asked, paid for or written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import invoked
from model_server import serving

RUN = ("run", "quick", "--rows", "20")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--teacher", "openai:gpt-5-mini"), "no key for openai:gpt-5-mini"),
        (("--teacher", "nobody:model"), "no provider nobody is known"),
        (("--teacher", "openai:mine", "--base-url", "http://127.0.0.1:9/v1", "--budget", "20usd"), "no price is known"),
        (("--teacher", "openai:mine", "--base-url", "http://127.0.0.1:9/v1", "--prices", "none.yaml"), "none.yaml"),
        (("--teacher", "openai:mine", "--key-file", "none.txt"), "none.txt"),
    ],
)
@pytest.mark.parametrize("command", [(*RUN, "--out", "runs"), ("graph", "build")])
def test_what_a_model_lacks_is_told_and_nothing_is_left_behind(
    home: Path, command: tuple[str, ...], given: tuple[str, ...], told: str
) -> None:
    done = invoked(*command, "--graph", "ladybug:graph", *given)
    assert done.code == 1
    assert told in done.complaint
    assert not (home / "runs" / "recipe.yaml").exists()
    assert not list(home.glob("runs/*.jsonl"))


@pytest.mark.parametrize("command", [(*RUN, "--out", "runs"), ("graph", "build")])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--teacher", "gpt-5"), "neither rules nor provider:name"),
        (("--base-url", "http://x"), "give --teacher"),
        (("--teacher", "rules", "--concurrency", "9"), "give --teacher"),
        (("--teacher", "openai:x", "--budget", "plenty"), "such as 20usd"),
        (("--teacher", "openai:x", "--budget", "-3usd"), "such as 20usd"),
        (("--teacher", "openai:x", "--concurrency", "0"), "concurrency"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(
    home: Path, command: tuple[str, ...], given: tuple[str, ...], told: str
) -> None:
    done = invoked(*command, *given)
    assert done.code == 2
    assert told in done.err


@pytest.mark.parametrize("budget", ["20usd", "20 usd", "$20", "20", "20.50USD", ".5"])
def test_a_budget_is_written_as_people_write_it(home: Path, budget: str) -> None:
    done = invoked(*RUN, "--out", "runs", "--teacher", "openai:gpt-5-mini", "--budget", budget)
    assert "no key" in done.complaint


def test_a_wrong_key_and_an_unknown_model_stop_a_build_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-wrong-wrong")
    with serving(key="right", models=("known",)) as server:
        build = ("graph", "build", "--graph", "ladybug:graph", "--base-url", server.openai, "--concurrency", "4")
        done = invoked(*build, "--teacher", "openai:known")
        assert done.code == 1
        assert "does not take the key" in done.complaint
        assert "sk-wrong" not in done.err
        monkeypatch.setenv("OPENAI_API_KEY", "right")
        done = invoked(*build, "--teacher", "openai:other")
        assert done.code == 1
        assert "has no model openai:other" in done.complaint
        assert server.counts.calls < 40, "it went on asking"


def test_a_dry_build_asks_nobody_and_writes_nothing(home: Path) -> None:
    Path("tools.jsonl").write_text(TOOLS)
    before = sorted(home.rglob("*"))
    build = ("graph", "build", "tools.jsonl", "--graph", "ladybug:graph", "--teacher", "openai:gpt-5-mini")
    done = invoked(*build, "--dry-run")
    assert done.code == 0, done.err
    # One question a function: the toolkits' 387, and these two.
    assert "389" in done.out
    assert sorted(home.rglob("*")) == before


def test_without_a_model_no_client_library_is_loaded(home: Path) -> None:
    code = (
        "import sys, magnet_kg.api, magnet_kg.cli.run, magnet_kg.cli.graph;"
        "print([m for m in ('langchain_core', 'openai', 'google.genai', 'tenacity') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


TOOLS = """\
{"type":"function","function":{"name":"find_book","description":"Find a book.","parameters":{"type":"object",\
"properties":{"title":{"type":"string"}},"required":["title"]}}}
{"type":"function","function":{"name":"lend_book","description":"Lend a book.","parameters":{"type":"object",\
"properties":{"book_id":{"type":"string"}},"required":["book_id"]}}}
"""
