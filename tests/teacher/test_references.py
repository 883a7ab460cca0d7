"""What a reference means: words that fit two things teach a model to take the wrong one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from library import FIRST, FUNCTIONS, LIST_LOANS, LOANS, RENEW_LOAN, scene_of
from unknown import function

from magnet_kg.domain.dialogue import Criterion, DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link, PathTurn, Step
from magnet_kg.domain.values import spread
from magnet_kg.teacher.rules.alternatives import of_the_kind
from magnet_kg.teacher.rules.entries import FunctionPhrases, Gives, Pick, Wish
from magnet_kg.teacher.rules.fallback import make_phrases
from magnet_kg.teacher.rules.grammar import Piece, joined
from magnet_kg.teacher.rules.plan import Linked, StepPlan, TurnPlan
from magnet_kg.teacher.rules.refer import refer_back, refer_to_own
from magnet_kg.teacher.rules.said import Said
from magnet_kg.teacher.rules.teacher import PLAIN
from magnet_kg.teacher.rules.write import Writer

BORROW = function("borrow_book", {"title": "text"}, {"loan_id": "text", "title": "text", "due_on": "date"})
LINK = Link(source="s1", target="s3", output="loans[].loan_id", parameter="loan_id", verdict="v")
FOUND = spread(LOANS, LINK.output)
LATER = spread({"loans": [{"loan_id": "ln_90001", "title": "Dune"}]}, LINK.output)
GIVES = Gives(
    noun="loan", named=["my copy of {title}"], pick=[Pick(take="last", by=None, say=["the one I borrowed last"])]
)
PHRASES: FunctionPhrases = make_phrases(LIST_LOANS).model_copy(update={"gives": {LINK.output: GIVES}})


def refer(seed: int, *, clear: bool = True, besides: bool = False) -> Linked:
    rng, others = Random(seed), LATER if besides else []
    return refer_back(LINK, PHRASES, FOUND, 1, set(), rng, shown=True, clear=clear, besides=others)


def test_where_nothing_came_since_things_are_picked_or_named() -> None:
    said = {joined(refer(seed).words) for seed in range(40)}
    assert said == {"the one I borrowed last", "my copy of Dune", "my copy of Emma"}


def test_after_something_newer_nothing_is_picked_out_of_the_old_list() -> None:
    """ "The order I placed last" cancelled the first of an old list, not the one placed since."""
    said = {joined(refer(seed, clear=False).words) for seed in range(40)}
    assert said == {"my copy of Dune", "my copy of Emma"}


def test_a_name_that_two_things_have_names_neither() -> None:
    said = set()
    for seed in range(40):
        with suppress(Untranslatable):
            said.add(joined(refer(seed, clear=False, besides=True).words))
    assert said == {"my copy of Emma"}


@pytest.mark.parametrize(
    ("output", "since"),
    [({"loan_id": "ln_90001", "title": "Ulysses", "due_on": "2026-12-20"}, True),
     ({"loan_id": "ln_48213", "title": "Dune", "due_on": "2026-12-20"}, False)],
)  # fmt: skip
def test_what_came_since_is_another_thing_of_the_kind(output: dict[str, str], since: bool) -> None:
    """The same loan told of once more is no other one."""
    functions = {**FUNCTIONS, BORROW.id: BORROW}
    later = DialogueTurn(
        id="t2",
        user=UserMessage(text="I'd like one more book."),
        calls=(FunctionCall(id="call_2", step="s2", function=BORROW.id, arguments={"title": output["title"]}),),
        observations=(Observation(call="call_2", output=output),),
    )
    turn = PathTurn(id="t2", steps=(Step(id="s2", function=BORROW.id), Step(id="s3", function=RENEW_LOAN.id)))
    scene = scene_of(functions, turn, (FIRST, later), links=(LINK,))
    besides, newer = of_the_kind(scene, TurnPlan(turn), LINK, FOUND, 2, make_phrases)
    assert newer is since
    assert [one.value for one in besides] == (["ln_90001"] if since else [])


CHECK = function("check_branch", {"city": "text"}, {"opens_on": "date"})
POSTPONE = function("postpone_visit", {"city": "text"}, {"opens_on": "date"})
COUNT = function("count_days_until", {"date": "date"}, {"days": "whole"})


def times(first: Function, second: Function, nouns: tuple[str, str], age: int) -> tuple[list[Any], bool]:
    """What could be meant, too, by the date that the first of two calls has given, and whether that is unclear."""
    functions = {one.id: one for one in (first, second, COUNT)}
    turns = [
        DialogueTurn(
            id=turn,
            user=UserMessage(text="When?"),
            calls=(FunctionCall(id=call, step=step, function=one.id, arguments={"city": "Oslo"}),),
            observations=(Observation(call=call, output={"opens_on": day}),),
        )
        for turn, call, step, one, day in (
            ("t1", "call_1", "s1", first, "2026-12-01"),
            ("t2", "call_2", "s2", second, "2026-12-09"),
        )
    ]
    own = ("s1", "2026-12-01") if age == 2 else ("s2", "2026-12-09")
    turn = PathTurn(id="t2", steps=(Step(id="s2", function=second.id), Step(id="s3", function=COUNT.id)))
    link = Link(source=own[0], target="s3", output="opens_on", parameter="date", verdict="v")
    scene = scene_of(functions, turn, tuple(turns), links=(link,))
    scene = replace(
        scene,
        path=scene.path.model_copy(
            update={"turns": (PathTurn(id="t1", steps=(Step(id="s1", function=first.id),)), turn)}
        ),
    )
    of = dict(zip((first.id, second.id), nouns, strict=True))

    def phrases(one: Function) -> FunctionPhrases:
        gives = {"opens_on": Gives(noun=of[one.id])} if one.id in of else {}
        return make_phrases(one).model_copy(update={"gives": gives})

    others, unclear = of_the_kind(scene, TurnPlan(turn), link, spread({"opens_on": own[1]}, "opens_on"), age, phrases)
    return [one.value for one in others], unclear


SHOW = function("get_show", {"city": "text"}, {"opens_on": "date"})


@pytest.mark.parametrize(
    ("second", "nouns", "age", "others"),
    [
        (CHECK, ("date", "opening day"), 2, ["2026-12-09"]),
        (CHECK, ("premiere", "opening day"), 2, []),
        (POSTPONE, ("premiere", "opening day"), 2, ["2026-12-09"]),
    ],
    ids=["that date could be any", "a premiere is no opening day", "it was put off since"],
)
def test_that_date_can_only_be_one(second: Function, nouns: tuple[str, str], age: int, others: list[str]) -> None:
    """ "5 days on from that day" went on from the day of the turn before, with a nearer one in the same message."""
    assert times(SHOW, second, nouns, age) == (others, bool(others))


def test_the_date_of_just_now_is_that_date_though_there_was_another_before() -> None:
    assert times(SHOW, CHECK, ("date", "date"), 1) == (["2026-12-01"], False)


GET_TRIPS = function("list_trips", {"car_id": "text"}, {"trips": [{"trip_id": "text", "cost": "number"}]})


@pytest.mark.parametrize("several", [True, False])
def test_a_lookup_that_nobody_speaks_of_is_of_the_only_thing_there_is(several: bool) -> None:
    """ "The most expensive trip" of two cars was taken to be the first car's."""
    trips = {"trips": [{"trip_id": "t_1", "cost": 3.0}, {"trip_id": "t_2", "cost": 9.0}]}
    pick = Pick(take="max", by="cost", say=["the most expensive trip"])
    phrases = make_phrases(GET_TRIPS).model_copy(
        update={"gives": {"trips[].trip_id": Gives(noun="trip", pick=[pick])}, "stands_for": []}
    )
    of_car = Link(source="s0", target="s1", output="cars[].car_id", parameter="car_id", verdict="v")
    criterion = Criterion(take="first") if several else None
    lookup = StepPlan(Step(id="s1", function=GET_TRIPS.id, role="insert_backward"), GET_TRIPS, phrases)
    lookup.sources["car_id"] = Linked(of_car, "car_1", criterion, [], ("it", "its"))
    link = Link(source="s1", target="s2", output="trips[].trip_id", parameter="trip_id", verdict="v")
    found = spread(trips, link.output)
    if several:
        with pytest.raises(Untranslatable):
            refer_to_own(link, lookup, found, set(), Random(1), clear=True)
    else:
        linked = refer_to_own(link, lookup, found, set(), Random(1), clear=True)
        assert (joined(linked.words), linked.value) == ("the most expensive trip", "t_2")


