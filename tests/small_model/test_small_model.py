"""A run with SmolLM2-135M-Instruct, whose answers are poor: the run ends cleanly, and what is bad is told and counted.

`make test-model` sets up what it needs: MAGNET_KG_SMALL_MODEL names the model's folder, and MAGNET_KG_SERVE the
`transformers` command that serves it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import COMMAND, Done, environment
from until import wait_until

MODEL = os.environ.get("MAGNET_KG_SMALL_MODEL", "")
SERVE = os.environ.get("MAGNET_KG_SERVE", "")
# Seconds for the model to be loaded, and for a run; prompts are long, and the processor may be slow.
_READY, _LONGEST = 300, 3000
RECIPE = """
name: poor
seed: 1
worlds: 2
attempts: 1
toolkits: [contacts, conversions]
teacher: {{kind: llm, model: "openai:{model}", base_url: "{url}", concurrency: 1, timeout: 900, max_tokens: 48,
  temperature: 0}}
teachers: {{judge: {{kind: rules}}}}
sft: {{single: 2, irrelevance: 1}}
"""
ROWS = 3

pytestmark = pytest.mark.skipif(not (MODEL and SERVE), reason="make test-model sets it up")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of the model, offline."""
    hub = tmp_path_factory.mktemp("hub")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [SERVE, "serve", MODEL, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with (hub / "log").open("w+") as log:
        process = subprocess.Popen(
            [*command, "--dtype", "float32"], env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(hub)},
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1"
            assert process.poll() is None, f"the server ended by itself: {(hub / 'log').read_text()[-2000:]}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_poor_model_ends_a_run_cleanly(address: str, tmp_path: Path) -> None:
    (tmp_path / "poor.yaml").write_text(RECIPE.format(model=MODEL, url=address))
    done = _magnet("run", "poor.yaml", "--out", "run", "--graph", "ladybug:graph", cwd=tmp_path)
    assert done.code == 0, done.err
    accepted = _lines(tmp_path / "run" / "accepted.jsonl")
    rejected = _lines(tmp_path / "run" / "rejected.jsonl")
    assert len(accepted) + len(rejected) == ROWS
    assert rejected, "the model has become good; take a worse one"
    assert all(one["reasons"] for one in rejected)
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert sum(report["rejected"].values()) == len(rejected)
    told = report["models"]["tasks"]
    assert sum(one["calls"] for one in told) > 0
    assert sum(one["repaired"] for one in told) > 0, "a bad answer is sent back once"
    assert _magnet("check", "run", cwd=tmp_path).code == 0


def _magnet(*arguments: str, cwd: Path) -> Done:
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    def ready() -> bool:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return False
        return True

    wait_until(ready, "the server answers", _READY, every=0.5)
