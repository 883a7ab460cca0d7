"""A student on stage: it plays one turn by itself, and its calls are executed in the world as it goes.

A harness as students meet it: what cannot be called is answered with an error, and the student may go on.
"""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from magnet_kg.domain.errors import MagnetError
from magnet_kg.domain.mistake import StudentCall
from magnet_kg.domain.record import JsonObject
from magnet_kg.execution.session import Outcome, Session
from magnet_kg.student.answers import Asked, calling_message, read_answer, result_message
from magnet_kg.student.caller import ToolCaller

# No turn needs more at once; a student that repeats itself without end is cut off.
MOST_CALLS = 16
# Asked the same so many times in a row and told the same, a student will not stop by itself.
_MOST_ALIKE = 3


@dataclass(frozen=True)
class Played:
    """A turn as the student played it.

    Attributes:
        calls: in order.
        text: its final message; empty where it came to no end.
        ended: whether it came to an end by itself: within the moves that it has, and without asking the same again
            and again.
        messages: what it said and what came back, in OpenAI's form.
        state: digest of the world after it.
    """

    calls: tuple[StudentCall, ...]
    text: str
    ended: bool
    messages: tuple[dict[str, Any], ...]
    state: str

    @property
    def moves(self) -> int:
        """The student's messages."""
        return sum(message["role"] == "assistant" for message in self.messages)


@dataclass(frozen=True)
class Harness:
    """What a student plays in.

    Attributes:
        student: who plays.
        session: the world as it stands before the turn.
        names: ids of the functions that are offered, by name.
        tools: their definitions as the row offers them, in OpenAI's form.
        sample: which of several trajectories.
        lock: held while calls are made; worlds that are one thing in truth (a server) take one dialogue at a time.
    """

    student: ToolCaller
    session: Session
    names: Mapping[str, str]
    tools: Sequence[dict[str, Any]]
    sample: int
    lock: Lock

    async def play(self, messages: Sequence[dict[str, Any]], most_moves: int) -> Played:
        """Let the student play a turn to its end.

        Args:
            messages: up to the user's message, in OpenAI's form.
            most_moves: so many messages of the student at most.

        Raises:
            Unanswered: the student gives no answer that could be used.
            MagnetError: no call can be made any more.
        """
        said: list[dict[str, Any]] = []
        calls: list[StudentCall] = []
        rounds: list[list[tuple[Any, ...]]] = []
        before = sum(len(message.get("tool_calls") or ()) for message in messages)
        text, ended = "", False
        for move in range(most_moves):
            answer = await self.student.chat([*messages, *said], self.tools, self.sample)
            text, asked = read_answer(answer)
            if not asked:
                said.append({"role": "assistant", "content": text})
                ended = True
                break
            first = before + len(calls) + 1
            made = [await self._make(one, move, f"call_{first + at}") for at, one in enumerate(asked[:MOST_CALLS])]
            said.append(calling_message(text, [(call.id, call.name, call.arguments) for call in made]))
            said += [result_message(call.id, call.name, orjson.dumps(call.output).decode()) for call in made]
            calls += made
            rounds.append([(call.name, call.arguments, call.written, call.output) for call in made])
            if len(rounds) >= _MOST_ALIKE and all(one == rounds[-1] for one in rounds[-_MOST_ALIKE:]):
                break
        async with self.lock:
            state = self.session.digest()
        return Played(tuple(calls), text if ended else "", ended, tuple(said), state)

    async def _make(self, asked: Asked, move: int, identifier: str) -> StudentCall:
        function = self.names.get(asked.name)
        call = StudentCall(
            move=move,
            id=identifier,
            name=asked.name,
            function=function,
            arguments=asked.arguments,
            written=asked.written if function is None or asked.arguments is None else "",
        )
        changed = False
        if function is None:
            outcome = _error("unknown_function", f"There is no function called {asked.name!r}.")
        elif asked.arguments is None:
            outcome = _error("invalid_arguments", "The arguments are not a JSON object.")
        else:
            async with self.lock:
                state = self.session.digest()
                outcome = await self._execute(function, asked.arguments)
                changed = self.session.digest() != state
        return call.model_copy(update={"output": outcome.output, "failed": outcome.failed, "changed": changed})

    async def _execute(self, function: str, arguments: JsonObject) -> Outcome:
        try:
            return await self.session.call(function, arguments)
        except MagnetError as error:
            # A student's odd values find faults that no other calls have found: no reason to end its sampling.
            return _error("internal_error", error.what)


def _error(code: str, message: str) -> Outcome:
    return Outcome({"error": {"code": code, "message": message}}, failed=True)