DAYS = function("calculate_days_from_today", {"date": "date"}, {"days_ahead": "whole"})


@pytest.mark.parametrize(
    ("asked", "output", "said"),
    [
        (function("get_deadline", {"city": "text"}, {"deadline": "date"}), "deadline", "How long until then?"),
        (function("get_artist", {"city": "text"}, {"album_date": "date"}), "album_date", "How long to the album date?"),
        (function("look_timer", {"city": "text"}, {"time": "date"}), "time", "How long to the album date?"),
    ],
    ids=["asked about", "nobody spoke of it", "a timer is no time"],
)
def test_then_is_what_was_asked_about(asked: Function, output: str, said: str) -> None:
    """ "I couldn't tell you a thing about them. How long is it until that date?" meant that of an album."""
    link = Link(source="s1", target="s2", output=output, parameter="date", verdict="v")
    turn = PathTurn(
        id="t1",
        steps=(Step(id="s1", function=asked.id), Step(id="s2", function=DAYS.id, role="insert_short")),
    )
    wish = Wish(same=["how long until then?"], later=["how long to {date}?"])
    ask = make_phrases(asked).model_copy(
        update={"ability": asked.description.lower(), "imperative": ["look at the timer of {city}"]}
    )
    first = StepPlan(turn.steps[0], asked, ask, {"city": Said("Oslo", "Oslo", "verbatim")})
    second = StepPlan(turn.steps[1], DAYS, make_phrases(DAYS).model_copy(update={"wish": wish}))
    second.sources["date"] = Linked(link, "2026-12-01", None, [Piece("the album date")], ("that date", "that date's"))
    told = Writer(PLAIN, Random(3)).request(TurnPlan(turn, [first, second])).text
    assert told.endswith(said), told


