"""The rules teacher writes for people: no ids in anybody's mouth, exactly one thing forgotten, and twice the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, pairwise
from random import Random

import pytest
from dialogues import SEED, Made, answer, bench, good_rows, make, path

from magnet_kg.catalog.concepts import is_lookup, is_transformer
from magnet_kg.domain.dialogue import UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Kind, Missing, PathTurn, SignaturePath, Step
from magnet_kg.domain.trajectory import ChatMessage
from magnet_kg.domain.values import leaves
from magnet_kg.teacher.protocol import Scene
from magnet_kg.teacher.rules.language import language
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.translation.translate import translate_path
from magnet_kg.wording import forms

MANY = 90


def dialogues(*kinds: Kind) -> Iterator[Made]:
    """Every dialogue of the first numbers, good or not."""
    for kind in kinds:
        for number in range(MANY):
            made = make(kind, number)
            if made is not None:
                yield made


def scene(kind: Kind, number: int, rng: Random) -> tuple[Scene, PathTurn]:
    """What the teacher sees before the first turn of a path."""
    drawn = path(kind, number)
    assert drawn is not None
    executor = bench().executor
    session = executor.open(drawn.world)
    before = Scene(drawn, executor.functions, session.context, (), {}, drawn.tools, session, rng)
    return before, drawn.turns[0]


def ask(kind: Kind, number: int, rng: Random, teacher: RulesTeacher | None = None) -> UserMessage:
    before, turn = scene(kind, number, rng)
    return asyncio.run((teacher or bench().teacher).ask(before, turn))


def first(kind: Kind) -> int:
    return next(number for number in range(MANY) if make(kind, number) is not None)


# --- determinism


@pytest.mark.parametrize("kind", ["single", "multi_turn"])
def test_the_same_scene_and_randomness_give_the_same_message(kind: Kind) -> None:
    """A run that is repeated, or resumed, gives the same rows."""
    number = first(kind)
    another = RulesTeacher(dict(reversed(list(bench().phrases.items()))))
    said = [ask(kind, number, Random(5)), ask(kind, number, Random(5)), ask(kind, number, Random(5), another)]
    assert said[0] == said[1] == said[2]


def test_other_randomness_gives_other_words() -> None:
    assert len({ask("single", first("single"), Random(seed)).text for seed in range(8)}) > 3


def test_asking_leaves_the_world_as_it_was() -> None:
    """A rehearsal books tables: nothing of that may stay."""
    for number in range(20):
        if path("multi_turn", number) is None:
            continue
        before, turn = scene("multi_turn", number, Random(1))
        digest = before.session.digest()
        with suppress(Untranslatable):
            asyncio.run(bench().teacher.ask(before, turn))
        assert before.session.digest() == digest


def test_the_prompt_hash_changes_with_any_phrase_and_with_nothing_else() -> None:
    phrases = dict(bench().phrases)
    one = next(iter(phrases))
    assert RulesTeacher(dict(reversed(list(phrases.items())))).prompt_hash == bench().teacher.prompt_hash
    changed: FunctionPhrases = phrases[one].model_copy(update={"ability": "do something else"})
    other = RulesTeacher({**phrases, one: changed})
    assert other.prompt_hash != bench().teacher.prompt_hash
    assert other.judging_hash == bench().teacher.judging_hash


# --- what stands in a message


def test_no_user_ever_says_an_id() -> None:
    """Ids are what makes a lookup necessary; a user who says one has read the answer."""
    for made in dialogues("multi_turn", "multiple", "parallel"):
        functions = bench().executor.functions
        ids = {
            str(value)
            for turn in made.dialogue.turns
            for call, seen in zip(turn.calls, turn.observations, strict=True)
            for place, value in leaves(seen.output)
            if re.search(r"(^|\.)(\w+_)?id$", place) and functions[call.function]
        }
        for turn in made.dialogue.turns:
            assert not [one for one in ids if one in turn.user.text], turn.user.text


def test_every_mention_is_where_it_says_and_means_its_value() -> None:
    for made in dialogues(*("single", "parallel", "multi_turn")):
        for turn in made.dialogue.turns:
            for mention in turn.user.mentions:
                text = turn.user.text[mention.start : mention.end]
                assert text
                assert text == text.strip(), text
                if mention.source in ("said", "known"):
                    step = made.dialogue.path.steps[mention.step]
                    lexicon = bench().evidence.lexicon(step.function, mention.parameter)
                    meant = forms.read(text, mention.form, made.dialogue.context, lexicon)
                    assert forms.same(meant, mention.value), (text, mention)


def test_nothing_is_looked_up_again_that_was_looked_up_before_and_has_not_changed() -> None:
    functions, repeated = bench().executor.functions, 0
    for made in dialogues("multi_turn"):
        known: list[tuple[str, dict[str, object]]] = []
        for turn in made.dialogue.turns:
            for call in turn.calls:
                one, same = functions[call.function], (call.function, dict(call.arguments))
                if is_lookup(one):
                    repeated += same in known
                elif not is_transformer(one):
                    known = []
                known.append(same)
    assert not repeated


def test_mentions_do_not_overlap() -> None:
    for made in dialogues("multi_turn"):
        for turn in made.dialogue.turns:
            places = sorted((m.start, m.end) for m in turn.user.mentions)
            assert all(a[1] <= b[0] for a, b in pairwise(places)), turn.user.text


def test_messages_read_as_sentences() -> None:
    """No slot is left, no bracket, no double space, no doubled or missing end."""
    for made in dialogues("single", "parallel", "multiple", "multi_turn"):
        for turn in made.dialogue.turns:
            text = turn.user.text
            assert text == text.strip()
            assert not re.search(r"[{}|]|  | [,.?!]|\.\.(?!\.)|\?\.|,\.|None", text), text
        for message in made.row.messages:
            if message.role == "assistant" and message.content:
                assert not re.search(r"[{}|]|  | [,.?!](?!\d)|\bNone\b(?! of)", message.content), message.content


def test_one_speaker_speaks_a_whole_dialogue() -> None:
    """Whoever never uses capitals does not start to in the middle."""
    quiet = [name for name, manner in language().speakers.items() if manner.lower > 0.8]
    assert quiet
    for made in islice(dialogues("multi_turn"), MANY):
        starts = [turn.user.text[0].isupper() for turn in made.dialogue.turns if turn.user.text[0].isalpha()]
        if len(starts) >= 4:
            share = sum(starts) / len(starts)
            assert share <= 0.5 or share >= 0.3, starts


# --- split


def empty_turns(kind: str) -> Iterator[tuple[Made, int]]:
    for made in dialogues("multi_turn"):
        for index, turn in enumerate(made.dialogue.path.turns):
            if turn.missing is not None and turn.missing.kind == kind:
                yield made, index


def test_a_user_forgets_exactly_one_value() -> None:
    """What is missing must be missing, and all the rest must be there: else nobody could say what to ask for."""
    seen = 0
    for made, index in empty_turns("miss_params"):
        turn = made.dialogue.path.turns[index]
        assert turn.missing is not None
        said = {(m.step, m.parameter) for m in made.dialogue.turns[index].user.mentions}
        assert (turn.missing.step, turn.missing.parameter) not in said
        assert not made.dialogue.turns[index].calls
        if not turn.missing.resolved:
            continue
        seen += 1
        after = made.dialogue.path.turns[index + 1]
        assert after.completes == turn.id
        told = made.dialogue.turns[index + 1]
        call = next(c for c in told.calls if c.step == turn.missing.step)
        origin = next(o for o in call.origins if o.parameter == turn.missing.parameter)
        assert origin.turn == after.id, "the value comes with the answer"
        others = {o.turn for c in told.calls for o in c.origins if o.source in ("said", "known") and o is not origin}
        assert others <= {turn.id}, "everything else was said before"
        assert {(m.step, m.parameter) for m in told.user.mentions} == {(turn.missing.step, turn.missing.parameter)}
    assert seen >= 3


def replies(made: Made, index: int) -> str:
    turn = made.dialogue.path.turns[index].id
    message: ChatMessage = made.row.messages[answer(made.row, turn)]
    return message.content


def test_the_assistant_asks_for_what_is_missing() -> None:
    asked = [replies(made, index) for made, index in empty_turns("miss_params")]
    assert asked
    assert all("?" in text for text in asked), [text for text in asked if "?" not in text]


def test_the_assistant_says_what_it_cannot_do_and_does_nothing() -> None:
    """Without the function there is no call, and no pretence of one."""
    for made, index in empty_turns("miss_func"):
        turn = made.dialogue.path.turns[index]
        assert turn.missing is not None
        wanted = made.dialogue.path.steps[turn.missing.step].function
        assert not made.dialogue.turns[index].calls
        assert bench().phrases[wanted].ability in replies(made, index)


def test_after_a_request_that_came_to_nothing_the_user_moves_on() -> None:
    """An open request hangs in the air: the next message must say that it is closed."""
    first_, second, third = [made.dialogue.path for made in islice(dialogues("single"), 3)]
    wanted = Step(id="s1", function=first_.turns[0].steps[0].function)
    turns = (
        PathTurn(id="t1", wanted=(wanted,), missing=Missing(kind="miss_func", step="s1", resolved=False)),
        PathTurn(id="t2", steps=(Step(id="s2", function=second.turns[0].steps[0].function),)),
        PathTurn(id="t3", steps=(Step(id="s3", function=third.turns[0].steps[0].function),)),
    )
    tools = tuple(one for one in (*second.tools, *third.tools) if one != wanted.function)
    drawn = SignaturePath(row="open", kind="multi_turn", seed=SEED, world=1, turns=turns, tools=tools)
    dialogue = asyncio.run(translate_path(bench().teacher, bench().executor, drawn))
    ways = {w.lower() for w in re.findall(r"[A-Za-z]+", " ".join(language().moving_on))}
    begun = re.findall(r"[A-Za-z]+", dialogue.turns[1].user.text.lower())[:2]
    assert set(begun) <= ways, dialogue.turns[1].user.text
    assert not dialogue.turns[0].calls


# --- answers


def test_an_answer_tells_things_in_the_order_in_which_they_were_asked() -> None:
    """Two prices in the wrong order are two wrong prices."""
    for made in islice(good_rows("parallel"), 20):
        text = made.row.messages[-1].content
        places = []
        for call in made.row.calls:
            own = [v for v in call.arguments.values() if isinstance(v, str) and v in text]
            others = [v for c in made.row.calls if c is not call for v in c.arguments.values()]
            places += [text.index(v) for v in own if v not in others][:1]
        assert places == sorted(places), text


def test_world_and_seed_alone_decide() -> None:
    """The same row made in this process and from fresh objects is the same to the byte."""
    number = first("multi_turn")
    made = make("multi_turn", number)
    assert made is not None
    assert made.dialogue.path.seed == SEED
    again = make.__wrapped__("multi_turn", number)
    assert again is not None
    assert again is not made
    assert again.row.to_line() == made.row.to_line()
