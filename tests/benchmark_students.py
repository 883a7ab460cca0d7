"""Students that know a benchmark's own answers, read from the installed package while a test runs."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from model_server.script import Question, Reply, ToolCall

from magnet_kg.evaluation.bridge import Bridge, Environment

Key = tuple[tuple[str, ...], tuple[str, ...]]


def ask(environment: Environment, work: Callable[[Bridge], Awaitable[Any]]) -> Any:
    """What some work with a benchmark gives."""

    async def run() -> Any:
        async with Bridge(environment) as bridge:
            return await work(bridge)

    return asyncio.run(run())


async def answers(bridge: Bridge, items: Sequence[tuple[str, str]]) -> dict[Key, list[ToolCall]]:
    """The right calls of the leaderboard's items (category, id), by what a model is shown when they are due."""
    known: dict[Key, list[ToolCall]] = {}
    for category, id in items:
        item = await bridge.ask("item", category=category, id=id)
        tools, users = list(item["tools"]), []
        right = [] if "relevance" in category else await bridge.ask("possible", category=category, id=id)
        for at, messages in enumerate(item["turns"]):
            tools += item["later_tools"].get(str(at), [])
            users += [one["content"] for one in messages if one["role"] == "user"]
            if "multi_turn" in category:
                calls = [parsed(one, tools) for one in right[at]]
            elif category == "live_relevance":
                calls = [ToolCall(tools[0]["function"]["name"], {})]
            else:
                calls = [call(one) for one in right]
            known[key(users, tools)] = calls
    return known


def knowing(known: Mapping[Key, Sequence[ToolCall]]) -> Callable[[Question], Reply]:
    """A student that makes the right calls once they are due, and then has nothing to add."""

    def reply(question: Question) -> Reply:
        if question.messages[-1].role == "tool":
            return Reply("Done.")
        users = [one.text for one in question.messages if one.role == "user"]
        calls = known[key(users, question.tools)]
        return Reply("", tuple(calls)) if calls else Reply("Nothing here can do that.")

    return reply


def key(users: Sequence[str], tools: Sequence[Mapping[str, Any]]) -> Key:
    """What tells items and their turns apart."""
    return tuple(users), tuple(one["function"]["name"] for one in tools)


def call(possible: Mapping[str, Mapping[str, Sequence[Any]]]) -> ToolCall:
    """The first of the possible values of each argument, and of none that may be left out."""
    ((name, arguments),) = possible.items()
    return ToolCall(name.replace(".", "_"), values(arguments))


def values(arguments: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """See `call`: those of an object."""
    chosen = {one: next((value for value in given if value != ""), "") for one, given in arguments.items()}
    return {one: _plain(value) for one, value in chosen.items() if "" not in arguments[one]}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return values(value)
    return [_plain(one) for one in value] if isinstance(value, list) else value


def parsed(written: str, tools: Sequence[Mapping[str, Any]]) -> ToolCall:
    """A call that is written as Python."""
    (statement,) = ast.parse(written).body
    assert isinstance(statement, ast.Expr)
    made = statement.value
    assert isinstance(made, ast.Call)
    assert isinstance(made.func, ast.Name)
    name = made.func.id
    function = next(one["function"] for one in tools if one["function"]["name"] == name)
    arguments = dict(zip(function["parameters"]["properties"], map(ast.literal_eval, made.args), strict=False))
    arguments |= {one.arg or "": ast.literal_eval(one.value) for one in made.keywords}
    return ToolCall(name, arguments)