def test_what_is_on_a_list_of_everybody_is_not_called_by_its_name_unseen() -> None:
    """Who asks for the day's winners has not seen them; one's own loans one knows."""
    said: dict[bool, set[str]] = {}
    for public in (False, True):
        phrases = PHRASES.model_copy(update={"public": public})
        lookup = StepPlan(Step(id="s1", function=LIST_LOANS.id), LIST_LOANS, phrases)
        told = (refer_to_own(LINK, lookup, FOUND, set(), Random(seed), clear=True) for seed in range(40))
        said[public] = {joined(one.words) for one in told}
    assert said[False] == {"my copy of Dune", "my copy of Emma"}
    assert said[True] == {"the one I borrowed last"}


def test_a_place_that_nobody_has_spoken_of_is_not_that_place() -> None:
    """ "Where is my parcel, and how is the weather in that city?": any city that was spoken of before."""
    track = function("track_parcel", {"parcel": "text"}, {"current_city": "text"})
    link = Link(source="s1", target="s2", output="current_city", parameter="city", verdict="v")
    found = spread({"current_city": "Oslo"}, link.output)
    lookup = StepPlan(Step(id="s1", function=track.id), track, make_phrases(track))
    with pytest.raises(Untranslatable, match="which one is meant"):
        refer_to_own(link, lookup, found, set(), Random(1), clear=True)


def test_a_thing_gets_the_name_that_it_can_have() -> None:
    """Of two ways to name it, one needs what it has not."""
    gives = Gives(noun="loan", named=["the {subtitle} one", "my copy of {title}"])
    phrases = PHRASES.model_copy(update={"gives": {LINK.output: gives}})
    found = FOUND[:1]
    said = {
        joined(refer_back(LINK, phrases, found, 1, set(), Random(seed), shown=True, clear=False).words)
        for seed in range(20)
    }
    assert said == {"my copy of Dune"}
