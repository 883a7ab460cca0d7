"""Who judges and writes, as a recipe says it: rules, or chat models, for everything or task by task."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# What a model is asked to do, one prompt file each (`prompts/<task>.md`).
Task = Literal["judge", "ask", "fill", "respond", "mislead", "name_error", "simulate"]
TASKS: tuple[Task, ...] = get_args(Task)
# What a recipe gives to a teacher of its own.
Duty = Literal["judge", "translate", "respond", "errors", "simulate"]
DUTIES: dict[Duty, tuple[Task, ...]] = {
    "judge": ("judge",),
    "translate": ("ask", "fill"),
    "respond": ("respond", "mislead"),
    "errors": ("name_error",),
    "simulate": ("simulate",),
}


class TeacherSettings(BaseModel):
    """One teacher: the rules, or a chat model with everything that shapes its answers or how it is reached.

    `model` is `provider:name` (`google:gemini-3-flash`, `openai:gpt-5-mini`), `openai` being every server that speaks
    that protocol, at `base_url`. Keys are never here: they come from the environment, or from `key_file`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["rules", "llm"] = "rules"
    model: str | None = Field(None, description="provider:name")
    base_url: str | None = Field(None, description="where the server is, instead of the provider's own")
    key_file: Path | None = Field(None, description="a file with the key alone; the environment is asked otherwise")
    temperature: float | None = Field(None, ge=0, le=2, description="the provider's own where it is not given")
    max_tokens: int | None = Field(None, ge=1, description="of one answer")
    structured: Literal["auto", "schema", "json"] = Field(
        "auto", description="whether answers are held to a schema by the provider, or asked for as JSON"
    )
    mode: Literal["online", "batch"] = Field(
        "online", description="batch: judging and naming errors, at half the price"
    )
    weight: float = Field(1.0, gt=0, description="the share of rows, where several teachers have one duty")
    attempts: int = Field(1, ge=1, description="tries at a row that fails validation, told what was wrong")
    concurrency: int = Field(16, ge=1, le=4096, description="calls in flight at most")
    timeout: float = Field(120.0, gt=0, description="seconds for one call")

    @model_validator(mode="after")
    def _names_its_model(self) -> TeacherSettings:
        if (self.kind == "llm") != (self.model is not None):
            raise ValueError("kind: llm and model: provider:name belong together")
        if self.model is not None and not all(self.model.partition(":")):
            raise ValueError(f"model: {self.model} is written provider:name, such as openai:gpt-5-mini")
        return self

    @property
    def shape(self) -> dict[str, Any]:
        """What shapes answers: a run goes on although its server moved, or takes fewer calls at once."""
        return self.model_dump(mode="json", exclude={"base_url", "key_file", "mode", "concurrency", "timeout"})


def _listed(given: Any) -> Any:
    return given if isinstance(given, list | tuple) else [given]


# Several teachers share a duty by their weights; one may be written without a list.
Teachers = Annotated[tuple[TeacherSettings, ...], BeforeValidator(_listed), Field(min_length=1)]
