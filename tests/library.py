"""A small library: functions, and a dialogue of two turns over them, for what a model is asked about turns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random
from types import MappingProxyType

from unknown import function

from magnet_kg.domain.context import Context
from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.function import Function
from magnet_kg.domain.path import Link, Missing, PathTurn, SignaturePath, Step
from magnet_kg.execution.simulator import SimulatorExecutor
from magnet_kg.teacher.protocol import Reference, Scene

LIST_LOANS = function(
    "list_loans",
    {},
    {"loans": [{"loan_id": "text", "title": "text", "due_on": "date", "fine": "number"}], "count": "whole"},
    description="List what you have borrowed, with the fines so far.",
)
GET_LOAN = function("get_loan", {"loan_id": "text"}, {"loan_id": "text", "title": "text", "due_on": "date"})
RENEW_LOAN = function(
    "renew_loan",
    {"loan_id": "text", "weeks": "whole"},
    {
        "loan_id": "text",
        "title": "text",
        "due_on": "date",
        "status": {"type": "string", "enum": ["renewed", "refused"]},
    },
    optional=("weeks",),
    description="Keep a loan for longer.",
)
CANCEL_LOAN = function("cancel_loan", {"loan_id": "text"}, {"cancelled": "yes"}, description="Give a loan back.")
FUNCTIONS = {one.id: one for one in (CANCEL_LOAN, GET_LOAN, LIST_LOANS, RENEW_LOAN)}
CONTEXT = Context(
    now=datetime(2026, 11, 19, 9, 15),
    user_name="Dana Whitfield",
    home_city="San Francisco",
    time_zone="America/Los_Angeles",
    currency="USD",
)
LOANS = {
    "loans": [
        {"loan_id": "ln_48213", "title": "Dune", "due_on": "2026-11-20", "fine": 0.0},
        {"loan_id": "ln_48377", "title": "Emma", "due_on": "2026-11-12", "fine": 1.4},
    ],
    "count": 2,
}
RENEWED = {"loan_id": "ln_48213", "title": "Dune", "due_on": "2026-12-11", "status": "renewed"}

FIRST = DialogueTurn(
    id="t1",
    user=UserMessage(text="What have I got out at the moment?"),
    calls=(FunctionCall(id="call_1", step="s1", function=LIST_LOANS.id, arguments={}),),
    observations=(Observation(call="call_1", output=LOANS),),
)
SECOND = DialogueTurn(
    id="t2",
    user=UserMessage(text="Could I keep Dune for three weeks more?"),
    calls=(
        FunctionCall(id="call_2", step="s2", function=RENEW_LOAN.id, arguments={"loan_id": "ln_48213", "weeks": 3}),
    ),
    observations=(Observation(call="call_2", output=RENEWED),),
)
TURN = PathTurn(id="t2", steps=(Step(id="s2", function=RENEW_LOAN.id),))
# What the second turn would be if the weeks were left to be asked for.
EMPTY_TURN = PathTurn(
    id="t2", missing=Missing(kind="miss_params", step="s2", parameter="weeks", resolved=False), wanted=TURN.steps
)


def scene(candidate: DialogueTurn = SECOND, turn: PathTurn = TURN) -> Scene:
    """The scene after the candidate turn."""
    answers = {"t1": "Two books: Dune, due tomorrow, and Emma, which was due on 12 November ($1.40 so far)."}
    return scene_of(FUNCTIONS, turn, (FIRST, candidate), answers=answers)


def scene_of(
    functions: Mapping[str, Function],
    turn: PathTurn,
    history: tuple[DialogueTurn, ...],
    *,
    links: tuple[Link, ...] = (),
    answers: Mapping[str, str] = MappingProxyType({}),
) -> Scene:
    """A scene with this turn for the second, in which all of these functions are offered."""
    path = SignaturePath(
        row="row-1",
        kind="multi_turn",
        seed=1,
        world=1,
        turns=(PathTurn(id="t1", steps=(Step(id="s1", function=LIST_LOANS.id),)), turn),
        links=links,
        tools=tuple(functions),
    )
    return Scene(
        path=path,
        functions=functions,
        context=CONTEXT,
        history=history,
        answers=answers,
        offered=tuple(functions),
        session=SimulatorExecutor(functions).open(1),
        rng=Random(1),
    )


def reference(turn: PathTurn = TURN) -> Reference:
    """The second turn as it should have gone."""
    return Reference(SECOND if turn.steps else SECOND.model_copy(update={"calls": (), "observations": ()}), turn)
