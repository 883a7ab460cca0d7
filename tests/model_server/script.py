"""What a model's server is asked and what it answers, whatever the protocol; a script maps the one to the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

# The name of an answer's class, where a prompt holds its JSON schema because the server has no schema mode.
_TITLE = re.compile(r'"title":\s*"(\w+Answer)"')


@dataclass(frozen=True)
class Message:
    """One message of a prompt; `role` is system, user, assistant or tool."""

    role: str
    text: str


@dataclass(frozen=True)
class Question:
    """A request, read.

    Attributes:
        messages: the prompt, the system's message first.
        schema: what the provider holds the answer to; none without a schema mode.
        tools: in OpenAI's form.
        body: the request as it came.
        number: of the request, from 1.
    """

    model: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None
    schema_name: str | None
    tools: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any]
    number: int = 0

    @property
    def text(self) -> str:
        """All messages, one after another."""
        return "\n\n".join(message.text for message in self.messages)

    @property
    def answer(self) -> str | None:
        """The class of the answer (`AskAnswer`): named by the schema, or by the schema's text in the prompt."""
        if self.schema_name is not None:
            return self.schema_name
        titles = _TITLE.findall(self.text)
        return titles[-1] if titles else None

    @property
    def task(self) -> str:
        """The task as the project names it (`name_error` for `NameErrorAnswer`); `chat` where there is no schema."""
        name = self.answer
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Answer")).lower() if name else "chat"


@dataclass(frozen=True)
class ToolCall:
    """A call that the model makes."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the model says: text, calls, or that it will not answer."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    refused: bool = False

    @classmethod
    def of(cls, answer: BaseModel | Mapping[str, Any]) -> Reply:
        """An answer as JSON."""
        return cls(answer.model_dump_json() if isinstance(answer, BaseModel) else json.dumps(answer))


Script = Callable[[Question], Reply]


def by_task(scripts: Mapping[str, Script | Reply], otherwise: Script | None = None) -> Script:
    """A script that looks at the task (`ask`, `judge`, …, `chat`)."""

    def reply(question: Question) -> Reply:
        script = scripts.get(question.task, otherwise or fitting)
        return script if isinstance(script, Reply) else script(question)

    return reply


def fitting(question: Question) -> Reply:
    """The plainest answer that fits the schema; a sentence where there is none."""
    if question.schema is None:
        return Reply("That is done.")
    return Reply.of(fit(question.schema, question.schema))


def fit(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """The plainest value that fits a schema; references are looked up in `root`."""
    if "$ref" in schema:
        return fit(_looked_up(root, str(schema["$ref"])), root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for options in ("anyOf", "oneOf", "allOf"):
        if options in schema:
            return fit(schema[options][0], root)
    return _by_type(schema, root)


def _by_type(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {name: fit(part, root) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [fit(schema["items"], root) for _ in range(schema.get("minItems", 0))]
    if kind in ("number", "integer"):
        return schema.get("minimum", 0)
    return {"string": "nothing" + "." * max(0, schema.get("minLength", 0) - 7), "boolean": False}.get(str(kind))


def _looked_up(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, Mapping)
    return found


def tokens(text: str) -> int:
    """About as many as a real tokenizer finds."""
    return len(text) // 4 + 1
