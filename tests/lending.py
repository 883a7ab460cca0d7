"""A turn at a small library that has everything: a look-up, two requests, and a wish that nobody names."""

from __future__ import annotations

from library import FIRST, LIST_LOANS, scene_of
from unknown import function

from magnet_kg.domain.dialogue import DialogueTurn, FunctionCall, Observation, UserMessage
from magnet_kg.domain.path import Link, Missing, PathTurn, Step
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
    return scene_of(FUNCTIONS, turn, (FIRST,) if current is None else (FIRST, current), links=LINKS)


def looked_up(message: UserMessage) -> DialogueTurn:
    """The turn after its look-up."""
    call = FunctionCall(id="call_2", step="s2", function=FIND_MEMBER.id, arguments={"name": "Ruth Okafor"})
    return DialogueTurn(id="t2", user=message, calls=(call,), observations=(Observation(call="call_2", output=FOUND),))
