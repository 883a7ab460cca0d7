"""JSON Schemas of answers, in the form that strict schema modes take."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel


@dataclass(frozen=True)
class AnswerSchema:
    """The schema of one kind of answer: made once, used by every call."""

    name: str
    schema: dict[str, Any]
    text: str
    hash: str


@cache
def answer_schema(answer: type[BaseModel]) -> AnswerSchema:
    """The schema of `answer`: no references, no further properties, every property required."""
    whole = answer.model_json_schema()
    schema = _strict(whole, whole.get("$defs", {}))
    text = orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)
    return AnswerSchema(answer.__name__, schema, text.decode(), hashlib.sha256(text).hexdigest()[:16])


def _strict(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_strict(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        named = definitions[part["$ref"].rpartition("/")[2]]
        return _strict({**named, **{key: value for key, value in part.items() if key != "$ref"}}, definitions)
    kept = {key: value for key, value in part.items() if key not in ("$defs", "default", "title", "properties")}
    strict = {key: _strict(value, definitions) for key, value in kept.items()}
    if "properties" in part:
        # The names of properties are the answer's own: one may well be called "title".
        strict["properties"] = {name: _strict(each, definitions) for name, each in part["properties"].items()}
        strict |= {"required": list(part["properties"]), "additionalProperties": False}
    return strict
