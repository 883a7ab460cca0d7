"""Users who talk like people: each with a manner of their own, reasons, slips, and words for what they mean."""

from __future__ import annotations

import asyncio
import re
from random import Random

import pytest
from dialogues import SEED, bench, good_rows, make, path

from magnet_kg.distillation.positive import distill_trajectory
from magnet_kg.domain.randomness import derived_rng
from magnet_kg.teacher.rules.assemble import assemble_message, mistyped
from magnet_kg.teacher.rules.grammar import Piece, joined, parse
from magnet_kg.teacher.rules.language import language, talks
from magnet_kg.teacher.rules.plan import Meaning, SlotFill
from magnet_kg.teacher.rules.teacher import RulesTeacher
from magnet_kg.translation.translate import translate_path
from magnet_kg.wording.claims import Known, unsupported

MULTI = [made for made, _ in zip(good_rows("multi_turn"), range(40), strict=False)]


def speaker_of(row: str) -> str:
    chosen = language().speaker(derived_rng(SEED, "speaker", row))
    return next(name for name, one in language().speakers.items() if one is chosen)


def test_there_are_many_speakers_and_rows_hear_them_all() -> None:
    assert len(language().speakers) >= 12
    assert {speaker_of(f"row-{number}") for number in range(500)} == set(language().speakers)


def test_speakers_differ_in_more_than_their_name() -> None:
    manners = [one.model_dump_json() for one in language().speakers.values()]
    assert len(set(manners)) == len(manners)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_typed_wrong_never_says_a_value(seed: int) -> None:
    """A slip in "Chicago" would be another city."""
    value = Meaning("s1", "city", "said", value="chicago itself")
    pieces: list[Piece[Meaning]] = [Piece("please find somewhere pleasant around "), Piece("chicago itself", value)]
    spoilt = mistyped(pieces, 0.5, Random(seed))
    assert spoilt[1] == pieces[1]
    assert mistyped(pieces, 0.0, Random(seed)) == pieces
    assert spoilt[0].text != pieces[0].text or seed != 1
    assert len(spoilt[0].text.split()) == len(pieces[0].text.split()), "a word was lost or torn apart"


def test_some_speakers_take_back_what_they_said() -> None:
    """ "on Tuesday, no, Wednesday": the value is the second one, and its place is where the mention says."""
    mark = re.compile(r"(\S+)(?:, (?:no|sorry|wait|I mean|no wait, make that|hang on),?| – or rather)(?: on)? $")
    corrected = 0
    for number in range(150):
        made = make("multi_turn", number)
        for turn in made.dialogue.turns if made is not None else ():
            for mention in turn.user.mentions:
                before = mark.search(turn.user.text[: mention.start])
                if before is not None and mention.source == "said":
                    corrected += 1
                    assert turn.user.text[mention.start : mention.end] != before[1]
    assert corrected


def test_a_reason_is_given_once() -> None:
    """Nobody says twice in one conversation that the plans have changed."""
    reasons = 0
    for made in MULTI:
        told = " ".join(turn.user.text.lower() for turn in made.dialogue.turns)
        for step in made.path.steps.values():
            for source in bench().phrases[step.function].reason:
                plain = joined(parse(source).render({}, Random(0))).lower()
                reasons += plain in told
                assert told.count(plain) <= 1, plain
    assert reasons


@pytest.mark.parametrize(
    ("before", "value", "text"),
    [
        ("find a ", "Italian tutor", "find an Italian tutor"),
        ("find an ", "Korean place", "find a Korean place"),
        ("A ", "hour", "An hour"),
        ("a ", "university", "a university"),
        ("is there a ", "8", "is there a 8"),
    ],
)
def test_the_article_fits_the_value(before: str, value: str, text: str) -> None:
    meaning = Meaning("s1", "kind", "said", value=value)
    assert assemble_message([Piece(before), Piece(value, meaning)]).text == text


def test_a_day_has_its_preposition_though_a_name_before_it_ends_in_one() -> None:
    """ "a room in the city those trains leave from 10 June" was one of a city that trains leave until then."""
    day = Piece("10 June", Meaning("s1", "day", "said", form="day", value="2027-06-10"))
    city = Piece("the city those trains leave from", Meaning("s1", "city", "bound"))
    said = assemble_message([Piece("a room in "), city, Piece(" "), day]).text
    assert said == "a room in the city those trains leave from on 10 June"
    assert assemble_message([Piece("a room from "), day]).text == "a room from 10 June"


