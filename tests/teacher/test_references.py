"""What a reference means: words that fit two things teach a model to take the wrong one."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from library import FIRST, FUNCTIONS, LIST_LOANS, LOANS, RENEW_LOAN, scene_of
from unknown import function

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.errors import Untranslatable
from magnet_kg.domain.path import Link, PathTurn, Step
from magnet_kg.domain.values import spread
from magnet_kg.teacher.rules.entries import FunctionPhrases, Gives, Pick
from magnet_kg.teacher.rules.fallback import make_phrases
from magnet_kg.teacher.rules.grammar import joined
from magnet_kg.teacher.rules.plan import Linked, TurnPlan
from magnet_kg.teacher.rules.refer import refer_back
from magnet_kg.teacher.rules.rehearse import of_the_kind

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
    besides, newer = of_the_kind(scene, TurnPlan(turn), LINK, FOUND, make_phrases)
    assert newer is since
    assert [one.value for one in besides] == (["ln_90001"] if since else [])
