"""A dialogue on stage: the messages as they accumulate while a teacher writes and calls are executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from magnet_kg.domain.context import Context
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.trajectory import ChatMessage, ToolCall, Trajectory
from magnet_kg.execution.session import Executor, Session
from magnet_kg.teacher.protocol import Hint, Scene, Teacher
from magnet_kg.translation.translate import added_by, offered_at
from magnet_kg.wording.calendar import write_date, write_time
from magnet_kg.wording.prompts import load_prompt

MOST_MOVES = 20


@dataclass
class Stage:
    """The world, the messages so far and the history that a teacher sees."""

    teacher: Teacher
    executor: Executor
    session: Session
    path: SignaturePath
    purpose: str
    history: tuple[DialogueTurn, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    messages: list[ChatMessage] = field(default_factory=list)
    tools_added: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def open(
        cls, teacher: Teacher, executor: Executor, path: SignaturePath, purpose: str, *, stated: bool = True
    ) -> Stage:
        """A stage in a fresh world, with the system message on it, unless nothing is to be stated."""
        session = executor.open(path.world)
        stage = cls(teacher, executor, session, path, purpose)
        if stated:
            stage.messages.append(ChatMessage(role="system", content=system_message(session.context)))
        return stage

    def scene(self, turn: PathTurn, current: DialogueTurn | None = None) -> Scene:
        """What the teacher may look at, at this point of the turn."""
        history = self.history if current is None else (*self.history, current)
        made = sum(len(past.calls) for past in history)
        return Scene(
            path=self.path,
            functions=self.executor.functions,
            context=self.session.context,
            history=history,
            answers=self.answers,
            offered=offered_at(self.path, turn.id),
            session=self.session,
            rng=derived_rng(self.path.seed, self.purpose, self.path.row, f"{turn.id}/{made}"),
        )

    def say(self, turn: PathTurn, message: UserMessage) -> DialogueTurn:
        """Put the user's message on stage, with what is offered from now on."""
        added = added_by(self.path, turn)
        content = message.text
        if added:
            self.tools_added[turn.id] = added
            content += "\n\n" + announcement([self.executor.functions[one] for one in added])
        self.messages.append(ChatMessage(role="user", content=content, turn=turn.id))
        return DialogueTurn(id=turn.id, user=message)

    async def perform(self, turn: PathTurn, done: DialogueTurn, hint: Hint) -> DialogueTurn:
        """Let the teacher play the assistant's part of a turn under a hint, executing what it calls."""
        remaining = list(hint.calls)
        for _ in range(MOST_MOVES):
            move = await self.teacher.respond(self.scene(turn, done), turn, replace(hint, calls=tuple(remaining)))
            if not move.calls:
                self.messages.append(ChatMessage(role="assistant", content=move.text, turn=turn.id))
                self.answers[turn.id] = move.text
                break
            done = await self.execute(turn, done, move.calls)
            made = {call.id for call in move.calls}
            remaining = [call for call in remaining if call.id not in made]
        self.history = (*self.history, done)
        return done

    async def execute(self, turn: PathTurn, done: DialogueTurn, calls: tuple[FunctionCall, ...]) -> DialogueTurn:
        """Put calls and what they give back on stage; the turn with both."""
        functions = self.executor.functions
        asked = tuple(ToolCall(id=c.id, name=functions[c.function].name, arguments=c.arguments) for c in calls)
        self.messages.append(ChatMessage(role="assistant", calls=asked, turn=turn.id))
        for call in calls:
            outcome = await self.session.call(call.function, call.arguments)
            observation = Observation(call=call.id, output=outcome.output, failed=outcome.failed)
            done = done.model_copy(
                update={"calls": (*done.calls, call), "observations": (*done.observations, observation)}
            )
            self.messages.append(
                ChatMessage(
                    role="tool",
                    content=orjson.dumps(outcome.output).decode(),
                    turn=turn.id,
                    call=call.id,
                    name=functions[call.function].name,
                )
            )
        return done

    def trajectory(self) -> Trajectory:
        """What stands on stage, with everything that proves it."""
        path, functions = self.path, self.executor.functions
        told = {past.id for past in self.history}
        turns = tuple(t for t in path.turns if t.id in told)
        calls = tuple(call for past in self.history for call in past.calls)
        executors = tuple(sorted({self.executor.runner(call.function) for call in calls}))
        named = {
            *path.tools,
            *(f for added in self.tools_added.values() for f in added),
            *(c.function for c in calls),
        }
        return Trajectory(
            row=path.row,
            kind=path.kind,
            world=path.world,
            seed=path.seed,
            context=self.session.context,
            messages=tuple(self.messages),
            tools=path.tools,
            tools_added=dict(self.tools_added),
            turns=turns,
            links=path.links,
            operations=path.operations,
            edges=path.edges,
            calls=calls,
            observations=tuple(o for past in self.history for o in past.observations),
            state=self.session.digest(),
            teacher=self.teacher.name,
            prompt_hash=self.teacher.prompt_hash,
            writers={
                duty: name
                for duty, name in self.teacher.writers(path).items()
                if duty != "simulate" or "model" in executors
            },
            function_hashes={one: functions[one].content_hash for one in sorted(named)},
            executors=executors,
            replays=all(self.executor.replays(call.function) for call in calls),
        )


def system_message(context: Context) -> str:
    """The system message: the only place where facts are stated without being said by anybody."""
    return load_prompt("system").render(
        date=f"{write_date(context.now.date())} {context.now.year}",
        time=write_time(context.now.time()),
        user_name=context.user_name,
        home_city=context.home_city,
        time_zone=context.time_zone,
        currency=context.currency,
    )


def announcement(functions: list[Function]) -> str:
    """What tells an assistant, at the end of a user's message, that more functions are offered from now on."""
    definitions = [orjson.dumps(function.as_tool()).decode() for function in functions]
    return load_prompt("offered").render(definitions=definitions)


def turns_by_id(path: SignaturePath) -> Mapping[str, PathTurn]:
    """The turns of a path by id."""
    return {turn.id: turn for turn in path.turns}
