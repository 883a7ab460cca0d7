"""Benchmarks read as plain files from a package: made-up ones, laid out as the real ones are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from magnet_kg.evaluation import environments
from magnet_kg.evaluation.bridge import Environment
from magnet_kg.evaluation.decontamination.benchmark import read_benchmark

_TASKS = '''
@suite.register
class UserTask0(Base):
    _WHO = "Ottilie"
    _WHEN: str = f"at dawn on {3 + 4} May"
    _ALL = ["a", "b"]
    PROMPT = f"Feed the goats of {_WHO} before she sails."
    GROUND_TRUTH_OUTPUT = "no question"

class UserTask1(Base):
    _ALL = ["a", "b"]
    PROMPT = f"Count the goats called {', '.join(_ALL)} behind the mill" + " twice."

class Helper:
    """Asks nothing."""
'''
_TOOLS = '''
def feed_goats(farm: Annotated[Farm, Depends("farm")], goat: str, hay: int = 1, *, slowly: bool = False) -> str:
    """Feed a goat.

    :param goat: which one
    """
    raise RuntimeError("nothing of it is run")

def hidden(goat: str) -> str:
    """No suite has it."""
'''


def package(folder: Path, name: str, module: str) -> Path:
    """An environment below `.cache`, where `make` builds them."""
    made = folder / ".cache" / name / "lib" / "python3.11" / "site-packages" / module
    made.mkdir(parents=True)
    return made


def test_bfcl_gives_questions_of_scored_categories_and_all_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = package(tmp_path, "bfcl", "bfcl_eval") / "data"
    (data / "multi_turn_func_doc").mkdir(parents=True)
    (data / "unused_datasets").mkdir()
    schema = {"type": "dict", "properties": {"goat": {"type": "string"}}}
    turns = [[{"role": "user", "content": "Feed it."}], [], [{"role": "user", "content": "And again."}]]
    feed = {"name": "goats.feed", "description": "Feed.", "parameters": schema}
    (data / "BFCL_v9_simple.json").write_text(
        json.dumps({"id": "s_0", "question": turns[:1], "function": [feed]}) + "\n"
    )
    late = {"id": "m_0", "question": turns, "missed_function": {"2": ["feed"]}, "involved_classes": ["Goats"]}
    (data / "BFCL_v9_multi_turn_miss_func.json").write_text(json.dumps(late) + "\n")
    (data / "BFCL_v9_format_sensitivity.json").write_text('{\n  "simple": ["s_0"]\n}\n')
    (data / "multi_turn_func_doc" / "goats.json").write_text(json.dumps({**feed, "name": "milk"}) + "\n")
    (data / "unused_datasets" / "BFCL_v9_old.json").write_text(json.dumps({"id": "o", "question": "Old?"}) + "\n")
    monkeypatch.chdir(tmp_path)
    found = read_benchmark("bfcl")
    assert sorted((one.id, one.text) for one in found.questions) == [
        ("m_0", "And again."), ("m_0", "Feed it."), ("s_0", "Feed it."),
    ]  # fmt: skip
    assert sorted((one.name, *one.parameters) for one in found.tools) == [("goats.feed", "goat"), ("milk", "goat")]


def test_agentdojo_is_read_without_being_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suites = package(tmp_path, "agentdojo", "agentdojo") / "default_suites"
    (suites / "v1" / "goats").mkdir(parents=True)
    (suites / "v1" / "tools").mkdir()
    (suites / "v1" / "goats" / "user_tasks.py").write_text(_TASKS)
    (suites / "v1" / "goats" / "task_suite.py").write_text("raise RuntimeError\nTOOLS = [feed_goats]\n")
    (suites / "v1" / "tools" / "farm_client.py").write_text(_TOOLS)
    monkeypatch.chdir(tmp_path)
    found = read_benchmark("agentdojo")
    assert [(one.id, one.text) for one in found.questions] == [
        ("v1/goats/UserTask0", "Feed the goats of Ottilie before she sails."),
        ("v1/goats/UserTask1", "Count the goats called "),
        ("v1/goats/UserTask1", " behind the mill twice."),
    ]
    (feed,) = found.tools
    assert (feed.name, feed.description, sorted(feed.parameters)) == (
        "feed_goats",
        "Feed a goat.",
        ["goat", "hay", "slowly"],
    )


def test_an_environment_beside_the_source_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where items can be evaluated, rows can be kept away from them."""
    data = package(tmp_path / "source", "bfcl", "bfcl_eval") / "data"
    data.mkdir()
    (data / "BFCL_v9_simple.json").write_text(json.dumps({"id": "s_0", "question": "Feed it."}) + "\n")
    python = tmp_path / "source" / ".cache" / "bfcl" / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(environments, "SOURCE", tmp_path / "source")
    assert Environment("bfcl", "bfcl_side").python == python
    assert read_benchmark("bfcl").source == data.parent


def test_a_benchmark_is_known_by_what_it_asks_and_offers(tmp_path: Path) -> None:
    def digest(name: str, **entry: object) -> str:
        (tmp_path / name).write_text(json.dumps({"id": "one", "question": "Feed the goat.", **entry}) + "\n")
        return read_benchmark(str(tmp_path / name)).digest

    feed = {"name": "feed", "description": "Feed.", "parameters": {"properties": {"goat": {}}}}
    same = {**feed, "parameters": {"type": "object", "properties": {"goat": {"type": "string"}}}}
    first = digest("mine.jsonl", tools=[feed])
    assert digest("other.jsonl", tools=[same]) == first
    assert len({first, digest("mine.jsonl", tools=[]), digest("mine.jsonl", question="Milk it.", tools=[feed])}) == 3
