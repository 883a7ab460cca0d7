"""schema: every call validates against its function's JSON Schema; every call has its result, ids matching."""

from __future__ import annotations

from functools import lru_cache

import jsonschema_rs
import orjson

from magnet_kg.domain.function import Function
from magnet_kg.validation.failure import Evidence, Failure, Reading

CHECK = "schema"


@lru_cache(maxsize=4096)
def _validator(schema: bytes) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(orjson.loads(schema))


def _closed(function: Function) -> bytes:
    # An argument that the function does not know is an error, whether or not its schema says so.
    return orjson.dumps({"additionalProperties": False, **function.parameters})


def check_schema(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of the calls' arguments and of the pairing of calls with results."""
    failures = []
    names = {function.name: function for function in evidence.functions.values()}
    seen: set[str] = set()
    pending: list[str] = []
    for message in reading.trajectory.messages:
        if message.role == "tool":
            if not pending or message.call != pending.pop(0):
                failures.append(Failure(check=CHECK, reason="result without its call", detail=str(message.call)))
            continue
        if pending:
            failures.append(Failure(check=CHECK, reason="call without its result", detail=pending[0]))
            pending = []
        for call in message.calls:
            if call.id in seen:
                failures.append(Failure(check=CHECK, reason="call id used twice", detail=call.id))
            seen.add(call.id)
            pending.append(call.id)
            function = names.get(call.name)
            if function is None:
                failures.append(Failure(check=CHECK, reason="call of an unknown function", detail=call.name))
                continue
            error = next(_validator(_closed(function)).iter_errors(call.arguments), None)
            if error is not None:
                failures.append(
                    Failure(
                        check=CHECK,
                        reason="arguments do not fit the schema",
                        detail=f"{call.id}: {error.message}",
                    )
                )
    if pending:
        failures.append(Failure(check=CHECK, reason="call without its result", detail=pending[0]))
    return failures
