"""What an assistant says of results: which is of what, where several were asked for at once."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from library import scene_of
from unknown import function

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import PathTurn, Step
from magnet_kg.teacher.rules.phrases import FunctionPhrases
from magnet_kg.teacher.rules.report import say_what_is_possible, write_answer
from magnet_kg.teacher.rules.write import _doubled

DISTANCE = function("measure_way", {"start": "text", "goal": "text", "on": "text"}, {"result": "number"})
TOLD = "{{ result | told('result', 'results', 0) }}"


def answer(report: str, *calls: dict[str, Any]) -> str:
    """The message after these calls of one function in one turn, whose results are 1, 2 and so on."""
    steps = tuple(Step(id=f"s{at}", function=DISTANCE.id) for at in range(len(calls)))
    made = tuple(
        FunctionCall(id=f"call_{at}", step=f"s{at}", function=DISTANCE.id, arguments=given)
        for at, given in enumerate(calls)
    )
    seen = tuple(Observation(call=call.id, output={"result": at}) for at, call in enumerate(made, 1))
    turn = PathTurn(id="t2", steps=steps)
    past = DialogueTurn(id="t2", user=UserMessage(text="How far?"), calls=made, observations=seen)
    phrases = FunctionPhrases(ability="measure ways", imperative=["measure"], report=[report])
    return write_answer(scene_of({DISTANCE.id: DISTANCE}, turn, (past,)), turn, lambda one: phrases)


def test_results_are_told_apart_by_what_is_another_in_each_call() -> None:
    calls = [{"start": "Rome", "goal": goal} for goal in ("Oslo", "Bern")]
    assert answer(TOLD, *calls) == "Oslo: the result is 1. Bern: the result is 2."
    assert answer(TOLD, {**calls[0], "on": "2021-03-04"}, {**calls[0], "on": "2020-03-04"}) == (
        "Thursday, 4 March 2021: the result is 1. Wednesday, 4 March 2020: the result is 2."
    )
    assert answer(TOLD, {"start": "Rome", "goal": 64000}, {"start": "Rome", "goal": 2}) == (
        "64,000: the result is 1. 2: the result is 2."
    )


def test_one_result_and_a_report_with_names_need_no_more() -> None:
    calls = [{"start": "Rome", "goal": goal} for goal in ("Oslo", "Bern")]
    assert answer(TOLD, calls[0]) == "The result is 1."
    assert answer("To {{ args.goal }} it is {{ result.result }} km.", *calls) == (
        "To Oslo it is 1 km. To Bern it is 2 km."
    )
    several = [{"start": one, "goal": one, "on": one} for one in ("Oslo", "Bern")]
    assert answer(TOLD, *several) == "The result is 1. The result is 2."
    assert answer("I measured it.", *calls) == "Oslo: I measured it. Bern: I measured it."


def test_only_what_has_to_do_with_the_request_is_offered_instead() -> None:
    loan = function("car_loan_rate", {"amount": "number"}, {"result": "number"}, description="Work out a loan rate.")
    wanted = function("loan_sum", {"amount": "number"}, {"result": "number"}, description="Sum up a loan.")
    coin = function("coin_quote", {"coin": "text"}, {"result": "number"}, description="Quote a coin.")
    scene = scene_of({one.id: one for one in (loan, wanted, coin)}, PathTurn(id="t2"), ())

    def phrases(one: Function) -> FunctionPhrases:
        return FunctionPhrases(ability=one.name.replace("_", " "), imperative=["do it"], report=["done"])

    said = {say_what_is_possible(replace(scene, rng=Random(seed)), wanted.id, phrases) for seed in range(30)}
    assert any("car loan rate" in one for one in said)
    assert not any("coin quote" in one for one in said)


def test_nobody_asks_twice_for_whom() -> None:
    """ "Let's give me the odds"."""
    assert _doubled("let's {do}", "give me the odds")
    assert _doubled("{do} (for me|if you can)", "book a table, I come by car")
    assert not _doubled("let's {do}", "find a hotel")
    assert not _doubled("please {do}", "give me the odds")
