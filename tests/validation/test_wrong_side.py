"""wrong: a pair that is not wrong where it says teaches a preference for nothing."""

from __future__ import annotations

import pytest
from dialogues import check_both, good_pair, good_row, with_call, with_message, with_output

from magnet_kg.distillation.inject import ERRORS
from magnet_kg.domain.dialogue import FunctionCall
from magnet_kg.domain.trajectory import ErrorKind, NamedError, PreferencePair, Trajectory

UNSHOWN = ("wrong", "the error does not show")


def found(pair: PreferencePair) -> set[tuple[str, str]]:
    return {(failure.check, failure.reason) for failure in check_both(pair)}


def rejecting(pair: PreferencePair, rejected: Trajectory) -> PreferencePair:
    return pair.model_copy(update={"rejected": rejected})


@pytest.mark.parametrize("error", ERRORS)
def test_a_rejected_side_that_is_right(error: ErrorKind) -> None:
    pair = good_pair(error)
    assert found(rejecting(pair, pair.chosen)) == {UNSHOWN}


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("label", ERRORS)
def test_a_label_that_names_another_error(error: ErrorKind, label: ErrorKind) -> None:
    pair = good_pair(error)
    named = pair.errors[0].model_copy(update={"error": label})
    assert found(pair.model_copy(update={"errors": (named,)})) == (set() if label == error else {UNSHOWN})


def test_a_label_at_another_turn() -> None:
    """The turn that is wrong then has no label, where it comes before."""
    pair = good_pair("long_dependency")
    other = next(t.id for t in pair.chosen.turns if t.id != pair.errors[0].turn)
    named = pair.errors[0].model_copy(update={"turn": other})
    assert UNSHOWN in found(pair.model_copy(update={"errors": (named,)}))


def test_a_label_at_a_turn_that_does_not_exist() -> None:
    pair = good_pair("wrong_summary")
    named = pair.errors[0].model_copy(update={"turn": "t99"})
    assert UNSHOWN in found(pair.model_copy(update={"errors": (named,)}))


def test_a_pair_without_a_label() -> None:
    pair = good_pair("wrong_summary")
    assert ("wrong", "a pair without an error") in found(pair.model_copy(update={"errors": ()}))


def test_an_error_before_the_one_that_is_labelled() -> None:
    """Wrong exactly as its label says: an earlier error would be taught without a name."""
    pair = good_pair("long_dependency")
    first = pair.chosen.turns[0].id
    assert pair.errors[0].turn != first
    index = next(
        i for i, m in enumerate(pair.rejected.messages) if m.turn == first and m.role == "assistant" and m.content
    )
    text = pair.rejected.messages[index].content
    rejected = with_message(pair.rejected, index, content=f"{text} That makes 98,765.43.")
    assert ("wrong", "an error without a label") in found(rejecting(pair, rejected))


@pytest.mark.parametrize("index", [0, 1])
def test_two_sides_with_different_prompts(index: int) -> None:
    pair = good_pair("miss_func_or_params")
    text = pair.rejected.messages[index].content
    rejected = with_message(pair.rejected, index, content=f"{text} Thanks")
    assert found(rejecting(pair, rejected)) == {("wrong", "the two sides have different prompts")}


def test_two_sides_with_different_tools() -> None:
    """The tools are a part of the prompt."""
    pair = good_pair("miss_func_or_params")
    rejected = pair.rejected.model_copy(update={"tools": pair.rejected.tools[::-1]})
    assert found(rejecting(pair, rejected)) == {("wrong", "the two sides have different prompts")}


def test_a_rejected_side_whose_calls_were_never_executed() -> None:
    """The wrong call's output must be what the world really gives for it."""
    pair = good_pair("short_dependency")
    wrong = next(o for o in pair.rejected.observations if isinstance(o.output, dict))
    rejected = with_output(pair.rejected, wrong.call, {**wrong.output, "remark": "all is well"})
    assert found(rejecting(pair, rejected)) == {("replay", "rejected side: an output differs")}


def test_a_rejected_side_that_no_chat_template_takes() -> None:
    pair = good_pair("short_dependency")
    rejected = pair.rejected.model_copy(update={"messages": pair.rejected.messages[:-1]})
    assert ("form", "rejected side: the dialogue does not end with the assistant") in found(rejecting(pair, rejected))


def test_a_chosen_side_must_pass_everything() -> None:
    pair = good_pair("nested_missing")
    text = pair.chosen.messages[-1].content
    chosen = with_message(pair.chosen, len(pair.chosen.messages) - 1, content=f"{text} That makes 98,765.43.")
    assert ("summary", "the answer says what nothing supports") in found(pair.model_copy(update={"chosen": chosen}))


def test_two_unrelated_rows_are_no_pair() -> None:
    chosen, rejected = good_row("single"), good_row("irrelevance")
    error = NamedError(turn=chosen.turns[0].id, error="wrong_summary", evidence="")
    pair = PreferencePair(row="none", chosen=chosen, rejected=rejected, errors=(error,))
    assert ("wrong", "the two sides have different prompts") in found(pair)


def test_a_value_of_the_rejected_side_that_comes_from_nowhere() -> None:
    """Only the labelled turn may hold a value without an origin: elsewhere it would be a second, unnamed error."""
    pair = next(p for e in ERRORS for p in [good_pair(e)] if _told_before(p))
    call = _told_before(pair)[0]
    ungrounded = call.model_copy(update={"origins": ()})
    assert found(rejecting(pair, with_call(pair.rejected, ungrounded))) == {
        ("grounded", "rejected side: value without an origin")
    }


def _told_before(pair: PreferencePair) -> list[FunctionCall]:
    """Calls with arguments in the turns before the wrong one."""
    turns = [turn.id for turn in pair.rejected.turns]
    before = turns[: turns.index(pair.errors[0].turn)]
    made = {c.id for m in pair.rejected.messages if m.turn in before for c in m.calls}
    return [call for call in pair.rejected.calls if call.id in made and call.arguments]
