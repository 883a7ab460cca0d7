"""`magnet-kg mistakes` with what cannot work: one line that says what and what to do, before anything is written."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

import pytest
import uvicorn
from commands import Done, invoked
from model_server.serving import serving
from run_fixture import FinishedRun
from serving_here import serving_here
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from students import Rows, never_calls, perfect, student

NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def run(finished_run: FinishedRun, tmp_path: Path) -> Path:
    return finished_run.copied(tmp_path / "quick")


def refused(done: Done, *said: str) -> None:
    assert done.code == 1, done
    for part in said:
        assert part in done.complaint, done.complaint


def test_no_run(tmp_path: Path) -> None:
    refused(invoked("mistakes", tmp_path, "--student", NOWHERE), "no run here", str(tmp_path), "runs/quick")
    assert not list(tmp_path.iterdir())


def test_a_run_without_dialogues(run: Path) -> None:
    (run / "dialogues.jsonl").unlink()
    refused(invoked("mistakes", run, "--student", NOWHERE), "no dialogues", "dialogues.jsonl")
    (run / "accepted.jsonl").write_bytes(b"")
    (run / "dialogues.jsonl").write_bytes(b"")
    with student(Rows(run), perfect) as server:
        refused(invoked("mistakes", run, "--student", server.openai), "no accepted rows", "magnet-kg run")


def test_no_server_and_no_folder(run: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    refused(invoked("mistakes", run, "--student", url), "no server answers", url)
    refused(invoked("mistakes", run, "--student", "models/none"), "no such student", "models/none", "/v1")
    assert not (run / "student_samples.jsonl").exists()


def test_no_samples_is_a_wrong_use(run: Path) -> None:
    done = invoked("mistakes", run, "--student", NOWHERE, "--samples", "0")
    assert done.code == 2
    assert "--samples" in done.err


def test_several_models_want_a_name(run: Path) -> None:
    with serving(models=("small", "large")) as server:
        refused(invoked("mistakes", run, "--student", server.openai), "2 models", "--model", "large, small")
        done = invoked(
            "mistakes", run, "--student", server.openai, "--model", "medium", "--rows", "1", "--samples", "1"
        )
        refused(done, "medium", "404")


def test_a_server_without_tools(run: Path) -> None:
    """As vLLM says it when it was started without a parser for calls."""

    def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "m", "object": "model"}]})

    def completions(_: Request) -> Response:
        what = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
        return JSONResponse({"error": {"message": what, "type": "BadRequestError"}}, status_code=400)

    routes = [Route("/v1/models", models), Route("/v1/chat/completions", completions, methods=["POST"])]
    with serving_here(uvicorn.Config(Starlette(routes=routes), port=0, log_level="critical")) as address:
        done = invoked("mistakes", run, "--student", f"{address}/v1", "--rows", "2")
        refused(done, address, "400", "--enable-auto-tool-choice", "must take tools")


def test_another_student_does_not_mix_with_the_first(run: Path) -> None:
    with student(Rows(run), never_calls) as server:
        assert invoked("mistakes", run, "--student", server.openai, "--rows", "2", "--samples", "1").code == 0
        before = (run / "student_samples.jsonl").read_bytes()
        done = invoked("mistakes", run, "--student", server.openai, "--rows", "2", "--temperature", "0.5")
        refused(done, "temperature 1", "0.5", "student_*")
    assert (run / "student_samples.jsonl").read_bytes() == before


def test_a_folder_without_a_tokenizer(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    done = invoked("mistakes", run, "--student", str(folder))
    if importlib.util.find_spec("torch") is None:
        refused(done, str(folder), "torch", "pip install 'magnet-kg[train]'")
    else:
        refused(done, str(folder), "tokenizer", "save_pretrained")
