"""Tests that need what this machine does not have: the last lines of the report say how many were left out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NoReturn

import pytest

from magnet_kg.domain.errors import MagnetError
from magnet_kg.evaluation.bridge import Environment

Need = Literal["Neo4j", "Chromium", "Node", "BFCL", "AgentDojo"]
_TESTS: dict[Need, str] = {
    "Neo4j": "on Neo4j",
    "Chromium": "of Neo4j Browser",
    "Node": "with MCP's reference servers",
    "BFCL": "with BFCL's checkers",
    "AgentDojo": "with AgentDojo's suites",
}


def leave_out(need: Need, why: str) -> NoReturn:
    """Leave the test out that asks."""
    pytest.skip(_reason(need) + why)


def needing(need: Need, environment: Environment) -> pytest.MarkDecorator:
    """A mark of tests, or of a module, that are left out where a benchmark is not built."""
    missing = ""
    try:
        environment.python  # noqa: B018
    except MagnetError as error:
        missing = str(error)
    return pytest.mark.skipif(bool(missing), reason=_reason(need) + missing)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    yield
    reasons = [
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    ]
    for need, tests in _TESTS.items():
        left_out = [reason for reason in reasons if reason.startswith(_reason(need))]
        if left_out:
            why = left_out[0].removeprefix(_reason(need))
            terminalreporter.write_line(f"{len(left_out)} tests {tests} were left out: {why}", yellow=True)


def _reason(need: Need) -> str:
    return f"needs {need}: "
