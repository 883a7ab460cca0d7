"""faithful summary: a model that is shown answers with made-up numbers learns to make up numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from dialogues import answer, check, good_row, good_rows, turn_of, user_message, with_message, with_turn

from magnet_kg.domain.path import Step
from magnet_kg.domain.trajectory import Trajectory
from magnet_kg.wording.claims import Known, shows_something, unsupported

UNSUPPORTED = ("summary", "the answer says what nothing supports")
UNANSWERED = ("summary", "what was asked for is not answered")
UNDONE = ("summary", "what was asked for was never done")


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def adding(row: Trajectory, more: str) -> Trajectory:
    """The row in which the assistant says something more at the end."""
    index = answer(row, row.turns[-1].id)
    return with_message(row, index, content=f"{row.messages[index].content} {more}")


@pytest.mark.parametrize(
    "invented",
    [
        "It comes to $98,765.43.",
        "That makes 7,654 in all.",
        "You have 8,642 points.",
        "It is 93.71% of it.",
        "They have seventeen more.",
        "That took 6 h 59 min.",
        "It's on 30 February.",
        "It was at 3:07 am.",
        "You'll meet Zebulon there.",
        "It's with Zebulon Quark.",
        "The code is XQ7ZK.",
        "See room B-1977.",
        "The flight is ZZ8642.",
        "Call 555-0199-8642.",
        "Write to zeb8642@example.org.",
    ],
)
def test_a_made_up_number_date_time_name_or_code(invented: str) -> None:
    row = good_row("single", lambda r: "3:07" not in str(r.observations) and "T03:07" not in str(r.observations))
    assert found(adding(row, invented)) == {UNSUPPORTED}


def test_the_failure_names_the_claim_and_its_turn() -> None:
    row = good_row("single")
    failure = check(adding(row, "That makes 7,654 in all."))[0]
    assert failure.detail == f"{row.turns[-1].id}: 7,654"


def test_a_changed_digit_in_an_amount() -> None:
    """The mistake that matters most: everything is right but for one digit."""
    amount = re.compile(r"\$\d[\d,]*\.\d\d\b")

    def tells(row: Trajectory) -> bool:
        return bool(amount.search(row.messages[-1].content))

    row = good_row("single", tells)
    text = row.messages[-1].content
    match = amount.search(text)
    assert match is not None
    wrong = match[0][:-1] + str((int(match[0][-1]) + 1) % 10)
    assert found(with_message(row, len(row.messages) - 1, content=text.replace(match[0], wrong))) == {UNSUPPORTED}


@pytest.mark.parametrize("number", [1, 7, 30])
def test_a_date_moved_by_some_days(number: int) -> None:
    dated = re.compile(r"\b(\d{1,2}) (January|March|May|July|August|October|December)\b")
    row = good_row("single", lambda r: bool(dated.search(r.messages[-1].content)))
    text = row.messages[-1].content
    match = dated.search(text)
    assert match is not None
    other = f"{(int(match[1]) + number - 1) % 31 + 1} {match[2]}"
    known = any(other in m.content for m in row.messages)
    assert known or found(with_message(row, len(row.messages) - 1, content=text.replace(match[0], other))) == {
        UNSUPPORTED
    }


@pytest.mark.parametrize("empty_phrase", ["Okay.", "Done, as you wished.", "Here you are!", "All of it went through."])
def test_an_answer_that_answers_nothing(empty_phrase: str) -> None:
    def tells_of_it(row: Trajectory) -> bool:
        values = row.observations[0].output.values()
        return any(isinstance(v, str) for v in values) and [] not in values

    row = good_row("single", tells_of_it)
    assert found(with_message(row, len(row.messages) - 1, content=empty_phrase)) == {UNANSWERED}


def test_one_of_two_requests_without_an_answer() -> None:
    row = good_row("parallel", lambda r: len(r.calls) == 2 and len(_sentences(r)) == 2 and _apart(r))
    first, _ = _sentences(row)
    failures = check(with_message(row, len(row.messages) - 1, content=first))
    assert [(f.check, f.reason, f.detail) for f in failures] == [(*UNANSWERED, row.calls[1].id)]


def _sentences(row: Trajectory) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[A-Z])", row.messages[-1].content)


def _apart(row: Trajectory) -> bool:
    """Whether the first sentence shows nothing of the second call, whose words it may share by chance."""
    return not shows_something(_sentences(row)[0], row.observations[1].output, row.calls[1].arguments.values())


def test_a_request_for_which_nothing_was_done() -> None:
    """A path says what was asked for; an answer about less is no answer, however right it is."""
    row = good_row("single")
    turn = row.turns[0]
    more = Step(id="s99", function=row.tools[0])
    assert found(with_turn(row, turn.id, steps=(*turn.steps, more))) == {UNDONE}


def test_what_one_turn_made_up_does_not_support_the_next() -> None:
    """The first claim fails, whatever is said after it."""
    row = good_row("multi_turn", lambda r: len(r.turns) > 2)
    for turn in (row.turns[0], row.turns[1]):
        index = answer(row, turn.id)
        row = with_message(row, index, content=f"{row.messages[index].content} That makes 7,654.")
    assert [(f.check, f.detail) for f in check(row)] == [("summary", f"{row.turns[0].id}: 7,654")]


def test_what_comes_only_later_supports_nothing_yet() -> None:
    """An assistant that knows an output before the call is made was told."""

    def foreseen(row: Trajectory) -> str | None:
        early = " ".join(m.content for m in row.messages[: user_message(row, row.turns[-1].id)])
        made = {c.id for c in row.calls if turn_of(row, c.id) == row.turns[-1]}
        text = str([o.output for o in row.observations if o.call in made])
        return next((n for n in re.findall(r"\d{3,}\.\d\d", text) if n not in early), None)

    row = good_row("multi_turn", lambda r: foreseen(r) is not None)
    number = foreseen(row)
    index = answer(row, row.turns[0].id)
    told = with_message(row, index, content=f"{row.messages[index].content} Later it will be {number}.")
    assert UNSUPPORTED in found(told)


# --- what people write is supported


def known(*outputs: object, text: str = "") -> Known:
    made = Known()
    for value in outputs:
        made.add_value(value)
    made.add_text(text)
    return made


@pytest.mark.parametrize(
    ("answer_", "output"),
    [
        ("That's $1,200.50.", {"price": 1200.5}),
        ("That's $1,200.", {"price": 1200.0}),
        ("That's €379.59.", {"converted": 379.59}),
        ("You get -$61.20 back.", {"refund": -61.2}),
        ("You get $61.20 back.", {"refund": -61.2}),
        ("It's about 379.6.", {"converted": 379.59}),
        ("It's about 380.", {"converted": 379.59}),
        ("It's 4.5 out of 5.", {"rating": 4.5, "best": 5}),
        ("That's 15%.", {"percent": 15}),
        ("There are 3 flights.", {"flights": [{"a": 1}, {"a": 2}, {"a": 3}]}),
        ("There are three flights.", {"flights": [{"a": 1}, {"a": 2}, {"a": 3}]}),
        ("Anna, Ben and 2 more.", {"names": ["Anna", "Ben", "Cleo", "Dan"]}),
        ("It's on 27 November.", {"day": "2026-11-27"}),
        ("It's on Friday, 27 November.", {"day": "2026-11-27"}),
        ("It's on Friday, 27 November 2026.", {"day": "2026-11-27"}),
        ("It leaves at 6:40 pm.", {"at": "2026-11-27T18:40:00"}),
        ("It leaves at 6 pm.", {"at": "2026-11-27T18:00:00"}),
        ("It leaves on Friday, 27 November at 6:40 pm.", {"at": "2026-11-27T18:40:00"}),
        ("It opens at 9 am.", {"opens": "09:00"}),
        ("It opens at 12:30 am.", {"opens": "00:30:00"}),
        ("It takes 2 h 5 min.", {"minutes": 125}),
        ("It takes 2 hours.", {"minutes": 120}),
        ("It takes 45 minutes.", {"minutes": 45}),
        ("It's with Ana María O'Neil.", {"name": "Ana María O'Neil"}),
        ("It's Ana's.", {"name": "Ana Lang"}),
        ("The code is QK3T9.", {"code": "QK3T9"}),
        ("It's flight UA1180 by United.", {"flight": "UA1180", "airline": "United"}),
        ("Call +1 555-0144.", {"phone": "+1 555-0144"}),
        ("I've done that. It's fine. Nothing else.", {}),
        ("I'm afraid I can't, and I've tried.", {}),
    ],
)
def test_what_an_output_holds_may_be_written_as_people_write_it(answer_: str, output: object) -> None:
    assert unsupported(answer_, known(output)) == []


@pytest.mark.parametrize(
    ("answer_", "claims"),
    [
        ("That's $1,200.51.", ["1,200.51"]),
        ("There are 4 flights.", ["4"]),
        ("There are four flights.", ["four"]),
        ("It's on 28 November.", ["28 November"]),
        ("It's on a Thursday.", ["Thursday"]),
        ("It leaves at 6:41 pm.", ["6:41 pm"]),
        ("It leaves at 6:40 am.", ["6:40 am"]),
        ("It takes 3 h 6 min.", ["3", "6"]),
        ("It's with Bert.", ["Bert"]),
        ("The code is QK3T8.", ["QK3T8"]),
        ("Ana, and 3 more.", ["3"]),
    ],
)
def test_what_no_output_holds_is_told_claim_by_claim(answer_: str, claims: list[str]) -> None:
    output = {
        "price": 1200.5,
        "at": "2026-11-27T18:40:00",
        "minutes": 125,
        "who": ["Ana Lang", "Cleo"],
        "code": "QK3T9",
    }
    assert unsupported(answer_, known(output)) == claims


def test_what_the_user_says_may_be_said_again() -> None:
    heard = known(text="Tell Joey that I need 3 tickets at 6:40 pm on 27 November for code QK3T9")
    assert unsupported("I've told Joey: 3 tickets, 27 November, 6:40 pm, QK3T9.", heard) == []


@pytest.mark.parametrize(
    ("output", "arguments", "reply", "told"),
    [
        ({"price": 12.5}, [], "That's $12.50.", True),
        ({"price": 12.5}, [], "Fine.", False),
        ({"count": 1}, [], "There are 12.", False),
        ({"flights": []}, [], "There is none.", True),
        ({"flights": []}, [], "", False),
        ({"available": True}, [], "Yes.", True),
        ({"message_id": "m_1"}, ["Joey"], "I've told Joey.", True),
        ({"message_id": "m_1"}, ["Joey"], "I've done something.", False),
        ({"at": "2026-11-27T18:40:00"}, [], "It's on Friday.", True),
    ],
)
def test_an_answer_gives_something_of_what_came_back(
    output: object, arguments: list[str], reply: str, told: bool
) -> None:
    assert shows_something(reply, output, arguments) is told


@pytest.mark.parametrize(
    ("output", "reply", "told"),
    [
        ({"city": "Oslo", "condition": "rain"}, "In Oslo it's rain.", True),
        ({"city": "Oslo", "condition": "rain"}, "You asked about Oslo.", False),
        ({"city": "Oslo", "shows": []}, "There is nothing on in Oslo.", True),
        ({"city": "Oslo", "shows": []}, "Here is what's on in Oslo!", False),
        ({"city": "Oslo"}, "Oslo it is.", True),
    ],
)
def test_repeating_what_was_asked_is_no_answer_of_a_lookup(output: object, reply: str, told: bool) -> None:
    assert shows_something(reply, output, ["Oslo"], lookup=True) is told


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Naomi comes along.", ["Naomi"]),
        ("Joey comes along.", []),
        ("Done, as you wished.", []),
        ("Lisbon is lovely.", ["Lisbon"]),
        ("Split it evenly.", []),
        ("You could say: “Would you mind?”", []),
        ("I'd rather not.", []),
    ],
)
def test_an_invented_name_at_the_start_of_a_sentence_is_a_claim(text: str, claims: list[str]) -> None:
    known = Known()
    known.add_text("Tell Joey about it.")
    assert unsupported(text, known) == claims


@pytest.mark.parametrize("kind", ["miss_func", "miss_params"])
def test_an_empty_turn_must_say_what_is_missing(kind: str) -> None:
    """ "Done." where nothing was done would teach to pretend."""
    row = good_row("multi_turn", lambda one: any(t.missing is not None and t.missing.kind == kind for t in one.turns))
    turn = next(t.id for t in row.turns if t.missing is not None and t.missing.kind == kind)
    wrong = with_message(row, answer(row, turn), content="Done.")
    assert ("summary", "the answer does not say what is missing") in {(f.check, f.reason) for f in check(wrong)}


def test_good_rows_tell_what_was_asked_in_every_turn() -> None:
    """Over many rows: each turn ends with words of the assistant."""
    check_turn: Callable[[Trajectory, str], bool] = lambda r, t: bool(r.messages[answer(r, t)].content)  # noqa: E731
    for made, _ in zip(good_rows("multi_turn"), range(20), strict=False):
        assert all(check_turn(made.row, turn.id) for turn in made.row.turns)
