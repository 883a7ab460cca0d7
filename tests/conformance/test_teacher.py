"""What every Teacher must do: each test runs on each teacher."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache

import pytest
from dialogues import Made, bench, make
from rules_behind import RulesBehind

from magnet_kg.distillation.stage import Stage, turns_by_id
from magnet_kg.domain.dialogue import DialogueTurn
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Kind
from magnet_kg.domain.values import leaves
from magnet_kg.teacher.protocol import Hint, Reference, Teacher
from magnet_kg.teacher.rules.phrase_faults import fields_beside
from magnet_kg.teacher.rules.teacher import RulesTeacher


@pytest.fixture(params=["rules", "rules without phrases", "a model that answers as the rules do"])
def teacher(request: pytest.FixtureRequest) -> Teacher:
    match request.param:
        case "rules":
            return bench().teacher
        case "rules without phrases":
            return RulesTeacher({})
        case _:
            return RulesBehind(bench().teacher)


@cache
def told(kind: Kind = "multi_turn") -> tuple[Made, ...]:
    return tuple(one for number in range(20) if (one := make(kind, number)) is not None)


def functions() -> list[Function]:
    return list(bench().executor.functions.values())


def test_a_teacher_says_who_it_is_and_by_what_it_goes(teacher: Teacher) -> None:
    """Provenance: verdicts and rows name their judge and the rules or prompts that it followed."""
    assert teacher.name
    assert teacher.prompt_hash == teacher.prompt_hash != ""
    assert teacher.judging_hash == teacher.judging_hash != ""


def test_every_candidate_gets_one_judgement_in_order(teacher: Teacher) -> None:
    source, *candidates = functions()[:30]
    judged = asyncio.run(teacher.judge(source, candidates))
    assert [one.target for one in judged] == [one.id for one in candidates]
    assert all((one.dependency is None) != (one.reason is None) for one in judged)
    assert [one.target for one in asyncio.run(teacher.judge(source, candidates, 1))] == [one.target for one in judged]
    assert asyncio.run(teacher.judge(source, [])) == []


def test_bindings_name_outputs_and_parameters_that_exist(teacher: Teacher) -> None:
    pool = functions()
    for source in pool[::6]:
        for one, target in zip(asyncio.run(teacher.judge(source, pool)), pool, strict=True):
            for binding in one.dependency.bindings if one.dependency else ():
                assert fields_beside(source.returns or {}, binding.output) is not None
                assert binding.parameter.removesuffix("[]") in target.properties


def test_a_message_says_where_its_values_stand(teacher: Teacher) -> None:
    for made in told():
        stage = Stage.open(teacher, bench().executor, made.dialogue.path, "translate")
        turn = made.dialogue.path.turns[0]
        if isinstance(teacher, RulesTeacher) and teacher is not bench().teacher:
            continue
        message = asyncio.run(teacher.ask(stage.scene(turn), turn))
        assert message.text.strip()
        for mention in message.mentions:
            assert 0 <= mention.start < mention.end <= len(message.text)
            assert mention.step in made.dialogue.path.steps


def test_a_filled_call_has_an_origin_for_every_argument(teacher: Teacher) -> None:
    for made in told():
        stage = Stage.open(teacher, bench().executor, made.dialogue.path, "translate")
        told_turn, turn = made.dialogue.turns[0], made.dialogue.path.turns[0]
        if not turn.steps:
            continue
        scene = replace(stage.scene(turn), history=(DialogueTurn(id=turn.id, user=told_turn.user),))
        call = asyncio.run(teacher.fill(scene, turn, told_turn.user, turn.steps))[0]
        assert call.step == turn.steps[0].id
        assert call.function == turn.steps[0].function
        named = {origin.parameter.split(".")[0] for origin in call.origins}
        assert named == {place.split(".")[0] for place, _ in leaves(call.arguments) if place}


async def _play(teacher: Teacher, made: Made) -> Stage:
    stage = Stage.open(teacher, bench().executor, made.dialogue.path, "respond")
    turns = turns_by_id(made.dialogue.path)
    for reference in made.dialogue.turns:
        turn = turns[reference.id]
        await stage.perform(turn, stage.say(turn, reference.user), Hint(calls=reference.calls))
    return stage


def test_under_a_hint_exactly_the_hinted_calls_are_made(teacher: Teacher) -> None:
    for made in told()[:8]:
        stage = asyncio.run(_play(teacher, made))
        assert [turn.calls for turn in stage.history] == [turn.calls for turn in made.dialogue.turns]


def test_every_turn_ends_with_words(teacher: Teacher) -> None:
    for made in told()[:8]:
        stage = asyncio.run(_play(teacher, made))
        assert all(stage.answers[turn.id].strip() for turn in made.dialogue.path.turns)


def test_a_hint_is_never_mentioned(teacher: Teacher) -> None:
    for made in told()[:8]:
        stage = asyncio.run(_play(teacher, made))
        assert not any("hint" in text.lower() or "reference" in text.lower() for text in stage.answers.values())


def test_a_right_turn_has_no_error() -> None:
    """A teacher that finds errors everywhere would teach to avoid what is right."""
    teacher = bench().teacher
    for made in told("single") + told("parallel"):
        stage = asyncio.run(_play(teacher, made))
        turn = made.dialogue.path.turns[-1]
        reference = Reference(made.dialogue.turns[-1], turn)
        scene = stage.scene(turn)
        named = asyncio.run(teacher.name_error(scene, reference, stage.history[-1], stage.answers[turn.id]))
        assert named is None, named


def test_a_made_up_number_is_a_wrong_summary(teacher: Teacher) -> None:
    made = told("single")[0]
    stage = asyncio.run(_play(teacher, made))
    turn = made.dialogue.path.turns[-1]
    reference = Reference(made.dialogue.turns[-1], turn)
    answer = f"{stage.answers[turn.id]} That makes 98,765.43."
    named = asyncio.run(teacher.name_error(stage.scene(turn), reference, stage.history[-1], answer))
    assert named is not None
    assert (named.error, named.turn) == ("wrong_summary", turn.id)
    assert "98,765.43" in named.evidence
