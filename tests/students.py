"""Scripted students behind a real server: each knows the rows of a run and plays them in its own way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model_server.script import Question, Reply, ToolCall
from model_server.server import ModelServer
from model_server.serving import serving

Chat = list[dict[str, Any]]
# The turn as the row has it, and how often the student has spoken in it.
Play = Callable[[Chat, int], Reply]


@dataclass(frozen=True)
class Rows:
    """The exported rows of a run, by what a student is shown of them."""

    folder: Path

    @cached_property
    def by_users(self) -> Mapping[tuple[str, ...], Chat]:
        """The messages that follow a user's message, by the system message and what users have said so far."""
        found: dict[tuple[str, ...], Chat] = {}
        for messages in self._told():
            users = [at for at, message in enumerate(messages) if message["role"] == "user"]
            for nth, at in enumerate(users):
                end = users[nth + 1] if nth + 1 < len(users) else len(messages)
                said = (messages[0]["content"], *(messages[one]["content"] for one in users[: nth + 1]))
                found[said] = messages[at + 1 : end]
        return found

    def turn(self, question: Question) -> tuple[Chat, int]:
        """The turn that is asked for, as the row has it, and how often the student has spoken in it."""
        messages = question.body["messages"]
        users = [at for at, message in enumerate(messages) if message["role"] == "user"]
        said = (messages[0]["content"], *(messages[at]["content"] for at in users))
        spoken = sum(message["role"] == "assistant" for message in messages[users[-1] :])
        return self.by_users[said], spoken

    def _told(self) -> list[Chat]:
        told: list[Chat] = []
        for line in (self.folder / "export" / "sft.jsonl").read_text().splitlines():
            told.append(json.loads(line)["messages"])
        for line in (self.folder / "export" / "preference.jsonl").read_text().splitlines():
            row = json.loads(line)
            told.append([*row["prompt"], *row["chosen"]])
        return told


def student(rows: Rows, play: Play, **changes: Any) -> AbstractContextManager[ModelServer]:
    """A server with a student that plays each turn so."""
    return serving(lambda question: play(*rows.turn(question)), models=("student",), **changes)


def calls_of(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """The calls of a message."""
    functions = [call["function"] for call in message.get("tool_calls") or ()]
    return tuple(ToolCall(one["name"], json.loads(one["arguments"])) for one in functions)


def perfect(turn: Chat, spoken: int) -> Reply:
    """As the row has it."""
    message = [one for one in turn if one["role"] == "assistant"][spoken]
    return Reply(message["content"], calls_of(message))


def never_calls(turn: Chat, spoken: int) -> Reply:
    """Says that it is done, whatever is asked."""
    return Reply("All done, nothing else is needed.")


def asks_again(turn: Chat, spoken: int) -> Reply:
    """Asks where it should call."""
    return Reply("Which one do you mean?") if calls_of(turn[0]) else perfect(turn, spoken)


def rubbish(turn: Chat, spoken: int) -> Reply:
    """Calls that nobody could make, then words."""
    broken = ("<tool_call>{'name': oops}</tool_call>", "<tool_call>no_such_function(1, 2)", "blah 4711 blah")
    if spoken == 0:
        return Reply("", (ToolCall("no such function!", {"x": 1}),))
    return Reply(broken[spoken - 1] if spoken <= len(broken) else broken[-1])
