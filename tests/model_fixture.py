"""One server of models for a module of tests, as new for each of them, and an office."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from calling import GOOD, saying
from model_server import ModelServer, ServerSettings, serving

from magnet_kg.teacher.llm.office import Office


@pytest.fixture(scope="module")
def running_models() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


@pytest.fixture
def models(running_models: ModelServer) -> ModelServer:
    """A server that says `GOOD` at once and without a fault."""
    running_models.script = saying(GOOD)
    running_models.settings = ServerSettings()
    running_models.change()
    return running_models


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with a new folder, that does not wait for a server that is down."""
    office = Office(tmp_path / "cache", patience=0)
    yield office
    asyncio.run(office.close())
