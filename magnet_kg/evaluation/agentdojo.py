"""AgentDojo (PyPI `agentdojo`): tasks of four suites, executed, with tools that no training row has; utility alone.

It stands in for ToolQuery of the paper's evaluation, whose tasks are on no package registry: like those, its tasks ask
for several calls to tools over a world of data, and are judged by what comes out. Its attacks have no part here.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from magnet_kg.domain.errors import MagnetError, Unanswered
from magnet_kg.evaluation.bridge import Bridge, Environment, TooSlow
from magnet_kg.evaluation.bridged import BridgedBenchmark
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.running import Asked
from magnet_kg.evaluation.world import World, endless
from magnet_kg.student.answers import calling_message, read_answer, result_message
from magnet_kg.student.caller import ToolCaller

ENVIRONMENT = Environment("agentdojo", "agentdojo_side")
_UNREADABLE = "The arguments are not a JSON object."


class AgentDojo(BridgedBenchmark):
    """See `BridgedBenchmark`; a category is a suite.

    Args:
        suites: workspace, travel, banking, slack; all where none is named.
        limit: tasks of each suite at most.
    """

    name = "agentdojo"

    def __init__(self, suites: Sequence[str] = (), limit: int | None = None) -> None:
        super().__init__(ENVIRONMENT, limit)
        self._suites = suites

    def _chosen(self, about: dict[str, Any]) -> Sequence[str]:
        known: list[str] = about.pop("suites")
        for one in self._suites:
            if one not in known:
                raise MagnetError(f"there is no suite {one}", do=f"It is one of {', '.join(known)}")
        return [one for one in known if not self._suites or one in self._suites]

    def player(self, student: ToolCaller) -> Callable[[Asked], Awaitable[ItemResult]]:
        """See `Benchmark.player`."""
        return lambda item: _Task(student, self._bridge, item).play()


@dataclass(frozen=True)
class _Task:
    """A task that a student does."""

    student: ToolCaller
    bridge: Bridge
    asked: Asked

    async def play(self) -> ItemResult:
        """Let the student call until it speaks, and see what came of it.

        Raises:
            MagnetError: no call can be made any more, or the environment does not work.
        """
        began = time.monotonic()
        item = await self.bridge.ask("item", category=self.asked.category, id=self.asked.id)
        world = World(self.bridge, self.asked.category, self.asked.id)
        messages, unanswered, text = list(item["messages"]), "", ""
        given = len(messages)
        try:
            try:
                text = await self._talk(world, messages, item)
            except Unanswered as failure:
                unanswered = failure.reason
            verdict = await world.judge(text)
        except TooSlow:
            verdict = endless()
        if unanswered:
            verdict |= {"valid": False, "error_type": "no_answer", "error": unanswered}
        return ItemResult(
            id=self.asked.id,
            category=self.asked.category,
            **verdict,
            unanswered=unanswered,
            answer=text,
            messages=tuple(messages[given:]),
            seconds=round(time.monotonic() - began, 3),
        )

    async def _talk(self, world: World, messages: list[dict[str, Any]], item: Mapping[str, Any]) -> str:
        """The student's last words, within the steps that the benchmark allows."""
        text = ""
        for step in range(item["most_steps"] + 1):
            text, asked = read_answer(await self.student.chat(messages, item["tools"], 0))
            if not asked or step == item["most_steps"]:
                messages.append({"role": "assistant", "content": text})
                break
            calls = [(f"call_{len(messages)}_{at}", one.name, one.arguments) for at, one in enumerate(asked)]
            messages.append(calling_message(text, calls))
            for identifier, name, arguments in calls:
                output = _UNREADABLE
                if arguments is not None:
                    (output,) = await world.execute([{"name": name, "arguments": arguments}])
                messages.append(result_message(identifier, name, output))
        return text
