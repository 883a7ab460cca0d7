"""The server: an ASGI application that speaks both protocols, and decides how each request goes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import struct
import time
from dataclasses import replace
from typing import Any, Protocol, get_args

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from model_server import gemini, openai
from model_server.batches import Batches
from model_server.counts import Counts
from model_server.faults import INVENTED, BadAnswer, FaultKind, spoiled
from model_server.problems import PROBLEMS, Problem, limited
from model_server.script import Question, Reply, Script, fitting
from model_server.settings import ServerSettings


class Dialect(Protocol):
    """A protocol's way to say things."""

    def write(self, question: Question, reply: Reply) -> dict[str, Any]:
        """An answer's body."""

    def error(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        """An error's status and body."""


class ModelServer:
    """Answers requests by a script; `settings` may be changed while it runs.

    Attributes:
        counts: what came so far.
        url: where it is, once it runs.
    """

    def __init__(self, script: Script = fitting, settings: ServerSettings | None = None) -> None:
        self.script = script
        self.settings = settings or ServerSettings()
        self.counts = Counts()
        self.batches = Batches()
        self.url = ""

    @property
    def openai(self) -> str:
        """The address for OpenAI's clients."""
        return f"{self.url}/v1"

    def change(self, **changes: Any) -> None:
        """Change settings by name, and start counting anew."""
        self.settings = self.settings.model_copy(update=changes)
        self.counts = Counts()

    @property
    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._completions, methods=["POST"]),
                Route("/v1/models", self._models_of_openai),
                Route("/v1beta/models", self._models_of_gemini),
                Route("/v1beta/models/{call:path}", self._generate, methods=["POST"]),
                Route("/v1beta/batches", self._list_batches),
                Route("/v1beta/batches/{name}", self._get_batch),
                Route("/v1beta/batches/{name}:cancel", self._cancel_batch, methods=["POST"]),
                Route("/counts", self._summary),
                Route("/settings", self._change_settings, methods=["PUT"]),
            ]
        )

    def fault_of(self, question: Question) -> tuple[FaultKind | None, str]:
        """The fault that a question meets now, and the hash of the question."""
        content = json.dumps([question.model, question.body], sort_keys=True)
        mark = hashlib.sha256(content.encode()).hexdigest()[:20]
        fault = self.settings.faults.of(question.number, mark, self.counts.seen[mark])
        self.counts.seen[mark] += 1
        if fault is not None:
            self.counts.faults[fault] += 1
        return fault, mark

    def problem_of(self, fault: FaultKind | None) -> Problem | None:
        """What is said instead of an answer."""
        if fault in ("rate_limit", "rate_limit_date"):
            return limited(self.settings.faults.retry_after, as_date=fault == "rate_limit_date")
        return PROBLEMS.get(fault)  # type: ignore[arg-type]

    def reply_to(self, question: Question, fault: FaultKind | None) -> Reply:
        """The script's reply, spoiled where there is a fault."""
        if fault == "refusal":
            return Reply(refused=True)
        reply = self.script(question)
        if fault == "invented_function" and reply.calls:
            return replace(reply, calls=tuple(replace(call, name=INVENTED) for call in reply.calls))
        return Reply(spoiled(reply.text, fault)) if fault in get_args(BadAnswer) else reply  # type: ignore[arg-type]

    def numbered(self, question: Question) -> Question:
        """A question that came in, counted."""
        self.counts.requests[question.task] += 1
        return replace(question, number=self.counts.calls)

    async def _completions(self, request: Request) -> Response:
        return await self._serve(request, openai.read(await request.json()), openai)

    async def _generate(self, request: Request) -> Response:
        model, _, method = request.path_params["call"].partition(":")
        question = gemini.read(model, await request.json())
        if method == "batchGenerateContent":
            wrong = self.settings.refuses(_key(request), question)
            return failed(gemini, wrong) if wrong else JSONResponse(self.batches.create(self, question))
        return await self._serve(request, question, gemini)

    async def _serve(self, request: Request, question: Question, dialect: Dialect) -> Response:
        question, counts = self.numbered(question), self.counts
        wrong = self.settings.refuses(_key(request), question)
        if wrong is not None:
            return failed(dialect, wrong)
        faults = self.settings.faults
        if faults.at_most is not None and counts.in_flight >= faults.at_most:
            counts.rejected += 1
            return failed(dialect, limited(faults.retry_after))
        counts.arrives()
        try:
            return await self._answered(request, question, dialect)
        finally:
            counts.leaves()

    async def _answered(self, request: Request, question: Question, dialect: Dialect) -> Response:
        fault, mark = self.fault_of(question)
        while fault == "hang" and not await request.is_disconnected():
            await asyncio.sleep(0.02)
        problem = self.problem_of(fault)
        if problem is not None:
            return failed(dialect, problem)
        body = dialect.write(question, self.reply_to(question, fault))
        response = _Reset() if fault == "reset" else JSONResponse(body)
        # From when it arrived: of many that come at once, none waits longer because the others are read first.
        await asyncio.sleep(max(0.0, request.scope["arrived"] + self.settings.latency - time.monotonic()))
        if fault != "reset" and not await request.is_disconnected():
            self.counts.finishes(question.task, mark)
        return response

    async def _models_of_openai(self, _: Request) -> Response:
        return JSONResponse(openai.models(self.settings.models))

    async def _models_of_gemini(self, _: Request) -> Response:
        return JSONResponse(gemini.models(self.settings.models))

    async def _list_batches(self, _: Request) -> Response:
        return JSONResponse(self.batches.listed())

    async def _get_batch(self, request: Request) -> Response:
        batch = self.batches.looked_at(self, request.path_params["name"])
        return failed(gemini, Problem(404, "Requested entity was not found.")) if batch is None else JSONResponse(batch)

    async def _cancel_batch(self, request: Request) -> Response:
        self.batches.cancel(request.path_params["name"])
        return JSONResponse({})

    async def _summary(self, _: Request) -> Response:
        return JSONResponse(self.counts.summary())

    async def _change_settings(self, request: Request) -> Response:
        self.settings = ServerSettings.model_validate(await request.json())
        self.counts = Counts()
        return JSONResponse({})


def failed(dialect: Dialect, problem: Problem) -> Response:
    """The response that tells a problem."""
    status, body = dialect.error(problem)
    return JSONResponse(body, status_code=status, headers=problem.headers)


def _key(request: Request) -> str:
    return request.headers.get("x-goog-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")


class _Reset(Response):
    """The beginning of an answer, and then the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See above; `transport` is put there by the running server."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"id": "', "more_body": True})
        transport = scope["transport"]
        now = struct.pack("ii", 1, 0)  # Lingering for no time makes closing a reset.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        transport.abort()
