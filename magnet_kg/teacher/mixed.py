"""Several teachers as one: each duty has its own, or several that share it by weights, drawn for each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, UserMessage
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath, Step
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import content_hash
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.protocol import AssistantMove, Hint, Judgement, Reference, Scene, Teacher
from magnet_kg.teacher.settings import DUTIES, Duty, TeacherSettings

# Who has which duty; every duty has somebody.
Roster = Mapping[Duty, tuple[TeacherSettings, ...]]
# The duties whose work is in a row, and not in the graph.
WRITING: tuple[Duty, ...] = ("translate", "respond", "errors", "simulate")


def roster_of(teacher: TeacherSettings, teachers: Mapping[Duty, tuple[TeacherSettings, ...]]) -> Roster:
    """Who has which duty: whom `teachers` names for it, else `teacher`.

    Outputs are made up by a model only where one is named for it: every call of a dialogue is a call of that model.
    """
    otherwise = {duty: teacher if duty != "simulate" else TeacherSettings() for duty in DUTIES}
    return {duty: tuple(teachers.get(duty, (otherwise[duty],))) for duty in DUTIES}


def models_of(roster: Roster, duties: Iterable[Duty] = DUTIES) -> tuple[TeacherSettings, ...]:
    """The models among those who have these duties, each once."""
    return tuple(dict.fromkeys(one for duty in duties for one in roster[duty] if one.kind == "llm"))


def drawn(roster: Roster, duty: Duty, seed: int, attempt: str) -> TeacherSettings:
    """Who has a duty for a row; the same for all tries of an attempt."""
    return roster[duty][_draw([one.weight for one in roster[duty]], seed, duty, attempt)]


@dataclass(frozen=True)
class Member:
    """A teacher that has a duty, with its share of the rows."""

    teacher: Teacher
    weight: float = 1.0


class MixedTeacher:
    """Hands each duty to whoever has it; see `Teacher`.

    Of several, one is drawn for each row by its seed, its id and the duty (for each source function, where it is
    judging), so that any resume draws the same.

    Args:
        duties: who has judging, translating, responding and naming errors, and whose model makes up outputs, if one
            does; in the order of the settings.
    """

    def __init__(self, duties: Mapping[Duty, Sequence[Member]]) -> None:
        self._duties = duties

    @property
    def name(self) -> str:
        """The names of all, such as "rules@1 + openai:gpt-5-mini"."""
        return " + ".join(dict.fromkeys(one.teacher.name for members in self._duties.values() for one in members))

    @property
    def prompt_hash(self) -> str:
        """Changes with any rule, phrase or prompt, and with who has which duty."""
        hashes: dict[str, list[tuple[float, str, str]]] = {
            duty: [(one.weight, one.teacher.name, one.teacher.prompt_hash) for one in members]
            for duty, members in self._duties.items()
        }
        only = {(name, hash) for members in hashes.values() for _, name, hash in members}
        return next(iter(only))[1] if len(only) == 1 else content_hash(hashes)

    @property
    def judging_hash(self) -> str:
        """Changes with any of the judges."""
        judges = [(one.weight, one.teacher.name, one.teacher.judging_hash) for one in self._duties["judge"]]
        return judges[0][2] if len(judges) == 1 else content_hash(judges)

    def writers(self, path: SignaturePath) -> Mapping[str, str]:
        """See `Teacher.writers`."""
        named: dict[str, str] = {}
        for duty in ("translate", "respond", "errors"):
            if duty in self._duties:
                teacher = self._member(duty, path)
                named |= {key: name for key, name in teacher.writers(path).items() if key == duty}
        if members := self._duties.get("simulate"):
            named["simulate"] = members[drawn_at([one.weight for one in members], path.world)].teacher.name
        return named

    def can_ask(self, function: Function) -> bool:
        """See `Teacher.can_ask`; of whoever may come to ask."""
        return all(one.teacher.can_ask(function) for one in self._duties["translate"])

    def asks_well(self, function: Function) -> bool:
        """See `Teacher.asks_well`; of whoever may come to ask."""
        return all(one.teacher.asks_well(function) for one in self._duties["translate"])

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        """See `Teacher.judge`; every judgement says by whom it is."""
        members = self._duties["judge"]
        judge = members[_draw([one.weight for one in members], 0, "judge", source.id)].teacher
        judged = await judge.judge(source, candidates, sample)
        return [replace(one, judge=judge.name, prompt_hash=judge.judging_hash) for one in judged]

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        """See `Teacher.ask`."""
        return await self._member("translate", scene.path).ask(scene, turn)

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        """See `Teacher.fill`."""
        return await self._member("translate", scene.path).fill(scene, turn, message, steps)

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        """See `Teacher.respond`."""
        return await self._member("respond", scene.path).respond(scene, turn, hint)

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        """See `Teacher.name_error`."""
        return await self._member("errors", scene.path).name_error(scene, reference, candidate, answer)

    def _member(self, duty: Duty, path: SignaturePath) -> Teacher:
        members = self._duties[duty]
        return members[_draw([one.weight for one in members], path.seed, duty, path.attempt)].teacher


def drawn_at(weights: Sequence[float], world: int) -> int:
    """Which of several models makes up outputs in a world: one world has one."""
    return _draw(weights, world, "simulate", "")


def _draw(weights: Sequence[float], seed: int, duty: Duty, name: str) -> int:
    if len(weights) == 1:
        return 0
    return derived_rng(seed, "teacher", duty, name).choices(range(len(weights)), weights)[0]
