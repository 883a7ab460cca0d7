"""Translation: over many seeds, every value of a dialogue comes from somewhere and every lost step has a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import count

import pytest
from dialogues import KINDS, Made, bench, make, path

from magnet_kg.domain.dialogue import Dialogue, DialogueTurn, FunctionCall, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Kind, PathTurn, SignaturePath, Step
from magnet_kg.domain.values import leaves
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.translation.translate import SHORTEST_TURNS, added_by, offered_at, translate_path

MANY = 60


@cache
def made() -> tuple[Made, ...]:
    return tuple(one for kind in KINDS for number in range(MANY) if (one := make(kind, number)) is not None)


def dialogues(*kinds: Kind) -> Iterator[Dialogue]:
    return (one.dialogue for one in made() if not kinds or one.dialogue.path.kind in kinds)


def translate(drawn: SignaturePath, teacher: RulesTeacher | None = None) -> Dialogue:
    return asyncio.run(translate_path(teacher or bench().teacher, bench().executor, drawn))


# --- what a dialogue holds


def test_every_argument_has_exactly_one_origin() -> None:
    for dialogue in dialogues():
        for turn in dialogue.turns:
            for call in turn.calls:
                named = [origin.parameter for origin in call.origins]
                assert len(named) == len(set(named))
                places = {place for place, _ in leaves(call.arguments)} if call.arguments else set()
                assert places <= set(named) | {f"{name}.0" for name in named}, call


def test_calls_are_those_of_the_path_in_its_order() -> None:
    for dialogue in dialogues():
        assert [turn.id for turn in dialogue.turns] == [turn.id for turn in dialogue.path.turns]
        for told, drawn in zip(dialogue.turns, dialogue.path.turns, strict=True):
            assert [call.step for call in told.calls] == [step.id for step in drawn.steps]
            assert [call.function for call in told.calls] == [step.function for step in drawn.steps]


def test_every_call_was_executed_and_has_an_id_of_its_own() -> None:
    for dialogue in dialogues():
        calls = [call.id for turn in dialogue.turns for call in turn.calls]
        assert calls == [o.call for turn in dialogue.turns for o in turn.observations]
        assert len(calls) == len(set(calls))


def test_origins_name_calls_and_turns_that_came_before() -> None:
    for dialogue in dialogues():
        seen: set[str] = set()
        told: set[str] = set()
        for turn in dialogue.turns:
            told.add(turn.id)
            for call in turn.calls:
                for origin in call.origins:
                    assert origin.call is None or origin.call in seen
                    assert origin.turn is None or origin.turn in told
                seen.add(call.id)


def test_every_link_is_used_as_it_was_drawn() -> None:
    """The edge that a step rests on is the one through which its value really came."""
    for dialogue in dialogues():
        calls = {call.step: call for turn in dialogue.turns for call in turn.calls}
        for link in dialogue.path.links:
            if link.target in calls and link.source in calls:
                name = link.parameter.removesuffix("[]")
                (origin,) = [o for o in calls[link.target].origins if o.parameter.split(".")[0] == name]
                assert origin.source in ("bound", "chosen")
                assert origin.call == calls[link.source].id


def test_what_was_dropped_has_a_reason_and_is_gone() -> None:
    dropped = [(dialogue, one) for dialogue in dialogues() for one in dialogue.dropped]
    assert dropped, "in so many rows something is lost"
    for dialogue, one in dropped:
        assert one.reason
        assert one.function in bench().executor.functions
        assert one.step not in {call.step for turn in dialogue.turns for call in turn.calls} or one.step in {
            turn.missing.step for turn in _drawn(dialogue).turns if turn.missing is not None
        }, "only the empty turn before it may be dropped, where a step is still there"


def _drawn(dialogue: Dialogue) -> SignaturePath:
    return next(one.path for one in made() if one.dialogue is dialogue)


def test_nothing_is_lost_silently() -> None:
    """Steps of the drawn path are told, or dropped, or hang on one that was dropped."""
    for one in made():
        left, drawn = one.dialogue.path.steps, one.path
        lost = drawn.steps.keys() - left.keys()
        if not one.dialogue.dropped:
            assert not lost
        reasons = {d.step for d in one.dialogue.dropped}
        reached = set(reasons)
        for _ in drawn.links:
            reached |= {link.target for link in drawn.links if link.source in reached}
            reached |= {link.source for link in drawn.links if link.target in reached}
            turns = [{step.id for step in (*turn.steps, *turn.wanted)} for turn in drawn.turns]
            reached |= {step for turn in turns if reached & turn for step in turn}
        assert lost <= reached, f"{drawn.row} lost {lost - reached}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_dialogue_is_not_shorter_than_its_kind(kind: Kind) -> None:
    for dialogue in dialogues(kind):
        assert len(dialogue.turns) >= SHORTEST_TURNS.get(kind, 1)


def test_the_final_state_is_that_of_the_calls() -> None:
    """Rehearsals must leave nothing behind: a world in which they happened would not replay."""
    for dialogue in list(dialogues("multi_turn"))[:30]:
        assert asyncio.run(_replayed(dialogue)) == dialogue.state


async def _replayed(dialogue: Dialogue) -> str:
    session = bench().executor.open(dialogue.path.world)
    for turn in dialogue.turns:
        for call, seen in zip(turn.calls, turn.observations, strict=True):
            outcome = await session.call(call.function, call.arguments)
            assert (outcome.output, outcome.failed) == (seen.output, seen.failed)
    return session.digest()


# --- what is offered when


def test_a_missing_function_is_offered_with_the_turn_that_completes_it() -> None:
    seen = 0
    for dialogue in dialogues("multi_turn"):
        drawn = dialogue.path
        for turn in drawn.turns:
            if turn.missing is None or turn.missing.kind != "miss_func":
                continue
            wanted = drawn.steps[turn.missing.step].function
            assert wanted not in offered_at(drawn, turn.id)
            if turn.missing.resolved:
                seen += 1
                after = next(t for t in drawn.turns if t.completes == turn.id)
                assert added_by(drawn, after) == (wanted,)
                assert wanted in offered_at(drawn, after.id)
    assert seen


def test_what_is_called_is_offered() -> None:
    for dialogue in dialogues():
        for turn in dialogue.turns:
            offered = offered_at(dialogue.path, turn.id)
            assert len(offered) == len(set(offered))
            assert {call.function for call in turn.calls} <= set(offered)


# --- when a teacher cannot


class Stubborn(RulesTeacher):
    """Never finds words for one function, or values for another."""

    def __init__(self, *, no_words: str = "", no_values: str = "") -> None:
        super().__init__(bench().phrases)
        self._no_words = no_words
        self._no_values = no_values

    async def ask(self, scene: Scene, turn: PathTurn) -> UserMessage:
        step = next((s for s in (*turn.steps, *turn.wanted) if s.function == self._no_words), None)
        if step is not None:
            raise Untranslatable("no words today", step.id)
        return await super().ask(scene, turn)

    async def fill(
        self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
    ) -> tuple[FunctionCall, ...]:
        if steps[0].function == self._no_values:
            raise Untranslatable("no values today", steps[0].id)
        return await super().fill(scene, turn, message, steps)


def long_dialogue() -> Made:
    """With a function that is asked for once, after the first turn, and that nothing hangs on."""
    drawn = (one for number in count() if (one := make("multi_turn", number)) is not None)
    return next(one for one in drawn if _loose(one) and len(one.dialogue.turns) > 4)


def _loose(one: Made) -> str | None:
    drawn = one.path
    functions = [step.function for step in drawn.steps.values()]
    linked = {link.source for link in drawn.links}
    for turn in drawn.turns[1:]:
        for step in turn.steps:
            alone = step.id not in linked and functions.count(step.function) == 1 and step.role == "walk"
            if alone and turn.completes is None and not one.dialogue.dropped:
                return step.function
    return None


@pytest.mark.parametrize("which", ["no_words", "no_values"])
def test_a_step_that_cannot_become_words_is_dropped_and_the_rest_is_told(which: str) -> None:
    """One stubborn function must not cost the whole row."""
    one = long_dialogue()
    function = _loose(one)
    assert function is not None
    left = translate(one.path, Stubborn(**{which: function}))
    reason = "no words today" if which == "no_words" else "no values today"
    assert (left.dropped[0].function, left.dropped[0].reason) == (function, reason)
    assert function not in {call.function for turn in left.turns for call in turn.calls}
    assert len(left.turns) >= 3
    assert asyncio.run(_replayed(left)) == left.state, "what was tried and dropped left its mark on the world"


def test_a_path_of_which_nothing_is_left_is_no_dialogue() -> None:
    single = next(one for one in made() if one.path.kind == "single")
    function = single.path.turns[0].steps[0].function
    with pytest.raises(Untranslatable, match="no words today"):
        translate(single.path, Stubborn(no_words=function))


def test_translation_is_the_same_every_time() -> None:
    for one in made()[:10] + made()[-10:]:
        assert translate(one.path) == one.dialogue


def test_another_seed_of_the_same_path_gives_other_words() -> None:
    drawn = path("single", next(n for n in range(MANY) if make("single", n) is not None))
    assert drawn is not None
    texts = {translate(drawn.model_copy(update={"seed": seed})).turns[0].user.text for seed in range(6)}
    assert len(texts) > 2


def test_history_ends_with_the_turn_so_far_while_calls_are_filled() -> None:
    """A teacher that fills a call must see what the call before it gave."""
    seen: list[tuple[int, int]] = []

    class Watching(RulesTeacher):
        async def fill(
            self, scene: Scene, turn: PathTurn, message: UserMessage, steps: Sequence[Step]
        ) -> tuple[FunctionCall, ...]:
            now: DialogueTurn = scene.history[-1]
            assert now.id == turn.id
            assert now.user == message
            seen.append((len(now.calls), [s.id for s in turn.steps].index(steps[0].id)))
            return await super().fill(replace(scene), turn, message, steps)

    one = next(one for one in made() if one.path.kind == "multi_turn")
    translate(one.path, Watching(bench().phrases))
    assert seen
    assert all(calls == place for calls, place in seen)
