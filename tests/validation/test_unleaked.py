"""unleaked: a model that reads function names in questions learns to look for them, and finds none in life."""

from __future__ import annotations

import re

import pytest
from dialogues import answer, bench, check, check_both, good_pair, good_row, good_rows, user_message, with_message

from magnet_kg.catalog.concepts import words
from magnet_kg.domain.function import Function
from magnet_kg.domain.trajectory import Trajectory

IDENTIFIER = ("unleaked", "an identifier in the user's words")
INSERTED = ("unleaked", "an inserted function is named")
INTERNAL = ("unleaked", "an internal id in the user's words")
HINT = ("unleaked", "a hint is mentioned")


def found(row: Trajectory) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check(row)}


def saying(row: Trajectory, turn: str, more: str) -> Trajectory:
    """The row in which the user says something more at the end of a message, before what is announced after it."""
    index = user_message(row, turn)
    own, break_, announced = row.messages[index].content.partition("\n\n")
    return with_message(row, index, content=f"{own} {more}{break_}{announced}")


def last_turn(row: Trajectory) -> str:
    return row.turns[-1].id


def offered(row: Trajectory) -> list[Function]:
    return [bench().evidence.functions[one] for one in row.tools]


@pytest.mark.parametrize("template", ["Use {}.", "({})", "what about '{}'?", "{}: that one", "as {}, please"])
def test_the_name_of_a_function_in_the_user_s_words(template: str) -> None:
    row = good_row("single")
    name = next(f.name for f in offered(row) if "_" in f.name)
    assert found(saying(row, last_turn(row), template.format(name))) == {IDENTIFIER}


def test_the_name_of_a_parameter_in_the_user_s_words() -> None:
    row = good_row("single", lambda r: any("_" in name for f in offered(r) for name in f.properties))
    name = next(name for f in offered(row) for name in f.properties if "_" in name)
    assert found(saying(row, last_turn(row), f"The {name} is what you have.")) == {IDENTIFIER}


@pytest.mark.parametrize("word", ["city", "name", "amount", "query", "title", "text", "note"])
def test_a_word_of_english_is_no_leak(word: str) -> None:
    """Half of all parameters are called like what people talk about."""
    row = good_row("single", lambda r: any(word in f.properties for f in offered(r)))
    assert not check(saying(row, last_turn(row), f"You know the {word}."))


def test_what_only_looks_like_an_identifier_is_no_leak() -> None:
    row = good_row("single")
    for word in ("some_thing", "e-mail", "iPhone", "Route 66", "find-contact"):
        assert not check(saying(row, last_turn(row), f"({word})")), word


def test_an_identifier_after_which_a_definition_is_announced() -> None:
    """The announcement holds identifiers; the user's words before it must not."""
    row = good_row("multi_turn", lambda r: bool(r.tools_added))
    turn = next(iter(row.tools_added))
    name = bench().evidence.functions[row.tools_added[turn][0]].name
    assert "_" in name
    assert name in row.messages[user_message(row, turn)].content
    assert found(saying(row, turn, f"Call {name} now.")) == {IDENTIFIER}


def test_the_name_of_a_function_that_is_offered_only_later() -> None:
    row = good_row("multi_turn", lambda r: bool(r.tools_added))
    (added, *_) = row.tools_added.values()
    name = bench().evidence.functions[added[0]].name
    assert found(saying(row, row.turns[0].id, f"There is {name} too.")) == {IDENTIFIER}


@pytest.mark.parametrize("role", ["insert_short", "insert_long", "insert_backward"])
def test_an_inserted_function_that_the_user_names(role: str) -> None:
    """What is inserted must be found out, not obeyed: "convert currency", "find the contact"."""

    def of(row: Trajectory) -> tuple[str, Function] | None:
        for turn in row.turns:
            for step in turn.steps:
                function = bench().evidence.functions[step.function]
                if step.role == role and len(words(function.name)) > 1 and not row.tools_added:
                    return turn.id, function
        return None

    row = good_row("multi_turn", lambda r: of(r) is not None)
    place = of(row)
    assert place is not None
    turn, function = place
    first, *rest = words(function.name)
    assert found(saying(row, turn, f"So {first} the {' '.join(rest)}.")) == {INSERTED}


