"""What a program may do with `import magnet_kg`, as the README shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import environment, invoked
from run_fixture import FinishedRun

import magnet_kg
from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.trajectory import PreferencePair, Trajectory
from magnet_kg.pipeline.recipe import Mix, Recipe

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with no graph that a variable names."""
    for name in ("MAGNET_KG_GRAPH", "NEO4J_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_of_the_readme_works(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"```python\n(import magnet_kg\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert code, "the README shows no example"
    assert len([line for line in code[1].splitlines() if line.strip()]) <= 10
    fewer = re.sub(r"rows=\d+", "rows=24", code[1])
    assert fewer != code[1]
    exec(compile(fewer, str(README), "exec"), {"__name__": "__main__"})
    out = capsys.readouterr().out
    assert "multi_turn" in out
    assert len(re.findall(r"^(?:pair-)?\w+-\d{5}\.\d$", out, re.MULTILINE)) == 24


def test_a_run_from_python_is_the_run_of_the_command(home: Path, finished_run: FinishedRun) -> None:
    told: dict[str, list[int]] = {}

    class Told:
        def start(self, stage: str, total: int) -> None:
            told.setdefault(stage, [0, 0])[0] += total

        def advance(self, stage: str, count: int = 1) -> None:
            told[stage][1] += count

    report = magnet_kg.run("quick", out="quick", rows=120, graph="ladybug:graph", progress=Told())
    for path in (finished_run.folder / "export").iterdir():
        assert (home / "quick" / "export" / path.name).read_bytes() == path.read_bytes()
    assert sum(report["rows"].values()) + sum(report["pairs"].values()) == 120
    assert set(told) >= {"graph", "paths", "dialogues", "trajectories", "preferences", "validation", "export"}
    assert all(total == done for total, done in told.values()), told


def test_a_recipe_can_be_an_object(home: Path) -> None:
    recipe = Recipe(name="mine", seed=3, sft=Mix(single=4), preference=Mix(single=2))
    report = magnet_kg.run(recipe, out=home / "mine")
    assert report["rows"] == {"single": 4}
    assert report["pairs"] == {"single": 2}
    found = list(magnet_kg.rows("mine"))
    assert [type(row) for row in found] == [Trajectory] * 4 + [PreferencePair] * 2
    assert magnet_kg.check("mine") == {}
    assert magnet_kg.run(recipe, out=home / "mine") == report
    with pytest.raises(MagnetError, match="seed changed from 3 to 4"):
        magnet_kg.run(recipe, out=home / "mine", seed=4)


def test_walks_are_those_of_the_command(home: Path, finished_run: FinishedRun) -> None:
    graph = finished_run.copied_graph(home / "graph")
    walks = magnet_kg.walk("contacts/find_contact", steps=4, count=3, seed=2, graph=graph)
    assert len(walks) == 3
    text = invoked(
        "walk", "--from", "find_contact", "--steps", "4", "--count", "3", "--seed", "2", "--graph", graph
    ).out
    assert re.findall(r"^  (\S+)", text, re.MULTILINE) == [step.function for walk in walks for step in walk]
    with pytest.raises(MagnetError, match="find_contct"):
        magnet_kg.walk("find_contct", graph=graph)


def test_errors_are_one_class_and_say_what_to_do(home: Path) -> None:
    with pytest.raises(magnet_kg.MagnetError) as caught:
        list(magnet_kg.rows(home))
    assert caught.value.where == str(home)
    assert caught.value.do
    with pytest.raises(magnet_kg.MagnetError, match="no recipe called nope"):
        magnet_kg.run("nope", out="nope")
    assert not list(home.iterdir())


def test_the_import_is_light(tmp_path: Path) -> None:
    """Whoever imports the package for one record does not pay for the engines."""
    import subprocess
    import sys

    code = "import sys, magnet_kg, magnet_kg.domain.function; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"ladybug", "neo4j", "pyarrow", "rich", "jinja2"})
