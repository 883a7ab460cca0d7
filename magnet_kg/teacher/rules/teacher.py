"""The rules teacher: see `Teacher`. Offline, deterministic, without a key; the plan is in RULES-TEACHER.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from magnet_kg.catalog.concepts import is_sayable
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, UserMessage, next_group
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, SignaturePath, Step
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.domain.record import content_hash
from magnet_kg.domain.trajectory import NamedError
from magnet_kg.teacher.protocol import AssistantMove, Hint, Judgement, Reference, Scene
from magnet_kg.teacher.rules.everyday import everyday_phrases
from magnet_kg.teacher.rules.fallback import askable, make_phrases, sayable
from magnet_kg.teacher.rules.fill import fill_call
from magnet_kg.teacher.rules.grammar import joined, parse
from magnet_kg.teacher.rules.judge import judge_candidates, judging_rules
from magnet_kg.teacher.rules.language import Speaker, Talk, language, talks
from magnet_kg.teacher.rules.mistakes import name_wrong_summary, write_wrong_answer
from magnet_kg.teacher.rules.phrases import FunctionPhrases, all_phrases
from magnet_kg.teacher.rules.plan import StepPlan, mentions_of
from magnet_kg.teacher.rules.rehearse import Fixed, rehearse
from magnet_kg.teacher.rules.report import write_answer
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.values import lexicon_of
from magnet_kg.teacher.rules.write import Writer
from magnet_kg.wording.forms import Lexicon

VERSION = 1
# Who asks without any manner of speaking, with a full stop more often than not.
PLAIN = Speaker(weight=1, shares=(5, 5, 2), requests=("bare", "bare", "asked"), lower=0.1, bare=0.25)

# Of requests that need no tool: how many have the topic of one of the functions, and how many of these ask for
# something beside what it does, rather than about what it does.
_ON_TOPIC = 0.75
_BESIDE = 0.7


class RulesTeacher:
    """Composes honest turns from a toolkit's phrases; functions without phrases get plain ones.

    Args:
        phrases: phrases by function id; those of the installed toolkits by default.
    """

    def __init__(self, phrases: Mapping[str, FunctionPhrases] | None = None) -> None:
        self._phrases = all_phrases() if phrases is None else phrases

    @property
    def name(self) -> str:
        """The rules with their version."""
        return f"rules@{VERSION}"

    @cached_property
    def prompt_hash(self) -> str:
        """Changes with any phrase and with the language."""
        phrases = {key: entry.model_dump(mode="json") for key, entry in sorted(self._phrases.items())}
        talk = [one.model_dump(mode="json") for one in talks()]
        return content_hash([VERSION, phrases, language().model_dump(mode="json"), talk])

    @property
    def judging_hash(self) -> str:
        """Changes with the rules of judging, which look at names, types, descriptions and schemas, not at phrases."""
        return judging_rules()

    def writers(self, path: SignaturePath) -> Mapping[str, str]:
        """See `Teacher.writers`."""
        return {"translate": self.name, "respond": self.name}

    def phrases_for(self, function: Function) -> FunctionPhrases:
        """The phrases of a function."""
        return self._phrases.get(function.id) or everyday_phrases(function) or make_phrases(function)

    def lexicon(self, function: Function, parameter: str) -> Lexicon:
        """Words → value of a parameter with a closed set of values; empty for any other."""
        return lexicon_of(self.phrases_for(function).values.get(parameter))

    def can_ask(self, function: Function) -> bool:
        """See `Teacher.can_ask`."""
        if function.id in self._phrases:
            return all(is_sayable(function, name) for name in function.required)
        if everyday_phrases(function) is not None:
            return True
        return sayable(function)

    def asks_well(self, function: Function) -> bool:
        """See `Teacher.asks_well`."""
        if everyday_phrases(function) is not None:
            return True
        return self.can_ask(function) if function.id in self._phrases else askable(function)

    async def judge(self, source: Function, candidates: Sequence[Function], sample: int = 0) -> list[Judgement]:
        """See `Teacher.judge`; every sample is the same."""
        return judge_candidates(source, candidates)

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        """See `Teacher.ask`."""
        writer = _writer(scene)
        if turn.completes is not None:
            return await self._complete(scene, turn, writer)
        if not turn.steps and turn.missing is None:
            return writer.talk(self._talk(scene).ask)
        plan = await rehearse(scene, turn, self.phrases_for, {}, wavers=_speaker(scene).wavers)
        missing = turn.missing
        left_out = f"{missing.step}/{missing.parameter}" if missing and missing.parameter else None
        if missing is not None and missing.parameter is not None:
            wanted = plan.of(missing.step)
            if wanted is None or not isinstance(wanted.sources.get(missing.parameter), Said):
                raise Untranslatable("what is left out is not the user's to say", missing.step)
        opening = writer.moving_on() if _came_to_nothing(scene, turn) else ""
        return writer.request(plan, opening, leave_out=left_out, asked=_asked_last(scene, turn))

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        """See `Teacher.fill`: one call, since filling costs nothing."""
        made = sum(len(past.calls) for past in scene.history)
        return (fill_call(scene, turn, steps[0], f"call_{made + 1}"),)

    async def respond(self, scene: Scene, turn: PathTurn, hint: Hint) -> AssistantMove:
        """See `Teacher.respond`."""
        if hint.calls:
            return AssistantMove(calls=next_group(hint.calls))
        if not turn.steps and turn.missing is None and hint.error is None:
            return AssistantMove(text=joined(parse(scene.rng.choice(self._talk(scene).answer)).render({}, scene.rng)))
        if hint.error is not None:
            return AssistantMove(text=write_wrong_answer(scene, turn, hint, self.phrases_for))
        return AssistantMove(text=write_answer(scene, turn, self.phrases_for))

    async def name_error(
        self, scene: Scene, reference: Reference, candidate: DialogueTurn, answer: str
    ) -> NamedError | None:
        """See `Teacher.name_error`: a claim that nothing supports, or a request without an answer."""
        return name_wrong_summary(scene, reference.path_turn, candidate, answer)

    def _talk(self, scene: Scene) -> Talk:
        """What a row is about that needs no tool, the same when it is asked and when it is answered."""
        rng = derived_rng(scene.path.seed, "talk", scene.path.row)
        if scene.path.tools and rng.random() < _ON_TOPIC:
            phrases = self.phrases_for(scene.functions[rng.choice(scene.path.tools)])
            about = language().about(phrases.ability)
            if phrases.beside and rng.random() < _BESIDE:
                return Talk(ask=phrases.beside, answer=language().beside(phrases.ability))
            # What it does for this person is nothing to be asked about in general.
            if not {"you", "your"} & set(phrases.ability.split()):
                return about
        return rng.choice(talks())

    async def _complete(self, scene: Scene, turn: PathTurn, writer: Writer) -> UserMessage:
        empty = next(t for t in scene.path.turns if t.id == turn.completes)
        assert empty.missing is not None
        if empty.missing.kind == "miss_func" or empty.missing.parameter is None:
            return writer.go_ahead()
        said: Fixed = {}
        for (step, parameter), (past, mention) in mentions_of(scene, turn).items():
            if past == empty.id and (mention.criterion is not None or mention.value is not None):
                text = scene.history[-1].user.text[mention.start : mention.end]
                said[step, parameter] = mention.criterion or Said(
                    mention.value, text, mention.form, "known" if mention.source == "known" else "said"
                )
        plan = await rehearse(scene, turn, self.phrases_for, said, completing=True)
        step_plan = plan.of(empty.missing.step)
        if not isinstance(step_plan, StepPlan):
            raise Untranslatable("the missing step is gone", empty.missing.step)
        return writer.answer(step_plan, empty.missing.parameter)


def _speaker(scene: Scene) -> Speaker:
    """One speaker for the whole dialogue, whatever turn is written."""
    if scene.path.plain:
        return PLAIN
    return language().speaker(derived_rng(scene.path.seed, "speaker", scene.path.row))


def _writer(scene: Scene) -> Writer:
    past = [past.user.text for past in scene.history]
    return Writer(_speaker(scene), scene.rng, past, concise=scene.path.kind != "multi_turn")


def _asked_last(scene: Scene, turn: PathTurn) -> str | None:
    """The function that the message before asked for last, if it got its answer."""
    at = [t.id for t in scene.path.turns].index(turn.id)
    before = scene.path.turns[at - 1].steps if at else ()
    return before[-1].function if before and before[-1].role == "walk" else None


def _came_to_nothing(scene: Scene, turn: PathTurn) -> bool:
    ids = [t.id for t in scene.path.turns]
    at = ids.index(turn.id)
    if at == 0:
        return False
    before = scene.path.turns[at - 1].missing
    return before is not None and not before.resolved