def test_a_function_that_is_asked_for_may_be_named_in_plain_words() -> None:
    """Whoever wants a flight found says "find flights"."""
    row = good_row("single", lambda r: len(words(r.calls[0].function.split("/")[1])) > 1)
    first, *rest = words(row.calls[0].function.split("/")[1])
    assert not check(saying(row, last_turn(row), f"So {first} the {' '.join(rest)}."))


def test_an_internal_id_in_the_user_s_words() -> None:
    """Nobody says "acc_311514"."""

    def unused(row: Trajectory) -> str | None:
        used = str([call.arguments for call in row.calls])
        for observation in row.observations:
            for value in re.findall(r"'(\w+_\d{3,})'", str(observation.output)):
                if value not in used:
                    return str(value)
        return None

    row = good_row("multi_turn", lambda r: unused(r) is not None)
    value = unused(row)
    assert found(saying(row, last_turn(row), f"It's {value}.")) == {INTERNAL}
    assert found(saying(row, last_turn(row), f"({value})")) == {INTERNAL}


@pytest.mark.parametrize(
    "words_of_the_hint",
    [
        "as the hint says.",
        "as in the reference calls.",
        "which is the ground truth.",
        "as instructed.",
        "according to the plan.",
        "which was the expected function.",
        "as the correct call shows.",
    ],
)
def test_a_hint_in_the_assistant_s_words(words_of_the_hint: str) -> None:
    """The hint is gone when the model is used; whoever learns to lean on it falls."""
    row = good_row("single")
    index = answer(row, last_turn(row))
    text = row.messages[index].content
    assert found(with_message(row, index, content=f"{text} I did that {words_of_the_hint}")) == {HINT}


def test_the_wrong_side_of_a_pair_mentions_no_hint_either() -> None:
    pair = good_pair("wrong_summary")
    index = len(pair.rejected.messages) - 1
    text = pair.rejected.messages[index].content
    rejected = with_message(pair.rejected, index, content=f"{text} That is what the hint says.")
    failures = check_both(pair.model_copy(update={"rejected": rejected}))
    assert {(f.check, f.reason) for f in failures} == {("unleaked", "rejected side: a hint is mentioned")}


def test_no_message_of_a_user_holds_an_id_that_was_given_out() -> None:
    """The same, over many rows and without the check's own eyes: nothing of the form "acc_311514" is ever said."""
    for made, _ in zip(good_rows("multiple", "multi_turn"), range(40), strict=False):
        for message in made.row.messages:
            if message.role == "user":
                own = message.content.split("\n\n")[0]
                assert not re.search(r"\b[a-z]+_\d{3,}\b", own), own


NUMBER = re.compile(r"\b(?:IC|RE|RX|EX) \d{3}\b")


def test_the_number_of_a_train_that_was_only_looked_up_is_known_to_nobody() -> None:
    """One's own ticket has it, and who was told knows it; a tool's output is nothing that users read."""

    def looks_up(row: Trajectory) -> bool:
        return bool(untold_number(row))

    row = good_row("multi_turn", looks_up)
    number, told = untold_number(row) or ("", 0)
    later = row.turns[-1].id
    assert found(saying(row, later, f"And the {number}?")) == {INTERNAL}
    known = with_message(row, told, content=f"{row.messages[told].content} There is the {number}.")
    assert INTERNAL not in found(saying(known, later, f"And the {number}?"))


def untold_number(row: Trajectory) -> tuple[str, int] | None:
    """A number that stands in an output and in no message, with the assistant's message after that output."""
    last = user_message(row, row.turns[-1].id)
    said = " ".join(m.content for m in row.messages if m.role != "tool")
    for at, message in enumerate(row.messages[:last]):
        for number in NUMBER.findall(message.content) if message.role == "tool" else ():
            after = (i for i in range(at, last) if row.messages[i].role == "assistant" and row.messages[i].content)
            told = next(after, None)
            if number not in said and told is not None:
                return number, told
    return None
