"""What a model's server is asked and what it answers, whatever the protocol; a script maps the one to the other."""

from __future__ import annotations

import contextlib
import importlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from magnet_kg.teacher.settings import TASKS

_CANDIDATE = re.compile(r'^\{"candidate":\s*(\d+),', re.MULTILINE)


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
    def wanted(self) -> Mapping[str, Any] | None:
        """The schema of the answer: what it is held to, or what the prompt asks for in words."""
        return self.schema or next(_schemas_in(self), None)

    @property
    def answer(self) -> str | None:
        """The class of the answer (`AskAnswer`), by the schema's name, or else by its properties."""
        if self.schema_name is not None or self.wanted is None:
            return self.schema_name
        return _answers().get(frozenset(self.wanted.get("properties", ())))

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
    wanted = question.wanted
    return Reply("That is done.") if wanted is None else Reply.of(fit(wanted, wanted))


def none_of_them(question: Question) -> Reply:
    """A judge that finds no dependency, however many candidates it is given."""
    numbers = map(int, _CANDIDATE.findall(question.text))
    no = {"reason": "Nothing of it is asked for.", "kind": "none", "bindings": [], "nested": False, "confidence": 0.9}
    return Reply.of({"judgements": [{"candidate": number, **no} for number in numbers]})


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


def _schemas_in(question: Question) -> Iterator[Mapping[str, Any]]:
    for message in question.messages:
        for line in message.text.splitlines():
            if line.startswith("{") and '"properties"' in line and '"additionalProperties"' in line:
                with contextlib.suppress(ValueError):
                    yield json.loads(line)


@cache
def _answers() -> Mapping[frozenset[str], str]:
    """The classes of the tasks' answers by their properties, for protocols that do not name what they ask for."""
    found = {}
    for task in TASKS:
        module = importlib.import_module(f"magnet_kg.teacher.llm.tasks.{task}")
        for name, one in vars(module).items():
            if isinstance(one, type) and issubclass(one, BaseModel) and name.endswith("Answer"):
                found[frozenset(one.model_fields)] = name
    return found


def _looked_up(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, Mapping)
    return found


def tokens(text: str) -> int:
    """About as many as a real tokenizer finds."""
    return len(text) // 4 + 1
