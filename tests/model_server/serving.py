"""A server that runs: in a thread for tests, as a process of its own for benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from serving_here import serving_here
from uvicorn.protocols.http.h11_impl import H11Protocol

from model_server.script import Script, fitting
from model_server.server import ModelServer
from model_server.settings import ServerSettings


class _Telling(H11Protocol):
    """Tells the application when a request arrived, and on which connection, so that it can be reset."""

    def handle_events(self) -> None:
        super().handle_events()
        if self.scope is not None:
            told: Any = self.scope
            told.setdefault("arrived", time.monotonic())
            told["transport"] = self.transport


@contextmanager
def serving(script: Script = fitting, settings: ServerSettings | None = None, **changes: Any) -> Iterator[ModelServer]:
    """A server in a thread of this process; `changes` are settings by name."""
    server = ModelServer(script, (settings or ServerSettings()).model_copy(update=changes))
    with serving_here(configured(server), abruptly=True) as server.url:
        yield server


def configured(server: ModelServer, port: int = 0) -> uvicorn.Config:
    """How uvicorn runs it."""
    return uvicorn.Config(
        server.app, host="127.0.0.1", port=port, log_level="critical", access_log=False, http=_Telling,
        backlog=4096, timeout_keep_alive=60, lifespan="off",
    )  # fmt: skip


@dataclass(frozen=True)
class ServerProcess:
    """A server that is a process of its own."""

    url: str

    @property
    def openai(self) -> str:
        """The address for OpenAI's clients."""
        return f"{self.url}/v1"

    def counts(self) -> dict[str, Any]:
        """See `Counts.summary`."""
        with urllib.request.urlopen(f"{self.url}/counts") as response:
            found = json.load(response)
        assert isinstance(found, dict)
        return found

    def change(self, settings: ServerSettings) -> None:
        """Other settings, and counts from zero."""
        body = settings.model_dump_json().encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/settings", body, method="PUT")).close()


@contextmanager
def server_process(settings: ServerSettings | None = None, recorded: Path | None = None) -> Iterator[ServerProcess]:
    """A server as a process, which answers from a table of recorded answers where one is given."""
    here = Path(__file__).parent.parent
    command = [sys.executable, "-m", "model_server", "--settings", (settings or ServerSettings()).model_dump_json()]
    command += ["--recorded", str(recorded)] if recorded else []
    environment = {**os.environ, "PYTHONPATH": str(here)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield ServerProcess(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(timeout=10)
