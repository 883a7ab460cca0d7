"""Make up what a call of a function gives back: it fits the schema, and agrees with what was called before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson
from pydantic import Field

from magnet_kg.domain.context import Context
from magnet_kg.domain.function import Function
from magnet_kg.domain.values import scalars
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.simulated_by_model import PastCall, Simulate
from magnet_kg.execution.world import context_of
from magnet_kg.teacher.llm.request import Caller, ModelRequest
from magnet_kg.teacher.llm.tasks.consistency import contradictions
from magnet_kg.teacher.llm.tasks.language import not_english
from magnet_kg.teacher.llm.tasks.rendering import (
    TaskAnswer,
    describe,
    facts_of,
    fenced,
    messages_of,
    short_text,
    shortened,
)
from magnet_kg.wording.prompts import load_prompt

PROMPT = "simulate"
# Outputs of the history are shown nearly whole: the model shall keep to them.
_LONGEST_OUTPUT = 12_000
_MOST_FAULTS = 6
_LONGEST_FAULT = 200
_LENIENT = frozenset(["pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"])


class SimulateAnswer(TaskAnswer):
    """What the call gives back."""

    succeeded: bool = Field(description="whether the call succeeds")
    output: str = Field(description="the output as JSON text, an object; {} where the call fails")
    error_code: str = Field(description="short and stable, such as not_found; empty where the call succeeds")
    error_message: str = Field(description="one sentence; empty where the call succeeds")


def request(
    function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], context: Context
) -> ModelRequest[SimulateAnswer]:
    """The question for one call, after the calls of the history."""
    return ModelRequest(
        task="simulate",
        prompt_hash=load_prompt(PROMPT).hash,
        messages=messages_of(
            PROMPT,
            facts=fenced("facts", [facts_of(context)]),
            function=fenced("function", [describe(function, returns=True)]),
            history=fenced("history", (line for past in history for line in _lines(past))),
            call=fenced("call", [{"function": function.name, "arguments": arguments}]),
        ),
        answer=SimulateAnswer,
        faults=partial(faults, function, arguments, history),
    )


def read(answer: SimulateAnswer) -> Outcome:
    """What the call gives, of an answer without faults."""
    if answer.succeeded:
        return Outcome(orjson.loads(answer.output))
    return Outcome({"error": {"code": answer.error_code, "message": answer.error_message}}, failed=True)


def simulated_by(caller: Caller) -> Simulate:
    """What `ModelSimulatorExecutor` needs to ask a model through this caller."""

    async def simulate(
        function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], world: int
    ) -> Outcome:
        return read(await caller.ask(request(function, arguments, history, context_of(world))))

    return simulate


def faults(
    function: Function, arguments: Mapping[str, Any], history: Sequence[PastCall], answer: SimulateAnswer
) -> list[str]:
    """What is wrong with an answer, in sentences for the model; none where `read` makes a good outcome of it."""
    if not answer.succeeded:
        return list(_wrong_error(answer))
    if answer.error_code.strip() or answer.error_message.strip():
        return ["The call succeeds, and has an error: either succeeded is false, or the error is empty."]
    try:
        output = orjson.loads(answer.output)
    except orjson.JSONDecodeError as error:
        return [f"The output is not JSON: {error}."]
    if not isinstance(output, dict):
        return ["The output is not a JSON object."]
    found = [*_against_schema(function, output), *contradictions(function, arguments, history, output)]
    if _in_another_language(arguments, history, output):
        found.append("The texts of the output are not in English.")
    return found[:_MOST_FAULTS]


def _lines(past: PastCall) -> Iterator[dict[str, Any]]:
    yield {"function": past.function.name, "arguments": past.arguments}
    failed = {"failed": True} if past.outcome.failed else {}
    yield {**failed, "gave": shortened(past.outcome.output, _LONGEST_OUTPUT)}


def _wrong_error(answer: SimulateAnswer) -> Iterator[str]:
    if not answer.error_code.strip() or not answer.error_message.strip():
        yield "The call fails, and its error has no code or no message."
    if answer.output.strip() not in ("", "{}"):
        yield "The call fails, and has an output: it is {} then."


def _against_schema(function: Function, output: dict[str, Any]) -> Iterator[str]:
    returns = function.returns or {}
    undeclared = sorted(output.keys() - returns.get("properties", {}).keys()) if returns.get("properties") else []
    if undeclared and not returns.get("additionalProperties"):
        yield f"The output has {', '.join(undeclared)}, which {function.name} does not return."
    for error in islice(_validator(orjson.dumps(_lenient(returns))).iter_errors(output), _MOST_FAULTS):
        path = ".".join(str(part) for part in error.instance_path)
        yield f"The output does not fit the schema at {path or 'its top'}: {short_text(error.message, _LONGEST_FAULT)}."


@lru_cache(maxsize=1024)
def _validator(schema: bytes) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(orjson.loads(schema))


def _lenient(schema: Any) -> Any:
    """A schema without patterns and lengths: catalogs publish them, and the systems behind often do not keep them."""
    if isinstance(schema, list):
        return [_lenient(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    # A property may be called so, too; what that holds is a schema.
    return {name: _lenient(one) for name, one in schema.items() if name not in _LENIENT or isinstance(one, dict)}


def _in_another_language(arguments: Mapping[str, Any], history: Sequence[PastCall], output: Mapping[str, Any]) -> bool:
    before = [dict(arguments), *(dict(past.arguments) for past in history), *(past.outcome.output for past in history)]
    return not_english(_texts(output)) and not not_english(_texts(before))


def _texts(value: Any) -> str:
    return " ".join(one for one in scalars(value) if isinstance(one, str) and " " in one)
