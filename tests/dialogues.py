"""Rows made as the pipeline makes them, built once a process, and the smallest changes that spoil one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from magnet_kg.distillation.negative import distill_pair
from magnet_kg.distillation.positive import distill_trajectory
from magnet_kg.domain.dependency import Edge, Verdict
from magnet_kg.domain.dialogue import Dialogue, FunctionCall, Observation, Origin
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind, PathTurn, SignaturePath, Step
from magnet_kg.domain.trajectory import ChatMessage, ErrorKind, PreferencePair, ToolCall, Trajectory
from magnet_kg.execution.toolkits import ToolkitExecutor
from magnet_kg.paths.shapes import PathMaker, PathSettings, Slot
from magnet_kg.paths.walk import Neighbourhood
from magnet_kg.pipeline.workbench import make_evidence
from magnet_kg.teacher.rules.judge import judge_pair
from magnet_kg.teacher.rules.phrases import FunctionPhrases, all_phrases
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.translation.translate import translate_path
from magnet_kg.validation.checks import check_pair, check_trajectory
from magnet_kg.validation.failure import Evidence, Failure

SEED = 1
WORLDS = 40
KINDS: tuple[Kind, ...] = ("single", "parallel", "multiple", "multi_turn", "irrelevance")


@dataclass(frozen=True)
class Bench:
    """What rows are made with."""

    executor: ToolkitExecutor
    phrases: Mapping[str, FunctionPhrases]
    teacher: RulesTeacher
    evidence: Evidence
    neighbourhood: Neighbourhood
    maker: PathMaker


@dataclass(frozen=True)
class Made:
    """One row in its three states. The dialogue's path lacks what was dropped; `path` is as it was drawn."""

    path: SignaturePath
    dialogue: Dialogue
    row: Trajectory


@cache
def bench() -> Bench:
    """Everything that is installed, with every pair of functions judged."""
    executor = ToolkitExecutor()
    phrases = all_phrases()
    neighbourhood = judged(executor.functions)
    maker = PathMaker(executor.functions, neighbourhood, PathSettings())
    teacher = RulesTeacher()
    return Bench(executor, phrases, teacher, make_evidence(executor, teacher), neighbourhood, maker)


def judged(functions: Mapping[str, Function]) -> Neighbourhood:
    """The edges between these functions, as the rules judge each pair."""
    outgoing: dict[str, list[Edge]] = {one: [] for one in sorted(functions)}
    incoming: dict[str, list[Edge]] = {one: [] for one in sorted(functions)}
    for source in outgoing:
        for target in outgoing:
            judgement = judge_pair(functions[source], functions[target]) if source != target else None
            if judgement is None or judgement.dependency is None:
                continue
            verdict = Verdict(
                source=source,
                target=target,
                source_hash=functions[source].content_hash,
                target_hash=functions[target].content_hash,
                judge="rules@1",
                prompt_hash="0",
                dependency=judgement.dependency,
            )
            edge = Edge(
                source=source,
                target=target,
                dependency=judgement.dependency,
                verdict=verdict.hash,
                judge=verdict.judge,
            )
            outgoing[source].append(edge)
            incoming[target].append(edge)
    return Neighbourhood(lambda ids: {i: outgoing[i] for i in ids}, lambda ids: {i: incoming[i] for i in ids})


def slot(kind: Kind, number: int) -> Slot:
    return Slot(f"{kind}-{number}", kind, SEED, number % WORLDS, number)


@cache
def path(kind: Kind, number: int) -> SignaturePath | None:
    """The path of a row, or None where there is none for this seed."""
    made = bench().maker.make([slot(kind, number)])[0]
    return None if isinstance(made, str) else made


@cache
def make(kind: Kind, number: int) -> Made | None:
    """A row from path to trajectory, or None where no honest one comes of this seed."""
    drawn = path(kind, number)
    return None if drawn is None else tell(drawn)


def tell(drawn: SignaturePath) -> Made | None:
    """A path as a row, or None where no honest one comes of it."""
    try:
        dialogue = asyncio.run(translate_path(bench().teacher, bench().executor, drawn))
    except Untranslatable:
        return None
    return Made(drawn, dialogue, asyncio.run(distill_trajectory(bench().teacher, bench().executor, dialogue)))


@cache
def make_pair(kind: Kind, number: int) -> PreferencePair | None:
    """A pair, or None where the dialogue gives no room for an error that shows."""
    made = make(kind, number)
    if made is None:
        return None
    try:
        return asyncio.run(distill_pair(bench().teacher, bench().executor, made.dialogue))
    except Untranslatable:
        return None


@cache
def failures(kind: Kind, number: int) -> tuple[Failure, ...]:
    made = make(kind, number)
    assert made is not None
    return tuple(check(made.row))


def check(row: Trajectory, evidence: Evidence | None = None) -> list[Failure]:
    return asyncio.run(check_trajectory(row, evidence or bench().evidence))


def check_both(pair: PreferencePair) -> list[Failure]:
    return asyncio.run(check_pair(pair, bench().evidence))


def good_rows(*kinds: Kind, most: int = 200) -> Iterator[Made]:
    """Rows that pass every check, in the order of their numbers."""
    for number in range(most):
        for kind in kinds or KINDS:
            made = make(kind, number)
            if made is not None and not failures(kind, number):
                yield made


def good_row(kind: Kind, wanted: Callable[[Trajectory], bool] = lambda _: True) -> Trajectory:
    """The first good row of a kind that has what a test needs."""
    return next(made.row for made in good_rows(kind) if wanted(made.row))


