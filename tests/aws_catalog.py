"""Functions of AWS for the tests, as small as they may be, and an account that is asked in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import cache
from typing import Any

from magnet_kg.domain.function import Function
from magnet_kg.execution.aws import AwsExecutor
from magnet_kg.execution.aws_operations import ALLOWED
from magnet_kg.execution.logged import LoggedSession
from magnet_kg.execution.session import Outcome


def function(service: str, operation: str) -> Function:
    """As the catalog of AWS gives it, without its schemas."""
    name = f"{service}_{operation}"[:64]
    return Function(
        id=f"aws/{name}",
        name=name,
        category=service,
        toolkit=service,
        description=operation,
        parameters={"type": "object", "properties": {}},
        source="aws:botocore",
        executor="aws",
        catalog="aws",
        original_name=f"{service}.{operation}",
    )


def functions(names: Iterable[tuple[str, str]]) -> dict[str, Function]:
    """Some functions by id."""
    return {one.id: one for one in (function(*name) for name in names)}


@cache
def executor() -> AwsExecutor:
    """An executor of all that is allowed."""
    return AwsExecutor(functions((service, one) for service, operations in ALLOWED.items() for one in operations))


class Asked:
    """A session that is asked by service and operation, and that remembers what it answered."""

    def __init__(self, session: LoggedSession) -> None:
        self.session = session
        self.outcomes: list[tuple[str, str, Outcome]] = []

    def ask(self, service: str, operation: str, /, **arguments: Any) -> Outcome:
        """The outcome of a call."""
        outcome = asyncio.run(self.session.call(function(service, operation).id, arguments))
        self.outcomes.append((service, operation, outcome))
        return outcome

    def do(self, service: str, operation: str, /, **arguments: Any) -> Any:
        """The output of a call that succeeds."""
        outcome = self.ask(service, operation, **arguments)
        assert not outcome.failed, (service, operation, outcome.output)
        return outcome.output
