"""The `magnet-kg` command as a user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from click.testing import CliRunner

from magnet_kg.cli.main import main

COMMAND = (sys.executable, "-m", "magnet_kg.cli.main")
# What a user's shell may say about the graph or about toolkits must not reach the tests.
_FOREIGN = ("MAGNET_KG_TOOLKITS", "MAGNET_KG_GRAPH", "NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr that says what is wrong; bars may stand before it, nothing after it."""
        assert "Traceback" not in self.err, self.err
        assert "Exception ignored" not in self.err, self.err
        lines = self.err.splitlines()
        assert [line for line in lines if line.startswith("magnet-kg: ")] == lines[-1:], self.err
        return lines[-1]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command, without what could lead it to another graph."""
    kept = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    return {**kept, "COLUMNS": "200", "PYTHONUNBUFFERED": "1", **changes}


def magnet(*arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, prefix: Sequence[str] = ()) -> Done:
    """Run a command to its end in a folder; `prefix` is what starts it, such as a shell that sets limits."""
    done = subprocess.run(
        [*prefix, *COMMAND, *map(str, arguments)],
        cwd=cwd, env=environment(**(env or {})), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def invoked(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Done:
    """Run a command in this process, in the current folder: for what no process of its own is needed for."""
    changes = {**dict.fromkeys(_FOREIGN), "COLUMNS": "200", **(env or {})}
    result = CliRunner(env=changes).invoke(main, [str(argument) for argument in arguments], prog_name="magnet-kg")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def started(*arguments: str | Path, cwd: Path, stderr: int | IO[str] = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a command as the leader of a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd, env=environment(), stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True,
    )  # fmt: skip
