"""well formed: roles alternate as chat templates demand; tool names fit providers' limits."""

from __future__ import annotations

import re

from magnet_kg.domain.function import NAME_PATTERN
from magnet_kg.validation.failure import Evidence, Failure, Reading

CHECK = "form"

_MAY_FOLLOW = {
    "start": ("system", "user"),
    "system": ("user",),
    "user": ("assistant",),
    "calls": ("tool",),
    "tool": ("tool", "assistant"),
    "assistant": ("user",),
}


def check_form(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Failures of the order of roles, of empty messages, and of tool names."""
    failures = []
    before = "start"
    for index, message in enumerate(reading.trajectory.messages):
        if message.role not in _MAY_FOLLOW[before]:
            failures.append(
                Failure(
                    check=CHECK,
                    reason="roles out of order",
                    detail=f"message {index}: {message.role} after {before}",
                )
            )
        if message.role in ("user", "assistant") and not message.content.strip() and not message.calls:
            failures.append(Failure(check=CHECK, reason="an empty message", detail=f"message {index}"))
        before = "calls" if message.role == "assistant" and message.calls else message.role
    if before != "assistant":
        failures.append(Failure(check=CHECK, reason="the dialogue does not end with the assistant", detail=before))
    trajectory = reading.trajectory
    added = [f for fs in trajectory.tools_added.values() for f in fs]
    names = [evidence.functions[one].name for one in (*trajectory.tools, *added)]
    failures += [
        Failure(check=CHECK, reason="a tool name that providers refuse", detail=name)
        for name in names
        if not re.match(NAME_PATTERN, name)
    ]
    if len(set(names)) < len(names):
        failures.append(Failure(check=CHECK, reason="two tools with one name"))
    return failures + _offered(reading, evidence)


def _offered(reading: Reading, evidence: Evidence) -> list[Failure]:
    """A call of a function that is not offered at that point."""
    trajectory = reading.trajectory
    offered = {evidence.functions[one].name for one in trajectory.tools}
    failures = []
    for message in trajectory.messages:
        if message.role == "user" and message.turn:
            offered |= {evidence.functions[one].name for one in trajectory.tools_added.get(message.turn, ())}
        failures += [
            Failure(check=CHECK, reason="a call of a function that is not offered", detail=call.name)
            for call in message.calls
            if call.name not in offered
        ]
    return failures
