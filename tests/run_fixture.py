"""A finished run of the recipe `quick`, made once for the whole session, workers of pytest-xdist included."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import magnet

from magnet_kg.graph.jars import locked

# The graph stands beside the run's folder, so that the same command can be given again anywhere.
RUN = ("run", "quick", "--rows", "120", "--out", "quick", "--graph", "ladybug:graph")


@dataclass(frozen=True)
class FinishedRun:
    """A run that tests read and never write to.

    Attributes:
        home: where the command was given.
        output: what the command printed.
    """

    home: Path
    output: str

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.home / "quick"

    def copied(self, to: Path) -> Path:
        """A copy of the run's folder, to be spoiled."""
        return Path(shutil.copytree(self.folder, to))

    def copied_graph(self, to: Path) -> str:
        """The URI of a copy of the graph."""
        shutil.copyfile(self.home / "graph", to)
        return f"ladybug:{to}"


@pytest.fixture(scope="session")
def finished_run() -> FinishedRun:
    """`magnet-kg run quick --rows 120`, on two workers."""
    home = Path(os.environ["MAGNET_KG_TEST_SHARED"]) / "run"
    output = home / "output"
    with locked(home.with_suffix(".lock")):
        if not output.exists():
            home.mkdir(exist_ok=True)
            done = magnet(*RUN, "--workers", "2", cwd=home)
            assert done.code == 0, done.err
            output.write_text(done.out)
    assert not (home / "graph.wal").exists()
    return FinishedRun(home, output.read_text())
