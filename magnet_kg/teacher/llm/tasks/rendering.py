"""How functions, dialogues and outputs are written into a prompt, and how a prompt's file becomes messages.

Whatever catalogs, tools and users have written is data. It is written as JSON, one value a line, inside a fence of two
lines of their own (`<data name="history">` … `</data>`). JSON has no line breaks, and where a text holds something that
looks like a fence, or like a mark of a chat template, its first character is escaped (`\\u003c`), which changes no
value: so nothing in it can end the fence. The same values give the same text, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

from magnet_kg.domain.context import Context
from magnet_kg.domain.dialogue import DialogueTurn
from magnet_kg.domain.function import Function
from magnet_kg.teacher.llm.request import PromptMessage
from magnet_kg.wording.prompts import load_prompt

# Characters of one text, elements of one list, and characters of one value as JSON.
LONGEST_TEXT = 600
LONGEST_LIST = 30
LONGEST_VALUE = 6000
_SHORTEST = 40

# Fences, marks of chat templates, and what some readers take for the end of a line.
_MARKS = re.compile(
    r"<(?=\s*/?\s*data\b|[|｜]|/?s>|(?:start|end)_of_turn>|[be]os>)|\[(?=/?(?:INST|SYSTEM_PROMPT)\])|[\x7f-\x9f\u2028\u2029\ufeff]",
    re.IGNORECASE,
)
# What of a schema says which values fit.
_KEPT = (
    "type", "format", "enum", "const", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minLength", "maxLength", "minItems", "maxItems", "pattern", "required", "additionalProperties",
)  # fmt: skip
_LONGEST_DESCRIPTION = 240
_MOST_VALUES = 40


class TaskAnswer(BaseModel):
    """What all answers share: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def messages_of(prompt: str, **given: Any) -> tuple[PromptMessage, ...]:
    """The messages of the prompt in `prompts/<prompt>.md`, with what it is given filled in.

    Raises:
        MagnetError: there is something wrong with the file.
        jinja2.UndefinedError: something is not given.
    """
    return tuple(PromptMessage(role, text) for role, text in load_prompt(prompt).render_parts(**given))


def compact(value: Any) -> str:
    """A value as JSON on one line, safe inside a fence; keys in the order of the value."""
    return _MARKS.sub(lambda match: f"\\u{ord(match[0]):04x}", orjson.dumps(value).decode())


def fenced(name: str, values: Iterable[Any]) -> str:
    """Values as data, one a line; `name` says what they are (our own word, never the data's)."""
    return "\n".join([f'<data name="{name}">', *(compact(value) for value in values), "</data>"])


def short_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text of so many characters at most, and a note of how many are left out."""
    if len(text) <= longest:
        return text
    return f"{text[:longest].rstrip()} … ({len(text) - longest} more characters)"


def shortened(value: Any, longest: int = LONGEST_VALUE) -> Any:
    """A value as it is, or with long texts and lists shortened until it has about so many characters as JSON.

    What is left out is noted where it was. The keys of objects stay.
    """
    text, items = LONGEST_TEXT, LONGEST_LIST
    short = _shortened(value, text, items)
    while len(orjson.dumps(short)) > longest and text > _SHORTEST:
        text, items = text // 2, max(items // 2, 2)
        short = _shortened(value, text, items)
    return short


def _shortened(value: Any, text: int, items: int) -> Any:
    if isinstance(value, str):
        return short_text(value, text)
    if isinstance(value, Mapping):
        return {str(name): _shortened(one, text, items) for name, one in value.items()}
    if isinstance(value, list | tuple):
        kept = [_shortened(one, text, items) for one in value[:items]]
        return kept if len(value) <= items else [*kept, f"… ({len(value) - items} more)"]
    return value


def short_schema(schema: Mapping[str, Any], longest: int = _LONGEST_DESCRIPTION) -> dict[str, Any]:
    """A JSON Schema with what says which values fit; descriptions and lists of values are shortened.

    Args:
        schema: of an object or a part of one.
        longest: characters of a description.
    """
    short: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if isinstance(schema.get("additionalProperties"), Mapping):
        short["additionalProperties"] = short_schema(schema["additionalProperties"], longest)
    if len(values := schema.get("enum", ())) > _MOST_VALUES:
        short["enum"] = [*values[:_MOST_VALUES], f"… ({len(values) - _MOST_VALUES} more)"]
    if description := schema.get("description"):
        short["description"] = short_text(str(description), longest)
    if "properties" in schema:
        short["properties"] = {name: short_schema(one, longest) for name, one in schema["properties"].items()}
    if isinstance(schema.get("items"), Mapping):
        short["items"] = short_schema(schema["items"], longest)
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            short[name] = [short_schema(one, longest) for one in schema[name]]
    return short


def describe(function: Function, *, returns: bool = False) -> dict[str, Any]:
    """A function as who calls it sees it: name, description, parameters and, if wanted, what it returns."""
    told = {
        "name": function.name,
        "description": short_text(function.description),
        "parameters": short_schema(function.parameters),
    }
    return told | ({"returns": short_schema(function.returns or {})} if returns else {})


def functions_fenced(functions: Iterable[Function], name: str = "functions", *, returns: bool = False) -> str:
    """Functions as data, one a line, in the order given."""
    return fenced(name, (describe(one, returns=returns) for one in functions))


def facts_of(context: Context) -> dict[str, Any]:
    """What the system message states."""
    return {
        "now": f"{context.now:%A} {context.now.isoformat(sep=' ', timespec='minutes')}",
        "user": context.user_name,
        "home city": context.home_city,
        "time zone": context.time_zone,
        "currency": context.currency,
    }


def history_fenced(
    turns: Sequence[DialogueTurn],
    functions: Mapping[str, Function],
    answers: Mapping[str, str],
    name: str = "history",
) -> str:
    """A dialogue as data, one message, call or output a line; `answers` has the final messages by turn."""
    return fenced(name, (line for turn in turns for line in turn_lines(turn, functions, answers.get(turn.id))))


def turn_lines(
    turn: DialogueTurn, functions: Mapping[str, Function], answer: str | None = None
) -> Iterator[dict[str, Any]]:
    """A turn line by line: what the user says, every call with its id, what it gave back, the final message."""
    yield {"user": turn.user.text}
    yield from call_lines(turn, functions)
    if answer is not None:
        yield {"assistant": answer}


def call_lines(turn: DialogueTurn, functions: Mapping[str, Function]) -> Iterator[dict[str, Any]]:
    """The calls of a turn, each followed by what it gave back; outputs are shortened (`shortened`)."""
    outputs = {one.call: one for one in turn.observations}
    for call in turn.calls:
        yield {"call": call.id, "function": functions[call.function].name, "arguments": call.arguments}
        if call.id in outputs:
            failed = {"failed": True} if outputs[call.id].failed else {}
            yield {"output of": call.id, **failed, "output": shortened(outputs[call.id].output)}