def argument(
    wanted: Callable[[Trajectory, FunctionCall, Origin], bool], *kinds: Kind
) -> tuple[Trajectory, FunctionCall, Origin]:
    """The first argument, of any good row, whose origin is as a test needs it."""
    for made in good_rows(*(kinds or ("single", "multiple", "multi_turn"))):
        for call in made.row.calls:
            for origin in call.origins:
                if wanted(made.row, call, origin):
                    return made.row, call, origin
    raise AssertionError("no row has such an argument")


def good_pair(error: ErrorKind) -> PreferencePair:
    """The first pair with this error that passes every check."""
    for number in range(200):
        for kind in ("multi_turn", "multiple", "irrelevance"):
            pair = make_pair(kind, number)
            if pair is not None and pair.errors[0].error == error and not check_both(pair):
                return pair
    raise AssertionError(f"no pair shows {error}")


def with_call(row: Trajectory, call: FunctionCall) -> Trajectory:
    """The row with another call in the place of the one with the same id, in its messages too."""
    told = ToolCall(id=call.id, name=call.function.split("/")[-1], arguments=call.arguments)
    messages = tuple(
        m.model_copy(update={"calls": tuple(told if c.id == call.id else c for c in m.calls)}) for m in row.messages
    )
    calls = tuple(call if c.id == call.id else c for c in row.calls)
    return row.model_copy(update={"messages": messages, "calls": calls})


def with_origin(row: Trajectory, call: FunctionCall, parameter: str, /, **changes: Any) -> Trajectory:
    """The row with something else said of where one argument comes from."""
    origins = tuple(o.model_copy(update=changes) if o.parameter == parameter else o for o in call.origins)
    return with_call(row, call.model_copy(update={"origins": origins}))


def with_message(row: Trajectory, index: int, **changes: Any) -> Trajectory:
    """The row with one message changed."""
    messages = [m.model_copy(update=changes) if i == index else m for i, m in enumerate(row.messages)]
    return row.model_copy(update={"messages": tuple(messages)})


def with_turn(row: Trajectory, turn: str, **changes: Any) -> Trajectory:
    """The row with one turn of its path changed."""
    turns = tuple(t.model_copy(update=changes) if t.id == turn else t for t in row.turns)
    return row.model_copy(update={"turns": turns})


def with_output(row: Trajectory, call: str, output: Any) -> Trajectory:
    """The row in which a call gave something else."""
    observations = tuple(o.model_copy(update={"output": output}) if o.call == call else o for o in row.observations)
    content = orjson.dumps(output).decode()
    messages = tuple(m.model_copy(update={"content": content}) if m.call == call else m for m in row.messages)
    return row.model_copy(update={"observations": observations, "messages": messages})


def with_extra_call(row: Trajectory, turn: PathTurn, step: Step, call: FunctionCall, before: str | None) -> Trajectory:
    """The row with one more step that really was called, before another call of the turn or before its answer.

    Only for functions that change nothing: the calls after it are as they were.
    """
    index = next(
        i
        for i, m in enumerate(row.messages)
        if m.turn == turn.id and m.role == "assistant" and (any(c.id == before for c in m.calls) or not m.calls)
    )
    made_before = [c.id for m in row.messages[:index] for c in m.calls]
    at = len(made_before)
    output = asyncio.run(_output(row, made_before, call))
    function = bench().evidence.functions[call.function]
    told = ToolCall(id=call.id, name=function.name, arguments=call.arguments)
    asked = ChatMessage(role="assistant", calls=(told,), turn=turn.id)
    answered = ChatMessage(
        role="tool", content=orjson.dumps(output).decode(), turn=turn.id, call=call.id, name=function.name
    )
    place = next((i for i, s in enumerate(turn.steps) if any(c.id == before and c.step == s.id for c in row.calls)), 0)
    return with_turn(row, turn.id, steps=(*turn.steps[:place], step, *turn.steps[place:])).model_copy(
        update={
            "messages": (*row.messages[:index], asked, answered, *row.messages[index:]),
            "calls": (*row.calls[:at], call, *row.calls[at:]),
            "observations": (*row.observations[:at], Observation(call=call.id, output=output), *row.observations[at:]),
            "tools": tuple(dict.fromkeys((*row.tools, call.function))),
        }
    )


async def _output(row: Trajectory, made: list[str], call: FunctionCall) -> Any:
    session = bench().executor.open(row.world)
    for earlier in row.calls:
        if earlier.id in made:
            await session.call(earlier.function, earlier.arguments)
    digest = session.digest()
    outcome = await session.call(call.function, call.arguments)
    assert not outcome.failed, outcome.output
    assert session.digest() == digest, f"{call.function} changes the world"
    return outcome.output


def turn_of(row: Trajectory, call: str) -> PathTurn:
    """The turn in which a call was made."""
    label = next(m.turn for m in row.messages if any(c.id == call for c in m.calls))
    return next(t for t in row.turns if t.id == label)


def user_message(row: Trajectory, turn: str) -> int:
    """Where the user's message of a turn stands."""
    return next(i for i, m in enumerate(row.messages) if m.role == "user" and m.turn == turn)


def answer(row: Trajectory, turn: str) -> int:
    """Where the message that ends a turn stands."""
    return max(i for i, m in enumerate(row.messages) if m.role == "assistant" and m.turn == turn and not m.calls)
