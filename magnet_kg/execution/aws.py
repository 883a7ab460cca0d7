"""The executor of AWS: operations of botocore's catalog, answered by moto in this process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from magnet_kg.domain.context import Context
from magnet_kg.domain.function import Function
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import content_hash
from magnet_kg.execution.aws_holdings import FLOWING, HOLDINGS, Call, needed
from magnet_kg.execution.aws_operations import ALLOWED, reads
from magnet_kg.execution.filtered import Filtered
from magnet_kg.execution.logged import Effect, Log, LoggedSession
from magnet_kg.execution.moto_account import MotoAccount
from magnet_kg.execution.session import Outcome
from magnet_kg.execution.tool_error import ToolError
from magnet_kg.execution.world import context_of

# What is refused before anything is sent, and so changes nothing.
_MALFORMED = "invalid_argument"
_DELIVERED_BY_HTTP = ("http", "https")


def operation_of(function: Function) -> tuple[str, str] | None:
    """The service and the operation that a function is ("ec2", "DescribeInstances"); None for what cannot be run."""
    service, _, operation = (function.original_name or "").partition(".")
    return (service, operation) if operation in ALLOWED.get(service, ()) else None


class AwsExecutor:
    """Runs operations of AWS on moto; see `Executor`.

    Each session has an account of its own, which holds some things from the beginning. Its clock starts at the
    world's time and goes on by a second with each call that changes something.

    Args:
        functions: by id; those that are no operation of `ALLOWED` are left out.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = Filtered(functions, lambda function: operation_of(function) is not None)

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions by id."""
        return self._functions

    def runner(self, function: str) -> str:
        """Always "aws"."""
        return "aws"

    def replays(self, function: str) -> bool:
        """Always: ids, passwords and times come from the world's seed."""
        return True

    def open(self, world: int) -> LoggedSession:
        """A session on a fresh account of the world with this seed."""
        context = context_of(world)
        account = LiveAccount(self._functions, world, context)
        return LoggedSession(
            self._functions, Log(account, context, content_hash(["aws", world])), partial(names_for, world)
        )


class LiveAccount:
    """An account as its calls left it; see `Live`.

    What the account holds of a service from the beginning is put there when the service is called first.
    """

    def __init__(self, functions: Mapping[str, Function], world: int, context: Context) -> None:
        self._functions = functions
        self._world = world
        self._start = context.now.replace(tzinfo=ZoneInfo(context.time_zone)).astimezone(UTC)
        self._number = str(derived_rng(world, "aws", "account").randrange(10**11, 10**12))
        self._account = MotoAccount(self._number)
        self.holds: dict[str, dict[str, list[str]]] = {}

    @property
    def stands(self) -> bool:
        """Always: nobody else changes it."""
        return True

    async def begin(self) -> None:
        """A fresh account."""
        self._account = MotoAccount(self._number)
        self.holds = {}

    async def call(
        self, function: str, arguments: Mapping[str, Any], done: int, *, again: bool = False
    ) -> tuple[Outcome, Effect]:
        """Call an operation at `done` seconds after the world's time."""
        from botocore.exceptions import BotoCoreError, ClientError

        named = operation_of(self._functions[function])
        assert named is not None, "the executor lists what it can run"
        service, operation = named
        try:
            output = self.run(service, operation, arguments, done)
        except ClientError as error:
            answer = error.response["Error"]
            effect = Effect.NONE if reads(operation) else Effect.TRIED
            return _failed(answer["Code"], answer.get("Message") or answer["Code"]), effect
        except (BotoCoreError, ToolError) as error:
            return _failed(_MALFORMED, error.message if isinstance(error, ToolError) else str(error)), Effect.NONE
        except Exception:
            # What moto did not foresee; AWS says the same, and no more, of what AWS did not foresee.
            return _failed("InternalFailure", "The request processing has failed because of an internal error."), (
                Effect.NONE if reads(operation) else Effect.TRIED
            )
        return Outcome(output), Effect.NONE if reads(operation) else Effect.DONE

    def run(self, service: str, operation: str, arguments: Mapping[str, Any], done: int) -> dict[str, Any]:
        """Call an operation of a service, which holds something by then."""
        if operation == "Subscribe" and arguments.get("Protocol") in _DELIVERED_BY_HTTP:
            raise ToolError(_MALFORMED, "Protocol: nothing is delivered over HTTP. Use sqs, lambda, email or sms.")
        self.hold(service)
        rng = derived_rng(self._world, "aws", service, operation, str(done))
        return self._account.call(service, operation, arguments, now=self._start + timedelta(seconds=done), rng=rng)

    def hold(self, service: str) -> None:
        """See to it that a service, and those that it reaches, hold what they hold from the beginning."""
        for needs in needed(service):
            if needs not in self.holds:
                self.holds[needs] = {}
                rng = derived_rng(self._world, "aws", needs)
                self.holds[needs] = HOLDINGS[needs](self._caller(needs), rng)

    def _caller(self, service: str) -> Call:
        """Calls, a day apart, some weeks before the world's time; what flows came an hour before it."""
        made = 0

        def call(operation: str, **arguments: Any) -> dict[str, Any]:
            nonlocal made
            made += 1
            since = timedelta(hours=1) if operation in FLOWING else timedelta(days=40 - made, minutes=37 * made)
            rng = derived_rng(self._world, "aws", service, "held", str(made))
            return self._account.call(service, operation, arguments, now=self._start - since, rng=rng)

        return Call(call, self._number, self._start, self.holds)


@lru_cache(maxsize=8192)
def known_of(world: int, service: str) -> Mapping[str, tuple[str, ...]]:
    """What a service of a world's account holds from the beginning: names by the parameter that takes them.

    `known_of(1, "s3")["Bucket"]` are the buckets. A service that works on things of another has their names too. For
    whoever has to speak of something that exists; it is what the world's sessions find.
    """
    live = LiveAccount({}, world, context_of(world))
    live.hold(service)
    return {kind: tuple(names) for other in needed(service) for kind, names in live.holds[other].items()}


def known(world: int) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """`known_of` every service."""
    return {service: known_of(world, service) for service in HOLDINGS}


def names_for(world: int, function: Function) -> Mapping[str, tuple[str, ...]]:
    """What of the account an operation may be told, by its parameters; a thing that is to be made has a new name."""
    named = operation_of(function)
    if named is None:
        return {}
    service, operation = named
    held = {kind.lower(): names for kind, names in known_of(world, service).items()}
    makes = operation.startswith(("Create", "Put", "Register", "Run"))
    made = re.sub(r"^[A-Z][a-z]+", "", operation).lower()
    found = {}
    for parameter in function.properties:
        kind = parameter.lower()
        if makes and (kind == "name" or made in kind):
            continue
        names = held.get(kind) or held.get(kind.removesuffix("s"))
        if names:
            found[parameter] = names
    return found


def _failed(code: str, message: str) -> Outcome:
    return Outcome({"error": {"code": code, "message": message}}, failed=True)
