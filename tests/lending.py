"""A turn at a small library that has everything: a look-up, two requests, and a wish that nobody names."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from library import CONTEXT, FIRST, LIST_LOANS
from unknown import function

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.path import Link, Missing, PathTurn, SignaturePath, Step
from magnet_kg.execution.simulator import SimulatorExecutor
from magnet_kg.teacher.protocol import Scene

FIND_MEMBER = function("find_member", {"name": "text"}, {"members": [{"member_id": "text", "name": "text"}]})
SEND_REMINDER = function("send_reminder", {"member_id": "text", "text": "text"}, {"sent": "yes"})
EXTEND_LOAN = function(
    "extend_loan", {"loan_id": "text", "until": "date", "weeks": "whole"}, {"due_on": "date"}, optional=("weeks",)
)
CONVERT_MONEY = function(
    "convert_money",
    {"amount": "number", "target_currency": "text"},
    {"converted_amount": "number", "currency": "text"},
)
FUNCTIONS = {one.id: one for one in (LIST_LOANS, FIND_MEMBER, SEND_REMINDER, EXTEND_LOAN, CONVERT_MONEY)}
STEPS = (
    Step(id="s2", function=FIND_MEMBER.id, role="insert_backward"),
    Step(id="s3", function=SEND_REMINDER.id),
    Step(id="s4", function=EXTEND_LOAN.id),
    Step(id="s5", function=CONVERT_MONEY.id, role="insert_short"),
)
LINKS = (
    Link(source="s2", target="s3", output="members[].member_id", parameter="member_id", verdict="0"),
    Link(source="s1", target="s4", output="loans[].loan_id", parameter="loan_id", verdict="0"),
    Link(source="s1", target="s5", output="loans[].fine", parameter="amount", verdict="0"),
)
TURN = PathTurn(id="t2", steps=STEPS)
FORGETFUL = PathTurn(
    id="t2", wanted=STEPS, missing=Missing(kind="miss_params", step="s4", parameter="until", resolved=False)
)
MESSAGE = (
    'Tell Ruth Okafor "the reading group meets at mine" and keep Dune for me until next Friday. '
    "What is the highest fine in Swiss francs?"
)
FOUND = {"members": [{"member_id": "mb_20117", "name": "Ruth Okafor"}]}


def scene(turn: PathTurn = TURN, current: DialogueTurn | None = None) -> Scene:
    """The scene before the turn, or within it."""
    path = SignaturePath(
        row="row-1",
        kind="multi_turn",
        seed=1,
        world=1,
        turns=(PathTurn(id="t1", steps=(Step(id="s1", function=LIST_LOANS.id),)), turn),
        links=LINKS,
        tools=tuple(FUNCTIONS),
    )
    made = Scene(
        path=path,
        functions=FUNCTIONS,
        context=CONTEXT,
        history=(FIRST,),
        answers={},
        offered=tuple(FUNCTIONS),
        session=SimulatorExecutor(FUNCTIONS).open(1),
        rng=Random(1),
    )
    return made if current is None else replace(made, history=(FIRST, current))


def looked_up(message: UserMessage) -> DialogueTurn:
    """The turn after its look-up."""
    call = FunctionCall(id="call_2", step="s2", function=FIND_MEMBER.id, arguments={"name": "Ruth Okafor"})
    return DialogueTurn(id="t2", user=message, calls=(call,), observations=(Observation(call="call_2", output=FOUND),))
