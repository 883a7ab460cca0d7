"""A student through whole dialogues, every turn judged by itself.

After a turn that went right the dialogue goes on with the student's own words. After one that went wrong there are two
ways: the world and the history are put back to the reference's, and the next turn is judged as if nothing had gone
wrong before it; or the dialogue runs free, and goes on with what the student said and did.
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
from magnet_kg.domain.mistake import JudgedTurn, SampledTrajectory, StudentCall, TurnFault
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
    own: Mapping[str, StudentCall] = field(default_factory=dict)
    spoiled: bool = False

    def after(self, turn: ReferenceTurn, done: _Done) -> _Course:
        """With one more turn, as the student played it."""
        told = done.as_told
        return _Course(
            told=(*self.told, turn.asked, *done.played.messages),
            history=(*self.history, told),
            answers={**self.answers, told.id: done.played.text},
            own={**self.own, **done.compared.matched},
            spoiled=not done.as_expected and (self.spoiled or not done.right),
        )


@dataclass(frozen=True)
class _Done:
    """A turn that the student has played: as it happened, as it compares, and as a teacher reads it."""

    played: Played
    compared: Compared
    as_told: DialogueTurn
    as_expected: bool

    @property
    def right(self) -> bool:
        """Whether its calls are right."""
        return self.compared.fault is None


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

    async def sample(self, reference: ReferenceDialogue, sample: int, *, free: bool = False) -> SampledTrajectory:
        """The student's trajectory with this number.

        Args:
            reference: the row that it is led through.
            sample: which of several trajectories.
            free: go on with the student's own history and world after a wrong turn, instead of the reference's. In a
                world that an earlier wrong turn has changed, right calls are no success (`spoiled_world`) until it is
                as it should be; after a turn without an answer there is nothing to go on with, and none is asked for.

        Raises:
            MagnetError: no call can be made any more.
        """
        row = reference.row
        session = self.executor.open(row.world)
        course = _Course(reference.opening)
        judged: list[JudgedTurn] = []
        for at, turn in enumerate(reference.turns):
            if not free:
                async with self.lock:
                    session.restore(turn.before)
            harness = Harness(self.student, session, turn.names, reference.tools, sample, self.lock)
            scene = self._scene(reference, turn, session, course, sample)
            one, done = await self._turn(harness, turn, course, scene)
            judged.append(one)
            if done is not None and (free or (one.fault is None and done.as_expected)):
                course = course.after(turn, done)
            elif free:
                judged += [_unanswered(later, one.fault) for later in reference.turns[at + 1 :]]
                break
            else:
                course = _reference_course(reference, at + 1)
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
        self, harness: Harness, turn: ReferenceTurn, course: _Course, scene: Scene
    ) -> tuple[JudgedTurn, _Done | None]:
        """The turn as it is judged, and what happened in it, where the student has answered."""
        expected = replace(turn.expected, own=course.own)
        try:
            played = await harness.play((*course.told, turn.asked), turn.most_moves)
            compared = compare_turn(expected, played)
            done = _Done(played, compared, judged_turn(expected, played, compared), played.state == expected.state)
            fault = compared.fault or _spoiled(course, done)
            fault = fault or await self._said(turn, done.as_told, played, scene)
        except Unanswered as failure:
            return _unanswered(turn, TurnFault(kind="no_answer", evidence=failure.reason)), None
        judged = JudgedTurn(turn=expected.turn.id, operations=turn.operations, **_counts(expected, done))
        if fault is None:
            return judged, done
        kept = {"fault": fault, "made": played.calls, "steps": dict(compared.steps), "text": played.text}
        return judged.model_copy(update=kept), done

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


def _counts(expected: Expected, done: _Done) -> dict[str, int]:
    alike = len(done.compared.alike)
    return {
        "calls": len(done.played.calls),
        "moves": done.played.moves,
        "malformed": sum(not call.executed for call in done.played.calls),
        "idle": done.compared.idle,
        # What a right turn did without is not wanted: a lookup of what was known, or another way to the same.
        "wanted": alike if done.right else len(expected.told.calls),
        "alike": alike,
    }


def _spoiled(course: _Course, done: _Done) -> TurnFault | None:
    if not course.spoiled or done.as_expected:
        return None
    return TurnFault(kind="spoiled_world", evidence="an earlier wrong turn has left the world otherwise")


def _unanswered(turn: ReferenceTurn, fault: TurnFault | None) -> JudgedTurn:
    """A turn in which the student gave no answer, or was not asked any more."""
    expected = turn.expected
    wanted = len(expected.told.calls)
    return JudgedTurn(turn=expected.turn.id, operations=turn.operations, wanted=wanted, fault=fault)


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