def test_a_reason_in_brackets_keeps_them() -> None:
    (bracketed,) = [one for one in language().reason_after if "\\(" in one]
    said = {"rest": "call a cab", "reason": "it rains"}

    def slot(name: str) -> SlotFill:
        return lambda _: [Piece(said[name])]

    assert joined(parse(bracketed).render({name: slot(name) for name in said}, Random(1))) == "call a cab (it rains)"


def test_names_are_said_as_they_are() -> None:
    """ "a product called that product name" is nothing that anybody says."""
    for made in MULTI:
        for turn in made.dialogue.turns:
            assert not re.search(r"\bthat (?:\w+ )?(?:name|title|symbol)\b", turn.user.text), turn.user.text


def test_it_is_what_was_spoken_of_last() -> None:
    """After "a folder for A, and one for B", "put it in there" can only be B."""
    checked = 0
    for made in MULTI:
        order = [call for turn in made.dialogue.turns for call in turn.calls]
        functions = {call.id: call.function for call in order}
        steps = made.path.steps
        for turn in made.dialogue.turns:
            for mention in turn.user.mentions:
                if turn.user.text[mention.start : mention.end] not in ("it", "them") or mention.source != "bound":
                    continue
                call = next((c for c in turn.calls if c.step == mention.step), None)
                origin = next((o for o in call.origins if o.parameter == mention.parameter), None) if call else None
                if call is None or origin is None or origin.call is None:
                    continue
                ids = [c.id for c in order]
                between = order[ids.index(origin.call) + 1 : ids.index(call.id)]
                asked = [c for c in between if steps[c.step].role == "walk"]
                assert all(c.function != functions[origin.call] for c in asked), turn.user.text
                checked += 1
    assert checked


# --- requests that need no tool


def test_what_needs_no_tool_is_answered_without_a_claim() -> None:
    """Nothing in such a row could support a number or a name."""
    assert len(talks()) >= 200
    for one in talks():
        known = Known()
        for source in one.ask:
            known.add_text(joined(parse(source).render({}, Random(1))))
        for source in one.answer:
            text = joined(parse(source).render({}, Random(1)))
            assert not unsupported(text, known), text


def test_questions_about_what_a_function_does_are_answered_without_a_claim() -> None:
    """What {ability} is can be anything that a phrase or a description says, signs of the grammar included."""
    for ability in ("book a table", "compare (two) rates {daily}", "find out what's on in a city"):
        about = language().about(ability)
        known = Known()
        for source in about.ask:
            text = joined(parse(source).render({}, Random(1)))
            assert ability in text
            known.add_text(text)
        for source in about.answer:
            text = joined(parse(source).render({}, Random(1)))
            assert not unsupported(text, known), text


def test_requests_beside_what_a_function_does_have_its_topic_and_no_call() -> None:
    beside = ["(who|which person) drew the first map of this place?", "how old is the oldest bridge around here?"]
    phrases = {id_: one.model_copy(update={"beside": beside}) for id_, one in bench().phrases.items()}
    teacher = RulesTeacher(phrases)
    texts = {joined(parse(one).render({}, Random(seed))).lower() for one in beside for seed in range(20)}
    heard = set()
    for number in range(150):
        drawn = path("irrelevance", number)
        if drawn is None or drawn.turns[0].missing is not None:
            continue
        dialogue = asyncio.run(translate_path(teacher, bench().executor, drawn))
        row = asyncio.run(distill_trajectory(teacher, bench().executor, dialogue))
        said = {text for text in texts if text.rstrip("?") in dialogue.turns[0].user.text.lower()}
        if said:
            heard |= said
            assert not row.calls
            abilities = [phrases[one].ability for one in row.tools]
            assert any(one in str(row.messages[-1].content) for one in abilities), "it says what it can do instead"
    assert len(heard) == 3


def test_irrelevance_comes_in_three_kinds() -> None:
    """Near misses, a value that is missing, and nothing to call at all; in none of them is anything called."""
    kinds = set()
    about = 0
    for number in range(120):
        made = make("irrelevance", number)
        if made is None:
            continue
        (turn,) = made.path.turns
        kinds.add(turn.missing.kind if turn.missing is not None else "no tool")
        if turn.missing is None:
            abilities = [bench().phrases[one].ability for one in made.row.tools if one in bench().phrases]
            about += any(one in made.dialogue.turns[0].user.text for one in abilities)
        assert not made.row.calls
        assert made.row.tools, "tools are offered: not to call one is the lesson"
    assert kinds == {"miss_func", "miss_params", "no tool"}
    assert about, "nobody asks about what a function does"
