"""A small run with a model for its teacher, played beforehand once for the whole session (see `model_runs`)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import Done, magnet
from model_runs import recorded
from model_server import ModelServer, serving
from model_server.table import Table

from magnet_kg.graph.jars import locked
from magnet_kg.pipeline.recipe import Recipe, parse_recipe

KEY = "sk-the-key-that-nobody-may-ever-see-0123456789"
ENVIRONMENT = {"OPENAI_API_KEY": KEY, "GOOGLE_API_KEY": KEY}
RECIPE = """
name: small
seed: 3
worlds: 20
toolkits: [contacts, calendar, conversions]
teacher: {{kind: llm, model: "{model}", base_url: "{url}", concurrency: 32, timeout: 2}}
sft: {{single: 10, parallel: 5, multiple: 6, multi_turn: 6, irrelevance: 5}}
preference: {{single: 2, multiple: 2, multi_turn: 3, irrelevance: 1}}
"""
ROWS = 40
CONCURRENCY = 32


@dataclass(frozen=True)
class LlmRun:
    """What a run of `RECIPE` asks, with good answers."""

    table: Table

    @property
    def recipe(self) -> Recipe:
        """What is asked for, of a model that is nowhere."""
        return parse_recipe(_recipe("openai:small", "http://127.0.0.1:9/v1"), "small.yaml")

    def command(self, home: Path, server: ModelServer, model: str = "openai:small") -> list[str]:
        """`magnet-kg run` in a folder, which gets the recipe."""
        url = server.openai if model.startswith("openai") else server.url
        (home / "small.yaml").write_text(_recipe(model, url))
        return ["run", "small.yaml", "--out", "run", "--graph", "ladybug:graph"]

    def made(self, home: Path, server: ModelServer, model: str = "openai:small") -> Done:
        """A run, to its end."""
        return magnet(*self.command(home, server, model), cwd=home, env=ENVIRONMENT)


@dataclass(frozen=True)
class FinishedLlmRun:
    """A run that tests read and never write to; `calls` is what it needed."""

    home: Path
    done: Done
    calls: int

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.home / "run"


def _recipe(model: str, url: str) -> str:
    return RECIPE.format(model=model, url=url)


@pytest.fixture(scope="session")
def llm_run() -> LlmRun:
    """The prompts of the run with their answers, made once for all workers of pytest-xdist."""
    table = Path(os.environ["MAGNET_KG_TEST_SHARED"]) / "answers.json"
    with locked(table.with_suffix(".lock")):
        if not table.exists():
            recorded(LlmRun(Table()).recipe).save(table)
    return LlmRun(Table.load(table))


@pytest.fixture(scope="session")
def finished_llm_run(llm_run: LlmRun) -> FinishedLlmRun:
    """The run with a model behind OpenAI's protocol, which takes one key."""
    home = Path(os.environ["MAGNET_KG_TEST_SHARED"]) / "llm"
    told = home / "told.json"
    with locked(home.with_suffix(".lock")):
        if not told.exists():
            home.mkdir(exist_ok=True)
            with serving(llm_run.table.script(), key=KEY) as server:
                done = llm_run.made(home, server)
            assert done.code == 0, done.err
            assert server.counts.paid_again == 0
            assert llm_run.table.unknown == []
            told.write_text(json.dumps([server.counts.calls, done.out, done.err]))
    calls, out, err = json.loads(told.read_text())
    return FinishedLlmRun(home, Done(0, out, err), calls)
