"""Gemini's batches: requests that are answered together, some time later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_server import gemini
from model_server.script import Question

if TYPE_CHECKING:
    from model_server.server import ModelServer

_DONE = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")


@dataclass
class _Batch:
    name: str
    model: str
    display_name: str
    requests: Sequence[Mapping[str, Any]]
    state: str = "PENDING"
    looks: int = 0
    responses: list[dict[str, Any]] | None = None

    def written(self) -> dict[str, Any]:
        """The batch as an operation."""
        metadata: dict[str, Any] = {
            "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
            "model": f"models/{self.model}",
            "displayName": self.display_name,
            "name": self.name,
            "state": f"BATCH_STATE_{self.state}",
            "createTime": "2026-01-01T00:00:00Z",
            "updateTime": "2026-01-01T00:00:00Z",
            "batchStats": {"requestCount": str(len(self.requests))},
        }
        written: dict[str, Any] = {"name": self.name, "metadata": metadata}
        if self.state in _DONE:
            written["done"] = True
        if self.responses is not None:
            output = {"inlinedResponses": {"inlinedResponses": self.responses}}
            written |= {"metadata": {**metadata, "output": output}, "response": output}
        return written


class Batches:
    """The batches of one server. Each look at one brings it on: pending, running, done."""

    def __init__(self) -> None:
        self._batches: dict[str, _Batch] = {}

    def __len__(self) -> int:
        return len(self._batches)

    @property
    def sizes(self) -> list[int]:
        """Requests of each batch, in the order of submission."""
        return [len(batch.requests) for batch in self._batches.values()]

    def create(self, server: ModelServer, question: Question) -> dict[str, Any]:
        """Take a batch in."""
        given = question.body["batch"]
        name = f"batches/{len(self._batches) + 1:06d}"
        requests = given["inputConfig"]["requests"]["requests"]
        batch = _Batch(name, question.model, given.get("displayName", ""), requests)
        self._batches[name] = batch
        return batch.written()

    def listed(self) -> dict[str, Any]:
        """All of them."""
        return {"operations": [batch.written() for batch in self._batches.values()]}

    def looked_at(self, server: ModelServer, name: str) -> dict[str, Any] | None:
        """One of them, further on than at the last look; none of that name."""
        batch = self._batches.get(f"batches/{name}")
        if batch is None:
            return None
        batch.looks += 1
        if batch.state not in _DONE:
            done = batch.looks > server.settings.batch_polls
            batch.state = server.settings.batch_end if done else "RUNNING" if batch.looks > 1 else "PENDING"
        if batch.state == "SUCCEEDED" and batch.responses is None:
            batch.responses = [_response(server, batch.model, one) for one in batch.requests]
        return batch.written()

    def cancel(self, name: str) -> None:
        """Cancel one that is not done."""
        batch = self._batches[f"batches/{name}"]
        if batch.state not in _DONE:
            batch.state = "CANCELLED"


def _response(server: ModelServer, model: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What became of one request: a response, or an error (as every outage is here)."""
    told = {"metadata": given["metadata"]} if "metadata" in given else {}
    question = server.numbered(gemini.read(model, given["request"]))
    fault, mark = server.fault_of(question)
    problem = server.problem_of(fault)
    if problem is None and fault in ("reset", "hang"):
        problem = server.problem_of("server_error")
    if problem is not None:
        _, body = gemini.error(problem)
        return {"error": {"code": 13, "message": body["error"]["message"]}, **told}
    server.counts.finishes(question.task, mark)
    return {"response": gemini.write(question, server.reply_to(question, fault)), **told}
