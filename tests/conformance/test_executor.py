"""What every Executor must do: each test runs on each executor."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from aws_catalog import function as aws_function
from dialogues import bench, good_rows
from garage import toolkit as garage
from mcp_servers import NOTES
from mcp_servers import executor as mcp_executor

from magnet_kg.domain.function import Function
from magnet_kg.execution.aws import AwsExecutor
from magnet_kg.execution.mcp import McpExecutor, ServerSettings
from magnet_kg.execution.session import Executor, Outcome, Session
from magnet_kg.execution.toolkits import ToolkitExecutor


def aws() -> Executor:
    """Some operations of AWS, with what their schemas say."""
    texts = {"type": "array", "items": {"type": "string"}}
    schemas: dict[tuple[str, str], tuple[dict[str, Any], list[str]]] = {
        ("s3", "ListBuckets"): ({"Prefix": {"type": "string"}, "MaxBuckets": {"type": "integer"}}, []),
        ("s3", "CreateBucket"): ({"Bucket": {"type": "string"}}, ["Bucket"]),
        ("sqs", "DeleteQueue"): ({"QueueUrl": {"type": "string"}}, ["QueueUrl"]),
        ("kms", "CreateKey"): ({"Description": {"type": "string"}}, []),
        ("ec2", "DescribeInstances"): ({"InstanceIds": texts}, []),
    }
    functions = {}
    for name, (properties, required) in schemas.items():
        parameters = {"type": "object", "properties": properties, "required": required}
        function = aws_function(*name).model_copy(update={"parameters": parameters})
        functions[function.id] = function
    return AwsExecutor(functions)


@cache
def mcp() -> Executor:
    """A server of notes, without the tools that end it."""
    made = mcp_executor("notes", command=NOTES, state="files")
    harmless = {key: f for key, f in made.functions.items() if f.name not in ("hang", "die")}
    return McpExecutor(harmless, {"notes": ServerSettings(command=NOTES, state="files")})


EXECUTORS: dict[str, Callable[[], Executor]] = {
    "toolkits": lambda: bench().executor,
    "one toolkit without phrases": lambda: ToolkitExecutor([garage]),
    "AWS on moto": aws,
    "an MCP server": mcp,
}


@pytest.fixture(params=EXECUTORS)
def executor(request: pytest.FixtureRequest) -> Executor:
    return EXECUTORS[request.param]()


def call(session: Session, function: str, arguments: dict[str, Any]) -> Outcome:
    return asyncio.run(session.call(function, arguments))


def free(executor: Executor) -> list[Function]:
    """The functions that can be called without knowing anything."""
    return [function for function in executor.functions.values() if not function.required]


def test_functions_are_listed_by_their_ids_in_order(executor: Executor) -> None:
    assert executor.functions
    assert list(executor.functions) == sorted(executor.functions)
    assert all(key == function.id for key, function in executor.functions.items())
    assert len({function.name for function in executor.functions.values()}) == len(executor.functions)


def test_the_same_seed_gives_the_same_world(executor: Executor) -> None:
    for seed in range(5):
        one, other = executor.open(seed), executor.open(seed)
        assert one.digest() == other.digest()
        assert one.context == other.context


def test_another_seed_gives_another_world(executor: Executor) -> None:
    assert len({executor.open(seed).digest() for seed in range(10)}) == 10


def test_a_context_states_who_when_and_where(executor: Executor) -> None:
    context = executor.open(1).context
    assert all((context.user_name, context.home_city, context.time_zone, context.currency))
    assert context.now.tzinfo is None
    assert context.now.microsecond == 0


def test_the_same_calls_give_the_same_outputs_and_the_same_state(executor: Executor) -> None:
    for function in free(executor):
        one, other = executor.open(2), executor.open(2)
        assert call(one, function.id, {}) == call(other, function.id, {})
        assert one.digest() == other.digest()


def test_sessions_do_not_see_one_another(executor: Executor) -> None:
    """Rows are made side by side: one user's booking must not be in another's world."""
    untouched = executor.open(3)
    before = untouched.digest()
    busy = executor.open(3)
    for function in free(executor):
        call(busy, function.id, {})
    assert untouched.digest() == before
    assert executor.open(3).digest() == before


def test_a_snapshot_brings_the_world_back_exactly(executor: Executor) -> None:
    """A rehearsal is undone through it, to the last id that would be given out next."""
    session = executor.open(4)
    before, digest = session.snapshot(), session.digest()
    first = [call(session, function.id, {}) for function in free(executor)]
    session.restore(before)
    assert session.digest() == digest
    assert [call(session, function.id, {}) for function in free(executor)] == first


def test_a_snapshot_does_not_change_with_the_world(executor: Executor) -> None:
    session = executor.open(4)
    digest, kept = session.digest(), session.snapshot()
    session.restore(kept)
    for function in free(executor):
        call(session, function.id, {})
    other = executor.open(4)
    other.restore(kept)
    assert other.digest() == digest


@pytest.mark.parametrize("arguments", [{"no_such_argument": 1}, {"": ""}])
def test_an_unknown_argument_is_a_failed_outcome(executor: Executor, arguments: dict[str, Any]) -> None:
    """The model's mistake is what the model shall see, and no crash of the run."""
    for function in executor.functions.values():
        session = executor.open(5)
        before = session.digest()
        outcome = call(session, function.id, arguments)
        assert outcome.failed
        assert outcome.error_code == "invalid_argument"
        assert session.digest() == before, "a refused call changed the world"


def test_missing_and_mistyped_arguments_are_failed_outcomes(executor: Executor) -> None:
    for function in executor.functions.values():
        for name in function.properties:
            for wrong in ({"not": "that"}, [["neither"]], None):
                outcome = call(executor.open(5), function.id, {name: wrong})
                if outcome.failed:
                    assert set(outcome.output["error"]) == {"code", "message"}
                    assert outcome.output["error"]["message"]
                else:
                    assert wrong is None, "only an optional argument may be null"
        if function.required:
            assert call(executor.open(5), function.id, {}).failed


def test_an_unknown_id_in_any_argument_is_a_failed_outcome(executor: Executor) -> None:
    """What a student makes up must come back as an error that a person can read."""
    for function in executor.functions.values():
        if function.required and all(function.properties[n].get("type") == "string" for n in function.required):
            names = [n for n in function.required if not function.properties[n].get("enum")]
            outcome = call(executor.open(5), function.id, dict.fromkeys(names, "zz_0"))
            assert not outcome.failed or outcome.error_code


def test_an_unknown_function_raises(executor: Executor) -> None:
    with pytest.raises(KeyError):
        call(executor.open(5), "nowhere/nothing", {})


def test_results_are_what_the_schema_says(executor: Executor) -> None:
    for function in free(executor):
        outcome = call(executor.open(6), function.id, {})
        assert not outcome.failed, (function.id, outcome.output)
        assert jsonschema_rs.validator_for(function.returns or {}).is_valid(outcome.output), function.id


def test_a_digest_is_the_same_in_another_process() -> None:
    """Replay in another process, on another day, under another hash seed."""
    row = next(good_rows("single")).row
    script = (
        f"from magnet_kg.execution.toolkits import ToolkitExecutor;print(ToolkitExecutor().open({row.world}).digest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "77"}
    )
    assert told.stdout.strip() == bench().executor.open(row.world).digest()
