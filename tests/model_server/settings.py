"""What a server can do, and how it fares."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from model_server.faults import Faults
from model_server.problems import NO_SCHEMA_MODE, NO_TOOLS, PROBLEMS, Problem
from model_server.script import Question, tokens


class ServerSettings(BaseModel):
    """See above.

    Attributes:
        latency: seconds before an answer.
        key: the one key that is taken; any where there is none.
        models: those that exist; any where there are none.
        schema_mode: whether answers can be held to a schema; 400 otherwise.
        takes_tools: whether requests may offer tools; 400 otherwise.
        context: tokens of a prompt at most.
        batch_polls: how often a batch is looked at before it is done.
        batch_end: how batches end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    latency: float = Field(0.0, ge=0)
    key: str | None = None
    models: tuple[str, ...] = ()
    schema_mode: bool = True
    takes_tools: bool = True
    context: int | None = None
    faults: Faults = Faults()
    batch_polls: int = 2
    batch_end: Literal["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"] = "SUCCEEDED"

    def refuses(self, key: str, question: Question) -> Problem | None:
        """What a server of these settings says at once to a question."""
        if self.key is not None and key != self.key:
            return PROBLEMS["unauthorized"]
        if self.models and question.model not in self.models:
            return PROBLEMS["unknown_model"]
        if not self.schema_mode and question.schema is not None:
            return NO_SCHEMA_MODE
        if not self.takes_tools and question.tools:
            return NO_TOOLS
        if self.context is not None and tokens(question.text) > self.context:
            return PROBLEMS["too_long"]
        return None
