"""A small run with a model for its teacher, played beforehand once for the whole session (see `model_runs`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import Done, magnet
from model_runs import recorded
from model_server import ModelServer
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
sft: {{single: 18, parallel: 8, multiple: 8, multi_turn: 8, irrelevance: 8}}
preference: {{single: 2, multiple: 3, multi_turn: 4, irrelevance: 1}}
"""
ROWS = 60


@dataclass(frozen=True)
class LlmRun:
    """What a run of `RECIPE` asks, with good answers."""

    table: Table

    @property
    def recipe(self) -> Recipe:
        """What is asked for, of a model that is nowhere."""
        return parse_recipe(RECIPE.format(model="openai:small", url="http://127.0.0.1:9/v1"), "small.yaml")

    def command(self, home: Path, server: ModelServer, model: str = "openai:small", *flags: str) -> list[str]:
        """`magnet-kg run` in a folder, which gets the recipe."""
        url = server.openai if model.startswith("openai") else server.url
        (home / "small.yaml").write_text(RECIPE.format(model=model, url=url))
        return ["run", "small.yaml", "--out", "run", "--graph", "ladybug:graph", *flags]

    def made(self, home: Path, server: ModelServer, model: str = "openai:small", *flags: str) -> Done:
        """A run, to its end."""
        return magnet(*self.command(home, server, model, *flags), cwd=home, env=ENVIRONMENT)


@pytest.fixture(scope="session")
def llm_run() -> LlmRun:
    """The prompts of the run with their answers, made once for all workers of pytest-xdist."""
    table = Path(os.environ["MAGNET_KG_TEST_SHARED"]) / "answers.json"
    with locked(table.with_suffix(".lock")):
        if not table.exists():
            recorded(LlmRun(Table()).recipe).save(table)
    return LlmRun(Table.load(table))
