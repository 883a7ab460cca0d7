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
    return failures + _turns(reading) + _offered(reading, evidence)


def _turns(reading: Reading) -> list[Failure]:
    """Messages outside of their turn: the other checks read messages turn by turn, and would not see them."""
    trajectory = reading.trajectory
    asked = [message.turn for message in trajectory.messages if message.role == "user"]
    if asked != [turn.id for turn in trajectory.turns]:
        return [Failure(check=CHECK, reason="not one message of the user for each turn")]
    failures = []
    now: str | None = None
    for index, message in enumerate(trajectory.messages):
        now = message.turn if message.role == "user" else now
        if message.turn != now:
            failures.append(Failure(check=CHECK, reason="a message outside of its turn", detail=f"message {index}"))
    return failures


def _offered(reading: Reading, evidence: Evidence) -> list[Failure]:
    """Calls of functions that are not offered at that point, and functions called missing that are."""
    trajectory = reading.trajectory
    offered = {evidence.functions[one].name for one in trajectory.tools}
    missing = {
        turn.id: evidence.functions[step.function].name
        for turn in trajectory.turns
        if turn.missing is not None and turn.missing.kind == "miss_func"
        for step in turn.wanted
        if step.id == turn.missing.step
    }
    failures = []
    for message in trajectory.messages:
        if message.role == "user" and message.turn:
            added = {evidence.functions[one].name for one in trajectory.tools_added.get(message.turn, ())}
            announced = message.content[len(reading.own_words(message.turn)) :]
            failures += [
                Failure(check=CHECK, reason="a function is offered without a word", detail=name)
                for name in sorted(added)
                if name not in announced
            ]
            offered |= added
            if missing.get(message.turn) in offered:
                detail = f"{message.turn}: {missing[message.turn]}"
                failures.append(Failure(check=CHECK, reason="what is said to be missing is offered", detail=detail))
        failures += [
            Failure(check=CHECK, reason="a call of a function that is not offered", detail=call.name)
            for call in message.calls
            if call.name not in offered
        ]
    return failures
