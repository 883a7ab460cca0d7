"""A student through whole dialogues, every turn judged by itself.

After a turn that went right the dialogue goes on with the student's own words. After one that went wrong the world and
the history are put back to the reference's: the next turn is judged as if nothing had gone wrong before it.
"""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from magnet_kg.distillation.compare import Compared, Expected, compare_turn, judged_turn, silent_fault
from magnet_kg.distillation.stage import turns_by_id
from magnet_kg.distillation.student import Harness, Played
from magnet_kg.domain.dialogue import Dialogue, DialogueTurn
from magnet_kg.domain.errors import Unanswered
from magnet_kg.domain.mistake import JudgedTurn, SampledTrajectory, TurnFault
from magnet_kg.domain.path import PathTurn, SignaturePath
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.execution.session import Executor, Session, Snapshot
from magnet_kg.student.caller import ToolCaller
from magnet_kg.teacher.protocol import Reference, Scene, Teacher
from magnet_kg.translation.translate import offered_at

# So many messages more than the reference has calls: enough to look something up, to fail and to try again.
SPARE_MOVES = 6

Chat = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class ReferenceTurn:
    """A turn of the accepted row, and the world before it.

    Attributes:
        expected: what it is compared with.
        answer: its final message.
        before: the world before it.
        asked: the user's message, in OpenAI's form.
        rest: the other messages of the turn.
        names: ids of the functions that are offered, by name.
        operations: those that made it what it is.
    """

    expected: Expected
    answer: str
    before: Snapshot
    asked: dict[str, Any]
    rest: tuple[dict[str, Any], ...]
    names: Mapping[str, str]
    operations: tuple[str, ...]

    @property
    def most_moves(self) -> int:
        """How many messages a student has for it."""
        return len(self.expected.told.calls) + SPARE_MOVES


@dataclass(frozen=True)
class ReferenceDialogue:
    """An accepted row that a student is led through."""

    row: Trajectory
    path: SignaturePath
    opening: tuple[dict[str, Any], ...]
    tools: tuple[dict[str, Any], ...]
    turns: tuple[ReferenceTurn, ...]


