"""How a student is asked an item of the leaderboard: as its own handler of OpenAI's protocol asks a model.

Base and tuned go through this one way, since differences between handlers outweigh what training gains. A call that
cannot be read counts as the official handlers have it: no call in a single turn, the end of a turn among several.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from magnet_kg.domain.errors import Unanswered
from magnet_kg.evaluation.bridge import Bridge, TooSlow
from magnet_kg.evaluation.results import ItemResult
from magnet_kg.evaluation.world import World, endless
from magnet_kg.student.answers import Asked, calling_message, read_answer, result_message
from magnet_kg.student.caller import ToolCaller


@dataclass
class _Talk:
    """A dialogue as it goes."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    tools: list[dict[str, Any]] = field(default_factory=list)
    answers: list[list[Any]] = field(default_factory=list)
    calls: int = 0


@dataclass(frozen=True)
class Handler:
    """Asks a student an item, and has the answer judged.

    Attributes:
        student: who is asked, in tokens that are likeliest.
        bridge: to the leaderboard's environment.
        several: the categories with several turns.
    """

    student: ToolCaller
    bridge: Bridge
    several: frozenset[str]

    async def play(self, category: str, id: str) -> ItemResult:
        """The student's answer to an item, judged.

        Raises:
            MagnetError: no call can be made any more, or the environment does not work.
        """
        began = time.monotonic()
        item = await self.bridge.ask("item", category=category, id=id)
        talk, unanswered, verdict = _Talk(tools=item["tools"]), "", None
        answer: Any = talk.answers
        try:
            if category in self.several:
                await _Turns(self.student, World(self.bridge, category, id), talk).play(item)
            else:
                answer = await self._single(talk, item["turns"][0])
        except Unanswered as failure:
            # What the leaderboard's handlers hand in where a request fails.
            unanswered, answer = failure.reason, f"Error during inference: {failure.reason}"
        except TooSlow:
            verdict = endless()
        return ItemResult(
            id=id,
            category=category,
            **(verdict or await self._judge(category, id, answer)),
            unanswered=unanswered,
            answer=answer,
            messages=tuple(talk.messages),
            seconds=round(time.monotonic() - began, 3),
        )

    async def _single(self, talk: _Talk, messages: Sequence[dict[str, Any]]) -> Any:
        told = await self.student.chat(messages, talk.tools, 0)
        talk.messages.append({"role": "assistant", **told})
        text, asked = read_answer(told)
        return official(asked) if asked else text

    async def _judge(self, category: str, id: str, answer: Any) -> dict[str, Any]:
        try:
            verdict: dict[str, Any] = await self.bridge.ask("judge", category=category, id=id, answer=answer)
        except TooSlow:
            return endless()
        return verdict


@dataclass
class _Turns:
    """An item of several turns, executed step by step."""

    student: ToolCaller
    world: World
    talk: _Talk

    async def play(self, item: dict[str, Any]) -> None:
        """All turns, or those up to one that takes more steps than are allowed, which ends everything."""
        for at, messages in enumerate(item["turns"]):
            self.talk.tools = [*self.talk.tools, *item["later_tools"].get(str(at), ())]
            self.talk.messages += messages
            self.talk.answers.append([])
            if not await self._turn(item["most_steps"]):
                return

    async def _turn(self, most: int) -> bool:
        steps = 0
        while steps <= most:
            text, asked = read_answer(await self.student.chat(self.talk.messages, self.talk.tools, 0))
            answer = official(asked) if asked else text
            self.talk.answers[-1].append(answer)
            calls = [(f"call_{self.talk.calls + at}", one.name, one.arguments) for at, one in enumerate(asked, start=1)]
            self.talk.calls += len(calls)
            self.talk.messages.append(calling_message(text, calls) if calls else {"role": "assistant", "content": text})
            outputs = await self._execute(answer) if asked else None
            if outputs is None:
                # Providers take no calls without their results; no model sees that of a call that was never made.
                if calls:
                    self.talk.messages[-1] = {"role": "assistant", "content": _spoken(text, asked)}
                return True
            told = zip(calls, outputs, strict=True)
            self.talk.messages += [result_message(one, name, output) for (one, name, _), output in told]
            steps += 1
        return False

    async def _execute(self, answer: Any) -> list[str] | None:
        """The calls' outputs; None where they end the turn."""
        done = await self.world.execute(answer)
        outputs: list[str] | None = done.get("outputs")
        return outputs


def official(asked: Sequence[Asked]) -> list[dict[str, str]]:
    """Calls as the leaderboard's handlers decode them: `{name: arguments as JSON text}`, readable or not."""
    return [{one.name: one.written if one.arguments is None else orjson.dumps(one.arguments).decode()} for one in asked]


def _spoken(text: str, asked: Sequence[Asked]) -> str:
    """A message with calls as text."""
    told = [f"<tool_call>\n{one.written or one.name}\n</tool_call>" for one in asked]
    return "\n".join([text, *told] if text else told)