@dataclass(frozen=True)
class _Course:
    """The dialogue so far: as messages in OpenAI's form, and as a teacher reads it."""

    told: tuple[dict[str, Any], ...]
    history: tuple[DialogueTurn, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    def after(self, turn: ReferenceTurn, done: DialogueTurn, played: Played) -> _Course:
        """With one more turn, as the student played it."""
        answers = {**self.answers, done.id: played.text}
        return _Course((*self.told, turn.asked, *played.messages), (*self.history, done), answers)


@dataclass(frozen=True)
class Sampler:
    """Who plays, who judges, and the worlds in which it happens."""

    student: ToolCaller
    teacher: Teacher
    executor: Executor
    temperature: float
    lock: Lock

    async def prepare(self, dialogue: Dialogue, row: Trajectory, chat: Chat, tools: Chat) -> ReferenceDialogue:
        """Make the row's calls once more, for the worlds between its turns.

        Args:
            dialogue: before distillation.
            row: the accepted trajectory, which may tell fewer turns.
            chat: its messages in OpenAI's form, as they are exported.
            tools: the tools that it offers from the start, as they are exported.
        """
        functions = self.executor.functions
        turns_of = turns_by_id(dialogue.path)
        earlier = {call.id: turn.id for turn in dialogue.turns for call in turn.calls}
        answers = {m.turn: m.content for m in row.messages if m.role == "assistant" and m.content}
        places = {m.turn: index for index, m in enumerate(row.messages) if m.role == "user"}
        told = {turn.id for turn in row.turns}
        session = self.executor.open(row.world)
        turns = []
        for reference in (turn for turn in dialogue.turns if turn.id in told):
            async with self.lock:
                before, changed = session.snapshot(), []
                for call in reference.calls:
                    state = session.digest()
                    await session.call(call.function, call.arguments)
                    if session.digest() != state:
                        changed.append(call.id)
                state = session.digest()
            turn, at = turns_of[reference.id], places[reference.id]
            last = at + sum(m.turn == reference.id for m in row.messages)
            turns.append(
                ReferenceTurn(
                    expected=Expected(turn, reference, frozenset(changed), state, earlier, functions),
                    answer=answers.get(turn.id, ""),
                    before=before,
                    asked=chat[at],
                    rest=tuple(chat[at + 1 : last]),
                    names={functions[one].name: one for one in offered_at(dialogue.path, turn.id)},
                    operations=operations_of(dialogue.path, turn),
                )
            )
        return ReferenceDialogue(row, dialogue.path, tuple(chat[: min(places.values())]), tuple(tools), tuple(turns))

    async def sample(self, reference: ReferenceDialogue, sample: int) -> SampledTrajectory:
        """The student's trajectory with this number.

        Raises:
            MagnetError: no call can be made any more.
        """
        row = reference.row
        session = self.executor.open(row.world)
        course = _Course(reference.opening)
        judged = []
        for at, turn in enumerate(reference.turns):
            async with self.lock:
                session.restore(turn.before)
            harness = Harness(self.student, session, turn.names, reference.tools, sample, self.lock)
            scene = self._scene(reference, turn, session, course, sample)
            one, kept = await self._turn(harness, turn, (*course.told, turn.asked), scene)
            judged.append(one)
            course = course.after(turn, *kept) if kept is not None else _reference_course(reference, at + 1)
        return SampledTrajectory(
            row=f"{row.row}#{sample}",
            id=row.row,
            sample=sample,
            kind=row.kind,
            model=self.student.model,
            temperature=self.temperature,
            turns=tuple(judged),
        )

    async def _turn(
        self, harness: Harness, turn: ReferenceTurn, messages: Chat, scene: Scene
    ) -> tuple[JudgedTurn, tuple[DialogueTurn, Played] | None]:
        """The turn as it is judged, and what happened in it, where the dialogue may go on with that."""
        expected = turn.expected
        bare = JudgedTurn(turn=expected.turn.id, operations=turn.operations)
        try:
            played = await harness.play(messages, turn.most_moves)
            compared = compare_turn(expected, played)
            candidate = judged_turn(expected, played, compared)
            fault = compared.fault or await self._said(turn, candidate, played, scene)
        except Unanswered as failure:
            return bare.model_copy(update={"fault": TurnFault(kind="no_answer", evidence=failure.reason)}), None
        counted = bare.model_copy(update=_counts(played, compared))
        if fault is None:
            return counted, (candidate, played) if played.state == expected.state else None
        kept = {"fault": fault, "made": played.calls, "steps": dict(compared.steps), "text": played.text}
        return counted.model_copy(update=kept), None

    async def _said(
        self, turn: ReferenceTurn, candidate: DialogueTurn, played: Played, scene: Scene
    ) -> TurnFault | None:
        """What is wrong with the final message of a turn whose calls are right."""
        expected = turn.expected
        if expected.empty:
            fault = silent_fault(expected, played.text)
            if fault is not None:
                return fault
        now = replace(scene, history=(*scene.history, candidate))
        reference = Reference(expected.told, expected.turn)
        named = await self.teacher.name_error(now, reference, candidate, played.text)
        if named is None:
            return None
        # What a wrong hint goes by: the step of which nothing is said, or something that is not so.
        silent = next((step.id for step in expected.turn.steps if step.function in named.evidence), "number")
        detail = silent if named.error == "wrong_summary" else ""
        return TurnFault(kind="wrong_summary", error=named.error, evidence=named.evidence, detail=detail)

    def _scene(
        self, reference: ReferenceDialogue, turn: ReferenceTurn, session: Session, course: _Course, sample: int
    ) -> Scene:
        path = reference.path
        return Scene(
            path=path,
            functions=self.executor.functions,
            context=session.context,
            history=course.history,
            answers=course.answers,
            offered=tuple(turn.names.values()),
            session=session,
            rng=derived_rng(path.seed, "student", path.row, f"{sample}/{turn.expected.turn.id}"),
        )


def _reference_course(reference: ReferenceDialogue, turns: int) -> _Course:
    """So many turns as the reference went."""
    past = reference.turns[:turns]
    return _Course(
        told=(*reference.opening, *(message for turn in past for message in (turn.asked, *turn.rest))),
        history=tuple(turn.expected.told for turn in past),
        answers={turn.expected.turn.id: turn.answer for turn in past},
    )


def _counts(played: Played, compared: Compared) -> dict[str, int]:
    malformed = sum(not call.executed for call in played.calls)
    return {"calls": len(played.calls), "moves": played.moves, "malformed": malformed, "idle": compared.idle}


def operations_of(path: SignaturePath, turn: PathTurn) -> tuple[str, ...]:
    """What made a turn what it is: merge, insert, split; "walk" where nothing was done to it.

    A turn that completes a split one is told apart from it; one in which nothing can be called is "irrelevance".
    """
    split = next((o.detail for o in path.operations if o.operation == "split" and turn.id in o.turns), None)
    if split is not None and turn.missing is not None:
        return (f"split {split}",)
    if not turn.steps:
        return ("irrelevance",)
    found = [f"split {split}, completed"] if split is not None else []
    if any(o.operation == "merge" and turn.id in o.turns for o in path.operations):
        found.append("merge")
    roles = {step.role for step in turn.steps}
    found += [f"insert {role.removeprefix('insert_')}" for role in sorted(roles) if role != "walk"]
    return tuple(found) or ("walk",)
